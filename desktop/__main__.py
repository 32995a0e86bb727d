"""Where the program begins: without a command the window, with one the command line."""

import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli import main as command_line
from desktop.cli.arguments import HelpAsked, Invocation, UsageError, take_apart
from desktop.cli.programs import Programs
from desktop.system.garbage import look_rarely
from desktop.system.paths import ProfilePaths, profile_paths
from desktop.system.single_instance import SingleInstance
from sync.contract.errors import AppError, Code

if TYPE_CHECKING:
    from desktop.services.application import Application


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says; gives the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    with contextlib.suppress(HelpAsked, UsageError):  # the command line tells these, in the right place and language
        invocation = take_apart(arguments)
        if not invocation.command:
            return _demo(invocation) if invocation.demo else _window(invocation)
    look_rarely()
    return command_line.main(arguments, _programs())


def _demo(invocation: Invocation) -> int:
    from desktop.bootstrap import has_display, run_window

    return command_line.demo(invocation.profile, _programs(), run_window if has_display() else None)


def _programs() -> Programs:
    return Programs(_open, _walk, _walk_states)


def _window(invocation: Invocation) -> int:
    paths = profile_paths(invocation.profile)
    if not paths.database.exists():
        return _open_window(paths, None)
    # Before anything that takes time to load: whoever clicks twice has the window of the first click at once.
    instance = SingleInstance(paths.window)
    try:
        taken = instance.take()
        if taken is None:
            return _refuse(paths, AppError(Code.PROFILE_IN_USE))
        # Where another window has the profile, that one has come to the front.
        return _open_window(paths, instance) if taken else 0
    except AppError as refused:
        return _refuse(paths, refused)
    finally:
        instance.close()


def _open_window(paths: ProfilePaths, instance: SingleInstance | None) -> int:
    from desktop.bootstrap import has_display, open_window

    # Who names a Qt platform knows what it needs; Qt itself would end the program without a word for the user.
    if not has_display() and not os.environ.get("QT_QPA_PLATFORM"):
        return command_line.tell_no_display(paths)
    try:
        return open_window(paths.folder, instance)
    except AppError as refused:
        return command_line.tell(refused, paths)


def _refuse(paths: ProfilePaths, refused: AppError) -> int:
    from desktop.bootstrap import has_display, show_refused

    if has_display():
        show_refused(paths, refused)
    return command_line.tell(refused, paths)


def _open(paths: ProfilePaths) -> "Application":
    # Imported late: a wrong call or a question for help need not wait for the database's libraries.
    from desktop.bootstrap import open_application

    return open_application(paths)


def _walk(application: "Application", folder: Path, language: str, theme: str) -> Sequence[Path]:
    from desktop.bootstrap import walk_screens

    return walk_screens(application, folder, language=language, theme=theme)


def _walk_states(application: "Application", folder: Path, language: str, theme: str) -> Sequence[Path]:
    from desktop.bootstrap import walk_states

    return walk_states(application, folder, language=language, theme=theme)


if __name__ == "__main__":
    sys.exit(main())
