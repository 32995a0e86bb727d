"""What the cells of a file refer to: records of this laptop, by their id here or by the one they had elsewhere."""

import re
from collections.abc import Collection

from desktop.commands.imports import OTHER_OFFICE
from desktop.domain.listing import Condition, Listing, Test
from desktop.live.reads import Reads
from sync.contract.errors import AppError, Code

EXTERNAL_SUFFIX = ".external_id"
"""Ends the name of a column that holds the external id of what a reference field refers to: ``account.external_id``."""

_LONGEST_SOURCE = 100
_OUR_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def id_in(cell: str) -> str:
    """Read the id in a cell; ours are lower-case however a spreadsheet writes them, others stay as they are."""
    text = cell.strip()
    return text.lower() if _OUR_ID.fullmatch(text.lower()) else text


def source_of(record_id: str, stem: str) -> str:
    """Name where an id comes from that is not known here: another Roundsman, else whatever wrote the file."""
    return OTHER_OFFICE if _OUR_ID.fullmatch(record_id) else stem[:_LONGEST_SOURCE]


class KnownRecords:
    """Finds records by whole id, by external id, or by the end of their id, in this order.

    What a file names is looked up at once by ``learn``; only ends of ids are asked for one by one.
    """

    def __init__(self, reads: Reads) -> None:
        """Look records up here."""
        self._reads = reads
        self._here: dict[str, set[str]] = {}
        self._external: dict[str, dict[str, list[str]]] = {}
        self._found: dict[tuple[str, str], str | AppError] = {}

    def learn(self, record_type: str, texts: Collection[str]) -> None:
        """Look up what these texts name."""
        ids = sorted({id_in(each) for each in texts})
        here = self._reads.ids(Listing(record_type, (Condition("id", Test.IN, ids),)))
        self._here.setdefault(record_type, set()).update(here)
        known = self._external.setdefault(record_type, {})
        outside = self._reads.ids(Listing(record_type, (Condition("external_id", Test.IN, ids),)))
        for each in self._reads.rows(record_type, outside):
            known.setdefault(str(each["external_id"]), []).append(str(each["id"]))
        for external, standing in self._reads.standing_outside(record_type, ids):
            if external not in known:
                known[external] = [standing]

    def has(self, record_type: str, text: str) -> bool:
        """Tell whether a text is the whole id of a record of this laptop."""
        return id_in(text) in self._here.get(record_type, ())

    def finds(self, record_type: str, text: str) -> bool:
        """Tell whether a text names one record, or several."""
        try:
            self.resolve_id(record_type, text)
        except AppError as refused:
            return refused.code is not Code.RECORD_NOT_FOUND
        return True

    def resolve_id(self, record_type: str, text: str) -> str:
        """Give the id of the record that a text names.

        Raises:
            AppError: ``RECORD_NOT_FOUND`` or ``RECORD_AMBIGUOUS``.
        """
        key = record_type, id_in(text)
        if key not in self._found:
            try:
                self._found[key] = self._resolved(*key)
            except AppError as refused:
                self._found[key] = refused
        found = self._found[key]
        if isinstance(found, AppError):
            raise AppError(found.code, **found.data)
        return found

    def _resolved(self, record_type: str, text: str) -> str:
        if self.has(record_type, text):
            return text
        outside = self._external.get(record_type, {}).get(text, [])
        if len(outside) > 1:
            raise AppError(Code.RECORD_AMBIGUOUS, type=record_type, id=text, known=", ".join(sorted(outside)))
        return outside[0] if outside else self._reads.resolve_id(record_type, text)
