"""Popovers: a raised box inside the window, beside what opened it."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.ui.components.layouts import column
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Outline, draw_box

_GAP = 4
_EDGE = 8


class Popover(QWidget):
    """A box over ``host`` that closes on Esc, on a click outside and when the focus goes elsewhere.

    ``body`` is its layout. The focus goes back to where it was. It is made for one use and deletes itself.
    """

    closed = Signal()
    draft: str = ""
    """The name under which what is typed here is kept while it is open; empty where nothing is."""

    def __init__(self, kit: UiKit, host: QWidget, pad: int = 4) -> None:
        super().__init__(host)
        self._kit = kit
        self._host = host
        self._before: QWidget | None = None
        self._is_open = False
        self.body: QVBoxLayout = column(gap=0, pad=pad, into=self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()
        kit.follow(self)

    @property
    def is_open(self) -> bool:
        """Whether it stands on the screen."""
        return self._is_open

    def open_at(self, anchor: QWidget, *, at_right: bool = False) -> None:
        """Open below the anchor, or above it when there is no room; ``at_right`` lines up the right edges."""
        corner = anchor.mapTo(self._host, QPoint(0, 0))
        self.open_around(QRect(corner, anchor.size()), at_right=at_right)

    def open_around(self, rect: QRect, *, at_right: bool = False) -> None:
        """Open beside a part of the host."""
        self.adjustSize()
        size = self.sizeHint().boundedTo(self._host.size())
        left = rect.right() + 1 - size.width() if at_right else rect.left()
        left = min(max(left, _EDGE), self._host.width() - size.width() - _EDGE)
        top = rect.bottom() + 1 + _GAP
        if top + size.height() > self._host.height() - _EDGE:
            top = max(_EDGE, rect.top() - _GAP - size.height())
        self.setGeometry(left, top, size.width(), size.height())
        self._before = QApplication.focusWidget()
        self._is_open = True
        self.show()
        self.raise_()
        self.focus_first()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.installEventFilter(self)
            app.focusChanged.connect(self._on_focus_changed)

    def focus_first(self) -> None:
        """Put the focus inside; menus and forms choose where."""
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    @Slot()
    def close_now(self) -> None:
        """Close, give the focus back and be gone."""
        if not self._is_open:
            return
        self._is_open = False
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.removeEventFilter(self)
            app.focusChanged.disconnect(self._on_focus_changed)
        inside = self._holds_focus()
        self.hide()
        if inside and self._before is not None and isValid(self._before) and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()
        self.deleteLater()

    @Slot()
    def restyle(self) -> None:
        """Draw anew."""
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Esc and let no other key through to the page below."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_now()
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close on a click outside; the click then does what it would have done."""
        if (
            event.type() == QEvent.Type.MouseButtonPress
            and isinstance(event, QMouseEvent)
            and isinstance(watched, QWidget)
        ):
            inside = watched is self or self.isAncestorOf(watched)
            if not inside:
                self.close_now()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box."""
        theme = self._kit.theme
        outline = Outline(theme.color("border_strong"))
        draw_box(QPainter(self), self.rect(), theme.color("raised"), theme.radius("lg"), outline)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and new is not self and not self.isAncestorOf(new):
            self.close_now()

    def _holds_focus(self) -> bool:
        holder = QApplication.focusWidget()
        return holder is None or holder is self or self.isAncestorOf(holder)
