"""What every widget is handed: the theme that may change and the words of the user's language."""

from dataclasses import dataclass, field
from typing import Protocol

from desktop.system.i18n import Translator
from desktop.ui.design.hub import ThemeHub
from desktop.ui.design.keys_now import KeysNow
from desktop.ui.design.theme import Theme


class Restyled(Protocol):
    """A widget that draws itself from the theme."""

    def restyle(self) -> None:
        """Take fonts, sizes and colours from the theme in force."""
        ...


@dataclass(frozen=True, slots=True)
class UiKit:
    """Theme and words, passed down from the window to every widget."""

    hub: ThemeHub
    texts: Translator
    keys: KeysNow = field(default_factory=KeysNow)

    @property
    def theme(self) -> Theme:
        """The theme in force now; ask again after a change."""
        return self.hub.theme

    def t(self, key: str, /, **values: object) -> str:
        """Give a message in the user's language."""
        return self.texts.t(key, **values)

    def follow(self, widget: Restyled) -> None:
        """Restyle the widget now and after every change of theme, as long as it lives.

        The connection is to a bound method of a ``QObject``, which PySide6 holds weakly.
        """
        self.hub.changed.connect(widget.restyle)
        widget.restyle()

    def follow_keys(self, widget: Restyled) -> None:
        """Restyle the widget, which draws a key, after every change of keys too."""
        self.keys.changed.connect(widget.restyle)
