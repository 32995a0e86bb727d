"""Forgets what was typed about records that have left this laptop: a customer who is a colleague's now, for instance.

What was typed and not saved lies beside the database, where taking off the records does not reach it.
"""

from PySide6.QtWidgets import QWidget

from desktop.ui.bridge.context import ScreenContext

_JOURNAL = "journal"
"""Stands in a change for the journal, from which values go with the records."""


class GoneDrafts:
    """Looks through the drafts when the window opens and whenever something left."""

    def __init__(self, context: ScreenContext, window: QWidget) -> None:
        self._reads = context.reads
        self._drafts = context.drafts
        # Read the file on this thread, once; the questions are asked on another one.
        self._drafts.records()
        context.feed.watch(window, {_JOURNAL}, lambda: self._reads.absent(self._drafts.records()), self._forget)

    def _forget(self, gone: frozenset[str]) -> None:
        if gone:
            self._drafts.forget(gone)
