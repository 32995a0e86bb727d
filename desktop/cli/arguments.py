"""What may be typed after ``roundsman``: commands, options, and how wrong ones are told."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from desktop import app_info
from desktop.system.i18n import LANGUAGES


class UsageError(Exception):
    """The call itself is wrong: an unknown command or option, a missing argument. ``usage`` shows how it goes."""

    def __init__(self, detail: str, usage: str = "") -> None:
        """``detail`` is English, as the argument parser says it."""
        super().__init__(detail)
        self.detail = detail
        self.usage = usage


class HelpAsked(Exception):  # noqa: N818 - not an error: somebody asked for help and gets it
    """Somebody asked for help or the version; ``text`` is the answer."""

    def __init__(self, text: str) -> None:
        """Carry the text to whoever prints."""
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call taken apart as far as its command: ``command`` is empty for the window, ``rest`` is the command's own."""

    command: str
    rest: tuple[str, ...]
    profile: Path | None
    demo: bool


class _Parser(argparse.ArgumentParser):
    """A parser that raises instead of printing and ending the process."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, self.format_usage().strip())

    def print_help(self, _file: object = None) -> None:
        raise HelpAsked(self.format_help())


def take_apart(argv: Sequence[str]) -> Invocation:
    """Find the command and the options that every call takes.

    Raises:
        UsageError: An option before the command is unknown.
        HelpAsked: ``--help`` or ``--version`` was given before any command.
    """
    parser = _Parser(prog="roundsman", add_help=False, allow_abbrev=False, usage=_overview())
    parser.add_argument("--profile", type=Path)
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--version", action="store_true")
    parser.add_argument("-h", "--help", action="store_true")
    parser.add_argument("command", nargs="?", default="")
    parser.add_argument("rest", nargs=argparse.REMAINDER)
    found = parser.parse_args(argv)
    if found.version:
        raise HelpAsked(f"{app_info.NAME} {app_info.VERSION}\n")
    if found.help:
        raise HelpAsked(_overview() + "\n")
    if found.command and found.command not in COMMANDS:
        raise UsageError(f"unknown command: {found.command}", _overview())
    return Invocation(found.command, tuple(found.rest), found.profile, found.demo)


def read_options(invocation: Invocation) -> argparse.Namespace:
    """Read the arguments of the command; ``profile`` may stand before or after it.

    Raises:
        UsageError: They are not what the command takes.
        HelpAsked: ``--help`` was among them.
    """
    if not invocation.command:
        raise UsageError("a command is missing", _overview())
    declared = COMMANDS[invocation.command]
    parser = _Parser(prog=f"roundsman {invocation.command}", description=declared.help, allow_abbrev=False)
    parser.add_argument("--profile", type=Path, default=invocation.profile, help="folder of another profile")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    declared.add(parser)
    given = _joined(invocation.rest)
    # Options and arguments may be mixed, unless "--" says where the options end.
    return parser.parse_args(given) if "--" in given else parser.parse_intermixed_args(given)


def _joined(arguments: Sequence[str]) -> list[str]:
    # "--sort -name" looks like two options to the parser; the minus belongs to the value.
    found: list[str] = []
    for each in arguments:
        if found and found[-1] == "--sort":
            found[-1] = f"--sort={each}"
        else:
            found.append(each)
    return found


@dataclass(frozen=True, slots=True)
class _Command:
    help: str
    add: Callable[[argparse.ArgumentParser], None]


def _nothing(_parser: argparse.ArgumentParser) -> None:
    return


def _init(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--server", required=True, metavar="URL")
    parser.add_argument("--user", required=True, metavar="NAME")
    parser.add_argument("--password-file", type=Path, metavar="FILE", help="its first line is the password")
    parser.add_argument("--key-file", type=Path, metavar="FILE", help="keep the key here instead of in the keyring")


def _type(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("type", metavar="TYPE")


def _record(parser: argparse.ArgumentParser) -> None:
    _type(parser)
    parser.add_argument("id", metavar="ID")


def _fields(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("fields", nargs="*", metavar="FIELD=VALUE")


def _add(parser: argparse.ArgumentParser) -> None:
    _type(parser)
    _fields(parser)


def _set(parser: argparse.ArgumentParser) -> None:
    _record(parser)
    _fields(parser)


def _where(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--where", action="append", default=[], metavar="QUESTION", help="'city = 深圳, 东莞 and owner = me'"
    )


def _set_many(parser: argparse.ArgumentParser) -> None:
    _type(parser)
    _fields(parser)
    _where(parser)
    parser.add_argument("--dry-run", action="store_true", help="only count what would change")


def _merge(parser: argparse.ArgumentParser) -> None:
    _type(parser)
    parser.add_argument("keep", metavar="KEEP")
    parser.add_argument("drop", metavar="DROP")


def _list(parser: argparse.ArgumentParser) -> None:
    _type(parser)
    _where(parser)
    parser.add_argument("--sort", action="append", default=[], metavar="FIELD", help="-FIELD for largest first")
    parser.add_argument("--limit", type=_count)
    parser.add_argument("--deleted", action="store_true", help="the deleted ones instead")


def _show(parser: argparse.ArgumentParser) -> None:
    _record(parser)
    parser.add_argument("--history", action="store_true")


def _search(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT")
    parser.add_argument("--limit", type=_count, default=50)


def _item(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")


def _yes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="delete very many records at once, too")


def _take_back(parser: argparse.ArgumentParser) -> None:
    _yes(parser)
    parser.add_argument("--rest", action="store_true", help="leave what was changed since, take the rest")


def _delete(parser: argparse.ArgumentParser) -> None:
    _record(parser)
    _yes(parser)


def _resend(parser: argparse.ArgumentParser) -> None:
    _item(parser)
    _yes(parser)


def _mend(parser: argparse.ArgumentParser) -> None:
    _item(parser)
    parser.add_argument("fields", nargs="+", metavar="FIELD=VALUE")


def _resolve(parser: argparse.ArgumentParser) -> None:
    _item(parser)
    _yes(parser)
    parser.add_argument("answer", nargs="*", metavar="mine|theirs|current|proposed|VALUE")
    parser.add_argument("--of", metavar="NAME", help="take what this colleague wrote")


def _history(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("type", nargs="?", metavar="TYPE")
    parser.add_argument("id", nargs="?", metavar="ID")
    parser.add_argument("--limit", type=_count, default=50)


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--as", dest="type", required=True, metavar="TYPE")
    parser.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN")
    parser.add_argument("--dry-run", action="store_true")


def _export(parser: argparse.ArgumentParser) -> None:
    _type(parser)
    parser.add_argument("--to", type=Path, required=True, metavar="FILE")
    _where(parser)


def _attach(parser: argparse.ArgumentParser) -> None:
    _record(parser)
    parser.add_argument("file", type=Path, metavar="FILE")


def _file(parser: argparse.ArgumentParser) -> None:
    _item(parser)
    parser.add_argument("--to", type=Path, required=True, metavar="PATH", help="a folder, or the file itself")


def _recover(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--user", metavar="NAME", help="sign in again, where nothing that is left knows who works here")
    parser.add_argument("--server", metavar="URL", help="the profile's own where it is not given")
    parser.add_argument("--password-file", type=Path, metavar="FILE", help="its first line is the password")


def _backup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR")


def _tour(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--lang", choices=tuple(LANGUAGES))
    parser.add_argument("--theme", choices=("light", "dark"))
    parser.add_argument("--states", action="store_true", help="every state of sync instead, played on a copy")


def _count(text: str) -> int:
    if not text.isdecimal():
        message = f"not a whole number from 0: {text}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


COMMANDS: dict[str, _Command] = {
    "init": _Command("sign in, register this laptop, first sync", _init),
    "sync": _Command("send what waits, receive what is new", _nothing),
    "status": _Command("where this laptop stands; never asks the network", _nothing),
    "list": _Command("list records", _list),
    "show": _Command("show one record", _show),
    "add": _Command("add a record; prints its id", _add),
    "set": _Command("change fields; FIELD= clears, tags+=x, tags-=x, points+=3", _set),
    "set-many": _Command("change fields of all records that --where finds; --dry-run only counts", _set_many),
    "delete": _Command("delete a record; undo or restore brings it back", _delete),
    "restore": _Command("bring a deleted record back", _record),
    "merge": _Command("say that two customers are one; KEEP stands for DROP as well", _merge),
    "unmerge": _Command("part them again", _record),
    "search": _Command("find records by words", _search),
    "conflicts": _Command("list what needs a choice between two values", _nothing),
    "resolve": _Command("choose", _resolve),
    "attention": _Command("list what was not accepted, with its values", _nothing),
    "resend": _Command("send the values again as a new edit, with all that waits for it", _resend),
    "mend": _Command("change values that were not accepted, and send them as a new edit", _mend),
    "discard": _Command("put the values aside, with all that waits for them", _item),
    "undo": _Command("take the last act back", _take_back),
    "redo": _Command("do what was taken back again", _take_back),
    "history": _Command("what happened to a record, or what was done here", _history),
    "import": _Command("take rows of a CSV file in", _import),
    "export": _Command("write records to a CSV file", _export),
    "attach": _Command("attach a file to a record; prints the attachment's id", _attach),
    "file": _Command("save the file of an attachment, fetching it if it is not here", _file),
    "doctor": _Command("check key, database, search, journal, clock, server; repair what is safe", _nothing),
    "backup": _Command("copy the profile into a new folder, encrypted, while it is in use", _backup),
    "recover": _Command("make a destroyed database anew; edits that were not sent stay", _recover),
    "tour": _Command("walk the main screens and write pictures", _tour),
}
"""Every command with what it is for and what it takes."""


def _overview() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {each.help}" for name, each in COMMANDS.items()]
    return "\n".join(
        (
            "roundsman [--profile DIR] [COMMAND ...]",
            "",
            f"  {'':<{width}}  without a command: the window",
            f"  {'--demo':<{width}}  a throw-away profile with sample data and a local server",
            *lines,
            "",
            "roundsman COMMAND --help says more.",
        )
    )
