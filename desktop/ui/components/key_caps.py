"""Key caps as a widget."""

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.design.key_caps import caps_size, key_signs, paint_caps
from desktop.ui.design.kit import UiKit


class KeyCaps(QWidget):
    """The keys of one shortcut ("Ctrl+K"), or several caps in a row ("J K").

    With ``of_action`` they are those that an action was made with; drawn are those that its user gave it.
    """

    def __init__(self, kit: UiKit, keys: str, *, of_action: bool = False) -> None:
        super().__init__()
        self._kit = kit
        self._keys = keys.split()
        self._is_of_action = of_action
        self._signs: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        kit.follow(self)
        if of_action:
            kit.follow_keys(self)

    @Slot()
    def restyle(self) -> None:
        """Take sizes from the theme, and the keys that are in force."""
        shown = [self._kit.keys.shown(each) if self._is_of_action else each for each in self._keys]
        self._signs = tuple(sign for shortcut in shown for sign in key_signs(shortcut))
        self.setAccessibleName(" ".join(self._signs))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Fit the caps."""
        return caps_size(self._kit.theme, self._signs)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the caps."""
        paint_caps(QPainter(self), self._kit.theme, self.rect(), self._signs)
