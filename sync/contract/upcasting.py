"""Between versions of the catalogue: which one an edit needs, and how edits of older programs are read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sync.contract.fields import Field, RecordType, Value, Values
from sync.contract.wire import Mutation, Op

Upcast = Callable[[Mutation], Mutation]
"""Turns an edit that a program of one version recorded into what the next version would have recorded."""


def upcast(mutation: Mutation, steps: Mapping[int, Upcast], version: int) -> Mutation:
    """Read an edit as a program of ``version`` would have recorded it.

    ``steps`` are pure; step N brings version N to N + 1, and where there is none nothing changed for edits.
    """
    for each in range(mutation.schema, version):
        if each in steps:
            mutation = steps[each](mutation)
    return mutation if mutation.schema >= version else replace(mutation, schema=version)


def renamed(record_type: str, old: str, new: str) -> Upcast:
    """Make the step for a field that has another name from then on."""

    def step(mutation: Mutation) -> Mutation:
        if mutation.type != record_type or old not in mutation.fields.keys() | mutation.was.keys():
            return mutation

        def moved(values: Mapping[str, Value]) -> dict[str, Value]:
            return {new if name == old else name: value for name, value in values.items()}

        return replace(mutation, fields=moved(mutation.fields), was=moved(mutation.was), older=moved(mutation.older))

    return step


def removed(record_type: str, name: str) -> Upcast:
    """Make the step for a field that is no more, because another one has held the same for long."""

    def step(mutation: Mutation) -> Mutation:
        if mutation.type != record_type or name not in mutation.fields.keys() | mutation.was.keys():
            return mutation

        def rest(values: Mapping[str, Value]) -> dict[str, Value]:
            return {each: value for each, value in values.items() if each != name}

        return replace(mutation, fields=rest(mutation.fields), was=rest(mutation.was), older=rest(mutation.older))

    return step


def version_of(field: Field, value: Value) -> int:
    """Tell which version of the catalogue first takes this value in this field."""
    return max(field.since, dict(field.newer_choices).get(value, 1) if isinstance(value, str) else 1)


def newer_fields(record: RecordType, values: Values, office: int) -> frozenset[str]:
    """Name the values that an office of this version cannot take."""
    fields = record.fields
    return frozenset(name for name, value in values.items() if version_of(fields[name], value) > office)


def told_under_another_name(record: RecordType, values: Values, office: int) -> frozenset[str]:
    """Name the values that an office of this version gets under an older name."""
    fields = record.fields
    return frozenset(new for old, new in record.doubles if {old, new} <= values.keys() and fields[old].since <= office)


def held_back(mutations: Sequence[Mutation], catalogue: Mapping[str, RecordType], office: int) -> frozenset[str]:
    """Name those of the unsent edits, given in their order, that an office of this version must not get yet.

    With what it cannot take wait the rest of a group, later edits of the same values, and everything after a record's
    creation: so the order of what depends on each other stays.
    """
    held: set[str] = set()
    groups = {each.group for each in mutations if each.group and _is_too_new(each, catalogue, office)}
    values: set[tuple[str, str]] = set()
    everything = False
    for each in mutations:
        touched = {(each.record, name) for name in each.fields}
        waits = everything or each.group in groups or bool(touched & values) or _is_too_new(each, catalogue, office)
        if not waits:
            continue
        held.add(each.id)
        values |= touched
        if each.op is Op.CREATE and catalogue[each.type].since <= office:
            everything = True
    return frozenset(held)


def _is_too_new(mutation: Mutation, catalogue: Mapping[str, RecordType], office: int) -> bool:
    record = catalogue.get(mutation.type)
    if record is None:
        return False
    fields = record.fields
    known = ((fields[name], value) for name, value in mutation.fields.items() if name in fields)
    return record.since > office or any(version_of(field, value) > office for field, value in known)
