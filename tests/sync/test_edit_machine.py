"""Edits on several laptops, syncs that break, accounts that change hands: where each edit is in the end (SYNC.md 1.8).

Hypothesis chooses what happens; the stores, the engine and the office are the real ones. The model beside them knows no
merge code and no tables. It only keeps what each act wrote and what its author had before their eyes, and asks at the
end, through what people can see: is it there, was it replaced by somebody who saw it, is it asked about, or does it
wait among what was not accepted? ``ROUNDSMAN_EXAMPLES=500`` looks for longer.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from desktop.domain.listing import Listing
from sync.contract.clock import SystemClock
from sync.contract.errors import AppError, Code
from tests.helpers.histories import REFUSALS
from tests.helpers.small_world import Laptop, Template, World

EXAMPLES = int(os.environ.get("ROUNDSMAN_EXAMPLES", "8"))
STEPS = 20
ROUNDS = 8
NAMES = st.sampled_from(("ana", "ana-2", "ben", "dora"))
WHICH = st.integers(0, 1)
REQUESTS = ("hello", "push", "pull")


SETTINGS = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
)


class Wandering(SystemClock):
    """A clock that each laptop sets as it likes; the office's is right."""

    def __init__(self) -> None:
        self.off = timedelta()

    def now(self) -> datetime:
        """Give the present as this clock is set."""
        return datetime.now(UTC) + self.off


@dataclass
class Act:
    """What somebody wrote: a value, a line, a tag, or so many points more."""

    who: str
    record: str
    field: str
    wrote: Any
    gone: frozenset[str]
    """What the author saw there and took away or wrote over."""


