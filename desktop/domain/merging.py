"""What the record that is kept gets of the one that is merged into it; pure."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sync.contract.fields import Field, Merge, RecordType, Role, Value, Values
from sync.contract.rules import writable_fields

_OF_EACH = frozenset({"external_id", "external_source", "merged_into", "owner", "parent", "territory"})
"""Fields that say which record it is, whose, or where it belongs: never taken over."""

_JOINED: Mapping[Merge, Callable[[Any, Any], Any]] = MappingProxyType(
    {Merge.MAX: max, Merge.MIN: min, Merge.SET: lambda kept, dropped: sorted({*kept, *dropped})}
)


_PLACE = ("address", "location")
"""Groups that say one thing, where somebody is: the point of one beside the address of another would be nowhere."""


def taken_over(record: RecordType, kept: Values, dropped: Values, role: Role) -> dict[str, Value]:
    """Give the fields of the kept record that change, with their new values.

    It gets what it lacks, fields that belong together (an address and its point) only if it lacks them all; and of
    both the later visit, the earlier beginning and all tags. Points stay with each.
    """
    writable = {each.name for each in writable_fields(record, role)} - _OF_EACH
    found: dict[str, Value] = {}
    for group in _groups(record):
        # Points would count twice.
        if group[0].merge is Merge.COUNTER or not {each.name for each in group} <= writable:
            continue
        after = _joined(group[0], kept, dropped) if group[0].merge in _JOINED else _filled(group, kept, dropped)
        found |= {name: value for name, value in after.items() if value != kept.get(name)}
    return found


def _groups(record: RecordType) -> Sequence[Sequence[Field]]:
    """Give the fields by group, those that say where somebody is as one."""
    place = [field for name in _PLACE for field in record.groups.get(name, ())]
    return [*([place] if place else []), *(group for name, group in record.groups.items() if name not in _PLACE)]


def _filled(group: Sequence[Field], kept: Values, dropped: Values) -> Values:
    names = [each.name for each in group]
    if any(kept.get(each) is not None for each in names):
        return {}
    return {each: dropped[each] for each in names if dropped.get(each) is not None}


def _joined(field: Field, kept: Values, dropped: Values) -> Values:
    both = [values[field.name] for values in (kept, dropped) if values.get(field.name) is not None]
    if not both:
        return {}
    return {field.name: _JOINED[field.merge](*both) if len(both) > 1 else both[0]}
