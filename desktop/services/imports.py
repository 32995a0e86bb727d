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
from sync.contract.errors import AppError, Code
from sync.contract.fields import Field, FieldType, RecordType, Role, Value
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
        reader = FieldReader(self.reads.catalogue, record_type, self.reads, zone=self.zone)
        sheet = read_sheet(file)
        plan = self._plan(reader.record, sheet, columns or {})
        reading = _Reading(reader, plan, self.currency)
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
        ignored = tuple(column for column in sheet.columns if column and column not in found)
        return _Plan({column: writable.get(name) for column, name in found.items()}, ignored)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which column fills which field; ``None`` is the column that holds the record's id."""

    fields: dict[str, Field | None]
    ignored: tuple[str, ...]


@dataclass(slots=True)
class _Reading:
    """Turns cells into values; rows with a cell that cannot be read are set aside."""

    reader: FieldReader
    plan: _Plan
    currency: str
    refused: list[RefusedRow] = field(default_factory=list)
    _seen: dict[tuple[str, str], Value] = field(default_factory=dict)

    def rows(self, rows: Sequence[Row]) -> Iterator[ImportRow]:
        for row in rows:
            try:
                yield self._row(row)
            except AppError as refused:
                self.refused.append(RefusedRow(row.line, refused))

    def _row(self, row: Row) -> ImportRow:
        values: dict[str, Value] = {}
        record_id = None
        for column, one in self.plan.fields.items():
            cell = row.cells.get(column, "")
            if one is None:
                record_id = self.reader.record_id(cell) if cell else None
            elif cell:
                values[one.name] = self._value(one, cell)
        return ImportRow(row.line, values, record_id)

    def _value(self, one: Field, cell: str) -> Value:
        if one.type is not FieldType.REFERENCE:
            return self.reader.value(one, cell, self._usual)
        # A file names the same few records over and over; each is looked up once.
        known = (one.target or "", cell)
        if known not in self._seen:
            self._seen[known] = self.reader.value(one, cell, self._usual)
        return self._seen[known]

    @property
    def _usual(self) -> Callable[[str], str]:
        return lambda _name: self.currency


def _broken(sheet: Sheet) -> Iterator[RefusedRow]:
    for each in sheet.broken:
        detail = {"value": each.text[:60], "expected": str(len(sheet.columns))}
        yield RefusedRow(each.line, AppError(Code.IMPORT_ROW_BROKEN, **detail))
