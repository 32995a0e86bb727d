"""States before there is a window over records: why a profile is not opened, in the window that says so."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from desktop.services.application import Application
from desktop.ui.bridge.look import theme_choice
from desktop.ui.refused import Refused, RefusedWindow
from desktop.ui.walking import Look, speaking
from sync.contract.errors import AppError, Code

REFUSALS: Sequence[tuple[str, AppError]] = (
    ("refused_no_key", AppError(Code.KEY_MISSING, source="keyring")),
    ("refused_newer", AppError(Code.DATABASE_NEWER, version=99, known=12)),
    ("refused_unreadable", AppError(Code.DATABASE_UNUSABLE)),
)
"""The messages ``states.NAME`` say what each of them is; no profile is harmed, the reason is only told."""


@contextmanager
def refused(application: Application, error: AppError, look: Look) -> Iterator[RefusedWindow]:
    """Show the window that tells this reason, looking as asked; it goes afterwards."""
    with speaking(application, look):
        told = Refused(error, application.settings, application.texts, application.resources)
        choice = theme_choice(application.settings, application.texts)
        window = RefusedWindow(told, replace(choice, mode=look.theme or choice.mode, motion=False))
        window.show()
        window.focus_first()
        try:
            yield window
        finally:
            window.close()
            window.deleteLater()
