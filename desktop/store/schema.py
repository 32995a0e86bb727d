"""Everything that follows from the catalogue, made once: tables and codecs by record type. Immutable."""

from collections.abc import Iterable
from functools import cached_property

from sqlalchemy import Table

from desktop.store.rows import RowCodec
from desktop.store.tables import RecordTables, record_tables
from sync.contract.catalogue import Catalogue
from sync.contract.fields import RecordType, Values


class Schema:
    """A catalogue with its tables and codecs. Other custom fields give another schema over the same tables."""

    def __init__(self, catalogue: Catalogue, tables: RecordTables | None = None) -> None:
        """Build everything that a catalogue implies; ``tables`` are those of a schema that differs in custom fields."""
        self.catalogue = catalogue
        self.tables = tables or record_tables(catalogue)
        self._codecs: dict[str, RowCodec] = {}

    def with_custom(self, definitions: Iterable[Values]) -> "Schema":
        """Lay custom fields over the built-in ones."""
        laid = self.catalogue.with_custom(definitions)
        return self if laid is self.catalogue else Schema(laid, self.tables)

    def record(self, record_type: str) -> RecordType:
        """Give a record type; ``UNKNOWN_TYPE`` where there is none."""
        return self.catalogue[record_type]

    def table(self, record_type: str) -> Table:
        """Give a record type's table; ``UNKNOWN_TYPE`` where there is none."""
        return self.tables[self.catalogue[record_type].name]

    def codec(self, record_type: str) -> RowCodec:
        """Give a record type's codec; ``UNKNOWN_TYPE`` where there is none."""
        made = self._codecs.get(record_type)
        if made is None:
            made = self._codecs[record_type] = RowCodec(self.catalogue[record_type])
        return made

    @cached_property
    def searched(self) -> frozenset[str]:
        """Names of the record types that the search index holds."""
        return frozenset(each.name for each in self.catalogue if each.searched)
