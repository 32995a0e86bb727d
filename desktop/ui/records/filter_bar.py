"""The chips over a list: what it is limited to; F adds one, Enter opens one, Delete takes one away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot

from desktop.domain.listing import Condition, Test
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.chip_bar import Chip, ChipBar
from desktop.ui.components.menu import Menu, MenuItem
from desktop.ui.records.conditions import NamedCondition, condition_text, filter_fields
from desktop.ui.records.filter_form import FilterForm
from sync.contract.fields import Field


@dataclass(frozen=True, slots=True)
class Filters:
    """The conditions of a list, in the order in which they were added."""

    named: tuple[NamedCondition, ...] = ()

    @property
    def where(self) -> tuple[Condition, ...]:
        """The conditions for the store."""
        return tuple(each.condition for each in self.named)

    def with_condition(self, added: NamedCondition, replaced: int | None) -> "Filters":
        """Add a condition, or put it in the place of another."""
        if replaced is None:
            return Filters((*self.named, added))
        return Filters(tuple(added if place == replaced else each for place, each in enumerate(self.named)))

    def without(self, place: int) -> "Filters":
        """Take a condition away."""
        return Filters(tuple(each for index, each in enumerate(self.named) if index != place))

    def as_plain(self) -> list[dict[str, Any]]:
        """Give them as JSON values."""
        return [_as_plain(each) for each in self.named]

    @classmethod
    def of_plain(cls, plain: Sequence[Mapping[str, Any]]) -> "Filters":
        """Make them of what ``as_plain`` gave."""
        return cls(tuple(_of_plain(each) for each in plain))


def _as_plain(named: NamedCondition) -> dict[str, Any]:
    condition = named.condition
    value = list(condition.value) if isinstance(condition.value, tuple) else condition.value
    return {"field": condition.field, "test": condition.test.value, "value": value, "titles": dict(named.titles)}


def _of_plain(plain: Mapping[str, Any]) -> NamedCondition:
    value = tuple(plain["value"]) if isinstance(plain["value"], list) else plain["value"]
    return NamedCondition(Condition(plain["field"], Test(plain["test"]), value), dict(plain["titles"]))


class FilterBar(ChipBar):
    """Chips for conditions of one record type; ``filters_changed`` tells that the list must be asked anew."""

    filters_changed = Signal()

    def __init__(self, context: ScreenContext, record_type: str) -> None:
        kit = context.kit
        super().__init__(kit, kit.t("lists.filters"), kit.t("lists.filter"), "F")
        self._context = context
        self._type = record_type
        self._filters = Filters()
        self.form: FilterForm | None = None
        self.menu: Menu | None = None
        self.add_wanted.connect(self.add_filter)
        self.removed.connect(self._on_removed)
        self.activated.connect(self._on_activated)

    @property
    def filters(self) -> Filters:
        """What the list is limited to."""
        return self._filters

    def set_filters(self, filters: Filters) -> None:
        """Limit the list to this."""
        if filters == self._filters:
            return
        self._filters = filters
        self._show()
        self.filters_changed.emit()

    @Slot()
    def add_filter(self) -> None:
        """Ask which field, then how."""
        record = self._context.catalogue[self._type]
        words = self._context.words
        items = [
            MenuItem(words.label(self._type, field.name), partial(self._open_form, field, None))
            for field in filter_fields(record)
        ]
        self.menu = Menu(self._context.kit, self._context.shell.host, items, self._context.t("lists.filter_form.title"))
        self.menu.open_at(self._stops()[-1])

    def focus_last(self) -> None:
        """Put the focus on the last chip."""
        if self._filters.named:
            self._stops()[len(self._filters.named) - 1].setFocus(Qt.FocusReason.TabFocusReason)

    def _open_form(self, field: Field, place: int | None) -> None:
        start = self._filters.named[place] if place is not None else None
        self.form = FilterForm(self._context, self._type, field, start)
        self.form.made.connect(partial(self._take, place))
        anchors = self._stops()
        self.form.open_at(anchors[place if place is not None else -1])

    def _take(self, place: int | None, made: NamedCondition) -> None:
        self.set_filters(self._filters.with_condition(made, place))

    @Slot(str)
    def _on_removed(self, key: str) -> None:
        self.set_filters(self._filters.without(int(key)))

    @Slot(str)
    def _on_activated(self, key: str) -> None:
        place = int(key)
        condition = self._filters.named[place].condition
        self._open_form(self._context.words.field(self._type, condition.field), place)

    def _show(self) -> None:
        self.set_chips(_chips(self._context, self._type, self._filters))


def _chips(context: ScreenContext, record_type: str, filters: Filters) -> Sequence[Chip]:
    words = context.words
    return [
        Chip(
            str(place),
            condition_text(context.t, words, record_type, named),
            label=words.label(record_type, named.condition.field),
        )
        for place, named in enumerate(filters.named)
    ]
