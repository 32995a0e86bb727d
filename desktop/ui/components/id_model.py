"""Models over lists of ids: they announce the smallest change, so that selection and scroll stay with their record."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Signal

from desktop.domain.packed_ids import PackedIds, joined
from desktop.ui.components.id_diff import diff_ids

NO_INDEX = QModelIndex()
_NEAR = 400


# Two Qt classes cannot be mixed in PySide6 (it crashes), so at run time the mixin is a plain class and the model that
# uses it declares the signals.
if TYPE_CHECKING:
    _Base = QAbstractItemModel
else:
    _Base = object


class IdList(_Base):
    """Mixin before a Qt model class: keeps the ids and turns a new list into Qt's announcements.

    The model declares the signals ``ids_about_to_change`` and ``ids_changed``; a view that wants to keep its place
    listens to them.
    """

    if TYPE_CHECKING:
        ids_about_to_change = Signal()
        ids_changed = Signal()

    # A map from ids to rows would take 17 MB for 240,000 records; a look through them takes 3 ms at most.
    _ids: Sequence[str]

    def begin_ids(self) -> None:
        """Start with no ids; call it in ``__init__``."""
        self._ids = []

    @property
    def ids(self) -> Sequence[str]:
        """The ids in order."""
        return self._ids

    def id_at(self, row: int) -> str:
        """Give the id of a row, ``""`` out of range."""
        return self._ids[row] if 0 <= row < len(self._ids) else ""

    def row_of(self, record_id: str) -> int:
        """Give the row of an id, -1 when it is not in the list."""
        try:
            return self._ids.index(record_id)
        except ValueError:
            return -1

    def rows_of(self, ids: Collection[str], near: int = 0) -> list[int]:
        """Give the rows of ids in their order, those that are not in the list left out; looks around ``near`` first."""
        wanted = set(ids)
        start = max(0, near - _NEAR)
        around = [row for row, item in enumerate(self._ids[start : near + _NEAR], start) if item in wanted]
        if len(around) == len(wanted):
            return around
        return [row for row, item in enumerate(self._ids) if item in wanted]

    def set_ids(self, ids: Sequence[str]) -> None:
        """Show other ids; those in both lists keep their selection. A list is kept as it is and must not change."""
        wanted = ids if isinstance(ids, list | PackedIds) else list(ids)
        change = diff_ids(self._ids, wanted)
        if not (change.is_reset or change.removals or change.insertions or change.is_reordered):
            return
        self.ids_about_to_change.emit()
        if change.is_reset:
            self.beginResetModel()
            self._take(wanted)
            self.endResetModel()
        else:
            for run in change.removals:
                self.beginRemoveRows(NO_INDEX, run.start, run.start + run.count - 1)
                self._take(joined((self._ids[: run.start], self._ids[run.start + run.count :])))
                self.endRemoveRows()
            if change.is_reordered:
                self._reorder(wanted)
            for run in change.insertions:
                self.beginInsertRows(NO_INDEX, run.start, run.start + run.count - 1)
                new = wanted[run.start : run.start + run.count]
                self._take(joined((self._ids[: run.start], new, self._ids[run.start :])))
                self.endInsertRows()
            # The same ids; as they were given, they may take less room.
            self._take(wanted)
        self.ids_changed.emit()

    def _reorder(self, wanted: Sequence[str]) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        names = [self._ids[index.row()] for index in before]
        present = set(self._ids)
        self._take([item for item in wanted if item in present])
        moved = set(names)
        rows = {item: row for row, item in enumerate(self._ids) if item in moved}
        after = [self.index(rows[name], index.column()) for name, index in zip(names, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _take(self, ids: Sequence[str]) -> None:
        self._ids = ids
