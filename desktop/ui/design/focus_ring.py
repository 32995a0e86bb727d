"""The focus ring: one overlay per window that draws around whatever holds the keyboard focus.

A style sheet cannot draw outside a widget, hence the overlay. Widgets that want it inherit ``RingFocus``,
which remembers why the focus came: the ring is for the keyboard only. Text fields draw their own focus,
always.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Slot
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from desktop.ui.design.kit import UiKit

_REASONS = frozenset(
    {
        Qt.FocusReason.TabFocusReason,
        Qt.FocusReason.BacktabFocusReason,
        Qt.FocusReason.ShortcutFocusReason,
    }
)
_MOVES = frozenset({QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.ZOrderChange})
_GAP = 2
_WIDTH = 2

if TYPE_CHECKING:
    _Base = QWidget
else:
    _Base = object


class RingFocus(_Base):
    """Mixin, put first: remembers whether the focus came by keyboard."""

    ring_radius: int = 6
    """Corner radius of the widget itself, in px."""

    has_key_focus: bool = False
    """Whether the widget holds the focus and got it by keyboard."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Note the reason."""
        # A popup or another window that closes gives the focus back: then what it was before still holds.
        if event.reason() not in {Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason}:
            self.has_key_focus = event.reason() in _REASONS
        super().focusInEvent(event)

    def ring_rect(self) -> QRect:
        """Give the part of the widget, in its own coordinates, that the ring goes around."""
        return self.rect()


class FocusRing(QWidget):
    """The overlay of one window; make it last, as a child of the window."""

    def __init__(self, kit: UiKit, window: QWidget) -> None:
        """Follow the focus inside ``window``."""
        super().__init__(window)
        self.setObjectName("focusRing")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self._kit = kit
        self._window = window
        self._target: RingFocus | None = None
        self._watched: list[QWidget] = []
        self.hide()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)
        kit.hub.changed.connect(self.place)

    @property
    def target(self) -> QWidget | None:
        """The widget that is ringed now."""
        return self._target

    @Slot()
    def place(self) -> None:
        """Lay the ring around the widget again, after it moved or asked for it."""
        target = self._target
        if target is None or not isValid(target) or not (target.isVisible() and target.has_key_focus):
            self.hide()
            return
        edge = _GAP + _WIDTH
        inner = target.ring_rect()
        corner = target.mapTo(self._window, QPoint(0, 0))
        around = inner.translated(corner).adjusted(-edge, -edge, edge, edge)
        self.setGeometry(around)
        self._clip(target, around)
        self.raise_()
        self.show()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the widget and everything it lies in."""
        if event.type() in _MOVES:
            self.place()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ring."""
        target = self._target
        if target is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._kit.theme.color("focus_ring"), _WIDTH))
        radius = target.ring_radius + _GAP
        half = _WIDTH / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), radius, radius)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._unwatch()
        if isinstance(new, RingFocus) and self._window.isAncestorOf(new):
            self._target = new
            self._watch(new)
        else:
            self._target = None
        self.place()

    def _watch(self, target: QWidget) -> None:
        widget: QWidget | None = target
        while widget is not None and widget is not self._window:
            widget.installEventFilter(self)
            self._watched.append(widget)
            widget = widget.parentWidget()

    def _unwatch(self) -> None:
        for widget in self._watched:
            if isValid(widget):
                widget.removeEventFilter(self)
        self._watched.clear()

    def _clip(self, target: RingFocus, around: QRect) -> None:
        """Cut off what a scroll area hides, but leave the ring its own width outside the widget."""
        seen = target.visibleRegion().boundingRect()
        if seen.isEmpty():
            self.setMask(QRegion(0, 0, 1, 1))
            return
        if seen.contains(target.ring_rect()):
            self.clearMask()
            return
        corner = target.mapTo(self._window, QPoint(0, 0)) - around.topLeft()
        edge = _GAP + _WIDTH
        self.setMask(QRegion(seen.translated(corner).adjusted(-edge, -edge, edge, edge)))
