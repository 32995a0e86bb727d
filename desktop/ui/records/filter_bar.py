"""The chips over a list: what it is limited to; F adds one, Enter opens one, Delete takes one away."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot

from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.chip_bar import Chip, ChipBar
from desktop.ui.components.menu import Menu, MenuItem
from desktop.ui.records.conditions import NamedCondition, condition_text, filter_fields, offered_test
from desktop.ui.records.filter_form import FilterForm
from desktop.ui.records.filters import Filters
from sync.contract.fields import Field

FILTER = "filter"
"""Begins the name of the draft of a filter; its record type, field and place follow."""

__all__ = ["FilterBar", "Filters"]


class FilterBar(ChipBar):
    """Chips for conditions of one record type; ``filters_changed`` tells that the list must be asked anew.

    ``words_wanted`` is emitted when a chip is opened that can only be changed as a written question.
    """

    filters_changed = Signal()
    words_wanted = Signal()

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
            MenuItem(words.label(self._type, field.name), partial(self.ask_for, field))
            for field in filter_fields(record)
        ]
        self.menu = Menu(self._context.kit, self._context.shell.host, items, self._context.t("lists.filter_form.title"))
        self.menu.open_at(self._stops()[-1])

    def reopen(self, form: str) -> None:
        """Go on with the filter that was being made or changed, by the name of its draft."""
        kind, _, rest = form.partition(" ")
        record_type, _, rest = rest.partition(" ")
        name, _, place = rest.partition(" ")
        field = next((each for each in filter_fields(self._context.catalogue[self._type]) if each.name == name), None)
        if (kind, record_type) == (FILTER, self._type) and field is not None:
            self.ask_for(field, int(place) if place.isdecimal() else None, go_on=True)
            if self.form is not None and self.form.draft != form:
                self._context.drafts.drop(form)

    def focus_last(self) -> None:
        """Put the focus on the last chip."""
        if self._filters.named:
            self._stops()[len(self._filters.named) - 1].setFocus(Qt.FocusReason.TabFocusReason)

    def ask_for(self, field: Field, place: int | None = None, *, go_on: bool = False) -> None:
        """Ask how the list is limited by a field; ``place`` is that of the chip that is changed.

        With ``go_on`` it is asked with what was typed before a kill.
        """
        named = self._filters.named
        # What came from a colleague meanwhile may have left another filter, or none, in that place.
        start = named[place] if place is not None and place < len(named) else None
        if start is None or start.field != field.name:
            place, start = None, None
        draft = f"{FILTER} {self._type} {field.name} {'new' if place is None else place}"
        if not go_on:
            self._context.drafts.drop(draft)
        self.form = FilterForm(self._context, self._type, field, start, draft)
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
        condition = self._filters.named[place].plain
        if condition is None or condition.field == "id":
            self.words_wanted.emit()
            return
        field = self._context.words.field(self._type, condition.field)
        if offered_test(field, condition.test) is None:
            self.words_wanted.emit()
            return
        self.ask_for(field, place)

    def _show(self) -> None:
        self.set_chips(_chips(self._context, self._type, self._filters))


def _chips(context: ScreenContext, record_type: str, filters: Filters) -> Sequence[Chip]:
    words = context.words
    return [
        Chip(
            str(place),
            condition_text(context.t, words, record_type, named),
            label=words.label(record_type, named.field) if named.field else "",
        )
        for place, named in enumerate(filters.named)
    ]
