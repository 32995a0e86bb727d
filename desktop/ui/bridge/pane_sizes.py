"""Panes keep the sizes that their user gave them, from one day to the next."""

from PySide6.QtCore import QObject, Slot

from desktop.ui.bridge.page_memory import PageMemory
from desktop.ui.components.splitter import Splitter

_NAME = "panes"


class PaneSizes(QObject):
    """Remembers the sizes of one splitter under the name of its page; lives as long as the splitter."""

    def __init__(self, splitter: Splitter, memory: PageMemory, page: str, usual: list[int]) -> None:
        """``usual`` are the sizes until somebody moves a line; there must be one for every pane."""
        super().__init__(splitter)
        self._splitter = splitter
        self._memory = memory
        self._page = page
        kept = memory.get(page, _NAME)
        fits = isinstance(kept, list) and len(kept) == len(usual) and all(isinstance(each, int) for each in kept)
        self._sizes: list[int] = kept if isinstance(kept, list) and fits else usual
        splitter.setSizes(self._sizes)
        splitter.splitterMoved.connect(self._keep)

    @Slot()
    def _keep(self) -> None:
        # A pane that a narrow window hides has no size now; it comes back with the one that it had.
        self._sizes = [now or was for now, was in zip(self._splitter.sizes(), self._sizes, strict=True)]
        self._memory.put(self._page, _NAME, self._sizes)
