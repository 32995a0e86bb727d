"""Key caps as a widget."""

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.design.key_caps import caps_size, key_signs, paint_caps
from desktop.ui.design.kit import UiKit


class KeyCaps(QWidget):
    """The keys of one shortcut ("Ctrl+K"), or several caps in a row ("J K")."""

    def __init__(self, kit: UiKit, keys: str) -> None:
        super().__init__()
        self._kit = kit
        self._signs = tuple(sign for shortcut in keys.split() for sign in key_signs(shortcut))
        self.setAccessibleName(" ".join(self._signs))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        kit.follow(self)

    @Slot()
    def restyle(self) -> None:
        """Take sizes from the theme."""
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Fit the caps."""
        return caps_size(self._kit.theme, self._signs)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the caps."""
        paint_caps(QPainter(self), self._kit.theme, self.rect(), self._signs)
