"""The keys that actions have now, for whatever draws a key beside what it does."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal


class KeysNow(QObject):
    """Maps a key as an action was made with it to the one that its user gave it; empty where it went to another.

    ``changed`` is heard by what draws keys, and by nothing else: the keys differ from page to page.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._now: Mapping[str, str] = {}

    def set(self, now: Mapping[str, str]) -> None:
        """Take the keys that differ on the open page."""
        is_other = dict(now) != dict(self._now)
        self._now = now
        if is_other:
            self.changed.emit()

    def shown(self, key: str) -> str:
        """Give the key to draw."""
        return self._now.get(key, key)
