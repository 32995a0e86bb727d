"""How an edit meets a record that has changed since: field by field, pure, the same for every record type."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sync.contract.canonical import composed
from sync.contract.fields import Field, Merge, RecordType, Value, Values


@dataclass(frozen=True, slots=True)
class Edit:
    """One mutation's fields as the merge sees them.

    ``was`` are the values that the author saw, for every field of the touched groups. ``base`` is the log position up
    to which the author had seen everything; ``older`` holds lower positions for fields where an own pending value hid
    what came later.
    """

    new: Values
    was: Values
    base: int
    client: str
    older: Mapping[str, int] = field(default_factory=dict)

    def seen(self, name: str) -> int:
        """Give the log position up to which the author had seen changes of a field."""
        return self.older.get(name, self.base)


@dataclass(frozen=True, slots=True)
class Current:
    """A record as the server has it.

    ``field_versions`` holds the log position of each field's last change and lacks fields never changed since the
    creation; ``last_client`` tells which client made a field's last change.
    """

    values: Values
    field_versions: Mapping[str, int]
    last_client: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Clash:
    """Two edits of one merge group of which neither saw the other; values by field."""

    group: str
    before: dict[str, Value]
    current: dict[str, Value]
    proposed: dict[str, Value]


@dataclass(slots=True)
class Merged:
    """What a merge decides: values to write, clashes to ask about, fields that already hold what was wanted."""

    writes: dict[str, Value] = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    joined: bool = False
    """Whether any field was joined out of both edits (counter, set, text, max, min)."""


def merge(record: RecordType, current: Current, edit: Edit) -> Merged:
    """Merge one edit into the current record.

    Fields of one group stand or fall together: if one of them must be asked about, all of the edit's fields in that
    group go into the same clash. Equal values never clash. A field last written by the edit's own client is not
    stale, because that client wrote both values in order.
    """
    merged = Merged()
    groups: dict[str, list[Field]] = {}
    for name in edit.new:
        one = record.fields[name]
        groups.setdefault(one.merge_group, []).append(one)
    for members in groups.values():
        _merge_group(record, members, current, edit, merged)
    return merged


def is_stale(name: str, current: Current, edit: Edit) -> bool:
    """Tell whether somebody else changed a field after what the edit's author had seen."""
    version = current.field_versions.get(name, 0)
    return version > edit.seen(name) and current.last_client(name) != edit.client


def joined(rule: Merge, was: Value, mine: Value, theirs: Value) -> Value:
    """Join what one edit made of ``was`` with what it is now; ``mine`` where the rule joins nothing or cannot."""
    if rule is Merge.TEXT:
        text = merge_text(was or "", mine or "", theirs or "")
        return mine if text is None else text or None
    return _JOINS[rule](was, mine, theirs) if rule in _JOINS else mine


def adds(rule: Merge, was: Value, mine: Value, theirs: Value) -> bool:
    """Tell whether ``theirs`` lacks something of what one edit made of ``was``: of a number, whatever was added."""
    if rule is Merge.COUNTER:
        return bool((mine or 0) != (was or 0))
    return bool(composed(joined(rule, was, mine, theirs)) != composed(theirs))


def merge_text(was: str, mine: str, theirs: str) -> str | None:
    """Join two edits of one text line by line; ``None`` where both changed the same lines.

    Three-way merge over ``difflib`` matching blocks; both insertions at one place are kept, theirs first.
    """
    if composed(mine) in (composed(was), composed(theirs)):
        return theirs
    if composed(theirs) == composed(was):
        return mine
    base = was.split("\n")
    others = _hunks(base, theirs.split("\n"))
    both = [composed(list(each)) for each in others]
    ours = [each for each in _hunks(base, mine.split("\n")) if composed(list(each)) not in both]
    out: list[str] = []
    at = 0
    for start, end, lines in sorted([*others, *ours], key=lambda one: one[:2]):
        if start < at:
            return None
        out.extend([*base[at:start], *lines])
        at = end
    return "\n".join([*out, *base[at:]])


def _merge_group(record: RecordType, members: list[Field], current: Current, edit: Edit, merged: Merged) -> None:
    group = members[0].merge_group
    writes: dict[str, Value] = {}
    asked = False
    for one in members:
        have, want = current.values.get(one.name), edit.new[one.name]
        if one.merge is Merge.TEXT:
            text = merge_text(edit.was.get(one.name) or "", want or "", have or "")
            # Also what this laptop wrote itself may hold lines of others: those with which its edit before was joined.
            asked = asked or (text is None and current.field_versions.get(one.name, 0) > edit.seen(one.name))
            want = _noting(merged, have, want, want if text is None else text or None)
        elif one.merge in _JOINS:
            want = _noting(merged, have, want, _JOINS[one.merge](edit.was.get(one.name), want, have))
        if composed(have) == composed(want) or one.merge is Merge.DERIVED:
            merged.unchanged.append(one.name)
        else:
            writes[one.name] = want
    stale = [one.name for one in record.groups[group] if is_stale(one.name, current, edit)]
    if asked or (stale and any(record.fields[name].merge in _ASKED for name in writes)):
        # Also what already holds the wanted value: of a group, only the whole says what the author wrote.
        merged.clashes.append(_clash(group, sorted({*(one.name for one in members), *stale}), current, edit))
    else:
        merged.writes.update(writes)


def _noting(merged: Merged, have: Value, want: Value, joined: Value) -> Value:
    """Note whether both edits have a part in a joined value, and give that value."""
    merged.joined = merged.joined or joined not in (have, want)
    return joined


def _clash(group: str, names: list[str], current: Current, edit: Edit) -> Clash:
    return Clash(
        group,
        before={name: edit.was.get(name) for name in names},
        current={name: current.values.get(name) for name in names},
        proposed={name: edit.new.get(name, edit.was.get(name)) for name in names},
    )


def _hunks(base: list[str], changed: list[str]) -> list[tuple[int, int, list[str]]]:
    matcher = difflib.SequenceMatcher(None, composed(base), composed(changed), autojunk=False)
    return [(i1, i2, changed[j1:j2]) for tag, i1, i2, j1, j2 in matcher.get_opcodes() if tag != "equal"]


def _join_counter(was: Value, mine: Value, theirs: Value) -> Value:
    return (theirs or 0) + (mine or 0) - (was or 0)


def _join_set(was: Value, mine: Value, theirs: Value) -> Value:
    before, wanted = set(composed(was or [])), set(composed(mine or []))
    stays = [each for each in theirs or () if composed(each) not in before - wanted]
    known = {composed(each) for each in stays}
    added = [each for each in mine or () if composed(each) not in before | known]
    return sorted({*stays, *added}) or None


def _join_max(was: Value, mine: Value, theirs: Value) -> Value:
    if theirs == was:
        return mine  # nobody else has written, so this is a correction
    return max((each for each in (mine, theirs) if each is not None), default=None)


def _join_min(was: Value, mine: Value, theirs: Value) -> Value:
    if theirs == was:
        return mine
    return min((each for each in (mine, theirs) if each is not None), default=None)


_Join = Callable[[Value, Value, Value], Value]

_JOINS: dict[Merge, _Join] = {
    Merge.COUNTER: _join_counter,
    Merge.SET: _join_set,
    Merge.MAX: _join_max,
    Merge.MIN: _join_min,
}
_ASKED = frozenset({Merge.ASK, Merge.APPEND})
