"""What the office does of itself: it says who sees what."""

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from sync.contract.errors import AppError, Code
from sync.contract.fields import Role
from sync.server.log import Writer
from sync.server.people import assign
from tests.simulate.chance import short
from tests.simulate.steps import Step
from tests.simulate.worlds import TERRITORIES, SimLaptop

if TYPE_CHECKING:
    from tests.simulate.history import History


_FEW = 4


def write(history: "History", step: Step, work: Callable[[Writer], str]) -> None:
    """Let the office write something, and tell it if it changed anything."""
    try:
        with history.world.office.log.writing() as writer:
            told = work(writer)
    except AppError as refusal:
        # Every account may be deleted by now.
        if refusal.code is not Code.RECORD_NOT_FOUND:
            raise
        return
    if told:
        history.tell(None, step.number, told)
        history.happened[step.kind] += 1


def move_account(history: "History", step: Step, _laptop: SimLaptop, chance: random.Random) -> None:
    """Give an account to a territory."""

    def move(writer: Writer) -> str:
        account, name = some_account(writer, chance), chance.choice(TERRITORIES)
        moved = writer.patch("account", account, {"territory": writer.find("territory", "name", name)[0]})
        return f"gives account {short(account)} to {name}" if moved else ""

    write(history, step, move)


def change_owner(history: "History", step: Step, _laptop: SimLaptop, chance: random.Random) -> None:
    """Give an account to an owner."""

    def change(writer: Writer) -> str:
        account, login = some_account(writer, chance), chance.choice(("ana", "ben", "dora"))
        changed = writer.patch("account", account, {"owner": writer.find("user", "login", login)[0]})
        return f"makes {login} the owner of account {short(account)}" if changed else ""

    write(history, step, change)


def share(history: "History", step: Step, _laptop: SimLaptop, chance: random.Random) -> None:
    """Share an account with somebody."""

    def share(writer: Writer) -> str:
        account, login = some_account(writer, chance), chance.choice(("ana", "ben", "dora"))
        writer.create("share", {"account": account, "user": writer.find("user", "login", login)[0]})
        return f"shares account {short(account)} with {login}"

    write(history, step, share)


def unshare(history: "History", step: Step, _laptop: SimLaptop, chance: random.Random) -> None:
    """End the shares of an account."""

    def unshare(writer: Writer) -> str:
        account = some_account(writer, chance)
        shares = [each for each in writer.find("share", "account", account) if writer.delete("share", each)]
        return f"ends {len(shares)} shares of account {short(account)}" if shares else ""

    write(history, step, unshare)


def assign_territories(history: "History", step: Step, _laptop: SimLaptop, chance: random.Random) -> None:
    """Give somebody other territories."""

    def give(writer: Writer) -> str:
        login = chance.choice(("ana", "ben", "dora"))
        names = chance.choice((("North",), ("South",), TERRITORIES, ()))
        assign(writer, writer.find("user", "login", login)[0], names)
        return f"gives {login} the territories {', '.join(names) or 'none'}"

    write(history, step, give)


def change_role(history: "History", step: Step, _laptop: SimLaptop, chance: random.Random) -> None:
    """Give somebody another role."""

    def change(writer: Writer) -> str:
        login, role = chance.choice(("ana", "ben", "dora")), chance.choice((Role.REP, Role.REP, Role.MANAGER))
        changed = writer.patch("user", writer.find("user", "login", login)[0], {"role": role.value})
        return f"makes {login} a {role.value}" if changed else ""

    write(history, step, change)


def some_account(writer: Writer, chance: random.Random) -> str:
    """Choose one of the youngest accounts of the office."""
    found = sorted(writer.find("account", "kind", "company"), key=lambda each: each[-12:])
    if not found:
        raise AppError(Code.RECORD_NOT_FOUND, type="account")
    return chance.choice(found[-_FEW:])
