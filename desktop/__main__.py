"""Where the program begins: without a command the window, with one the command line."""

import contextlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop.cli import main as command_line
from desktop.cli.arguments import HelpAsked, UsageError, take_apart
from desktop.system.paths import ProfilePaths

if TYPE_CHECKING:
    from desktop.services.application import Application


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says; gives the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    with contextlib.suppress(HelpAsked, UsageError):  # the command line tells these, in the right place and language
        invocation = take_apart(arguments)
        if not invocation.command:
            from desktop.bootstrap import open_window

            return open_window(invocation.profile)
    return command_line.main(arguments, _open)


def _open(paths: ProfilePaths) -> "Application":
    # Imported late: a wrong call or a question for help need not wait for the database's libraries.
    from desktop.bootstrap import open_application

    return open_application(paths)


if __name__ == "__main__":
    sys.exit(main())
