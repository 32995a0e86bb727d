"""``roundsman-server``: reads the command line, opens the database, runs one command.

Exit codes: 0 done, 1 refused or failed (a sentence on stderr), 2 usage.
"""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from sync.contract.clock import SystemClock
from sync.contract.errors import AppError
from sync.contract.fields import Role
from sync.server import admin, keeping
from sync.server.incidents import report
from sync.server.log import Log, open_log
from sync.server.output import complain
from sync.server.places import default_url

_DATABASE = "sqlite:///FILE or postgresql://...; a file of its own without it"

_MOST_WORKERS = 64

Run = Callable[[Any, argparse.Namespace], int]
"""A command; it is given the opened database, but for the one that makes it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        given = _parser().parse_args(arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 2
    run: Run = given.run
    try:
        if run is keeping.run_restore:
            # The one command that makes its database itself.
            return keeping.run_restore(given.db or default_url(), given)
        log = open_log(given.db or default_url(), SystemClock())
        try:
            return run(log, given)
        finally:
            log.close()
    except AppError as refusal:
        complain(refusal.detail)
    except SQLAlchemyError as error:
        complain(
            f"The database does not answer as it should; the log has the details under {report('command', error)}."
        )
    except KeyboardInterrupt:
        complain("Stopped.")
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python would complain once more when it closes the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:  # noqa: BLE001 - the program's edge: a sentence and a line in the log, no traceback
        complain(f"Something unexpected happened; the log has the details under {report('command', error)}.")
    return 1


def _parser() -> argparse.ArgumentParser:
    database = argparse.ArgumentParser(add_help=False)
    # Before or after the command: what is not said after it must not undo what was said before.
    database.add_argument("--db", metavar="URL", help=_DATABASE, default=argparse.SUPPRESS)
    parser = argparse.ArgumentParser(prog="roundsman-server", description="The office side of Roundsman.")
    parser.add_argument("--db", metavar="URL", help=_DATABASE)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(group: Any, name: str, run: Run, text: str) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse's own type is private
        made: argparse.ArgumentParser = group.add_parser(name, parents=[database], help=text, description=text)
        made.set_defaults(run=run)
        return made

    _add_serve(add(commands, "serve", admin.run_serve, "Serve laptops until told to end."))
    _add_seed(add(commands, "seed", _run_seed, "Fill the database with data to begin with."))
    users = commands.add_parser("user", help="Users.").add_subparsers(required=True, metavar="COMMAND")
    _add_user(add(users, "add", admin.run_user_add, "Add a user; prints a one-time password without a file."))
    _add_user(add(users, "set", admin.run_user_set, "Change a user."), changing=True)
    _add_json(add(users, "list", admin.run_user_list, "List all users."))
    for name, run in (("enable", admin.run_user_enable), ("disable", admin.run_user_disable)):
        add(users, name, run, f"{name.capitalize()} a user.").add_argument("name", metavar="NAME")
    territories = commands.add_parser("territory", help="Territories.").add_subparsers(required=True, metavar="COMMAND")
    _add_move(add(territories, "move", admin.run_territory_move, "Move accounts into a territory."))
    devices = commands.add_parser("device", help="Laptops.").add_subparsers(required=True, metavar="COMMAND")
    _add_json(add(devices, "list", admin.run_device_list, "List all laptops."))
    add(devices, "revoke", admin.run_device_revoke, "End a laptop's sign-in.").add_argument("id", metavar="ID")
    checking = add(commands, "check", admin.run_check, "Check the database against its log, and its files.")
    _add_json(checking)
    _add_files(checking)
    copying = add(commands, "backup", keeping.run_backup, "Copy database and files into a new folder, while serving.")
    bringing = add(commands, "restore", keeping.run_restore, "Make an office of such a copy, in an empty database.")
    for each in (copying, bringing):
        keeping.configure_copy(each)
        _add_files(each)
    keeping.configure_lost(add(commands, "lost", keeping.run_lost, "List what did not come back after a restore."))
    keeping.configure_compact(add(commands, "compact", keeping.run_compact, "Remove superseded changes from the log."))
    _add_files(add(commands, "sweep", admin.run_sweep, "Remove files of which the last attachment is long deleted."))
    return parser


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", metavar="H")
    parser.add_argument("--port", type=_port, default=8470, metavar="P", help="0 takes any free one")
    parser.add_argument("--workers", type=_workers, default=1, metavar="N", help="processes that serve; 1 without it")
    parser.add_argument("--tls-cert", type=Path, metavar="F")
    parser.add_argument("--tls-key", type=Path, metavar="F")
    parser.add_argument("--chunks", type=Path, metavar="DIR", help="folder of first syncs; beside the database without")
    parser.add_argument("--chunks-mb", type=_size, default=1024, metavar="N", help="its size at most; 0 keeps nothing")
    _add_files(parser)


def _add_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--files", type=Path, metavar="DIR", help="folder of the files; beside the database without it")


def _add_seed(parser: argparse.ArgumentParser) -> None:
    from sync.server.seeding import configure_seed

    configure_seed(parser)


def _run_seed(log: Log, given: argparse.Namespace) -> int:
    from sync.server.seeding import run_seed

    return run_seed(log, given)


def _add_user(parser: argparse.ArgumentParser, *, changing: bool = False) -> None:
    parser.add_argument("name", metavar="NAME", type=_login, help="what the user signs in with")
    parser.add_argument("--role", choices=[each.value for each in Role], required=not changing)
    parser.add_argument("--territory", action="append", metavar="T", help="made when it is new; may be repeated")
    parser.add_argument("--password-file", type=Path, metavar="F", help="its first line is the password")
    if not changing:
        parser.add_argument("--full-name", metavar="TEXT", help="what colleagues see; the login without it")


def _add_move(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("account", nargs="*", metavar="ACCOUNT", help="id, its last 6 or more characters, or name")
    parser.add_argument("--from", dest="origin", metavar="A", help="all accounts of this territory")
    parser.add_argument("--to", required=True, metavar="B", help="made when it is new")


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number < 2**16:
        raise argparse.ArgumentTypeError("a port is between 0 and 65535")
    return number


def _size(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("a size is not below 0")
    return number


def _workers(text: str) -> int:
    number = int(text)
    if not 0 < number <= _MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"between 1 and {_MOST_WORKERS}")
    return number


def _login(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("a user needs a name")
    return text.strip()


if __name__ == "__main__":
    sys.exit(main())
