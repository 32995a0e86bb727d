"""How one journalled change is taken back without touching what somebody else has changed since; pure.

Undo is an ordinary edit. What tells whether it may be made is the present value: where it is still the one that the
change wrote, the one before it comes back; where it is not, that part stays. Additions to numbers, tags and texts are
taken out of whatever the value is now.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sync.contract.fields import STAMPS, Field, Merge, RecordType, Value, Values
from sync.contract.merge import merge_text
from sync.contract.wire import Op


@dataclass(frozen=True, slots=True)
class Reversal:
    """What takes a change back: an operation with its values (``None``: nothing to do), and what has to stay.

    ``kept`` names merge groups that somebody else changed since, or ``deleted``.
    """

    op: Op | None
    values: dict[str, Value] = field(default_factory=dict)
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Journalled:
    """A change as the journal has it: wire values of the fields that changed."""

    op: Op
    old: Values
    new: Values


def reverse(record: RecordType, change: Journalled, current: Values, *, deleted: bool) -> Reversal:
    """Work out what takes ``change`` back, given the record as it is now."""
    match change.op:
        case Op.CREATE:
            return _uncreate(record, change, current, deleted=deleted)
        case Op.DELETE:
            return Reversal(Op.RESTORE if deleted else None)
        case Op.RESTORE:
            return Reversal(None if deleted else Op.DELETE)
        case _:
            return Reversal(None, kept=("deleted",)) if deleted else _unpatch(record, change, current)


def _uncreate(record: RecordType, change: Journalled, current: Values, *, deleted: bool) -> Reversal:
    if deleted:
        return Reversal(None)
    differing = [
        one.merge_group
        for one in record.fields.values()
        if one.name not in STAMPS and one.merge not in _FOLLOWING and current.get(one.name) != change.new.get(one.name)
    ]
    kept = tuple(dict.fromkeys(differing))
    return Reversal(None if kept else Op.DELETE, kept=kept)


def _unpatch(record: RecordType, change: Journalled, current: Values) -> Reversal:
    back: dict[str, Value] = {}
    kept: list[str] = []
    groups: dict[str, list[Field]] = {}
    for name in change.new:
        one = record.fields.get(name)
        if one is not None and name not in STAMPS:
            groups.setdefault(one.merge_group, []).append(one)
    for group, members in groups.items():
        found = _ungroup(members, change, current)
        if found is None:
            kept.append(group)
        else:
            back.update(found)
    return Reversal(Op.PATCH if back else None, back, tuple(kept))


def _ungroup(members: Sequence[Field], change: Journalled, current: Values) -> dict[str, Value] | None:
    found: dict[str, Value] = {}
    for one in members:
        was, wrote, have = change.old.get(one.name), change.new.get(one.name), current.get(one.name)
        if have == wrote:
            found[one.name] = was
        elif one.merge in _TAKEN_OUT:
            value = _TAKEN_OUT[one.merge](was, wrote, have)
            if value is _CANNOT:
                return None
            found[one.name] = value
        elif one.merge not in _FOLLOWING:
            return None
    return found


def _uncount(was: Value, wrote: Value, have: Value) -> Value:
    return (have or 0) - (wrote or 0) + (was or 0)


def _untag(was: Value, wrote: Value, have: Value) -> Value:
    before, after = set(was or ()), set(wrote or ())
    return sorted((set(have or ()) - (after - before)) | (before - after)) or None


def _unwrite(was: Value, wrote: Value, have: Value) -> Value:
    joined = merge_text(wrote or "", was or "", have or "")
    return _CANNOT if joined is None else joined or None


_CANNOT = object()

_FOLLOWING = frozenset({Merge.MAX, Merge.MIN, Merge.DERIVED})
"""Fields that follow from other records; a later value is none of this change's business."""

_TAKEN_OUT: dict[Merge, Callable[[Value, Value, Value], Value]] = {
    Merge.COUNTER: _uncount,
    Merge.SET: _untag,
    Merge.TEXT: _unwrite,
}
