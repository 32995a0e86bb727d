"""Runs one call of the command line: reads it, opens the profile, does it, and turns refusals into exit codes.

0 done, 1 refused or failed, 2 the call itself is wrong. What takes time to import is imported when the call is known
to be right.
"""

import argparse
import io
import logging
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from desktop.cli.arguments import HelpAsked, Invocation, UsageError, read_options, take_apart
from desktop.cli.output import Output, UnwrittenError
from desktop.cli.programs import Programs
from desktop.services.refusals import known, refusal
from desktop.system.i18n import Translator
from desktop.system.logs import log_unexpected, logging_to
from desktop.system.paths import ProfilePaths, profile_paths, resources_folder
from desktop.system.settings import LANGUAGE, Settings
from sync.contract.errors import AppError, Code

if TYPE_CHECKING:
    from desktop.cli.terminal import Terminal
    from desktop.services.application import Application

log = logging.getLogger(__name__)

DONE, REFUSED, WRONG_CALL = 0, 1, 2
INTERRUPTED = 130

_WRONG_CALL = frozenset(
    {
        Code.UNKNOWN_TYPE,
        Code.UNKNOWN_FIELD,
        Code.QUERY_UNREADABLE,
        Code.VALUE_REQUIRED,
        Code.VALUE_TOO_LONG,
        Code.VALUE_UNREADABLE,
        Code.VALUE_OUT_OF_RANGE,
        Code.VALUE_NOT_A_CHOICE,
        Code.FIELD_NAME_UNFIT,
        Code.NOT_COMPARABLE,
        Code.NOT_SORTABLE,
    }
)
"""Refusals of what was typed, as opposed to what the data do not allow."""


def main(argv: Sequence[str], programs: Programs, *, out: TextIO | None = None, err: TextIO | None = None) -> int:
    """Do what ``argv`` says and give the exit code."""
    streams = (out or _unicode(sys.stdout), err or _unicode(sys.stderr))
    try:
        return _called(argv, programs, streams)
    except BrokenPipeError:
        # Whoever reads our output has seen enough; the interpreter must not try to flush it once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED


def tell(refused: AppError, paths: ProfilePaths) -> int:
    """Say on stderr why a program without a window of its own yet does not begin; gives the exit code."""
    output = Output(_unicode(sys.stdout), _unicode(sys.stderr))
    output.complain(refusal(_texts(Settings(paths.settings)), refused))
    return REFUSED


def tell_no_display(paths: ProfilePaths) -> int:
    """Say on stderr that no window can be shown here, and what works instead; gives the exit code."""
    Output(_unicode(sys.stdout), _unicode(sys.stderr)).complain(_texts(Settings(paths.settings)).t("cli.no_display"))
    return REFUSED


def demo(profile: Path | None, programs: Programs, window: "Callable[[Application], int] | None") -> int:
    """Run the demonstration; without a display (``window`` is ``None``) it leaves pictures. Gives the exit code."""
    from desktop.cli.demo import run_demo

    output = Output(_unicode(sys.stdout), _unicode(sys.stderr))
    texts = _texts(Settings(profile_paths(profile).settings))
    try:
        return run_demo(output, texts, programs, profile, window)
    except AppError as refused:
        output.complain(refusal(texts, refused))
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED


