"""The model of lists that are held in memory as a whole: rows of lists, entries of timelines, cards of boards."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.ui.components.id_model import NO_INDEX, IdList

Index = QModelIndex | QPersistentModelIndex


class Row(Protocol):
    """What every kind of row has."""

    @property
    def id(self) -> str:
        """Name it, uniquely in its list."""
        ...

    @property
    def title(self) -> str:
        """Say what it is."""
        ...

    @property
    def is_heading(self) -> bool:
        """Tell whether it parts groups and cannot be chosen."""
        ...

    def sentence(self) -> str:
        """Say all of it, for screen readers."""
        ...


class RowModel(IdList, QAbstractListModel):
    """Rows by id; new rows are announced as the smallest change."""

    ids_about_to_change = Signal()
    ids_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.begin_ids()
        self._rows: dict[str, Row] = {}

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows."""
        before = self._rows
        # Rows that go must stay known until the views have heard of it.
        self._rows = before | {row.id: row for row in rows}
        self.set_ids([row.id for row in rows])
        self._rows = {row.id: row for row in rows}
        for number, row in enumerate(rows):
            if before.get(row.id, row) != row:
                index = self.index(number, 0)
                self.dataChanged.emit(index, index)

    def row(self, number: int) -> Row:
        """Give a row by its place."""
        return self._rows[self.id_at(number)]

    def find(self, row_id: str) -> Row | None:
        """Give a row by its id."""
        return self._rows.get(row_id)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """Count the rows."""
        return 0 if parent.isValid() else len(self.ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Give the title, or the sentence for screen readers; delegates ask ``row``."""
        row = self._rows.get(self.id_at(index.row()))
        if row is None:
            return None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.sentence()
        return row.title if role == Qt.ItemDataRole.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let rows be chosen, headings not."""
        if not index.isValid() or self.row(index.row()).is_heading:
            return Qt.ItemFlag.ItemNeverHasChildren
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
