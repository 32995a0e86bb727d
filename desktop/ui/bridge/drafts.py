"""What was typed into a form and not saved yet; it waits until the form is opened again, also over a crash."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Protocol

SHOWN = "shown "
"""Before a field's name: what a picker shows for the record that stands under the name itself."""

_PREFIX = "draft "
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


class Shelf(Protocol):
    """Keeps JSON values so that they are there again after the program was killed."""

    def get(self, name: str) -> Any:  # noqa: ANN401 - JSON values
        """Give a value, ``None`` for nothing."""
        ...

    def put(self, name: str, value: Any) -> None:  # noqa: ANN401 - JSON values
        """Keep a value; ``None`` forgets it."""
        ...

    def names(self) -> list[str]:
        """List the names under which there are values."""
        ...

    def forget(self, names: Iterable[str]) -> None:
        """Forget names so that nothing of them stays anywhere."""
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

    def names(self) -> list[str]:
        """List the names under which there are values."""
        return [name for name, value in self._values.items() if value is not None]

    def forget(self, names: Iterable[str]) -> None:
        """Forget names."""
        for each in names:
            self._values.pop(each, None)


class Drafts:
    """Texts of forms by the form's name. Kept with every keystroke: what ``keep`` was given is there after a kill."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._noted: Callable[[], None] = lambda: None

    def on_keep(self, noted: Callable[[], None]) -> None:
        """Call ``noted`` after something was kept."""
        self._noted = noted

    def keep(self, form: str, texts: Mapping[str, str], *, emptied: bool = False) -> None:
        """Keep what was typed, as far as there is anything; with ``emptied`` also that there is nothing in a field."""
        written = {name: text for name, text in texts.items() if emptied or text.strip()}
        self._shelf.put(_PREFIX + form, written or None)
        self._noted()

    def get(self, form: str) -> Mapping[str, str]:
        """Give what was typed."""
        kept = self._shelf.get(_PREFIX + form)
        return dict(kept) if isinstance(kept, Mapping) else {}

    def drop(self, form: str) -> None:
        """Forget it: it was saved."""
        self._shelf.put(_PREFIX + form, None)

    def drop_all_but(self, kind: str, still: Collection[str]) -> None:
        """Forget the forms whose names begin with ``kind``, except those that are ``still`` there."""
        for form in self._forms():
            if form.startswith(kind) and form not in still:
                self.drop(form)

    def records(self) -> frozenset[str]:
        """Name what the forms are about: the records, or edits, that they were opened for, and those picked in them."""
        return frozenset().union(*(self._about(each) for each in self._forms()))

    def forget(self, gone: Collection[str]) -> None:
        """Forget what was typed about records that are not here any more."""
        self._shelf.forget([_PREFIX + each for each in self._forms() if not self._about(each).isdisjoint(gone)])

    def _forms(self) -> list[str]:
        return [each.removeprefix(_PREFIX) for each in self._shelf.names() if each.startswith(_PREFIX)]

    def _about(self, form: str) -> frozenset[str]:
        texts = self.get(form)
        picked = (text for name, text in texts.items() if SHOWN + name in texts and _ID.fullmatch(text))
        return frozenset((*_ID.findall(form), *picked))
