"""What pages remember from one day to the next: widths, split positions, sort. Kept in the settings file."""

from collections.abc import Mapping
from typing import Any

from desktop.system.settings import LAYOUT, Settings


class PageMemory:
    """Values by page, changed in memory and written once, when the window closes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pages: dict[str, dict[str, Any]] = {
            name: dict(values) for name, values in settings.get(LAYOUT).items() if isinstance(values, Mapping)
        }
        self._is_changed = False

    def get(self, page: str, name: str, default: Any = None) -> Any:  # noqa: ANN401 - JSON values
        """Give what a page remembers under a name."""
        return self._pages.get(page, {}).get(name, default)

    def put(self, page: str, name: str, value: Any) -> None:  # noqa: ANN401 - JSON values
        """Remember a JSON value."""
        if self.get(page, name) != value:
            self._pages.setdefault(page, {})[name] = value
            self._is_changed = True

    def save(self) -> None:
        """Write what changed."""
        if self._is_changed:
            self._settings.set(LAYOUT, self._pages)
            self._is_changed = False
