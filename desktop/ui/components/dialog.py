"""Dialogs inside the window: a question, what it means, and a verb; only for what cannot be undone."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.ui.components.button import Button
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.question import Question
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Outline, draw_box

_WIDTH = 560


class Overlay(QWidget):
    """A scrim over the whole host with a box in the middle; ``body`` is the box's layout.

    Tab stays inside, Esc closes, the focus goes back to where it was. It is made for one use and deletes itself. What
    saves stays until it has its answer, whatever is pressed meanwhile.
    """

    closed = Signal()
    draft: str = ""
    """The name under which what is typed here is kept until it is saved; empty where nothing is."""

    def __init__(self, kit: UiKit, host: QWidget, name: str, *, width: int = _WIDTH, top: int | None = None) -> None:
        """Lie over ``host``; in the middle, or with the box ``top`` px below the upper edge and without padding."""
        super().__init__(host)
        self._kit = kit
        self._host = host
        self._before: QWidget | None = None
        self._saver: Button | None = None
        self.setAccessibleName(name)
        self.box = _Box(kit, width)
        self.body: QVBoxLayout = column(gap=12 if top is None else 0, pad=20 if top is None else 0, into=self.box)
        middle = row(STRETCH, self.box, STRETCH, gap=0)
        outer = column(middle, STRETCH, gap=0, into=self)
        if top is None:
            outer.insertStretch(0, 1)
        outer.setContentsMargins(0, top or 0, 0, 0)
        self.hide()
        kit.follow(self)

    def open(self) -> None:
        """Cover the host and take the focus."""
        self._before = QApplication.focusWidget()
        self._host.installEventFilter(self)
        self.setGeometry(self._host.rect())
        self.show()
        self.raise_()
        self.focus_first()

    def focus_first(self) -> None:
        """Put the focus inside."""
        self.focusNextChild()

    def stay_while_busy(self, saver: Button) -> None:
        """Name the button that saves: while it is busy, ``leave`` does nothing."""
        self._saver = saver

    @Slot()
    def leave(self) -> None:
        """Go because the user wants to; a save that is under way is shown to its end."""
        if self._saver is None or not self._saver.is_busy:
            self.close_now()

    @Slot()
    def close_now(self) -> None:
        """Go, and give the focus back."""
        if self.isHidden():
            return
        self._host.removeEventFilter(self)
        self.hide()
        if self._before is not None and isValid(self._before) and self._before.isVisible():
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
            self.leave()
        event.accept()

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001 - Qt's signature
        """Keep Tab inside."""
        stops = [
            widget
            for widget in self.box.findChildren(QWidget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(self) and widget.isEnabled()
        ]
        if not stops:
            return False
        holder = QApplication.focusWidget()
        now = stops.index(holder) if holder in stops else (-1 if next else 0)
        reason = Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason
        stops[(now + (1 if next else -1)) % len(stops)].setFocus(reason)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the host's size."""
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._host.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the scrim."""
        QPainter(self).fillRect(self.rect(), self._kit.theme.color("scrim"))


class OverlayDialog(Overlay):
    """Asks a question; Esc means the button that changes nothing, on which the focus starts."""

    accepted = Signal()
    rejected = Signal()

    def __init__(self, kit: UiKit, host: QWidget, question: Question) -> None:
        super().__init__(kit, host, question.title)
        self.keep_button = Button(kit, question.keep, key="Esc")
        self.verb_button = Button(kit, question.verb, "danger" if question.danger else "primary")
        self.keep_button.clicked.connect(self.close_now)
        self.verb_button.clicked.connect(self._accept)
        self._is_accepted = False
        self.closed.connect(self._on_closed)
        title = Label(kit, question.title, "heading", wrap=True)
        text = Label(kit, question.text, "body", "text_secondary", wrap=True)
        self.body.addWidget(title)
        self.body.addWidget(text)
        self.extra = column(gap=8)
        self.body.addLayout(self.extra)
        self.body.addLayout(row(STRETCH, self.keep_button, self.verb_button, gap=8))

    def focus_first(self) -> None:
        """Start on the button that changes nothing."""
        self.keep_button.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _accept(self) -> None:
        self._is_accepted = True
        self.close_now()

    @Slot()
    def _on_closed(self) -> None:
        if self._is_accepted:
            self.accepted.emit()
        else:
            self.rejected.emit()


class _Box(QWidget):
    def __init__(self, kit: UiKit, width: int) -> None:
        super().__init__()
        self._kit = kit
        self.setFixedWidth(width)
        kit.follow(self)

    @Slot()
    def restyle(self) -> None:
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._kit.theme
        outline = Outline(theme.color("border_strong"))
        draw_box(QPainter(self), self.rect(), theme.color("raised"), theme.radius("xl"), outline)