def _unicode(stream: TextIO) -> TextIO:
    """Let files and pipes get UTF-8 whatever the locale; a terminal that cannot show a character gets its number."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    return stream


def _called(argv: Sequence[str], programs: Programs, streams: tuple[TextIO, TextIO]) -> int:
    output = Output(*streams)
    try:
        invocation = take_apart(argv)
        options = read_options(invocation)
    except HelpAsked as asked:
        output.plain(asked.text.rstrip("\n"))
        return DONE
    except UsageError as wrong:
        return _complain_about_call(output, _texts(Settings(profile_paths().settings)), wrong)
    output = Output(*streams, as_json=options.json)
    paths = profile_paths(options.profile)
    with ExitStack() as stack:
        # A call about a profile that does not exist must not make its folder just to log into it.
        if paths.folder.is_dir():
            stack.enter_context(logging_to(paths.logs))
        return _guarded(_Call(invocation, options, paths, output), programs)


class _Call:
    """One call whose words are understood."""

    def __init__(
        self, invocation: Invocation, options: argparse.Namespace, paths: ProfilePaths, output: Output
    ) -> None:
        self.command = invocation.command
        self.options = options
        self.paths = paths
        self.output = output
        self.texts = _texts(Settings(paths.settings))


def _guarded(call: _Call, programs: Programs) -> int:
    try:
        if call.command == "recover":
            return _recover(call)
        return _init(call, programs) if call.command == "init" else _run(call, programs)
    except UsageError as wrong:
        return _complain_about_call(call.output, call.texts, wrong)
    except AppError as refused:
        call.output.complain(refusal(call.texts, refused))
        return WRONG_CALL if refused.code in _WRONG_CALL else REFUSED
    except BrokenPipeError:
        raise
    except UnwrittenError as unwritten:
        call.output.complain(call.texts.t("cli.result_unwritten", reason=str(unwritten.__cause__)))
        return REFUSED
    except Exception as failed:  # noqa: BLE001 - the program's edge: a sentence and a line in the log, no traceback
        told = known(failed) or AppError(Code.INTERNAL, error_id=log_unexpected(log, failed))
        call.output.complain(refusal(call.texts, told))
        return REFUSED


def _run(call: _Call, programs: Programs) -> int:
    with closing(programs.open_application(call.paths)) as app:
        if call.command == "tour":
            return _tour(call, app, programs)
        return _function(call.command)(_terminal(call, app))


def _init(call: _Call, programs: Programs) -> int:
    from desktop.cli.office import credentials_of, first_sync
    from desktop.services.profiles import enrol
    from sync.contract.clock import SystemClock

    asked = call.options
    credentials = credentials_of(asked.server, asked.user, asked.password_file, asked.key_file)
    enrol(call.paths, credentials, clock=SystemClock())
    with logging_to(call.paths.logs), closing(programs.open_application(call.paths)) as app:
        return first_sync(_terminal(call, app))


def _recover(call: _Call) -> int:
    from desktop.cli.recovery import recover

    return recover(call.output, call.texts, call.paths, call.options)


def _tour(call: _Call, app: "Application", programs: Programs) -> int:
    asked = call.options
    walk = programs.walk_states if asked.states else programs.walk
    if walk is None:
        raise UsageError("this program has no window to walk through")
    files = [str(each) for each in walk(app, asked.folder, asked.lang or "", asked.theme or "")]
    call.output.document({"files": files})
    for each in files:
        call.output.say(each)
    return DONE


def _terminal(call: _Call, app: "Application") -> "Terminal":
    from desktop.cli.terminal import Terminal

    return Terminal(app, call.output, call.options)


def _function(command: str) -> "Callable[[Terminal], int]":
    from desktop.cli import acts, choices, exchange, files, mass_edit, office, records

    return {
        "sync": office.sync,
        "status": office.status,
        "doctor": office.doctor,
        "backup": office.backup,
        "list": records.list_records,
        "show": records.show,
        "add": records.add,
        "set": records.set_fields,
        "set-many": mass_edit.set_many,
        "delete": records.delete,
        "restore": records.restore,
        "merge": records.merge,
        "unmerge": records.unmerge,
        "search": records.search,
        "conflicts": choices.conflicts,
        "resolve": choices.resolve,
        "attention": choices.attention,
        "resend": choices.resend,
        "mend": choices.mend,
        "discard": choices.discard,
        "undo": acts.undo,
        "redo": acts.redo,
        "history": acts.history,
        "import": exchange.import_file,
        "export": exchange.export_file,
        "attach": files.attach,
        "file": files.save,
    }[command]


def _texts(settings: Settings) -> Translator:
    return Translator(resources_folder() / "i18n", settings.get(LANGUAGE))


def _complain_about_call(output: Output, texts: Translator, wrong: UsageError) -> int:
    output.complain(texts.t("cli.wrong_call", detail=wrong.detail))
    if wrong.usage:
        output.complain(wrong.usage)
    return WRONG_CALL
