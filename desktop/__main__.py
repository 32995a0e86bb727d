"""Where the program begins: without a command the window, with one the command line."""

import contextlib
import sys
from collections.abc import Sequence

from desktop import bootstrap
from desktop.cli import main as command_line
from desktop.cli.arguments import HelpAsked, UsageError, take_apart


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says; gives the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    with contextlib.suppress(HelpAsked, UsageError):  # the command line tells these, in the right place and language
        invocation = take_apart(arguments)
        if not invocation.command:
            return bootstrap.open_window(invocation.profile)
    return command_line.main(arguments, bootstrap.open_application)


if __name__ == "__main__":
    sys.exit(main())
