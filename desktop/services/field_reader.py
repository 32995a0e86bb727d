"""Reads values for fields as a person, a script or a file writes them; the same for arguments and for CSV cells."""

from collections.abc import Callable
from datetime import tzinfo
from typing import Protocol

from sync.contract.catalogue import Catalogue
from sync.contract.errors import AppError, Code
from sync.contract.fields import Field, FieldType, RecordType, Value
from sync.contract.values import parse_value


class Ids(Protocol):
    """Where abbreviated ids are looked up."""

    def resolve_id(self, record_type: str, text: str) -> str:
        """Give the whole id of a record."""
        ...


class FieldReader:
    """Reads values for the fields of one record type; instants without a zone are in ``zone``."""

    def __init__(self, catalogue: Catalogue, record_type: str, ids: Ids, *, zone: tzinfo) -> None:
        """Choose the record type.

        Raises:
            AppError: ``UNKNOWN_TYPE``.
        """
        self.record: RecordType = catalogue[record_type]
        self._catalogue = catalogue
        self._ids = ids
        self._zone = zone

    def field(self, name: str) -> Field:
        """Give a field by its name.

        Raises:
            AppError: ``UNKNOWN_FIELD``.
        """
        return self._catalogue.field(self.record.name, name)

    def record_id(self, text: str) -> str:
        """Give the whole id of a record of this type.

        Raises:
            AppError: ``RECORD_NOT_FOUND`` or ``RECORD_AMBIGUOUS``.
        """
        return self._ids.resolve_id(self.record.name, text)

    def value(self, field: Field, text: str, currency: Callable[[str], str]) -> Value:
        """Read one value; references take an id or its last characters.

        ``currency`` gives the currency of an amount without one, by the field's name.

        Raises:
            AppError: ``REFERENCE_NOT_FOUND``, ``RECORD_AMBIGUOUS`` or one of the ``VALUE_*`` codes.
        """
        if field.type is FieldType.REFERENCE and text.strip():
            return self._reference(field, text.strip())
        try:
            code = currency(field.name) if field.type is FieldType.MONEY else None
            return parse_value(field, text, currency=code, zone=self._zone)
        except AppError as refused:
            refused.data.setdefault("type", self.record.name)
            raise

    def _reference(self, field: Field, text: str) -> str:
        target = field.target or ""
        try:
            return self._ids.resolve_id(target, text)
        except AppError as refused:
            if refused.code is not Code.RECORD_NOT_FOUND:
                raise
            data = {"type": self.record.name, "field": field.name, "value": text}
            raise AppError(Code.REFERENCE_NOT_FOUND, **data) from refused
