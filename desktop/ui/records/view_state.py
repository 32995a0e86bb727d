"""How a list is looked at, as far as a saved view keeps it; and the record that keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.domain.listing import Sort
from desktop.ui.records.conditions import question_of
from desktop.ui.records.filters import Filters
from sync.contract.fields import RecordType, Value


@dataclass(frozen=True, slots=True)
class ViewState:
    """Filters, order, and the keys of the chosen columns; no columns are the usual ones."""

    filters: Filters = field(default_factory=Filters)
    sort: tuple[Sort, ...] = ()
    columns: tuple[str, ...] = ()


def kept_values(record: RecordType, state: ViewState) -> dict[str, Value]:
    """Write a state as the fields of a saved view; fields that are empty are ``None``."""
    sort = ", ".join(f"-{each.field}" if each.descending else each.field for each in state.sort)
    return {
        "question": question_of(record, state.filters.named) or None,
        "sort": sort or None,
        "columns": ", ".join(state.columns) or None,
    }


def kept_sort(record: RecordType, values: Mapping[str, Any]) -> tuple[Sort, ...]:
    """Read the order of a saved view; fields that are gone are left out."""
    names = _parts(values.get("sort"))
    return tuple(
        Sort(name.removeprefix("-"), name.startswith("-")) for name in names if name.removeprefix("-") in record.fields
    )


def kept_columns(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Read the columns of a saved view."""
    return _parts(values.get("columns"))


def _parts(text: object) -> tuple[str, ...]:
    return tuple(part.strip() for part in str(text or "").split(",") if part.strip())
