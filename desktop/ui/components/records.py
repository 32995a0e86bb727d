"""What a table of records shows: columns, prepared cells, and a model that fetches only the rows that are looked at."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal, Slot

from desktop.ui.components.id_model import NO_INDEX, IdList
from desktop.ui.components.row_cache import RowCache

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
_SKELETON_MS = 150
# Asked for with every cell that is painted; joining enum members each time would cost more than the drawing.
_SELECTABLE = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_EDITABLE = _SELECTABLE | Qt.ItemFlag.ItemIsEditable

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

    ``fetch`` gets ids and answers with their rows, or with ``None`` when they will come later by ``put_rows``. A row
    that changed is shown as it was until the new one is here; one that never was here is empty, and after 150 ms grey.
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
        self._rows: RowCache[RecordRow] = RowCache()
        self._ticked: set[str] = set()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_SKELETON_MS)
        self._patience.timeout.connect(self._show_skeletons)
        self._is_late = False
        self._looked_at = 0

    @property
    def columns(self) -> Sequence[Column]:
        """The columns in order."""
        return self._columns

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Show other columns; the table calls it. Other widths alone leave the rows in peace."""
        if [replace(each, width=0) for each in columns] == [replace(each, width=0) for each in self._columns]:
            self._columns = tuple(columns)
            return
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

    @property
    def is_late(self) -> bool:
        """Whether rows have been awaited for so long that their places are drawn grey."""
        return self._is_late

    def refresh(self, ids: Iterable[str] | None = None) -> None:
        """Read rows anew that changed, all without ``ids``; only what is in view is read at once."""
        if ids is None:
            self._rows.outdate_all()
            self._announce_all()
            return
        changed = tuple(ids)
        self._rows.outdate(changed)
        self._announce_ids(changed)

    def put_rows(self, rows: Mapping[str, RecordRow]) -> None:
        """Take rows that ``fetch`` promised for later."""
        self._rows.keep(rows)
        if not self._rows.is_waiting:
            self._patience.stop()
            self._is_late = False
        self._announce_ids(rows)

    def record(self, row: int) -> RecordRow | None:
        """Give a row, fetching its page when needed; ``None`` while it is on its way for the first time."""
        record_id = self._ids[row]
        self._looked_at = row
        if self._rows.needs(record_id):
            self._read_page(row)
        return self._rows.get(record_id)

    def ticked(self) -> list[str]:
        """Give the ticked ids in the order of the list."""
        return [record_id for record_id in self._ids if record_id in self._ticked]

    @property
    def tick_count(self) -> int:
        """How many are ticked."""
        return len(self._ticked)

    def is_ticked(self, row: int) -> bool:
        """Tell whether a row is ticked."""
        return self._ids[row] in self._ticked

    def set_ticked(self, ids: Iterable[str]) -> None:
        """Tick exactly these."""
        wanted = set(ids) & set(self._ids)
        if wanted == self._ticked:
            return
        self._ticked = wanted
        self._announce_all()
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
        is_editable = index.isValid() and self._columns[index.column()].editable
        return _EDITABLE if is_editable else _SELECTABLE

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """Give the titles of the columns."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        return None

    def _read_page(self, row: int) -> None:
        start = row // PAGE * PAGE
        missing = self._rows.missing(self._ids[start : start + PAGE])
        # Asked for before the answer is looked at: an id without a row must not be asked for at every repaint.
        self._rows.ask(missing)
        answer = self._fetch(missing)
        if answer is not None:
            self._rows.keep(answer)
        elif not self._patience.isActive():
            self._patience.start()

    @Slot()
    def _show_skeletons(self) -> None:
        self._is_late = self._rows.is_waiting
        self._announce_all()

    def _announce_all(self) -> None:
        if self._ids:
            self._announce(0, len(self._ids) - 1)

    def _announce_ids(self, ids: Iterable[str]) -> None:
        for first, last in _runs(self.rows_of(tuple(ids), self._looked_at)):
            self._announce(first, last)

    def _announce(self, first: int, last: int) -> None:
        if self._columns:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._columns) - 1))


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found
