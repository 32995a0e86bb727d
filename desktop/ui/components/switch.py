"""Switches: settings that take effect at once."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from desktop.ui.design.focus_ring import RingFocus
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import draw_box, draw_text, text_width

_WIDTH = 32
_HEIGHT = 18
_KNOB = 14
_GAP = 9


class Switch(RingFocus, QAbstractButton):
    """A switch with its name beside it; ``toggled(bool)`` is Qt's signal."""

    ring_radius = 9

    def __init__(self, kit: UiKit, name: str, *, on: bool = False, named: bool = True) -> None:
        super().__init__()
        self._kit = kit
        self._is_named = named
        self.setAccessibleName(name)
        self.setCheckable(True)
        self.setChecked(on)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        kit.follow(self)

    @Slot()
    def restyle(self) -> None:
        """Take sizes from the theme."""
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Fit track and name."""
        theme = self._kit.theme
        text = _GAP + text_width(theme.font("body"), self.accessibleName()) if self._is_named else 0
        return QSize(max(theme.target, _WIDTH + text), max(theme.target, theme.line("body") + 8))

    def ring_rect(self) -> QRect:
        """Ring the track, not the name."""
        return QRect(0, (self.height() - _HEIGHT) // 2, _WIDTH, _HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter switch like Space does."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw track, knob and name."""
        theme = self._kit.theme
        painter = QPainter(self)
        track = QRectF(self.ring_rect())
        fill = "accent" if self.isChecked() else "neutral_solid"
        draw_box(painter, track, theme.color(fill if self.isEnabled() else "disabled"), _HEIGHT / 2)
        inset = (_HEIGHT - _KNOB) / 2
        left = track.right() - _KNOB - inset if self.isChecked() else track.left() + inset
        knob = QRectF(left, track.top() + inset, _KNOB, _KNOB)
        draw_box(painter, knob, theme.color("on_accent" if self.isChecked() else "on_solid"), _KNOB / 2)
        if self._is_named:
            painter.setFont(theme.font("body"))
            area = self.rect().adjusted(_WIDTH + _GAP, 0, 0, 0)
            ink = "text" if self.isEnabled() else "disabled"
            draw_text(painter, area, self.accessibleName(), theme.color(ink))
