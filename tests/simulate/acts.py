"""What people do on their laptops; each act gives the words in which the story tells it."""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from desktop.commands.attention import Mend, Resend
from desktop.commands.bus import Command
from desktop.commands.files import AttachFile, FileFacts
from desktop.commands.records import AddRecord
from desktop.domain.choosing import Choice
from desktop.store.connections import raw
from sync.contract.errors import AppError, Code
from tests.simulate.chance import short
from tests.simulate.worlds import SimLaptop

POISON = "poison"
"""What the office's program breaks on when it is told to."""

_FEW = 3
_SAME = 0.45
_WORDS = ("alpha", "beta", "gamma")
_TAGS = ("red", "green", "blue", "gold")


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody's turn to do something. ``number`` is the step's, and what is new in its values."""

    laptop: SimLaptop
    chance: random.Random
    number: int

    def pick(self, record_type: str) -> str:
        """Choose the oldest record of a type that the laptop has, or one of the youngest, so that people meet."""
        found = by_age(self.laptop, record_type)
        if not found:
            raise AppError(Code.RECORD_NOT_FOUND, type=record_type)
        # The oldest ones were there at the beginning, so that everybody has them.
        return found[0] if self.chance.random() < _SAME else self.chance.choice(found[-_FEW:])

    def seen(self, record_type: str, record: str) -> dict[str, Any]:
        """Give what the person sees of a record."""
        return self.laptop.get(record_type, record) or {}


def by_age(laptop: SimLaptop, record_type: str) -> list[str]:
    """List the records of a type that a laptop has, hidden ones too, the youngest last."""
    with laptop.database.reading() as connection:
        table = laptop.database.schema.table(record_type).name
        ids = [row[0] for row in raw(connection).execute(f"SELECT id FROM {table}")]
    return sorted(ids, key=_age)


def _age(record: str) -> str:
    return record[-12:]


def edit_account(turn: Turn) -> str:
    """Change one field of an account, of one merge rule or another."""
    number, chance = turn.number, turn.chance
    changes: dict[str, Any] = chance.choice(
        [
            {"phone": f"+86 21 {number}"},
            {"phone": chance.choice(("110", "120"))},
            {"phone": f"+86 10 {number}", "email": f"m{number}@example.com"},
            {"phone": f"+86 571 {number}"},
            {"email": f"n{number}@example.com"},
            {"address": f"Road {number}"},
            {"city": f"City {number}"},
            {"address": f"Lane {number}", "city": f"Town {number}"},
            {"segment": None},
            {"segment": f"segment {number}", "phone": f"+86 755 {number}"},
            {"external_source": f"source {number}"},
            {"last_visit_at": f"2026-11-{chance.randint(1, 28):02d}T09:00:00.000Z"},
            {"customer_since": f"20{chance.randint(10, 26)}-01-01"},
        ]
    )
    return _set(turn, "account", changes)


def poison(turn: Turn) -> str:
    """Write a value on which the office's program breaks."""
    return _set(turn, "account", {"website": f"https://{POISON}{turn.number}.example.com"})


def count_points(turn: Turn) -> str:
    """Add to a counter."""
    record, more = turn.pick("account"), turn.chance.choice((-2, 1, 1, 3))
    turn.laptop.set("account", record, points=(turn.seen("account", record).get("points") or 0) + more)
    return f"adds {more} points to account {short(record)}"


def tag(turn: Turn) -> str:
    """Put a tag on an account or take it off."""
    record, wanted = turn.pick("account"), turn.chance.choice(_TAGS)
    tags = set(turn.seen("account", record).get("tags") or ()) ^ {wanted}
    turn.laptop.set("account", record, tags=sorted(tags) or None)
    return f"toggles tag {wanted} of account {short(record)}"


def write(turn: Turn) -> str:
    """Add a line to a long text, at its beginning or its end, or change one of its lines."""
    record, line = turn.pick("account"), f"{turn.chance.choice(_WORDS)} {turn.number}"
    lines = (turn.seen("account", record).get("description") or "").splitlines()
    place = turn.chance.choice(("begin", "end", "change"))
    if place == "change" and lines:
        lines[turn.chance.randrange(len(lines))] = line
    elif place == "begin":
        lines.insert(0, line)
    else:
        lines.append(line)
    turn.laptop.set("account", record, description="\n".join(lines))
    return f"writes {line!r} ({place}) in account {short(record)}"


def edit_task(turn: Turn) -> str:
    """Change a task."""
    changes: dict[str, Any] = turn.chance.choice(
        [{"title": f"task {turn.number}"}, {"done": True}, {"done": False}, {"priority": "high"}, {"priority": "low"}]
    )
    return _set(turn, "task", changes)


