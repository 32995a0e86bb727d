"""What pages remember from one day to the next: widths, split positions, sort. Kept in the settings file.

What changed since the window was opened is noted beside the drafts as well, so that a kill does not cost it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from desktop.system.settings import LAYOUT, Settings


class PageMemory:
    """Values by page, changed in memory and written once, when the window closes."""

    def __init__(self, settings: Settings, noted: object = None) -> None:
        """``noted`` is what ``changed`` gave before the program was killed."""
        self._settings = settings
        self._pages: dict[str, dict[str, Any]] = {
            name: dict(values) for name, values in settings.get(LAYOUT).items() if isinstance(values, Mapping)
        }
        kept = noted if isinstance(noted, Mapping) else {}
        self._pages |= {name: dict(values) for name, values in kept.items() if isinstance(values, Mapping)}
        self._is_changed = bool(kept)
        self._heard: Callable[[], None] = lambda: None

    def on_change(self, heard: Callable[[], None]) -> None:
        """Call ``heard`` after every change."""
        self._heard = heard

    def changed(self) -> dict[str, dict[str, Any]] | None:
        """Give everything while it is not written yet, ``None`` when the settings file has it."""
        return self._pages if self._is_changed else None

    def get(self, page: str, name: str, default: Any = None) -> Any:  # noqa: ANN401 - JSON values
        """Give what a page remembers under a name."""
        return self._pages.get(page, {}).get(name, default)

    def put(self, page: str, name: str, value: Any) -> None:  # noqa: ANN401 - JSON values
        """Remember a JSON value."""
        if self.get(page, name) != value:
            self._pages.setdefault(page, {})[name] = value
            self._is_changed = True
            self._heard()

    def save(self) -> None:
        """Write what changed."""
        if self._is_changed:
            self._settings.set(LAYOUT, self._pages)
            self._is_changed = False
