"""A list as screens show it: chips over it, the table, what to say when it is empty, a preview beside it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.commands.records import SetFields
from desktop.domain.listing import Listing, Sort
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.writer import Reaction
from desktop.ui.components.button import Button
from desktop.ui.components.empty_state import EmptyState
from desktop.ui.components.inspector import InspectorSplit, InspectorWidths
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import column, row
from desktop.ui.components.menu import Menu, MenuItem
from desktop.ui.components.record_table import RecordTable
from desktop.ui.components.records import Column
from desktop.ui.components.surface import Surface
from desktop.ui.records.ask_line import AskLine
from desktop.ui.records.column_chooser import ColumnChooser
from desktop.ui.records.filter_bar import FilterBar, Filters
from desktop.ui.records.list_columns import TICK, chosen_columns, offered_columns, with_fields
from desktop.ui.records.listed import ListedRecords, ListSpec, Rows
from desktop.ui.records.view_state import ViewState
from sync.contract.errors import AppError

_PREVIEW_WIDTH = 348
_WIDE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class PaneSpec:
    """What the list is of; ``name`` is under what it remembers widths and preview.

    ``columns`` gives those for which a table of so many px has room, ``sortable`` the fields of the sort menu.
    ``counted`` words a number of records, ``empty`` is shown when there are none at all.
    """

    name: str
    listed: ListSpec
    columns: Callable[[int], Sequence[Column]]
    sortable: Sequence[str]
    title: str
    counted: Callable[[int], str]
    empty: EmptyState
    start: Listing


class ListPane(QWidget):
    """``current_changed`` and ``opened`` give ids; ``question_changed`` tells that filters or sort are others.

    ``view_shown`` tells that the list is looked at in another way altogether.
    ``bar_box`` holds chips, count and what ``bar`` is given; a page may move it to a place of its own.
    """

    current_changed = Signal(str)
    opened = Signal(str)
    question_changed = Signal()
    view_shown = Signal()

    def __init__(self, context: ScreenContext, spec: PaneSpec, preview: QWidget) -> None:
        super().__init__()
        self._context = context
        self._spec = spec
        self._base = spec.start
        self._sort = spec.start.sort
        self._chosen: tuple[str, ...] = ()
        self._is_showing = False
        self.preview = preview
        self.menu: Menu | None = None
        self.chooser: ColumnChooser | None = None
        self._wanted = ""
        kit = context.kit
        self.filters = FilterBar(context, spec.listed.record_type)
        self._count = Label(kit, "", "body", "text_secondary").set_figures()
        self.columns_button = Button(kit, kit.t("lists.columns.name"), "ghost", "sliders-horizontal")
        self.bar = row(self.filters, self._count, self.columns_button, gap=12, pad=(24, 8, 16, 8))
        self.bar.setStretch(0, 1)
        self.ask = AskLine(context, spec.listed.record_type)
        listed = replace(spec.listed, load=self.load_rows)
        self.records = ListedRecords(context, self, listed, spec.start)
        self.table = RecordTable(kit, self._columns_for(_WIDE), self.records.model, spec.title)
        self.records.show_in(self.table)
        self.table.installEventFilter(self)
        self.no_match = EmptyState(kit, "search", kit.t("lists.no_match.title"), kit.t("lists.no_match.text"))
        self.no_match.set_action(kit.t("lists.no_match.clear"), icon="x")
        self._stack = QStackedWidget()
        for page in (self.table, spec.empty, self.no_match):
            self._stack.addWidget(page)
        left = QWidget()
        column(self._stack, gap=0, into=left)
        left.setFocusProxy(self.table)
        width = int(context.memory.get(spec.name, "preview_width", _PREVIEW_WIDTH))
        self.split = InspectorSplit(kit, left, preview, InspectorWidths(width))
        self.split.set_wanted(bool(context.memory.get(spec.name, "preview", default=True)))
        self._lay_out()
        self._connect()
        self._show_sort()
        kit.follow(self)

    @Slot()
    def restyle(self) -> None:
        """Show the columns for which there is room with larger or smaller text."""
        if self.table.isVisible():
            self._show_columns()

    @property
    def count(self) -> int:
        """How many records the list has now."""
        return self.records.model.rowCount()

    def current_id(self) -> str:
        """Give the id of the current record."""
        return self.table.current_id()

    def chosen_ids(self) -> list[str]:
        """Give the ticked records, or the current one when none is ticked."""
        ticked = self.records.model.ticked()
        return ticked or ([self.current_id()] if self.current_id() else [])

    @property
    def record_type(self) -> str:
        """The type of the records."""
        return self._spec.listed.record_type

    @property
    def name(self) -> str:
        """What the list is called."""
        return self._spec.title

    @property
    def listing(self) -> Listing:
        """The question that the list answers."""
        where = (*self._base.where, *self.filters.filters.where)
        return Listing(self._base.type, where=where, sort=self._sort, text=self._base.text)

    def view_state(self) -> ViewState:
        """Give how the list is looked at."""
        return ViewState(self.filters.filters, self._sort, self._chosen)

    def show_view(self, base: Listing, state: ViewState) -> None:
        """Look at the list in another way; ``base`` is what always holds. Not told as a change of the question."""
        self._is_showing = True
        self._base = base
        self.filters.set_filters(state.filters)
        self._sort = state.sort or base.sort
        self._chosen = state.columns
        self._show_columns()
        self._show_sort()
        self._is_showing = False
        self.records.set_listing(self.listing)
        self.view_shown.emit()

    @Slot()
    def choose_columns(self) -> None:
        """Offer all columns."""
        shown = [each.key for each in self.table.model().columns if each.key != TICK]
        offered = self._offered()
        self.chooser = ColumnChooser(self._context.kit, self._context.shell.host, offered, shown)
        self.chooser.chosen.connect(self.set_columns)
        self.chooser.open_at(self.columns_button, at_right=True)

    @Slot(object)
    def set_columns(self, keys: Sequence[str]) -> None:
        """Show these columns in this order; none for the usual ones."""
        before = {each.key for each in self.table.model().columns}
        self._chosen = tuple(keys)
        self._show_columns()
        if {each.key for each in self.table.model().columns} - before:
            self.records.reload()
        self.question_changed.emit()

    @Slot()
    def write_question(self) -> None:
        """Let the question be written in words."""
        self.ask.open(self.filters.filters)

    def set_filters(self, filters: Filters) -> None:
        """Limit the list."""
        self.filters.set_filters(filters)

    @property
    def sort(self) -> tuple[Sort, ...]:
        """The order of the list."""
        return self._sort

    def set_sort(self, sort: tuple[Sort, ...]) -> None:
        """Order the list by these fields."""
        self._sort = sort
        self._show_sort()
        self._ask()

    def choose_sort(self) -> None:
        """Offer the fields to sort by; the present one turns around."""
        words, record_type = self._context.words, self._spec.listed.record_type
        now = self._sort[0] if self._sort else Sort("")
        items = [
            MenuItem(
                words.label(record_type, name),
                partial(self._sort_by, name, not now.descending if name == now.field else False),
                checked=name == now.field,
            )
            for name in self._spec.sortable
        ]
        self.menu = Menu(self._context.kit, self._context.shell.host, items, self._context.t("lists.sort"))
        self.menu.open_at(self.table.horizontalHeader())

    def show_count(self, text: str) -> None:
        """Say something else in the place of the count, until the list is asked again."""
        self._count.setText(text)

    def toggle_preview(self) -> None:
        """Show or hide the preview."""
        self.split.toggle()

    def save_state(self) -> Mapping[str, object]:
        """Give what ``restore_state`` needs, as JSON values."""
        sort = [[each.field, each.descending] for each in self._sort]
        filters, columns = self.filters.filters.as_plain(), list(self._chosen)
        return {"current": self.current_id(), "filters": filters, "sort": sort, "columns": columns}

    def restore_state(self, state: Mapping[str, Any]) -> None:
        """Look as it did."""
        if "filters" in state:
            sort = tuple(Sort(name, descending) for name, descending in state.get("sort") or ())
            columns = tuple(state.get("columns") or ())
            self.show_view(self._base, ViewState(Filters.of_plain(state["filters"]), sort, columns))
            self.question_changed.emit()
        self.select(str(state.get("current") or ""))

    def select(self, record_id: str) -> None:
        """Make a record current, now or when the list has it."""
        self._wanted = record_id
        self._select_wanted()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for the records at the latest when the list is looked at."""
        super().showEvent(event)
        self.records.wake()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show the columns for which the table has room."""
        if watched is self.table and event.type() == QEvent.Type.Resize:
            self._show_columns()
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        kit = self._context.kit
        self.bar_box = Surface(kit, "bg", "b")
        column(self.bar, self.ask, gap=0, into=self.bar_box)
        column(self.bar_box, self.split, gap=0, into=self).setStretch(1, 1)

    def _connect(self) -> None:
        self.filters.filters_changed.connect(self._ask)
        self.filters.words_wanted.connect(self.write_question)
        self.columns_button.clicked.connect(self.choose_columns)
        self.ask.asked.connect(self.filters.set_filters)
        self.ask.left.connect(self._focus_table)
        self.records.counted.connect(self._on_counted)
        self.table.current_changed.connect(self._on_current)
        self.table.opened.connect(self._on_opened)
        self.table.sort_wanted.connect(self._sort_by)
        self.table.ticks_changed.connect(self._say_count)
        self.table.edited.connect(self._edit)
        self.table.column_resized.connect(self._remember_width)
        self.no_match.action_clicked.connect(self._clear_filters)
        self.split.toggled.connect(self._remember_preview)
        self.split.widened.connect(self._remember_preview_width)

    @Slot()
    def _ask(self) -> None:
        if not self._is_showing:
            self.records.set_listing(self.listing)
            self.question_changed.emit()

    @Slot(str, bool)
    def _sort_by(self, name: str, descending: bool) -> None:  # noqa: FBT001 - a slot
        self.set_sort((Sort(name, descending),))

    def _show_sort(self) -> None:
        first = self._sort[0] if self._sort else Sort("")
        self.table.set_sort(first.field, descending=first.descending)

    @Slot(int)
    def _on_counted(self, count: int) -> None:
        is_narrowed = bool(self.listing.where)
        page = self.table if count else self.no_match if is_narrowed else self._spec.empty
        self._stack.setCurrentWidget(page)
        self._context.trail.follow(self._spec.listed.record_type, self.records.model.ids)
        self._say_count()
        self._select_wanted()
        if count and not self.table.has_current():
            self.table.step(0)

    @Slot()
    def _say_count(self) -> None:
        text = self._spec.counted(self.count)
        ticked = len(self.records.model.ticked())
        if ticked:
            text = f"{text}, {self._context.t('lists.selected', count=ticked)}"
        self._count.setText(text)

    @Slot(str)
    def _on_current(self, record_id: str) -> None:
        self.current_changed.emit(record_id)

    @Slot(str)
    def _on_opened(self, record_id: str) -> None:
        self._context.trail.follow(self._spec.listed.record_type, self.records.model.ids)
        self.opened.emit(record_id)

    @Slot(str, str, str)
    def _edit(self, record_id: str, name: str, text: str) -> None:
        record_type = self._spec.listed.record_type
        try:
            value = self._context.words.read(record_type, name, text, currency=self._context.currency)
        except AppError as error:
            self._context.errors.present(error)
            return
        self._context.writer.run(SetFields(record_type, record_id, {name: value}), Reaction())

    @Slot()
    def _clear_filters(self) -> None:
        self.filters.set_filters(Filters())
        self._focus_table()

    @Slot()
    def _focus_table(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _select_wanted(self) -> None:
        if self._wanted and self.table.set_current(self._wanted):
            self._wanted = ""

    def _columns_for(self, width: int) -> list[Column]:
        # Columns grow with the text, so there is room for fewer of them.
        width = round(width / self._context.kit.theme.choice.text_scale)
        columns = self._spec.columns(width)
        if self._chosen:
            columns = chosen_columns(self._offered(), self._chosen, columns)
        widths = self._context.memory.get(self._spec.name, "widths", {})
        found = [replace(each, width=int(widths[each.key])) if each.key in widths else each for each in columns]
        if self._chosen and sum(each.width for each in found) > width:
            # For more than there is room for, the list moves sideways instead of squeezing its first column.
            return [replace(each, stretch=False) for each in found]
        return found

    def _offered(self) -> list[Column]:
        return offered_columns(self._context, self.record_type, self._spec.columns(_WIDE))

    def _show_columns(self) -> None:
        columns = self._columns_for(self.table.width())
        if tuple(columns) != tuple(self.table.model().columns):
            self.table.set_columns(columns)
            self._show_sort()

    def load_rows(self, ids: Sequence[str]) -> Rows:
        """Read rows, with the cells of fields that were chosen beyond the list's own columns; on the read lane."""
        rows = self._spec.listed.load(ids)
        names = [each for each in self._chosen if any(each not in row.cells for row in rows.values())]
        if not names:
            return rows
        record = self._context.catalogue[self.record_type]
        values = {str(each["id"]): each for each in self._context.reads.rows(self.record_type, ids)}
        words = self._context.words
        return {
            key: with_fields(words, record, row, values[key], names) if key in values else row
            for key, row in rows.items()
        }

    @Slot(str, int)
    def _remember_width(self, key: str, width: int) -> None:
        widths = dict(self._context.memory.get(self._spec.name, "widths", {}))
        self._context.memory.put(self._spec.name, "widths", {**widths, key: width})

    @Slot(bool)
    def _remember_preview(self, shown: bool) -> None:  # noqa: FBT001 - a slot
        self._context.memory.put(self._spec.name, "preview", shown)

    @Slot(int)
    def _remember_preview_width(self, width: int) -> None:
        self._context.memory.put(self._spec.name, "preview_width", width)
