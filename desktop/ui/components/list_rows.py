"""Rows of short lists and the model that holds them: people, choices to make, what was settled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.ui.components.id_model import NO_INDEX, IdList

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row. ``mark`` is "person", "company" or an icon's name; ``right`` stands at the end of the first line.

    ``tone`` colours ``right``: "", muted, success, warning, danger, accent; ``second_tone`` the second line. With
    ``is_heading`` it parts groups and cannot be chosen. ``badge`` and its tone stand instead of ``right``.
    """

    id: str
    title: str
    second: str = ""
    right: str = ""
    tone: str = ""
    second_tone: str = ""
    mark: str = ""
    mark_tone: str = ""
    badge: str = ""
    beside: str = ""
    is_heading: bool = False
    is_done: bool = False
    is_checkable: bool = False
    unsent: bool = False
    needs_choice: bool = False
    spoken: str = ""
    data: Mapping[str, str] = field(default_factory=dict)


class ListRowModel(IdList, QAbstractListModel):
    """All rows of a list in memory, announced as the smallest change."""

    ids_about_to_change = Signal()
    ids_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.begin_ids()
        self._rows: dict[str, ListRow] = {}

    def set_rows(self, rows: Sequence[ListRow]) -> None:
        """Show these rows."""
        before = self._rows
        self._rows = {row.id: row for row in rows}
        self.set_ids(list(self._rows))
        for number, row in enumerate(rows):
            if before.get(row.id, row) != row:
                index = self.index(number, 0)
                self.dataChanged.emit(index, index)

    def row(self, number: int) -> ListRow:
        """Give a row by its place."""
        return self._rows[self.id_at(number)]

    def find(self, row_id: str) -> ListRow | None:
        """Give a row by its id."""
        return self._rows.get(row_id)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """Count the rows."""
        return 0 if parent.isValid() else len(self.ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Give the title, or the sentence for screen readers; the delegate asks ``row``."""
        row = self._rows.get(self.id_at(index.row()))
        if row is None:
            return None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken or ", ".join(part for part in (row.title, row.second, row.badge, row.right) if part)
        return row.title if role == Qt.ItemDataRole.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let rows be chosen, headings not."""
        if not index.isValid() or self.row(index.row()).is_heading:
            return Qt.ItemFlag.ItemNeverHasChildren
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
