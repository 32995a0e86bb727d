"""The records that were opened last, kept from one day to the next."""

from collections.abc import Sequence

from desktop.ui.bridge.page_memory import PageMemory
from desktop.ui.bridge.routes import record_of
from desktop.ui.shell.page import Route

_PLACE, _NAME = "find", "recent"
_MOST = 6


class Recent:
    """Types and ids, the latest first; names are read when they are shown, so that what left is not named any more."""

    def __init__(self, memory: PageMemory) -> None:
        self._memory = memory

    def note(self, route: Route) -> None:
        """Remember the record that a route shows, if it shows one."""
        key = record_of(route)
        if key is not None:
            others = [each for each in self.keys() if each != key]
            self._memory.put(_PLACE, _NAME, [list(each) for each in [key, *others][:_MOST]])

    def keys(self) -> Sequence[tuple[str, str]]:
        """List them."""
        kept = self._memory.get(_PLACE, _NAME, [])
        return [(str(each[0]), str(each[1])) for each in kept if isinstance(each, list) and len(each) == 2]  # noqa: PLR2004 - type and id
