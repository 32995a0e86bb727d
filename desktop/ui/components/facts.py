"""Facts about a record: a label, a value, and how it may be changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.ui.components.option import Option


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact.

    ``value`` is what is shown, ``raw`` what is edited when that differs (an amount without its sign, the key of a
    choice). ``kind`` is text, lines (several) or choice with ``options``. ``tone`` colours the value; ``note`` stands
    behind it.
    """

    key: str
    label: str
    value: str = ""
    raw: str | None = None
    kind: str = "text"
    options: Sequence[Option] = ()
    editable: bool = True
    placeholder: str = ""
    tone: str = ""
    note: str = ""
    unsent: bool = False

    @property
    def edited(self) -> str:
        """What an editor starts with."""
        return self.value if self.raw is None else self.raw
