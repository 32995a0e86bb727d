"""Keeps what a list shows and selects in place while its ids change under it."""

from typing import Protocol

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtWidgets import QAbstractItemView

from desktop.ui.components.id_model import IdList

_ANCHORS = 50
_FOLLOWERS = 200


class PlacedView(Protocol):
    """A list that can name its current record and be told another."""

    def current_id(self) -> str:
        """Give the id of the current row."""
        ...

    def set_current(self, record_id: str) -> bool:
        """Make a record the current one."""
        ...


class KeptPlace(QObject):
    """Puts the current record and the scroll position back after every change of the ids.

    The row at the top of the view stays where it is on screen; when it is gone, the nearest one after it does. When
    the current record is gone, the next one becomes current.
    """

    def __init__(self, view: QAbstractItemView, model: IdList, placed: PlacedView) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._placed = placed
        self._anchors: list[tuple[str, int]] = []
        self._current = ""
        self._followers: list[str] = []
        model.ids_about_to_change.connect(self._remember)
        model.ids_changed.connect(self._put_back)

    @Slot()
    def _remember(self) -> None:
        self._current = self._placed.current_id()
        row = self._model.row_of(self._current) if self._current else -1
        self._followers = list(self._model.ids[row + 1 : row + 1 + _FOLLOWERS]) if row >= 0 else []
        top = self._view.indexAt(QPoint(2, 1))
        first = top.row() if top.isValid() else len(self._model.ids)
        names = self._model.ids[first : first + _ANCHORS]
        self._anchors = [(name, self._top_of(first + step)) for step, name in enumerate(names)]

    @Slot()
    def _put_back(self) -> None:
        bar = self._view.verticalScrollBar()
        if bar.value() > 0:
            self._scroll_back()
        if not self._current or self._placed.current_id() == self._current:
            return
        last = self._model.ids[-1:]
        for name in (self._current, *self._followers, *last):
            if self._placed.set_current(name):
                return

    def _scroll_back(self) -> None:
        for name, edge in self._anchors:
            row = self._model.row_of(name)
            if row >= 0:
                bar = self._view.verticalScrollBar()
                bar.setValue(bar.value() + self._top_of(row) - edge)
                return

    def _top_of(self, row: int) -> int:
        return self._view.visualRect(self._model.index(row, 0)).top()
