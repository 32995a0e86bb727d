"""Quiet facts on one line, each behind its icon."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.design.fonts import text_language
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Glyph, draw_icon, draw_text, text_width

_ICON = 14
_ICON_GAP = 5
_GAP = 16


@dataclass(frozen=True, slots=True)
class MetaPart:
    """An icon and a few words."""

    icon: str
    text: str


class MetaLine(QWidget):
    """Parts that do not fit any more are left out, the last one first; the first one elides."""

    def __init__(self, kit: UiKit) -> None:
        super().__init__()
        self._kit = kit
        self._parts: tuple[MetaPart, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        kit.follow(self)

    def set_parts(self, parts: Sequence[MetaPart]) -> None:
        """Show other parts."""
        if tuple(parts) != self._parts:
            self._parts = tuple(parts)
            self.setAccessibleName(", ".join(part.text for part in parts))
            self.update()

    @Slot()
    def restyle(self) -> None:
        """Take the height from the theme."""
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Be one line high."""
        return QSize(200, self._kit.theme.line("body"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw icons and words."""
        theme = self._kit.theme
        painter = QPainter(self)
        left, side = 0, theme.grown(_ICON)
        for place, part in enumerate(self._parts):
            font = theme.font("small", lang=text_language(part.text))
            width = text_width(font, part.text)
            room = self.width() - left - side - _ICON_GAP
            if place and width > room:
                return
            center = QPointF(left + side / 2, self.height() / 2)
            draw_icon(painter, theme, center, Glyph(part.icon, "text_secondary", _ICON))
            left += side + _ICON_GAP
            painter.setFont(font)
            shown = min(width, room)
            draw_text(painter, QRect(left, 0, shown, self.height()), part.text, theme.color("text_secondary"))
            left += shown + _GAP
