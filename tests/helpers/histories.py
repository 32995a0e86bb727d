"""Random histories of a small world: edits, deletes, undos, choices and broken syncs, all decided by one seed.

After ``live`` the world may be in any mess; ``heal`` syncs without faults until nothing moves. What must hold then is
in ``tests.helpers.oracle``.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from desktop.commands.records import AddRecord
from desktop.domain.choosing import Choice
from sync.contract.errors import AppError, Code
from tests.helpers.small_world import Laptop, World

MAX_ROUNDS = 8
"""More rounds than this without coming to rest is a ping-pong."""

_FEW = 3
_LOST_REQUEST = 0.08
_LOST_REPLY = 0.10
_EDIT_MEANWHILE = 0.08
_KILLED = 0.01
_MOVED = 0.03
_COMPARED = 0.2
_WORDS = ("alpha", "beta", "gamma")
_TAGS = ("red", "green", "blue", "gold")
_FAULTS = frozenset({Code.SERVER_UNREACHABLE})
# What a person is told when a colleague was faster; the edit was never made, so nothing can be lost.
REFUSALS = frozenset(
    {
        Code.RECORD_DELETED,
        Code.RECORD_NOT_FOUND,
        Code.REFERENCE_NOT_FOUND,
        Code.NOTHING_TO_UNDO,
        Code.UNDO_PASSED_OVER,
        Code.CHANGED_SINCE,
        Code.VALUE_NOT_A_CHOICE,
        Code.RECORD_READ_ONLY,
    }
)


@dataclass
class History:
    """One seed's life of a world. ``told`` is what happened, for the message of a failing test."""

    world: World
    seed: int
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._count = 0

    def live(self, steps: int) -> None:
        """Let ``steps`` things happen."""
        for _ in range(steps):
            laptop = self._random.choice(self.world.laptops)
            dice = self._random.random()
            if dice < 0.68:
                self._act(laptop)
            elif dice < 0.68 + _MOVED:
                self._move_account()
            elif dice < 0.68 + _MOVED + _KILLED:
                self._tell(laptop, "is killed and started again")
                laptop.reopen()
            else:
                self._sync_with_faults(laptop)

    def heal(self) -> int:
        """Sync everybody until nothing moves; gives the number of rounds it took."""
        for laptop in self.world.laptops:
            laptop.office = self.world.dial(laptop.database.meta.token)
        for number in range(1, MAX_ROUNDS + 1):
            reports = [laptop.sync() for laptop in self.world.laptops]
            if not any(each.pushed or each.pulled for each in reports):
                return number
        raise AssertionError(f"the laptops do not come to rest within {MAX_ROUNDS} rounds")

    def story(self) -> str:
        """Tell everything that happened."""
        return f"seed {self.seed}:\n" + "\n".join(self.told)

    def _tell(self, laptop: Laptop, what: str) -> None:
        self.told.append(f"  {laptop.name} {what}")

    def _act(self, laptop: Laptop) -> None:
        act = self._random.choice(_ACTS)
        try:
            self._tell(laptop, act(self, laptop))
        except AppError as refusal:
            if refusal.code not in REFUSALS:
                raise
            self._tell(laptop, f"was refused: {refusal.code.value} {refusal.data}")

    def _sync_with_faults(self, laptop: Laptop) -> None:
        laptop.office.before = lambda name: self._meanwhile(laptop, name)
        laptop.office.after = lambda name: self._maybe_lose(laptop, name, _LOST_REPLY, "reply to")
        laptop.office.pull_limit = self._random.choice((1, 2, 5, None))
        self._tell(laptop, "begins a sync")
        try:
            report = laptop.sync(compare=self._random.random() < _COMPARED)
        except AppError as refusal:
            if refusal.code not in _FAULTS:
                raise
            return
        self._tell(laptop, f"synced: {report.pushed} out, {report.pulled} in, {report.conflicts} to choose")

    def _meanwhile(self, laptop: Laptop, name: str) -> None:
        if self._random.random() < _EDIT_MEANWHILE:
            self._act(laptop)
        self._maybe_lose(laptop, name, _LOST_REQUEST, "request")

    def _maybe_lose(self, laptop: Laptop, name: str, chance: float, what: str) -> None:
        if self._random.random() < chance:
            self._tell(laptop, f"loses its {what} {name}")
            raise AppError(Code.SERVER_UNREACHABLE)

    def _move_account(self) -> None:
        """Let an administrator give an account to another territory, which some lose and others gain."""
        with self.world.office.log.writing() as writer:
            accounts = writer.find("account", "kind", "company")[-_FEW:]
            territories = [writer.find("territory", "name", name)[0] for name in ("North", "South")]
            account, territory = self._random.choice(accounts), self._random.choice(territories)
            moved = writer.patch("account", account, {"territory": territory})
        self.told.append(f"  account {account[-4:]} is given to {territory[-4:]}{'' if moved else ', which has it'}")

    # ------------------------------------------------------------------------------------------ what people do

    def _next(self) -> int:
        self._count += 1
        return self._count

    def pick(self, laptop: Laptop, record_type: str) -> str:
        """Choose one of the youngest records of a type that the laptop has, so that people meet at few of them."""
        with laptop.database.reading() as connection:
            table = laptop.database.schema.table(record_type)
            ids = [str(row[0]) for row in connection.execute(table.select().with_only_columns(table.c.id))]
        if not ids:
            raise AppError(Code.RECORD_NOT_FOUND, type=record_type)
        return self._random.choice(sorted(ids)[-_FEW:])

    def edit_account(self, laptop: Laptop) -> str:
        """Change one field of an account, of one merge rule or another."""
        record, number = self.pick(laptop, "account"), self._next()
        changes: dict[str, Any] = self._random.choice(
            [
                {"phone": f"+86 21 {number}"},
                {"phone": self._random.choice(("110", "120"))},
                {"email": f"n{number}@example.com"},
                {"address": f"Road {number}"},
                {"city": f"City {number}"},
                {"address": f"Lane {number}", "city": f"Town {number}"},
                {"segment": None},
                {"segment": f"segment {number}", "phone": f"+86 755 {number}"},
                {"external_source": f"source {number}"},
                {"last_visit_at": f"2026-11-{self._random.randint(1, 28):02d}T09:00:00.000Z"},
                {"customer_since": f"20{self._random.randint(10, 26)}-01-01"},
            ]
        )
        laptop.set("account", record, **changes)
        return f"sets {changes} of account {record[-4:]}"

    def count_points(self, laptop: Laptop) -> str:
        """Add to a counter."""
        record, more = self.pick(laptop, "account"), self._random.choice((-2, 1, 1, 3))
        known = laptop.get("account", record) or {}
        laptop.set("account", record, points=(known.get("points") or 0) + more)
        return f"adds {more} points to account {record[-4:]}"

    def tag(self, laptop: Laptop) -> str:
        """Put a tag on an account or take it off."""
        record, tag = self.pick(laptop, "account"), self._random.choice(_TAGS)
        tags = set((laptop.get("account", record) or {}).get("tags") or ()) ^ {tag}
        laptop.set("account", record, tags=sorted(tags) or None)
        return f"toggles tag {tag} of account {record[-4:]}"

    def write(self, laptop: Laptop) -> str:
        """Add a line to a long text, at its beginning or its end, or change one of its lines."""
        record, line = self.pick(laptop, "account"), f"{self._random.choice(_WORDS)} {self._next()}"
        lines = ((laptop.get("account", record) or {}).get("description") or "").splitlines()
        place = self._random.choice(("begin", "end", "change"))
        if place == "change" and lines:
            lines[self._random.randrange(len(lines))] = line
        elif place == "begin":
            lines.insert(0, line)
        else:
            lines.append(line)
        laptop.set("account", record, description="\n".join(lines))
        return f"writes {line!r} ({place}) in account {record[-4:]}"

    def edit_task(self, laptop: Laptop) -> str:
        """Change a task."""
        record, number = self.pick(laptop, "task"), self._next()
        changes: dict[str, Any] = self._random.choice(
            [{"title": f"task {number}"}, {"done": True}, {"done": False}, {"priority": "high"}, {"priority": "low"}]
        )
        laptop.set("task", record, **changes)
        return f"sets {changes} of task {record[-4:]}"

    def edit_contact(self, laptop: Laptop) -> str:
        """Change a contact, or move it to another account."""
        record, number = self.pick(laptop, "contact"), self._next()
        changes: dict[str, Any] = self._random.choice(
            [{"mobile": f"138 {number}"}, {"name": f"Li {number}"}, {"account": self.pick(laptop, "account")}]
        )
        laptop.set("contact", record, **changes)
        return f"sets {changes} of contact {record[-4:]}"

    def create(self, laptop: Laptop) -> str:
        """Make a record."""
        number = self._next()
        account = self.pick(laptop, "account")
        kind, values = self._random.choice(
            [
                ("account", {"name": f"account {number}"}),
                ("task", {"title": f"task {number}"}),
                ("task", {"title": f"task {number}", "account": account}),
                ("contact", {"name": f"contact {number}", "account": account}),
                ("activity", {"kind": "visit", "account": account, "body": f"visit {number}"}),
            ]
        )
        made = str(laptop.run(AddRecord(kind, values)))
        return f"makes {kind} {made[-4:]} {values}"

    def delete(self, laptop: Laptop) -> str:
        """Delete a record."""
        kind = self._random.choice(("account", "task", "task", "contact"))
        record = self.pick(laptop, kind)
        laptop.delete(kind, record)
        return f"deletes {kind} {record[-4:]}"

    def restore(self, laptop: Laptop) -> str:
        """Bring a record back, if it is deleted."""
        kind = self._random.choice(("account", "task", "contact"))
        record = self.pick(laptop, kind)
        laptop.restore(kind, record)
        return f"restores {kind} {record[-4:]}"

    def undo(self, laptop: Laptop) -> str:
        """Take the last act back."""
        laptop.undo()
        return "undoes the last act"

    def choose(self, laptop: Laptop) -> str:
        """Answer a question."""
        open_questions = laptop.questions()
        if not open_questions:
            raise AppError(Code.RECORD_NOT_FOUND, type="conflict")
        view = self._random.choice(open_questions)
        choice = self._random.choice(list(Choice))
        laptop.choose(view.id, choice)
        return f"chooses {choice.value} for {view.field} of {view.type} {view.record[-4:]}"


_ACTS: tuple[Callable[[History, Laptop], str], ...] = (
    *(History.edit_account,) * 5,
    *(History.count_points,) * 2,
    *(History.tag,) * 2,
    *(History.write,) * 2,
    *(History.edit_task,) * 2,
    *(History.edit_contact,) * 2,
    *(History.create,) * 2,
    History.delete,
    History.restore,
    History.undo,
    *(History.choose,) * 2,
)