def edit_contact(turn: Turn) -> str:
    """Change a contact, or move it to another account."""
    number = turn.number
    changes: dict[str, Any] = turn.chance.choice(
        [{"mobile": f"138 {number}"}, {"name": f"Li {number}"}, {"account": turn.pick("account")}]
    )
    return _set(turn, "contact", changes)


def create(turn: Turn) -> str:
    """Make a record."""
    number, account = turn.number, turn.pick("account")
    kind, values = turn.chance.choice(
        [
            ("account", {"name": f"account {number}"}),
            ("task", {"title": f"task {number}"}),
            ("task", {"title": f"task {number}", "account": account}),
            ("contact", {"name": f"contact {number}", "account": account}),
            ("activity", {"kind": "visit", "account": account, "body": f"visit {number}"}),
        ]
    )
    made = str(turn.laptop.run(AddRecord(kind, values)))
    return f"makes {kind} {short(made)} {_told(values)}"


def delete(turn: Turn) -> str:
    """Delete a record."""
    kind = turn.chance.choice(("account", "task", "task", "contact"))
    record = turn.pick(kind)
    turn.laptop.delete(kind, record)
    return f"deletes {kind} {short(record)}"


def restore(turn: Turn) -> str:
    """Bring a record back, if it is deleted."""
    kind = turn.chance.choice(("account", "task", "contact"))
    record = turn.pick(kind)
    turn.laptop.restore(kind, record)
    return f"restores {kind} {short(record)}"


def undo(turn: Turn) -> str:
    """Take the last act back."""
    turn.laptop.undo()
    return "undoes the last act"


def choose(turn: Turn) -> str:
    """Answer a question."""
    open_questions = sorted(turn.laptop.questions(), key=lambda each: _age(each.id))
    if not open_questions:
        raise AppError(Code.RECORD_NOT_FOUND, type="conflict")
    view = turn.chance.choice(open_questions)
    choice = turn.chance.choice(list(Choice))
    turn.laptop.choose(view.id, choice)
    return f"chooses {choice.value} for {view.field} of {view.type} {short(view.record)}"


def attend(turn: Turn) -> str:
    """Send once more, or put aside, what was not accepted."""
    waiting = sorted(turn.laptop.reads.attention(), key=lambda each: _age(each.id))
    if not waiting:
        raise AppError(Code.NOTHING_TO_ATTEND)
    view, again = turn.chance.choice(waiting), turn.chance.random() < 0.5
    if again:
        _send(turn, Resend(view.id))
    else:
        turn.laptop.discard(view.id)
    return f"{'resends' if again else 'discards'} the edit {short(view.id)}"


def mend(turn: Turn) -> str:
    """Send once more, with another value, what was not accepted."""
    waiting = sorted(turn.laptop.reads.attention(), key=lambda each: _age(each.id))
    if not waiting:
        raise AppError(Code.NOTHING_TO_ATTEND)
    view = turn.chance.choice(waiting)
    mended = {"website": f"https://mended{turn.number}.example.com"} if "website" in view.values else {}
    turn.laptop.run(Mend(view.id, mended))
    return f"mends the edit {short(view.id)}"


def attach(turn: Turn) -> str:
    """Attach a file to an account."""
    record, content = turn.pick("account"), f"file {turn.number % 7} ".encode() * turn.chance.randint(1, 40)
    parcel = turn.laptop.files.take_in(io.BytesIO(content))
    facts = FileFacts(sha256=parcel.sha256, size=parcel.size, name=f"f{turn.number}.txt", media_type="text/plain")
    made = str(turn.laptop.run(AttachFile("account", record, facts)))
    return f"attaches {parcel.size} bytes to account {short(record)} as {short(made)}"


def _send(turn: Turn, command: Command) -> None:
    """Send once more; of deletions that the office held their author is asked now, and agrees."""
    try:
        turn.laptop.run(command)
    except AppError as asking:
        if asking.code is not Code.MASS_DELETION:
            raise
        command.consent = True
        turn.laptop.run(command)


def _set(turn: Turn, record_type: str, changes: dict[str, Any]) -> str:
    record = turn.pick(record_type)
    turn.laptop.set(record_type, record, **changes)
    return f"sets {_told(changes)} of {record_type} {short(record)}"


def _told(values: dict[str, Any]) -> str:
    shown = {name: short(value) if name == "account" else value for name, value in values.items()}
    return ", ".join(f"{name}={value!r}" for name, value in shown.items())


ACTS: dict[str, Callable[[Turn], str]] = {
    each.__name__: each
    for each in (
        edit_account,
        count_points,
        tag,
        write,
        edit_task,
        edit_contact,
        create,
        delete,
        restore,
        undo,
        choose,
        attend,
        poison,
        mend,
        attach,
    )
}
