"""Writes records to a CSV file that spreadsheets open and that can be taken in again."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from desktop.domain.listing import Condition, Listing, Test
from desktop.live.reads import Reads
from desktop.services.csv_files import write_sheet
from desktop.services.import_references import EXTERNAL_SUFFIX
from sync.contract.fields import Field, RecordType, Values
from sync.contract.values import format_value

_PAGE = 500
_OURS = frozenset({"user", "team", "territory"})


def export_records(reads: Reads, wanted: Listing, file: Path) -> int:
    """Write the records of a listing with all their fields, in its order; gives their number.

    Raises:
        AppError: ``UNKNOWN_TYPE``, ``FILE_UNWRITABLE``, or what the listing may raise.
    """
    record = reads.catalogue[wanted.type]
    ids = reads.ids(wanted)
    named = _named_outside(reads, record)
    columns = ["id", *record.fields, *(each.name + EXTERNAL_SUFFIX for each in named)]
    return write_sheet(file, columns, _rows(reads, record, ids, named))


def _rows(reads: Reads, record: RecordType, ids: Sequence[str], named: Sequence[Field]) -> Iterator[list[str]]:
    # Page by page, so that a million records need no more memory than a page of them.
    for start in range(0, len(ids), _PAGE):
        rows = reads.rows(record.name, ids[start : start + _PAGE])
        external = {each.name: _external_ids(reads, each, rows) for each in named}
        for row in rows:
            yield [
                str(row["id"]),
                *(format_value(field, row.get(name)) for name, field in record.fields.items()),
                *(external[each.name].get(str(row.get(each.name)), "") for each in named),
            ]


def _named_outside(reads: Reads, record: RecordType) -> list[Field]:
    """List the references to records that other systems have names of their own for; people and parts stay ours."""
    return [
        field
        for field in record.fields.values()
        if field.target is not None
        and field.target not in _OURS
        and reads.count(Listing(field.target, (Condition("external_id", Test.FILLED),)))
    ]


def _external_ids(reads: Reads, field: Field, rows: Sequence[Values]) -> dict[str, str]:
    wanted = sorted({str(row[field.name]) for row in rows if row.get(field.name)})
    found = reads.rows(str(field.target), wanted)
    return {str(each["id"]): str(each["external_id"]) for each in found if each.get("external_id")}
