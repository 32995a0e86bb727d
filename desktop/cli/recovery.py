"""``recover``: makes a profile work again whose database is destroyed. It works without the application."""

import argparse

from desktop.cli.office import credentials_of
from desktop.cli.output import Output
from desktop.services.profiles import Credentials
from desktop.services.recovery import Recovery, SignInNeeded
from desktop.services.recovery import recover as recover_profile
from desktop.system.i18n import Translator
from desktop.system.paths import ProfilePaths
from desktop.system.settings import SERVER, Settings
from sync.contract.clock import SystemClock


def recover(output: Output, texts: Translator, paths: ProfilePaths, options: argparse.Namespace) -> int:
    """Mend the profile and tell what was found; 1 when somebody must sign in first, and nothing was changed."""
    try:
        found = recover_profile(paths, clock=SystemClock(), credentials=_credentials(paths, options))
    except SignInNeeded:
        output.complain(texts.t("recover.sign_in_needed"))
        return 1
    output.document(_document(found))
    if found.rebuilt:
        output.say(texts.t("recover.kept", count=found.kept, unreadable=found.unreadable))
    else:
        output.say(texts.t("recover.well", count=found.kept, unreadable=found.unreadable))
    if found.cut:
        output.say(texts.t("recover.cut"))
    if found.aside is not None:
        output.say(texts.t("recover.aside", folder=str(found.aside)))
        output.say(texts.t("recover.next"))
    return 0


def _credentials(paths: ProfilePaths, options: argparse.Namespace) -> Credentials | None:
    if options.user is None:
        return None
    server = options.server or Settings(paths.settings).get(SERVER)
    return credentials_of(server, options.user, options.password_file, None)


def _document(found: Recovery) -> dict[str, object]:
    return {
        "unsent": found.kept,
        "unreadable": found.unreadable,
        "cut": found.cut,
        "rebuilt": found.rebuilt,
        "aside": None if found.aside is None else str(found.aside),
    }
