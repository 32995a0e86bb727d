"""Writes records to a CSV file that spreadsheets open and that can be taken in again."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from desktop.domain.listing import Listing
from desktop.live.reads import Reads
from desktop.services.csv_files import write_sheet
from sync.contract.fields import RecordType
from sync.contract.values import format_value

_PAGE = 500


def export_records(reads: Reads, wanted: Listing, file: Path) -> int:
    """Write the records of a listing with all their fields, in its order; gives their number.

    Raises:
        AppError: ``UNKNOWN_TYPE``, ``FILE_UNWRITABLE``, or what the listing may raise.
    """
    record = reads.catalogue[wanted.type]
    ids = reads.ids(wanted)
    return write_sheet(file, ["id", *record.fields], _rows(reads, record, ids))


def _rows(reads: Reads, record: RecordType, ids: Sequence[str]) -> Iterator[list[str]]:
    # Page by page, so that a million records need no more memory than a page of them.
    for start in range(0, len(ids), _PAGE):
        for row in reads.rows(record.name, ids[start : start + _PAGE]):
            yield [
                str(row["id"]),
                *(format_value(field, row.get(name)) for name, field in record.fields.items()),
            ]
