"""A table's records: sorted ids from one live question, rows read in pages off the drawing thread, kept true."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.changes import ChangeSet
from desktop.domain.listing import Listing
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.record_table import RecordTable
from desktop.ui.components.records import PAGE, RecordModel, RecordRow

_MOST_LOADED = 20 * PAGE

Rows = Mapping[str, RecordRow]


@dataclass(frozen=True, slots=True)
class ListSpec:
    """What is listed. ``load`` runs on the read lane; ``beside`` are other types whose changes alter rows.

    A list that ``rests`` asks nothing until ``wake``.
    """

    record_type: str
    load: Callable[[Sequence[str]], Rows]
    beside: frozenset[str] = frozenset()
    rests: bool = False


class ListedRecords(QObject):
    """Feeds a ``RecordModel``. A change repaints the rows it touches and moves nothing else.

    ``counted`` gives the number of records after every answer, ``loaded`` tells that rows have come.
    """

    counted = Signal(int)
    loaded = Signal()

    def __init__(self, context: ScreenContext, owner: QWidget, spec: ListSpec, listing: Listing) -> None:
        super().__init__(owner)
        self._context = context
        self._owner = owner
        self._spec = spec
        self._listing = listing
        self._table: RecordTable | None = None
        self._held: dict[str, None] = {}
        self._rests = spec.rests
        self.model = RecordModel(self._fetch, self)
        # Asked again by hand, after the rows in view: those are what somebody looks at, and ids of many take longer.
        self._view = context.feed.watch(owner, (), self._ids, self._take_ids)
        context.feed.changes(owner, {spec.record_type, *spec.beside}, self._on_changes)

    @property
    def listing(self) -> Listing:
        """The question that is answered now."""
        return self._listing

    def show_in(self, table: RecordTable) -> None:
        """Name the table, whose visible rows are read first."""
        self._table = table

    def set_listing(self, listing: Listing) -> None:
        """Ask another question; what is shown stays until its answer is there."""
        if listing != self._listing:
            self._listing = listing
            self._view.refresh()

    def wake(self) -> None:
        """Ask what a resting list was kept from asking."""
        if self._rests:
            self._rests = False
            self._view.refresh()

    def reload(self) -> None:
        """Read all rows anew, for instance because a day has passed."""
        self._renew(tuple(self._held), self._say_loaded)

    def _ids(self) -> Sequence[str]:
        return () if self._rests else self._context.reads.packed_ids(self._listing)

    def _take_ids(self, ids: Sequence[str]) -> None:
        if self._rests:
            return
        self.model.set_ids(ids)
        self.counted.emit(len(ids))

    def _fetch(self, ids: Sequence[str]) -> Rows | None:
        wanted = tuple(ids)
        self._context.feed.read(self._owner, lambda: self._spec.load(wanted), self._take_rows)
        return None

    def _take_rows(self, rows: Rows) -> None:
        for record_id in rows:
            self._held.pop(record_id, None)
            self._held[record_id] = None
        for oldest in list(self._held)[: max(0, len(self._held) - _MOST_LOADED)]:
            del self._held[oldest]
        self.model.put_rows(rows)
        self._say_loaded()

    def _say_loaded(self) -> None:
        self.loaded.emit()

    def _on_changes(self, changes: ChangeSet) -> None:
        changed = changes.records.get(self._spec.record_type)
        then = self._view.refresh if changed is not None else self._say_loaded
        if changed and not changes.touches(self._spec.beside):
            self._renew(tuple(changed & self._held.keys()), then)
        else:
            self._renew(tuple(self._held), then)

    def _renew(self, ids: Sequence[str], then: Callable[[], None]) -> None:
        # Rows in view are replaced when their new content is there; the others are forgotten, so that
        # nothing that is seen turns grey for a moment.
        visible = set(self._visible_ids())
        seen = tuple(each for each in ids if each in visible)
        unseen = [each for each in ids if each not in visible]
        for each in unseen:
            self._held.pop(each, None)
        self.model.refresh(unseen)
        if not seen:
            then()
            return

        def take(rows: Rows) -> None:
            self._take_rows(rows)
            then()

        self._context.feed.read(self._owner, lambda: self._spec.load(seen), take)

    def _visible_ids(self) -> Sequence[str]:
        if self._table is None or not self.model.rowCount():
            return ()
        first = max(0, self._table.rowAt(0))
        last = self._table.rowAt(self._table.viewport().height() - 1)
        return self.model.ids[first : (last + 1) if last >= 0 else None][:PAGE]
