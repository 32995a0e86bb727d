"""The keys that actions have now, for whatever draws a key beside what it does."""

from collections.abc import Mapping


class KeysNow:
    """Maps a key as an action was made with it to the one that its user gave it; empty where it went to another."""

    def __init__(self) -> None:
        self._now: Mapping[str, str] = {}

    def set(self, now: Mapping[str, str]) -> bool:
        """Take the keys that differ on the open page; tells whether they are others than before."""
        is_other = dict(now) != dict(self._now)
        self._now = now
        return is_other

    def shown(self, key: str) -> str:
        """Give the key to draw."""
        return self._now.get(key, key)
