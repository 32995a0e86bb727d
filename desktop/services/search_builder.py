"""Completes the search index after a first sync, and tidies it; in the background, batch by batch.

Every save that waits goes first.
"""

import threading
from collections.abc import Callable

from desktop.domain.changes import ChangeSet, Origin
from desktop.live.reads import Reads
from desktop.store.database import Database
from desktop.store.search import tidying
from desktop.store.search.building import build_some

SEARCH = "search"
"""Stands in a ChangeSet for "search sees more records", as if it were a record type."""


class SearchBuilder:
    """Builds the index of one profile. May be called from any thread."""

    def __init__(
        self,
        database: Database,
        reads: Reads,
        submit: Callable[[Callable[[], None]], object],
        publish: Callable[[ChangeSet], None],
    ) -> None:
        """Batches run by ``submit`` one after the other; ``publish`` hears of each that lets search see more."""
        self._database = database
        self._reads = reads
        self._submit = submit
        self._publish = publish
        self._lock = threading.Lock()
        self._running = False

    def note_change(self, changes: ChangeSet) -> None:
        """Hear of a commit; the one that ends a first sync starts the building."""
        if changes.origin is Origin.SYNC:
            self.start()

    def start(self) -> None:
        """Build in the background what is not built yet; returns at once."""
        if not self._wanted():
            return
        with self._lock:
            if self._running:
                return
            self._running = True
        self._submit(self._batch)

    def finish(self) -> None:
        """Build all of it on the calling thread."""
        while self._database.meta.cursor is not None and not build_some(self._database).ready:
            pass

    def tidy(self) -> None:
        """Clear away all that is left of what is gone, on the calling thread."""
        while self._tidy_some():
            pass

    def _wanted(self) -> bool:
        # While a first sync runs its rows come in bulk, past the index; what was built then would not see them.
        if self._database.meta.cursor is None:
            return False
        return not self._reads.search_progress().ready or tidying.is_wanted(self._database)

    def _some(self) -> bool:
        """Do a little; gives whether that was all for now. Tidying comes once everything can be found."""
        if self._reads.search_progress().ready:
            return not self._tidy_some()
        build_some(self._database)
        self._publish(ChangeSet(Origin.SYNC, {SEARCH: frozenset()}))
        return not self._wanted()

    def _tidy_some(self) -> bool:
        if not tidying.is_wanted(self._database):
            return False
        with self._database.writing_patiently() as connection:
            return tidying.tidy_some(connection)

    def _batch(self) -> None:
        ready = True
        try:
            ready = self._some()
        finally:
            # After an error building rests until the next sync or start asks for it.
            if ready:
                with self._lock:
                    self._running = False
        if not ready:
            self._submit(self._batch)
        else:
            # Whoever asked until a moment ago was told that it runs.
            self.start()
