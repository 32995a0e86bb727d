"""The list view that all our lists are: one current row, moved by J and K, kept in place under live changes."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from desktop.ui.components.kept_place import KeptPlace
from desktop.ui.components.row_model import Index, Row, RowModel
from desktop.ui.design.kit import UiKit

MOVES = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
FOR_PAGE = ENTER | {Qt.Key.Key_Escape, Qt.Key.Key_Space}
COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class KeyedList(QListView):
    """A list of rows in memory; subclasses bring the delegate."""

    current_changed = Signal(str)
    opened = Signal(str)

    def __init__(self, kit: UiKit, name: str, fill: str) -> None:
        super().__init__()
        self._kit = kit
        self._fill = fill
        self._announced = ""
        self._rows = RowModel(self)
        self.setModel(self._rows)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self._rows.ids_changed.connect(self._announce_current)
        self._place = KeptPlace(self, self._rows, self)

    def rows(self) -> RowModel:
        """Give the rows."""
        return self._rows

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows; the current one and the scroll position stay with their ids."""
        self._rows.set_rows(rows)

    def current_id(self) -> str:
        """Give the id of the current row, ``""`` when there is none."""
        index = self.currentIndex()
        return self._rows.id_at(index.row()) if index.isValid() else ""

    def has_current(self) -> bool:
        """Tell whether a row is current; fits ``Action.enabled_when``."""
        return bool(self.current_id())

    def set_current(self, row_id: str) -> bool:
        """Make a row current and scroll it into view; tells whether it is in the list."""
        number = self._rows.row_of(row_id)
        if number < 0 or self._rows.row(number).is_heading:
            return False
        self._go(number)
        return True

    def step(self, by: int) -> None:
        """Go ``by`` rows down, or up when negative, past headings; stops at the ends."""
        number = self.currentIndex().row() + by if self.currentIndex().isValid() else 0
        while 0 <= number < self._rows.rowCount():
            if not self._rows.row(number).is_heading:
                self._go(number)
                return
            number += 1 if by >= 0 else -1

    @Slot()
    def restyle(self) -> None:
        """Take colours and heights from the theme.

        Not to be overridden: PySide6 does not disconnect an overridden slot when its widget is deleted.
        """
        self.forget_sizes()
        palette = QPalette(self._kit.theme.palette())
        palette.setColor(QPalette.ColorRole.Base, self._kit.theme.color(self._fill))
        self.setPalette(palette)
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def forget_sizes(self) -> None:
        """Forget what was measured; subclasses that remember sizes do."""

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: type-ahead would take J for the first row that begins with it."""

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Announce another row, and keep input methods from eating the letter keys."""
        super().currentChanged(current, previous)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)
        self._announce_current()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Start at the first row when nothing is current yet."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self.step(0)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the selection is out of focus."""
        super().focusOutEvent(event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move and open; other letters go on to the page."""
        key = Qt.Key(event.key())
        plain = not event.modifiers() & COMMANDS
        if plain and key in MOVES:
            self.step(MOVES[key])
        elif plain and key in ENTER and self.has_current():
            self.opened.emit(self.current_id())
        elif key in FOR_PAGE or (event.text().strip() and plain):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the row."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and not self._rows.row(index.row()).is_heading:
            self.opened.emit(self._rows.id_at(index.row()))

    def _go(self, number: int) -> None:
        index = self._rows.index(number, 0)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)

    @Slot()
    def _announce_current(self) -> None:
        now = self.current_id()
        if now != self._announced:
            self._announced = now
            self.current_changed.emit(now)
