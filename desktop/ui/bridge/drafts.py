"""What was typed into a form and not saved yet; it waits until the form is opened again, also over a crash."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

_PREFIX = "draft "


class Shelf(Protocol):
    """Keeps JSON values so that they are there again after the program was killed."""

    def get(self, name: str) -> Any:  # noqa: ANN401 - JSON values
        """Give a value, ``None`` for nothing."""
        ...

    def put(self, name: str, value: Any) -> None:  # noqa: ANN401 - JSON values
        """Keep a value; ``None`` forgets it."""
        ...


class MemoryShelf:
    """Keeps nothing over an end, for a window that must leave no trace in the profile."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}

    def get(self, name: str) -> Any:  # noqa: ANN401 - JSON values
        """Give a value, ``None`` for nothing."""
        return self._values.get(name)

    def put(self, name: str, value: Any) -> None:  # noqa: ANN401 - JSON values
        """Keep a value."""
        self._values[name] = value


class Drafts:
    """Texts of forms by the form's name. Kept with every keystroke: what ``keep`` was given is there after a kill."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._noted: Callable[[], None] = lambda: None

    def on_keep(self, noted: Callable[[], None]) -> None:
        """Call ``noted`` after something was kept."""
        self._noted = noted

    def keep(self, form: str, texts: Mapping[str, str]) -> None:
        """Keep what was typed, as far as there is anything."""
        written = {name: text for name, text in texts.items() if text.strip()}
        self._shelf.put(_PREFIX + form, written or None)
        self._noted()

    def get(self, form: str) -> Mapping[str, str]:
        """Give what was typed."""
        kept = self._shelf.get(_PREFIX + form)
        return dict(kept) if isinstance(kept, Mapping) else {}

    def drop(self, form: str) -> None:
        """Forget it: it was saved."""
        self._shelf.put(_PREFIX + form, None)
