"""Three laptops edit one record and hand their edits in, in any order: what merging must keep (SYNC.md 1.8).

The model beside it knows no merge code: a sum for the counter, a set of tags, the latest of instants, and for each
value that was written where it went. ``ROUNDSMAN_EXAMPLES=5000`` looks for longer.
"""

import os
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sync.contract.entities import CATALOGUE
from sync.contract.merge import Clash, Current, Edit, Merged, merge

ACCOUNT = CATALOGUE["account"]
LAPTOPS = ("ana", "ana-2", "ben")
EXAMPLES = int(os.environ.get("ROUNDSMAN_EXAMPLES", "100"))

Values = dict[str, Any]


@dataclass
class Pad:
    """What one laptop knows, and the edits it has not handed in; ``seen`` is up to where it has pulled."""

    values: Values = field(default_factory=dict)
    seen: int = 0
    waiting: list[Edit] = field(default_factory=list)

    def shown(self) -> Values:
        shown = dict(self.values)
        for edit in self.waiting:
            shown.update(edit.new)
        return shown


@dataclass
class Written:
    """A value that somebody chose for a field which is asked about.

    ``kept`` is whether it is still to be handed in, or was replaced by somebody who had it before their eyes.
    """

    name: str
    value: str
    kept: bool = True


class OneRecord(RuleBasedStateMachine):
    """The office's record, three laptops, and the model."""

    def __init__(self) -> None:
        super().__init__()
        self.values: Values = {"phone": "start", "city": "start"}
        self.versions: dict[str, int] = {}
        self.writers: dict[str, str] = {}
        self.seq = 1
        self.pads = {name: Pad(dict(self.values), self.seq) for name in LAPTOPS}
        self.number = 0
        self.points = 0
        self.tags: set[str] = set()
        self.visits: list[str] = []
        self.written: dict[str, Written] = {}
        self.clashes: list[Clash] = []

    # ------------------------------------------------------------------------------------------ what people do

    @rule(laptop=st.sampled_from(LAPTOPS), name=st.sampled_from(("phone", "email", "address", "city")))
    def writes_a_value(self, laptop: str, name: str) -> None:
        self._edit(laptop, {name: self._fresh()})

    @rule(laptop=st.sampled_from(LAPTOPS))
    def writes_street_and_city_and_phone(self, laptop: str) -> None:
        self._edit(laptop, {"address": self._fresh(), "city": self._fresh(), "phone": self._fresh()})

    @rule(laptop=st.sampled_from(LAPTOPS), value=st.sampled_from(("110", "120")))
    def writes_what_others_may_write_too(self, laptop: str, value: str) -> None:
        self._edit(laptop, {"phone": value})

    @rule(laptop=st.sampled_from(LAPTOPS), more=st.integers(-3, 3))
    def counts(self, laptop: str, more: int) -> None:
        self._edit(laptop, {"points": (self.pads[laptop].shown().get("points") or 0) + more})

    @rule(laptop=st.sampled_from(LAPTOPS), tag=st.sampled_from("abcd"))
    def toggles_a_tag(self, laptop: str, tag: str) -> None:
        self._edit(laptop, {"tags": sorted(set(self.pads[laptop].shown().get("tags") or ()) ^ {tag}) or None})

    @rule(laptop=st.sampled_from(LAPTOPS), day=st.integers(10, 28))
    def visits_on(self, laptop: str, day: int) -> None:
        at = f"2026-11-{day}T00:00:00.000Z"
        if at > (self.pads[laptop].shown().get("last_visit_at") or ""):
            self._edit(laptop, {"last_visit_at": at})

    @rule(laptop=st.sampled_from(LAPTOPS), place=st.integers(0, 4), kind=st.sampled_from(("add", "change", "drop")))
    def writes_a_line(self, laptop: str, place: int, kind: str) -> None:
        lines = (self.pads[laptop].shown().get("description") or "").splitlines()
        at = min(place, len(lines))
        lines[at : at + (kind != "add")] = [] if kind == "drop" else [self._fresh()]
        self._edit(laptop, {"description": "\n".join(lines) or None})

    @rule(laptop=st.sampled_from(LAPTOPS))
    def pulls(self, laptop: str) -> None:
        self.pads[laptop].values = dict(self.values)
        self.pads[laptop].seen = self.seq

    @rule(laptop=st.sampled_from(LAPTOPS))
    def hands_in(self, laptop: str) -> None:
        pad = self.pads[laptop]
        if not pad.waiting:
            return
        edit = pad.waiting.pop(0)
        before = dict(self.values)
        merged = merge(ACCOUNT, self._current(), edit)
        self._model(edit, before, merged)
        for name, value in merged.writes.items():
            self.seq += 1
            self.values[name], self.versions[name], self.writers[name] = value, self.seq, laptop
        for name in edit.new:
            for each in ACCOUNT.groups[ACCOUNT.fields[name].merge_group]:
                pad.values[each.name] = self.values.get(each.name)
        self._check_again(edit)

    # ------------------------------------------------------------------------------------------ what must hold

    @invariant()
    def counter_is_the_sum_of_what_was_added(self) -> None:
        assert (self.values.get("points") or 0) == self.points

    @invariant()
    def tags_are_those_put_on_and_not_taken_off(self) -> None:
        assert set(self.values.get("tags") or ()) == self.tags

    @invariant()
    def latest_visit_stands(self) -> None:
        assert self.values.get("last_visit_at") == max(self.visits, default=None)

    @invariant()
    def every_value_is_somewhere(self) -> None:
        there = {str(value) for value in self.values.values()}
        asked = {value for clash in self.clashes for value in clash.proposed.values()}
        for one in self.written.values():
            assert one.kept or one.value in there or one.value in asked, f"{one.name}={one.value} is lost"

    def _model(self, edit: Edit, before: Values, merged: Merged) -> None:
        self.clashes += merged.clashes
        asked = {name for clash in merged.clashes for name in clash.proposed}
        for name, value in edit.new.items():
            match name:
                case "points":
                    self.points += (value or 0) - (edit.was.get("points") or 0)
                case "tags":
                    was, new = set(edit.was.get("tags") or ()), set(value or ())
                    self.tags = (self.tags - (was - new)) | (new - was)
                case "last_visit_at":
                    self.visits.append(value)
                case "description":
                    self._check_lines(edit, before, merged)
                case _:
                    self._check_asked(name, edit, before, merged)
        self._check_whole(edit, merged, asked)

    def _check_asked(self, name: str, edit: Edit, before: Values, merged: Merged) -> None:
        """A value that nobody had before their eyes is never written over; equal values ask nobody by themselves."""
        names = [each.name for each in ACCOUNT.groups[ACCOUNT.fields[name].merge_group]]
        unseen = [
            each
            for each in names
            if self.versions.get(each, 0) > edit.seen(each) and self.writers.get(each) != edit.client
        ]
        differs = [each for each in names if each in edit.new and edit.new[each] != before.get(each)]
        clash = next((each for each in merged.clashes if name in each.proposed), None)
        assert (clash is not None) == bool(unseen and differs)
        if clash is not None:
            assert clash.proposed[name] == edit.new[name]
            assert clash.current == {each: before.get(each) for each in clash.current}
            assert clash.before == {each: edit.was.get(each) for each in clash.before}
            assert set(unseen) <= set(clash.proposed)
        elif (old := before.get(name)) in self.written and old != edit.new[name]:
            self.written[old].kept = True
        if edit.new[name] in self.written:
            self.written[edit.new[name]].kept = False

    def _check_lines(self, edit: Edit, before: Values, merged: Merged) -> None:
        was, mine, theirs = (set((text or "").splitlines()) for text in _three(edit, before))
        clash = next((each for each in merged.clashes if each.group == "description"), None)
        if clash is not None:
            assert clash.proposed == {"description": edit.new["description"]}
            return
        after = set((merged.writes.get("description", before.get("description")) or "").splitlines())
        assert mine - was <= after, "a line of the edit is missing"
        if self.versions.get("description", 0) > edit.seen("description"):
            assert theirs - (was - mine) <= after, "a line that somebody else wrote is missing"

    def _check_whole(self, edit: Edit, merged: Merged, asked: set[str]) -> None:
        """The fields of one group are written together or asked about together."""
        assert not asked & merged.writes.keys()
        told = [*merged.writes, *(name for name in asked if name in edit.new), *merged.unchanged]
        assert set(told) >= edit.new.keys(), "nothing was decided about a field"
        for name in asked & edit.new.keys():
            group = ACCOUNT.fields[name].merge_group
            members = {each for each in edit.new if ACCOUNT.fields[each].merge_group == group}
            assert members <= asked

    def _check_again(self, edit: Edit) -> None:
        """The same edit once more changes nothing where its rule says so, and asks about nothing that it wrote."""
        again = merge(ACCOUNT, self._current(), edit)
        moved = again.writes.keys() - {"points", "description"}
        assert not moved, f"{moved} changed by the same edit a second time"

    # ------------------------------------------------------------------------------------------ inside

    def _current(self) -> Current:
        return Current(dict(self.values), dict(self.versions), self.writers.get)

    def _fresh(self) -> str:
        self.number += 1
        return f"v{self.number}"

    def _edit(self, laptop: str, wanted: Values) -> None:
        pad = self.pads[laptop]
        shown = pad.shown()
        new = {name: value for name, value in wanted.items() if shown.get(name) != value}
        if not new:
            return
        groups = {ACCOUNT.fields[name].merge_group for name in new}
        was = {each.name: shown.get(each.name) for group in groups for each in ACCOUNT.groups[group]}
        older = {name: one.seen(name) for one in reversed(pad.waiting) for name in one.new}
        pad.waiting.append(Edit(new=new, was=was, base=pad.seen, client=laptop, older=older))
        for name, value in new.items():
            if isinstance(value, str) and value.startswith("v") and name != "description":
                self.written[value] = Written(name, value)


def _three(edit: Edit, before: Values) -> tuple[str | None, str | None, str | None]:
    return edit.was.get("description"), edit.new["description"], before.get("description")


OneRecord.TestCase.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=30, suppress_health_check=list(HealthCheck)
)
TestOneRecord = OneRecord.TestCase
