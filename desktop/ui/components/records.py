"""What a table of records shows: columns, prepared cells, and a model that fetches only the rows that are looked at."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.ui.components.id_model import NO_INDEX, IdList

KINDS: Final = (
    "text",
    "name",
    "secondary",
    "number",
    "money",
    "date",
    "badge",
    "dot",
    "person",
    "company",
    "progress",
    "sparkline",
    "icon",
    "tick",
)
PAGE: Final = 200
_MOST_ROWS = 20 * PAGE

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``kind`` is one of ``KINDS``; numbers and money stand at the right unless ``align`` says "left"."""

    key: str
    title: str
    width: int
    kind: str = "text"
    align: str = ""
    sort: bool = False
    stretch: bool = False
    editable: bool = False

    @property
    def is_right(self) -> bool:
        """Whether its text ends at the right edge."""
        return self.align == "right" or (not self.align and self.kind in {"number", "money"})


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows, written out already.

    ``tone`` colours text, dots, bars and badges: "", muted, success, warning, danger, info, accent.
    ``values`` are the points of a sparkline, ``share`` the filled part of a bar.
    """

    text: str = ""
    second: str = ""
    tone: str = ""
    icon: str = ""
    values: tuple[float, ...] = ()
    share: float | None = None


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One record as a row; ``spoken`` is the sentence a screen reader says for it."""

    id: str
    cells: Mapping[str, str | Cell] = field(default_factory=dict)
    unsent: bool = False
    needs_choice: bool = False
    spoken: str = ""

    def cell(self, key: str) -> Cell:
        """Give a cell; one that is missing is empty."""
        found = self.cells.get(key, "")
        return Cell(found) if isinstance(found, str) else found


Fetch = Callable[[Sequence[str]], Mapping[str, RecordRow] | None]


class RecordModel(IdList, QAbstractTableModel):
    """Rows behind a list of ids, fetched 200 at a time when first looked at; about 4,000 are kept.

    ``fetch`` gets ids and answers with their rows, or with ``None`` when they will come later by
    ``put_rows``; until then the rows are drawn as grey bars.
    """

    ids_about_to_change = Signal()
    ids_changed = Signal()
    ticks_changed = Signal()
    edit_wanted = Signal(str, str, str)

    def __init__(self, fetch: Fetch, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.begin_ids()
        self._fetch = fetch
        self._columns: Sequence[Column] = ()
        self._rows: dict[str, RecordRow] = {}
        self._asked: set[str] = set()
        self._ticked: set[str] = set()

    @property
    def columns(self) -> Sequence[Column]:
        """The columns in order."""
        return self._columns

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Show other columns; the table calls it."""
        self.beginResetModel()
        self._columns = tuple(columns)
        self.endResetModel()

    def set_ids(self, ids: Sequence[str]) -> None:
        """Show other records, announced as the smallest change; ticks of records that went are dropped."""
        super().set_ids(ids)
        gone = self._ticked - set(ids) if self._ticked else set()
        if gone:
            self._ticked -= gone
            self.ticks_changed.emit()

    def refresh(self, ids: Iterable[str] | None = None) -> None:
        """Read rows anew that changed, all without ``ids``; only what is in view is read at once."""
        if ids is None:
            self._rows.clear()
            self._asked.clear()
            if self._ids:
                self._announce(0, len(self._ids) - 1)
            return
        for record_id in ids:
            self._rows.pop(record_id, None)
            self._asked.discard(record_id)
            row = self.row_of(record_id)
            if row >= 0:
                self._announce(row, row)

    def put_rows(self, rows: Mapping[str, RecordRow]) -> None:
        """Take rows that ``fetch`` promised for later."""
        self._keep(rows)
        for record_id in rows:
            self._asked.discard(record_id)
            row = self.row_of(record_id)
            if row >= 0:
                self._announce(row, row)

    def record(self, row: int) -> RecordRow | None:
        """Give a row, fetching its page when needed; ``None`` while it is on its way."""
        record_id = self._ids[row]
        found = self._rows.get(record_id)
        if found is None and record_id not in self._asked:
            self._read_page(row)
            found = self._rows.get(record_id)
        return found

    def ticked(self) -> list[str]:
        """Give the ticked ids in the order of the list."""
        return [record_id for record_id in self._ids if record_id in self._ticked]

    def is_ticked(self, row: int) -> bool:
        """Tell whether a row is ticked."""
        return self._ids[row] in self._ticked

    def set_ticked(self, ids: Iterable[str]) -> None:
        """Tick exactly these."""
        wanted = set(ids) & set(self._ids)
        if wanted == self._ticked:
            return
        self._ticked = wanted
        if self._ids:
            self._announce(0, len(self._ids) - 1)
        self.ticks_changed.emit()

    def toggle_tick(self, row: int) -> None:
        """Tick a row, or take its tick away."""
        self._ticked ^= {self._ids[row]}
        self._announce(row, row)
        self.ticks_changed.emit()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """Count the records."""
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """Count the columns."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Give the text of a cell, or the sentence of its row for screen readers; the delegate asks ``record``."""
        wants_sentence = role == Qt.ItemDataRole.AccessibleTextRole
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole} and not wants_sentence:
            return None
        record = self.record(index.row())
        if record is None:
            return ""
        column = self._columns[index.column()]
        if wants_sentence:
            return (
                record.spoken
                if record.spoken and index.column() == 0
                else f"{column.title} {record.cell(column.key).text}"
            )
        return record.cell(column.key).text

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Pass on what was typed; the row changes when the answer comes back as data."""
        if role != Qt.ItemDataRole.EditRole or value == self.data(index, role):
            return False
        self.edit_wanted.emit(self.id_at(index.row()), self._columns[index.column()].key, str(value))
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let rows be selected, and cells of editable columns be edited."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        if index.isValid() and self._columns[index.column()].editable:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """Give the titles of the columns."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        return None

    def _read_page(self, row: int) -> None:
        start = row // PAGE * PAGE
        missing = [item for item in self._ids[start : start + PAGE] if item not in self._rows]
        answer = self._fetch(missing)
        if answer is None:
            self._asked.update(missing)
        else:
            self._keep(answer)

    def _keep(self, rows: Mapping[str, RecordRow]) -> None:
        self._rows.update(rows)
        for oldest in list(self._rows)[: max(0, len(self._rows) - _MOST_ROWS)]:
            del self._rows[oldest]

    def _announce(self, first: int, last: int) -> None:
        if self._columns:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._columns) - 1))
