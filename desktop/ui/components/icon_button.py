"""Buttons that show only an icon; the name is their tooltip and what a screen reader says."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from desktop.ui.components.plain_tooltip import set_tooltip
from desktop.ui.design.focus_ring import RingFocus
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Glyph, Outline, draw_box, draw_icon


class IconButton(RingFocus, QAbstractButton):
    """A square button of at least 28 px; checkable with Qt's ``setCheckable``."""

    def __init__(self, kit: UiKit, icon: str, name: str, key: str = "", *, bordered: bool = False) -> None:
        super().__init__()
        self._kit = kit
        self._icon = icon
        self._size = 16
        self._is_bordered = bordered
        self.setAccessibleName(name)
        self._name, self._key = name, key
        set_tooltip(self, name, key)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        kit.follow(self)
        if key:
            kit.follow_keys(self)

    def set_icon(self, icon: str, size: int = 16) -> None:
        """Show another icon."""
        self._icon = icon
        self._size = size
        self.update()

    def set_name(self, name: str) -> None:
        """Be called something else, in the tooltip too."""
        self._name = name
        self.setAccessibleName(name)
        set_tooltip(self, name, self._kit.keys.shown(self._key))

    @Slot()
    def restyle(self) -> None:
        """Take sizes from the theme."""
        self.ring_radius = self._kit.theme.radius("md")
        set_tooltip(self, self._name, self._kit.keys.shown(self._key))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Be square, as high as the density's controls at most."""
        theme = self._kit.theme
        side = theme.control if self._is_bordered else max(theme.target, theme.control - 2)
        return QSize(side, side)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button like Space does."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw box and icon."""
        theme = self._kit.theme
        painter = QPainter(self)
        fill = self._fill()
        outline = Outline(theme.color("border_strong")) if self._is_bordered else None
        if fill or outline:
            box = QRectF(self.rect())
            draw_box(painter, box, theme.color(fill) if fill else None, theme.radius("md"), outline)
        ink = "accent_text" if self.isChecked() else "text_secondary" if self.isEnabled() else "disabled"
        center = QPointF(self.width() / 2, self.height() / 2)
        draw_icon(painter, theme, center, Glyph(self._icon, ink, self._size))

    def _fill(self) -> str:
        if self.isChecked():
            return "accent_subtle"
        if self.isDown():
            return "selection_inactive"
        if self.underMouse() and self.isEnabled():
            return "sunken" if not self._is_bordered else "hover"
        return "surface" if self._is_bordered else ""
