"""Takes a CSV file in: columns to fields, cells to values, rows to one act that can be taken back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from desktop.commands.bus import Bus
from desktop.commands.imports import Imported, ImportRecords, ImportRow, RefusedRow, Rehearsed
from desktop.domain.labels import Words, field_label
from desktop.live.reads import Reads
from desktop.services.csv_files import Row, Sheet, read_sheet
from desktop.services.field_reader import FieldReader
from desktop.services.import_references import EXTERNAL_SUFFIX, KnownRecords, id_in, source_of
from sync.contract.errors import AppError, Code
from sync.contract.fields import Field, RecordType, Role, Value
from sync.contract.rules import writable_fields
from sync.contract.values import fold

ID_COLUMN = "id"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file: ids by outcome, refused rows by line, columns that no field was found for."""

    imported: Imported
    refused: tuple[RefusedRow, ...]
    ignored: tuple[str, ...]
    encoding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """What an import needs of the application. ``words`` lets columns be named as the screens call fields."""

    reads: Reads
    bus: Bus
    words: Words
    zone: tzinfo
    role: Role
    currency: str

    def take_in(
        self, file: Path, record_type: str, *, columns: Mapping[str, str] | None = None, rehearse: bool = False
    ) -> ImportReport:
        """Take a file in, or with ``rehearse`` only say what would come of it.

        ``columns`` names the column of a field where they are called differently.

        Raises:
            AppError: ``FILE_UNREADABLE``, ``UNKNOWN_TYPE``, ``UNKNOWN_FIELD``, ``FIELD_READ_ONLY``.
        """
        known = KnownRecords(self.reads)
        reader = FieldReader(self.reads.catalogue, record_type, known, zone=self.zone)
        sheet = read_sheet(file)
        plan = self._plan(reader.record, sheet, columns or {})
        reading = _Reading(reader, plan, known, self.currency, file.stem)
        rows = list(reading.rows(sheet.rows))
        command = ImportRecords(record_type, rows, rehearse=rehearse)
        try:
            imported = self.bus.run(command).result
        except Rehearsed as rehearsed:
            imported = rehearsed.imported
        if not isinstance(imported, Imported):
            message = "an import gives what became of the rows"
            raise TypeError(message)
        refused = sorted([*_broken(sheet), *reading.refused, *imported.refused], key=lambda each: each.line)
        return ImportReport(imported, tuple(refused), plan.ignored, sheet.encoding)

    def _plan(self, record: RecordType, sheet: Sheet, columns: Mapping[str, str]) -> "_Plan":
        for name, column in columns.items():
            if name != ID_COLUMN and name not in record.fields:
                raise AppError(Code.UNKNOWN_FIELD, type=record.name, field=name, known=", ".join(record.fields))
            if column not in sheet.columns:
                raise AppError(Code.UNKNOWN_FIELD, type="CSV", field=column, known=", ".join(sheet.columns))
        writable = {each.name: each for each in writable_fields(record, self.role)}
        called = {fold(field_label(self.words, record, name)): name for name in reversed(writable)}
        called |= {fold(name): name for name in (ID_COLUMN, *writable)}
        chosen = {column: name for name, column in columns.items()}
        found: dict[str, str] = {}
        for column in sheet.columns:
            name = chosen.get(column) or called.get(fold(column), "")
            if name and (column in chosen or name not in {*found.values(), *columns}):
                found[column] = name
        by_external = {
            name: name + EXTERNAL_SUFFIX for name in found.values() if name + EXTERNAL_SUFFIX in sheet.columns
        }
        used = {*found, *by_external.values()}
        ignored = tuple(column for column in sheet.columns if column and column not in used)
        return _Plan({column: writable.get(name) for column, name in found.items()}, by_external, ignored)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which column fills which field; ``None`` is the column that holds the record's id.

    ``by_external`` names, by reference field, the column with the external id of what it refers to.
    """

    fields: dict[str, Field | None]
    by_external: dict[str, str]
    ignored: tuple[str, ...]


@dataclass(slots=True)
class _Reading:
    """Turns cells into values; rows with a cell that cannot be read are set aside."""

    reader: FieldReader
    plan: _Plan
    known: KnownRecords
    currency: str
    stem: str
    refused: list[RefusedRow] = field(default_factory=list)
    _ids: frozenset[str] = frozenset()

    def rows(self, rows: Sequence[Row]) -> Iterator[ImportRow]:
        id_column = next((column for column, one in self.plan.fields.items() if one is None), "")
        self._ids = frozenset(id_in(row.cells[id_column]) for row in rows if id_column in row.cells)
        self._learn(rows)
        for row in rows:
            try:
                yield self._row(row)
            except AppError as refused:
                self.refused.append(RefusedRow(row.line, refused))

    def _learn(self, rows: Sequence[Row]) -> None:
        """Look up everything that the file refers to at once; asking row by row takes minutes for a long file."""
        for column, one in self.plan.fields.items():
            if one is not None and one.target is not None:
                external = self.plan.by_external.get(one.name, "")
                cells = {row.cells[each] for row in rows for each in (column, external) if each in row.cells}
                self.known.learn(one.target, cells)

    def _row(self, row: Row) -> ImportRow:
        values: dict[str, Value] = {}
        links: dict[str, str] = {}
        unknown: list[str] = []
        unseen: dict[str, AppError] = {}
        record_id = None
        for column, one in self.plan.fields.items():
            cell = row.cells.get(column, "")
            if not cell:
                continue
            if one is None:
                record_id = id_in(cell)
            elif self._is_link(one, cell):
                links[one.name] = id_in(cell)
            elif self._is_unknown(one, cell):
                unknown.append(one.name)
            else:
                external = row.cells.get(self.plan.by_external.get(one.name, ""), "")
                try:
                    values[one.name] = self._value(one, cell, external)
                except AppError as refused:
                    if refused.code is not Code.IMPORT_REFERENCE_UNKNOWN:
                        raise
                    unseen[one.name] = refused
        source = source_of(record_id, self.stem) if record_id else ""
        return ImportRow(row.line, values, record_id, source, links, tuple(unknown), unseen)

    def _is_link(self, one: Field, cell: str) -> bool:
        """Tell whether a cell names another row of the file, and not a record that is here."""
        return (
            one.target == self.reader.record.name and id_in(cell) in self._ids and not self.known.has(one.target, cell)
        )

    def _is_unknown(self, one: Field, cell: str) -> bool:
        """Tell whether a cell names a colleague or a part of the market of another organisation."""
        return one.name in _OWN_INSTEAD and one.target is not None and not self.known.finds(one.target, cell)

    def _value(self, one: Field, cell: str, external: str) -> Value:
        if one.target is None:
            return self.reader.value(one, cell, self._usual)
        named = external if external and not self.known.finds(one.target, cell) else cell
        if not self.known.finds(one.target, named):
            data = {"type": self.reader.record.name, "field": one.name, "value": id_in(cell), "known": one.target}
            raise AppError(Code.IMPORT_REFERENCE_UNKNOWN, **data)
        return self.reader.value(one, named, self._usual)

    @property
    def _usual(self) -> Callable[[str], str]:
        return lambda _name: self.currency


_OWN_INSTEAD = frozenset({"owner", "territory"})
"""References that a new record gets from its author where the file names somebody who is not here."""


def _broken(sheet: Sheet) -> Iterator[RefusedRow]:
    for each in sheet.broken:
        detail = {"value": each.text[:60], "expected": str(len(sheet.columns))}
        yield RefusedRow(each.line, AppError(Code.IMPORT_ROW_BROKEN, **detail))
