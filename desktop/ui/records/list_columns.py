"""The columns a list can show: those that were made for it, and every other field of its records, custom ones too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.record_words import RecordWords
from desktop.ui.components.records import Cell, Column, RecordRow
from desktop.ui.records.conditions import filter_fields
from sync.contract.fields import Field, FieldType, RecordType

_WIDTHS: Mapping[FieldType, int] = {
    FieldType.TEXT: 152,
    FieldType.NUMBER: 96,
    FieldType.MONEY: 112,
    FieldType.BOOLEAN: 72,
    FieldType.DATE: 96,
    FieldType.INSTANT: 112,
    FieldType.CHOICE: 104,
    FieldType.EMAIL: 176,
}
_WIDTH = 140
_KINDS: Mapping[FieldType, str] = {FieldType.NUMBER: "number", FieldType.MONEY: "money"}
_UNSORTED = frozenset({FieldType.GEO, FieldType.TAGS})
TICK = "tick"


def field_column(words: RecordWords, record: RecordType, field: Field) -> Column:
    """Make the column of a field."""
    return Column(
        field.name,
        words.label(record.name, field.name),
        _WIDTHS.get(field.type, _WIDTH),
        kind=_KINDS.get(field.type, "secondary"),
        sort=field.type not in _UNSORTED,
    )


def offered_columns(context: ScreenContext, record_type: str, made: Sequence[Column]) -> list[Column]:
    """List the columns that can be chosen: those made for the list first, then all other fields."""
    record = context.catalogue[record_type]
    keys = {each.key for each in made}
    others = [each for each in filter_fields(record) if each.name not in keys]
    return [
        *(each for each in made if each.key != TICK),
        *(field_column(context.words, record, each) for each in others),
    ]


def chosen_columns(offered: Iterable[Column], keys: Sequence[str], made: Sequence[Column]) -> list[Column]:
    """Give the chosen columns in their order, ticks first; those that are gone are left out."""
    by_key = {each.key: each for each in offered}
    ticks = [each for each in made if each.key == TICK]
    found = [by_key[each] for each in keys if each in by_key]
    if not found:
        return list(made)
    has_stretch = any(each.stretch for each in found)
    return [*ticks, *(found if has_stretch else [replace(found[0], stretch=True), *found[1:]])]


def with_fields(
    words: RecordWords, record: RecordType, row: RecordRow, values: Mapping[str, Any], names: Iterable[str]
) -> RecordRow:
    """Add cells of fields to a row that was made for fewer columns."""
    cells: dict[str, str | Cell] = dict(row.cells)
    for name in names:
        if name in record.fields and name not in cells:
            cells[name] = words.value(record.name, name, values.get(name), values.get("titles") or {})
    return replace(row, cells=cells)
