"""Sliders: one of a few steps, by mouse or arrows; what the step is stands in words beside it."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider

from desktop.ui.design.focus_ring import RingFocus
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import draw_box

_WIDTH = 96
_TRACK = 4
_KNOB = 14


class Slider(RingFocus, QSlider):
    """Steps from left to right; ``valueChanged(int)`` is Qt's signal with the number of the step.

    Arrows move a step, Home and End go to the ends.
    """

    ring_radius = 6

    def __init__(self, kit: UiKit, name: str, steps: Sequence[str], step: int = 0) -> None:
        """``steps`` are the words of each step, told to screen readers as the slider moves."""
        super().__init__(Qt.Orientation.Horizontal)
        self._kit = kit
        self._steps = tuple(steps)
        self.setAccessibleName(name)
        self.setRange(0, len(self._steps) - 1)
        self.setPageStep(1)
        self.setValue(step)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.valueChanged.connect(self._describe)
        self._describe()
        kit.follow(self)

    @property
    def said(self) -> str:
        """The words of the present step."""
        return self._steps[self.value()]

    @Slot()
    def restyle(self) -> None:
        """Take sizes from the theme."""
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Be as high as a target."""
        return QSize(_WIDTH, self._kit.theme.target)

    def minimumSizeHint(self) -> QSize:
        """Keep the whole track."""
        return self.sizeHint()

    def ring_rect(self) -> QRect:
        """Ring track and knob."""
        return QRect(0, (self.height() - _KNOB) // 2 - 2, self.width(), _KNOB + 4)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go where the mouse is, and follow it."""
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse while its button is down."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Stay where the mouse left."""
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll: the wheel over a slider means what lies around it."""
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw track, the part up to the knob, and the knob."""
        theme = self._kit.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, right, middle = _KNOB / 2, self.width() - _KNOB / 2, self.height() / 2
        at = left + (right - left) * self.value() / max(1, self.maximum())
        is_on = self.isEnabled()
        track = QRectF(0, middle - _TRACK / 2, self.width(), _TRACK)
        draw_box(painter, track, theme.color("neutral_subtle"), _TRACK / 2)
        fill = theme.color("accent" if is_on else "border_strong")
        draw_box(painter, QRectF(0, track.top(), at, _TRACK), fill, _TRACK / 2)
        painter.setPen(QPen(fill, 2))
        painter.setBrush(theme.color("surface"))
        painter.drawEllipse(QPointF(at, middle), _KNOB / 2 - 1, _KNOB / 2 - 1)

    def _go(self, x: float) -> None:
        share = (x - _KNOB / 2) / max(1.0, self.width() - _KNOB)
        self.setValue(round(min(max(share, 0.0), 1.0) * self.maximum()))

    @Slot()
    def _describe(self) -> None:
        self.setAccessibleDescription(self.said)
        self.update()
