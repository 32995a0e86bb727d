"""Toasts: what was done, said at the bottom left for eight seconds, with a way back."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.components.button import Button
from desktop.ui.components.icon_button import IconButton
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import column, row
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Glyph, Outline, draw_box, draw_icon

_HEIGHT = 42
_LEAST_WIDTH = 360
_MOST_WIDTH = 560
_MOST = 3
_ICON_LEFT = 16

_GLYPHS = {
    "done": Glyph("circle-check", "success", 18),
    "waiting": Glyph("clock", "sync_pending", 18),
    "problem": Glyph("circle-alert", "danger", 18),
    "info": Glyph("info", "info", 18),
}


@dataclass(frozen=True, slots=True)
class Toast:
    """What a toast says: ``tone`` is done, waiting, problem or info; ``action`` with ``run`` makes a button."""

    text: str
    tone: str = "done"
    action: str = ""
    run: Callable[[], None] | None = None
    key: str = ""


class ToastStack(QWidget):
    """Up to three toasts above each other, the newest below; each goes by itself after its time."""

    def __init__(self, kit: UiKit, host: QWidget) -> None:
        """Lay the toasts over ``host``, at its bottom left."""
        super().__init__(host)
        self._kit = kit
        self._toasts: list[ToastView] = []
        self._layout: QVBoxLayout = column(gap=8, into=self)
        host.installEventFilter(self)
        self.hide()

    @property
    def views(self) -> "tuple[ToastView, ...]":
        """The toasts that stand now, oldest first."""
        return tuple(self._toasts)

    def show_toast(self, toast: Toast) -> "ToastView":
        """Show a toast and let a screen reader say it; the oldest goes when there are more than three."""
        while len(self._toasts) >= _MOST:
            self._toasts[0].close_now()
        view = ToastView(self._kit, toast)
        view.closed.connect(self._on_closed)
        self._toasts.append(view)
        self._layout.addWidget(view)
        self.place()
        self.show()
        self.raise_()
        view.start()
        announce(self, toast.text)
        return view

    def clear(self) -> None:
        """Take all toasts away."""
        for view in self.views:
            view.close_now()

    @Slot()
    def place(self) -> None:
        """Stand at the bottom left of the host again."""
        host = self.parentWidget()
        if host is None:
            return
        margin = self._kit.theme.layout.page_margin
        width = min(_MOST_WIDTH, host.width() - 2 * margin)
        size = self._layout.sizeHint()
        chosen = min(max(size.width(), _LEAST_WIDTH), width)
        self.setGeometry(margin, host.height() - size.height() - margin // 2, chosen, size.height())

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:  # type: ignore[override]
        """Follow the host's size."""
        if event.type() == QEvent.Type.Resize and self._toasts:
            self.place()
        return super().eventFilter(watched, event)

    @Slot(QWidget)
    def _on_closed(self, view: "ToastView") -> None:
        self._toasts.remove(view)
        self._layout.removeWidget(view)
        view.hide()
        view.deleteLater()
        if self._toasts:
            self.place()
        else:
            self.hide()


class ToastView(QWidget):
    """One toast; the clock stands while the mouse is over it or the focus in it."""

    closed = Signal(QWidget)

    def __init__(self, kit: UiKit, toast: Toast) -> None:
        super().__init__()
        self._kit = kit
        self.toast = toast
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self.close_now)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(toast.text)
        label = Label(kit, toast.text)
        self.action_button: Button | None = None
        items: list[QWidget] = [label]
        if toast.action:
            self.action_button = Button(kit, toast.action, "ghost", key=toast.key).set_small()
            self.action_button.clicked.connect(self._act)
            items.append(self.action_button)
        self.close_button = IconButton(kit, "x", kit.t("shell.toast.close"))
        self.close_button.clicked.connect(self.close_now)
        line = row(label, *items[1:], self.close_button, gap=8, pad=(40, 0, 8, 0), into=self)
        line.setStretch(0, 1)
        kit.follow(self)

    @property
    def is_running(self) -> bool:
        """Whether its time is running out."""
        return self._clock.isActive()

    @property
    def clock(self) -> QTimer:
        """What ends its time."""
        return self._clock

    def start(self) -> None:
        """Begin its time anew."""
        self._clock.start(self._kit.theme.motion.toast_dwell)

    @Slot()
    def close_now(self) -> None:
        """Go."""
        self._clock.stop()
        self.closed.emit(self)

    @Slot()
    def restyle(self) -> None:
        """Take sizes from the theme."""
        self.setFixedHeight(max(_HEIGHT, self._kit.theme.line("body") + 20))
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stop the clock."""
        self._clock.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Give it its whole time again."""
        self.start()
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw box and icon."""
        theme = self._kit.theme
        painter = QPainter(self)
        outline = Outline(theme.color("border_strong"))
        draw_box(painter, self.rect(), theme.color("raised"), theme.radius("md"), outline)
        glyph = _GLYPHS[self.toast.tone]
        draw_icon(painter, theme, QPointF(_ICON_LEFT + glyph.size / 2, self.height() / 2), glyph)

    @Slot()
    def _act(self) -> None:
        run = self.toast.run
        self.close_now()
        if run is not None:
            run()


def announce(widget: QWidget, text: str) -> None:
    """Let a screen reader say a sentence when it has time, without moving the focus."""
    event = QAccessibleAnnouncementEvent(widget, text)
    event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
    deliver_announcement(event)


def deliver_announcement(event: QAccessibleAnnouncementEvent) -> None:
    """Hand an announcement to the system."""
    QAccessible.updateAccessibility(event)
