"""Which edits that were not accepted only wait for another one: all that hangs on a record the office did not take.

They are held together with its creation: what mends or puts that aside does the same with them. Pure.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from sync.contract.catalogue import Catalogue
from sync.contract.errors import Code
from sync.contract.fields import FieldType, RecordType, Value, Values
from sync.contract.wire import Op

_CONSEQUENCES = frozenset({Code.REFERENCE_NOT_FOUND.value, Code.RECORD_NOT_FOUND.value, Code.GROUP_HELD.value})
"""Refusals that say no more than that something else is not there."""


class Refused(Protocol):
    """An edit that was not accepted, as far as it matters here."""

    @property
    def mutation(self) -> str:
        """Its id."""
        ...

    @property
    def type(self) -> str:
        """The type of its record."""
        ...

    @property
    def record(self) -> str:
        """Its record's id."""
        ...

    @property
    def command(self) -> str | None:
        """The act that it is part of."""
        ...

    @property
    def op(self) -> Op:
        """What it does."""
        ...

    @property
    def new(self) -> Values:
        """Its values."""
        ...

    @property
    def code(self) -> str:
        """Why it was refused."""
        ...

    @property
    def data(self) -> Mapping[str, Value]:
        """More about why."""
        ...


def waits_for(refused: Sequence[Refused], catalogue: Catalogue) -> dict[str, str]:
    """Name for each edit that waits the one that it waits for; both are among ``refused``, oldest first.

    Of deletions in one act that the office held, the others go with the first.
    """
    first_held: dict[str | None, str] = {}
    made = {(each.type, each.record): each.mutation for each in refused if each.op is Op.CREATE}
    there = {each.mutation for each in refused}
    found: dict[str, str] = {}
    for each in refused:
        if each.code == Code.DELETION_HELD.value:
            first = first_held.setdefault(each.command, each.mutation)
            if first != each.mutation:
                found[each.mutation] = first
        if each.code not in _CONSEQUENCES:
            continue
        before = _of_group(each, there) or _of_record(each, made) or _of_references(each, made, catalogue)
        if before is not None and before != each.mutation:
            found[each.mutation] = before
    return found


def held_with(mutation: str, waiting: Mapping[str, str]) -> set[str]:
    """Name everything that waits for an edit, also by way of another one."""
    found: set[str] = set()
    wanted = {mutation}
    while wanted:
        wanted = {each for each, before in waiting.items() if before in wanted} - found - {mutation}
        found |= wanted
    return found


def renamed(record: RecordType, values: Values, ids: Mapping[str, str]) -> dict[str, Value]:
    """Let references point to records under their new ids."""
    return {
        name: ids.get(value, value) if isinstance(value, str) and _is_reference(record, name) else value
        for name, value in values.items()
    }


def _of_group(each: Refused, there: Collection[str]) -> str | None:
    culprit = each.data.get("mutation") if each.code == Code.GROUP_HELD.value else None
    return str(culprit) if culprit in there else None


def _of_record(each: Refused, made: Mapping[tuple[str, str], str]) -> str | None:
    return None if each.op is Op.CREATE else made.get((each.type, each.record))


def _of_references(each: Refused, made: Mapping[tuple[str, str], str], catalogue: Catalogue) -> str | None:
    if each.type not in catalogue:
        return None
    record = catalogue[each.type]
    targets = ((record.fields[name].target, value) for name, value in each.new.items() if _is_reference(record, name))
    return next((made[str(type_), str(value)] for type_, value in targets if (type_, value) in made), None)


def _is_reference(record: RecordType, name: str) -> bool:
    return name in record.fields and record.fields[name].type is FieldType.REFERENCE