class Office(RuleBasedStateMachine):
    """Four laptops, two accounts and two tasks that everybody writes at."""

    open_world: Callable[[], World]
    clock: Wandering

    @initialize()
    def open(self) -> None:
        self.world = type(self).open_world()
        self.number = 0
        self.acts: list[Act] = []
        self.deletions: list[tuple[str, frozenset[str]]] = []
        self.skew = {each.name: timedelta() for each in self.world.laptops}
        ana = self.world["ana"]
        self.records = {kind: sorted(ana.reads.ids(Listing(kind)))[:2] for kind in ("account", "task")}
        self.begun = {each: (ana.get("account", each) or {}) for each in self.records["account"]}

    def teardown(self) -> None:
        if hasattr(self, "world"):
            try:
                self._heal()
                self._check()
            finally:
                self.clock.off = timedelta()
                self.world.close()
                shutil.rmtree(self.world.folder)

    # ------------------------------------------------------------------------------------------ what happens

    @rule(name=NAMES, which=WHICH, field=st.sampled_from(("phone", "segment", "address", "city")))
    def writes(self, name: str, which: int, field: str) -> None:
        value = f"v{self._next()}"
        self._change(name, which, field, lambda old: (value, value, frozenset({old}) if old else frozenset()))

    @rule(name=NAMES, which=WHICH, more=st.sampled_from((-2, 1, 3)))
    def counts(self, name: str, which: int, more: int) -> None:
        self._change(name, which, "points", lambda old: ((old or 0) + more, more, frozenset()))

    @rule(name=NAMES, which=WHICH, drop=st.booleans())
    def tags(self, name: str, which: int, *, drop: bool) -> None:
        fresh = f"t{self._next()}"

        def tagged(old: list[str] | None) -> tuple[Any, Any, frozenset[str]]:
            gone = frozenset(sorted(old or ())[:1]) if drop else frozenset()
            return sorted({*(old or ()), fresh} - gone), fresh, gone

        self._change(name, which, "tags", tagged)

    @rule(name=NAMES, which=WHICH, place=st.integers(0, 3), instead=st.booleans())
    def notes(self, name: str, which: int, place: int, *, instead: bool) -> None:
        fresh = f"l{self._next()}"

        def noted(old: str | None) -> tuple[Any, Any, frozenset[str]]:
            lines = (old or "").splitlines()
            at = min(place, len(lines))
            gone = frozenset(lines[at : at + instead])
            return "\n".join([*lines[:at], fresh, *lines[at + instead :]]), fresh, gone

        self._change(name, which, "description", noted)

    @rule(name=NAMES, which=WHICH)
    def deletes_a_task(self, name: str, which: int) -> None:
        task, laptop = self.records["task"][which], self._at(name)
        seen = laptop.get("task", task) or {}
        if self._does(lambda: laptop.delete("task", task)):
            self.deletions.append((task, frozenset({str(seen.get("title"))})))

    @rule(name=NAMES, which=WHICH)
    def restores_a_task(self, name: str, which: int) -> None:
        laptop = self._at(name)
        self._does(lambda: laptop.restore("task", self.records["task"][which]))

    @rule(name=NAMES, which=WHICH)
    def renames_a_task(self, name: str, which: int) -> None:
        task, laptop, value = self.records["task"][which], self._at(name), f"v{self._next()}"
        old = (laptop.get("task", task) or {}).get("title")
        if self._does(lambda: laptop.set("task", task, title=value)):
            self.acts.append(Act(name, task, "title", value, frozenset({str(old)})))

    @rule(name=NAMES)
    def syncs(self, name: str) -> None:
        self._sync(self._at(name))

    @rule(name=NAMES, request=st.sampled_from(REQUESTS), reply=st.booleans(), killed=st.booleans())
    def loses_the_office(self, name: str, request: str, *, reply: bool, killed: bool) -> None:
        laptop = self._at(name)

        def cut(asked: str) -> None:
            if asked == request:
                raise AppError(Code.SERVER_UNREACHABLE)

        try:
            self._sync(laptop, after=cut) if reply else self._sync(laptop, before=cut)
        except AppError as refusal:
            assert refusal.code is Code.SERVER_UNREACHABLE  # noqa: PT017 - what the network did, not what is tested
        if killed:
            laptop.reopen()

    @rule(which=WHICH, to=st.sampled_from(("North", "South")))
    def account_changes_hands(self, which: int, to: str) -> None:
        self.clock.off = timedelta()
        with self.world.office.log.writing() as writer:
            territory = writer.find("territory", "name", to)[0]
            writer.patch("account", self.records["account"][which], {"territory": territory})

    @rule(name=NAMES, years=st.sampled_from((-10, -1, 0, 10)))
    def sets_the_clock(self, name: str, years: int) -> None:
        self.skew[name] = timedelta(days=365 * years)

    # ------------------------------------------------------------------------------------------ what must hold

    def _check(self) -> None:
        held = {each.name: self._everything(each) for each in self.world.laptops}
        now: dict[tuple[str, str], set[str]] = {}
        for rows in held.values():
            for place, value in rows.items():
                now.setdefault(place, set()).update(_parts(value))
        kept = self._asked_or_waiting()
        for act in self.acts:
            if act.field != "points":
                self._check_act(act, now, kept)
        for account in self.records["account"]:
            self._check_points(account, held)
        self._check_together(held)

    def _check_act(self, act: Act, now: dict[tuple[str, str], set[str]], kept: set[str]) -> None:
        there = act.wrote in now.get((act.record, act.field), ())
        replaced = any(
            act.wrote in each.gone for each in self.acts if (each.record, each.field) == (act.record, act.field)
        )
        deleted = any(record == act.record and act.wrote in seen for record, seen in self.deletions)
        assert there or replaced or deleted or act.wrote in kept, f"lost: {act}"

    def _check_points(self, account: str, held: dict[str, dict[tuple[str, str], Any]]) -> None:
        """The sum is exact: what was added everywhere, but for what waits among what was not accepted."""
        added = [act.wrote for act in self.acts if (act.record, act.field) == (account, "points")]
        refused = any(
            view.record == account and "points" in view.values
            for laptop in self.world.laptops
            for view in laptop.reads.attention()
        )
        if refused or any("points" in sides for sides in self._sides(account)):
            return  # how much of it was an addition only the journal knows
        have = {
            rows.get((account, "points")) or 0
            for name, rows in held.items()
            if (account, "name") in rows and not _is_frozen(self.world[name], account)
        }
        assert have <= {(self.begun[account].get("points") or 0) + sum(added)}, f"points: {have}, added {added}"

    def _check_together(self, held: dict[str, dict[tuple[str, str], Any]]) -> None:
        """Who sees the same sees the same values."""
        for account in self.records["account"]:
            frozen = {each.name for each in self.world.laptops if _is_frozen(each, account)}
            shown = [
                {place: value for place, value in rows.items() if place[0] == account}
                for name, rows in held.items()
                if name not in frozen
            ]
            filled = [each for each in shown if each]
            assert all(each == filled[0] for each in filled), f"laptops differ in {account[-4:]}"

    def _everything(self, laptop: Laptop) -> dict[tuple[str, str], Any]:
        found: dict[tuple[str, str], Any] = {}
        for kind, records in self.records.items():
            for record in records:
                for name, value in (laptop.get(kind, record) or {}).items():
                    found[record, name] = value
        return found

    def _asked_or_waiting(self) -> set[str]:
        """Give every part of every value that is asked about, was asked about, or was not accepted."""
        kept: set[str] = set()
        for account in (*self.records["account"], *self.records["task"]):
            for sides in self._sides(account):
                for value in sides.values():
                    kept |= _parts(value)
        for laptop in self.world.laptops:
            for view in laptop.reads.attention():
                for value in view.values.values():
                    kept |= _parts(value)
        return kept

    def _sides(self, record: str) -> Iterator[dict[str, Any]]:
        for laptop in self.world.laptops:
            for row in laptop.reads.rows("conflict", laptop.reads.ids(Listing("conflict"))):
                if row.get("record") == record:
                    yield from (row.get(side) or {} for side in ("before", "current", "proposed"))
                    yield from (each["values"] for each in row.get("others") or ())

    # ------------------------------------------------------------------------------------------ inside

    def _next(self) -> int:
        self.number += 1
        return self.number

    def _at(self, name: str) -> Laptop:
        self.clock.off = self.skew[name]
        return self.world[name]

    def _change(
        self, name: str, which: int, field: str, change: Callable[[Any], tuple[Any, Any, frozenset[str]]]
    ) -> None:
        account, laptop = self.records["account"][which], self._at(name)
        shown = laptop.get("account", account)
        if shown is None:
            return
        value, wrote, gone = change(shown.get(field))
        if self._does(lambda: laptop.set("account", account, **{field: value})):
            assert (laptop.get("account", account) or {})[field] == value, "own edit is not visible"
            self.acts.append(Act(name, account, field, wrote, gone))

    def _does(self, act: Callable[[], None]) -> bool:
        """Do something; what a person is told at once was never done."""
        try:
            act()
        except AppError as refusal:
            if refusal.code not in REFUSALS:
                raise
            return False
        return True

    def _sync(
        self,
        laptop: Laptop,
        *,
        before: Callable[[str], None] = lambda _: None,
        after: Callable[[str], None] = lambda _: None,
    ) -> bool:
        own = self.clock.off

        def to_office(asked: str) -> None:
            before(asked)
            self.clock.off = timedelta()

        def to_laptop(asked: str) -> None:
            self.clock.off = own
            after(asked)

        laptop.office.before, laptop.office.after = to_office, to_laptop
        report = laptop.sync()
        return bool(report.pushed or report.pulled)

    def _heal(self) -> None:
        for _ in range(ROUNDS):
            moved = [self._sync(self._at(name)) for name in self.skew]
            if not any(moved):
                return
        raise AssertionError(f"the laptops do not come to rest within {ROUNDS} rounds")


def _is_frozen(laptop: Laptop, account: str) -> bool:
    view = laptop.reads.record("account", account)
    return view is not None and view.frozen


def _parts(value: Any) -> set[str]:
    """Give what a value is made of: the tags of a list, the lines of a text."""
    if isinstance(value, list):
        return {str(each) for each in value}
    return {str(value), *str(value).splitlines()}


def test_edits_are_never_lost_whatever_happens_between_laptops_and_office(template: Template) -> None:
    clock = Wandering()
    Office.open_world = staticmethod(lambda: template.world(clock))
    Office.clock = clock
    run_state_machine_as_test(Office, settings=SETTINGS)
