"""Rows that the index offers for a search, type by type, the newest of very many."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from sqlalchemy import Connection

from desktop.domain.openness import OPENNESS_FIELDS
from desktop.store.connections import raw
from desktop.store.rows import custom_of
from desktop.store.schema import Schema
from desktop.store.search import matching
from desktop.store.search.documents import RANK_SHIFT, has_titles, title_fields
from desktop.store.stopping import Stopped, check
from sync.contract.fields import FieldType, RecordType, Value, Values

_ROW_MASK = (1 << RANK_SHIFT) - 1

TOUCHED = ("at", "last_visit_at", "last_contacted_at", "updated_at")
"""Fields that tell when a record was last touched."""

_POINTS = frozenset({"owner", *TOUCHED, *OPENNESS_FIELDS})


class Candidate:
    """A row as far as a search needs it."""

    __slots__ = ("id", "row", "values")

    def __init__(self, row: int, record_id: str, values: Values) -> None:
        self.row = row
        self.id = record_id
        self.values = values


class Candidates:
    """Asks the index for one search; ``ranks`` are those of the types that are asked for, in their order."""

    def __init__(
        self, connection: Connection, schema: Schema, ranks: Mapping[str, int], stopped: Stopped | None
    ) -> None:
        """Ask over this connection until ``stopped`` says that nobody waits."""
        self.types = list(ranks)
        self.titled = [name for name in ranks if has_titles(schema.record(name))]
        self._connection = connection
        self._schema = schema
        self._ranks = ranks
        self._stopped = stopped

    def numbers(self, index: str, expression: str, types: Iterable[str], most: int) -> dict[str, list[int]]:
        """List the rows that satisfy an expression by type, at most so many of each, the last ones.

        The index gives documents type by type. Where a type has enough, or is not asked for, asking anew from the one
        before it on is cheaper than going through the rest; asking for each type alone would join the lists of a
        beginning each time.
        """
        found: dict[int, list[int]] = {self._ranks[name]: [] for name in types}
        last: int | None = max(found, default=None)
        while last is not None:
            check(self._stopped)
            last = self._fill(found, index, expression, (last, most))
        return {name: found[rank] for name, rank in self._ranks.items() if rank in found}

    def called(self, name: str, numbers: Sequence[int], most: int) -> list[Candidate]:
        """Read the titles of those of the rows that may be shown, in the order of the numbers, as many as wanted."""
        return self._rows(name, numbers, most, _title_columns(self._schema.record(name)))

    def rows(self, name: str, numbers: Sequence[int], most: int) -> list[Candidate]:
        """Read everything that is searched of those of the rows that may be shown, in the same way."""
        return self._rows(name, numbers, most, _text_columns(self._schema.record(name)))

    def _rows(self, name: str, numbers: Sequence[int], most: int, columns: tuple[str, ...]) -> list[Candidate]:
        record = self._schema.record(name)
        statement = _statement(record.table, columns)
        found: list[Candidate] = []
        for start in range(0, len(numbers), most):
            if len(found) >= most:
                break
            check(self._stopped)
            part = numbers[start : start + most]
            read = {each[0]: each for each in raw(self._connection).execute(statement, (json.dumps(part),))}
            found += [_candidate(record, columns, read[number]) for number in part if number in read]
        return found[:most]

    def _fill(self, found: Mapping[int, list[int]], index: str, expression: str, wanted: tuple[int, int]) -> int | None:
        """Go back from a type until one has enough; gives the type to go on from, ``None`` at the end."""
        last, most = wanted
        first = min(found)
        for document in matching.documents(self._connection, index, expression, first, last):
            rank = document >> RANK_SHIFT
            rows = found.get(rank)
            if rows is not None:
                rows.append(document & _ROW_MASK)
            if rows is None or len(rows) >= most:
                return max((each for each in found if each < rank), default=None)
        return None


def _title_columns(record: RecordType) -> tuple[str, ...]:
    wanted = {field.name for field in title_fields(record)} | set(record.title) | _POINTS
    return tuple(field.name for field in record.stored_fields if field.name in wanted)


def _text_columns(record: RecordType) -> tuple[str, ...]:
    wanted = {field.name for field in record.searched} | set(record.title) | _POINTS
    return (*(field.name for field in record.stored_fields if field.name in wanted), "custom")


@lru_cache(maxsize=128)
def _statement(table: str, columns: tuple[str, ...]) -> str:
    listed = ", ".join(f'"{name}"' for name in ("row", "id", *columns))
    within = "row IN (SELECT value FROM json_each(?)) AND hidden = 0"
    return f"SELECT {listed} FROM {table} WHERE {within}"  # noqa: S608 - our own names


def _candidate(record: RecordType, columns: tuple[str, ...], row: Sequence[object]) -> Candidate:
    number, record_id, *held = row
    values: dict[str, Value] = {}
    for name, value in zip(columns, held, strict=True):
        if value is None:
            continue
        if name == "custom":
            values |= {key: each for key, each in custom_of(str(value)).items() if each is not None}
        else:
            values[name] = _value(record.fields[name].type, value)
    return Candidate(int(str(number)), str(record_id), values)


def _value(type_: FieldType, value: object) -> Value:
    if type_ is FieldType.TAGS:
        return json.loads(str(value))
    return bool(value) if type_ is FieldType.BOOLEAN else value
