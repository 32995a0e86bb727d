"""The table of records: one line or two per record, moved through by keyboard, never widgets per row."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from desktop.ui.components.kept_place import KeptPlace
from desktop.ui.components.key_press import ENTER
from desktop.ui.components.record_delegate import RecordDelegate
from desktop.ui.components.record_header import RecordHeader
from desktop.ui.components.records import Column, Index, RecordModel
from desktop.ui.components.row_paint import paint_focus_line
from desktop.ui.design.kit import UiKit

_SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
_MOVES = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
_FOR_PAGE = ENTER | {Qt.Key.Key_Escape, Qt.Key.Key_Space}
_EDIT = frozenset({Qt.Key.Key_E, Qt.Key.Key_F2})
_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_COMMANDS = _CTRL | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class RecordTable(QTableView):
    """A view on a ``RecordModel``. One record is current; any number may be ticked."""

    current_changed = Signal(str)
    opened = Signal(str)
    copy_wanted = Signal()
    ticks_changed = Signal()
    sort_wanted = Signal(str, bool)
    edited = Signal(str, str, str)
    column_resized = Signal(str, int)

    def __init__(self, kit: UiKit, columns: Sequence[Column], model: RecordModel, name: str) -> None:
        super().__init__()
        self._kit = kit
        self._records = model
        self._is_two_line = False
        self._text_scale = kit.theme.choice.text_scale
        self._announced = ""
        self._header = RecordHeader(kit, self)
        self.setHorizontalHeader(self._header)
        self.setModel(model)
        self.setItemDelegate(RecordDelegate(kit, self))
        self.setAccessibleName(name)
        self._set_up_view()
        self._header.sort_clicked.connect(self._on_sort_clicked)
        self._header.tick_all_clicked.connect(self.toggle_all_ticks)
        self._header.sectionResized.connect(self._on_resized)
        model.ticks_changed.connect(self._on_ticks_changed)
        model.edit_wanted.connect(self.edited)
        model.ids_changed.connect(self._announce_current)
        self._place = KeptPlace(self, model, self)
        self.set_columns(columns)
        kit.follow(self)

    def model(self) -> RecordModel:
        """Give the records."""
        return self._records

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Show other columns at their own widths."""
        current = self.current_id()
        self._records.set_columns(columns)
        for section, column in enumerate(columns):
            mode = QHeaderView.ResizeMode.Stretch if column.stretch else QHeaderView.ResizeMode.Interactive
            self._header.setSectionResizeMode(section, mode)
            self._header.resizeSection(section, self._grown(column))
        if self.current_id() != current:
            self.set_current(current)

    def _grown(self, column: Column) -> int:
        """Give the width of a column, which grows with the text; what ticks is as large as ever."""
        return column.width if column.kind == "tick" else self._kit.theme.grown(column.width)

    def set_two_line(self, two_line: bool) -> None:  # noqa: FBT001 - a Qt-like setter
        """Give each row a second line, or one line only."""
        self._is_two_line = two_line
        self.restyle()

    def set_sort(self, key: str, *, descending: bool) -> None:
        """Show which column sorts; the ids come sorted."""
        self._header.set_sort(key, descending=descending)

    def current_id(self) -> str:
        """Give the id of the current record, ``""`` when there is none."""
        index = self.currentIndex()
        return self._records.id_at(index.row()) if index.isValid() else ""

    def has_current(self) -> bool:
        """Tell whether a record is current; fits ``Action.enabled_when``."""
        return bool(self.current_id())

    def set_current(self, record_id: str) -> bool:
        """Make a record current and scroll it into view; tells whether it is in the list."""
        row = self._records.row_of(record_id)
        if row < 0:
            return False
        self._go(row)
        return True

    def step(self, by: int) -> None:
        """Go ``by`` rows down, or up when negative; stops at the ends."""
        count = self._records.rowCount()
        if count:
            now = self.currentIndex().row()
            self._go(min(max(now + by, 0), count - 1) if now >= 0 else 0)

    @Slot()
    def toggle_all_ticks(self) -> None:
        """Tick all, or none when all are ticked."""
        ticked = self._records.tick_count
        self._records.set_ticked(() if ticked == self._records.rowCount() else self._records.ids)

    @Slot()
    def edit_current(self) -> None:
        """Edit the first editable cell of the current record."""
        for section, column in enumerate(self._records.columns):
            if column.editable and self.currentIndex().isValid():
                self.edit(self._records.index(self.currentIndex().row(), section))
                return

    @Slot()
    def restyle(self) -> None:
        """Take heights and colours from the theme."""
        theme = self._kit.theme
        if theme.choice.text_scale != self._text_scale:
            for section, column in enumerate(self._records.columns):
                if column.kind != "tick":
                    size = self._header.sectionSize(section) / self._text_scale
                    self._header.resizeSection(section, theme.grown(round(size)))
            self._text_scale = theme.choice.text_scale
        self.verticalHeader().setDefaultSectionSize(theme.row_two_line if self._is_two_line else theme.row)
        palette = QPalette(theme.palette())
        palette.setColor(QPalette.ColorRole.Base, theme.color("surface"))
        self.setPalette(palette)
        self._be_opaque()
        self.viewport().update()

    def showEvent(self, event: QShowEvent) -> None:
        """Be opaque again after the style sheet was put on."""
        super().showEvent(event)
        self._be_opaque()

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: type-ahead would take J for the first name that begins with it."""

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Announce another record, and keep input methods from eating the letter keys."""
        super().currentChanged(current, previous)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)
        self._announce_current()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Start at the first row when nothing is current yet."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._records.rowCount():
            self._go(0)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the selection is out of focus."""
        super().focusOutEvent(event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, tick, open, edit; other letters go on to the page."""
        if self.state() == QAbstractItemView.State.EditingState:
            # What the editor lets through, Enter above all, belongs to it and must not open the record.
            event.accept()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
            event.accept()
        elif self._handle_key(event):
            event.accept()
        elif event.key() in _FOR_PAGE or (event.text().strip() and not event.modifiers() & _COMMANDS):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tick when the tick is clicked."""
        index = self.indexAt(event.position().toPoint())
        super().mouseReleaseEvent(event)
        if index.isValid() and self._records.columns[index.column()].kind == "tick":
            self._records.toggle_tick(index.row())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the record."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self._records.columns[index.column()].kind != "tick":
            self.opened.emit(self._records.id_at(index.row()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, and a line around the current one when it is not selected."""
        super().paintEvent(event)
        index = self.currentIndex()
        if not self.hasFocus() or not index.isValid() or self.selectionModel().isSelected(index):
            return
        rect = self.visualRect(index)
        rect.setLeft(0)
        rect.setRight(self.viewport().width() - 1)
        paint_focus_line(QPainter(self.viewport()), self._kit.theme, rect)

    def _be_opaque(self) -> None:
        # A style sheet takes this away, and Qt then paints every row at each step of a roll instead of those that come.
        self.viewport().setAutoFillBackground(True)

    def _handle_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if event.modifiers() & _COMMANDS:
            if key == Qt.Key.Key_A and event.modifiers() == _CTRL:
                self._records.set_ticked(self._records.ids)
                return True
            return False
        if key in _MOVES:
            self._move_by_key(_MOVES[key], extend=bool(event.modifiers() & _SHIFT))
            return True
        if not self.currentIndex().isValid() or event.modifiers() & _SHIFT:
            return False
        row = self.currentIndex().row()
        if key == Qt.Key.Key_X and self._can_tick():
            self._records.toggle_tick(row)
        elif key in ENTER:
            self.opened.emit(self.current_id())
        elif key in _EDIT and any(column.editable for column in self._records.columns):
            self.edit_current()
        else:
            return False
        return True

    def _move_by_key(self, by: int, *, extend: bool) -> None:
        before = self.current_id()
        self.step(by)
        if extend and self._can_tick():
            self._records.set_ticked({*self._records.ticked(), before, self.current_id()})

    def _can_tick(self) -> bool:
        return any(column.kind == "tick" for column in self._records.columns)

    def _go(self, row: int) -> None:
        index = self._records.index(row, 0)
        self.selectionModel().setCurrentIndex(index, _SELECT)
        self.scrollTo(index)

    def _set_up_view(self) -> None:
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(20)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)

    @Slot()
    def _announce_current(self) -> None:
        now = self.current_id()
        if now != self._announced:
            self._announced = now
            self.current_changed.emit(now)

    @Slot()
    def _on_ticks_changed(self) -> None:
        self._header.viewport().update()
        self.ticks_changed.emit()

    @Slot(int)
    def _on_sort_clicked(self, section: int) -> None:
        key = self._records.columns[section].key
        old_key, was_descending = self._header.sort
        descending = not was_descending if key == old_key else False
        self._header.set_sort(key, descending=descending)
        self.sort_wanted.emit(key, descending)

    @Slot(int, int, int)
    def _on_resized(self, section: int, _old: int, new: int) -> None:
        # Whatever lays the columns out anew resizes them too, also below a mouse that rests on the header.
        is_own = self._header.sectionResizeMode(section) is QHeaderView.ResizeMode.Interactive
        if self._header.is_pressed and is_own and section < len(self._records.columns):
            scale = self._kit.theme.choice.text_scale
            self.column_resized.emit(self._records.columns[section].key, round(new / scale))
