"""Banners: one sentence at the top of the page about a state that lasts, with one thing to do about it."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.components.button import Button
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import row
from desktop.ui.components.toast import announce
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Glyph, contrast_edge, draw_box, draw_icon

_HEIGHT = 36
_ICON_LEFT = 12

_LOOKS = {
    "info": ("info_subtle", Glyph("info", "info")),
    "offline": ("sync_offline_subtle", Glyph("cloud-off", "sync_offline")),
    "choice": ("warning_subtle", Glyph("git-merge", "warning")),
    "problem": ("danger_subtle", Glyph("circle-alert", "danger")),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """What a banner says; ``tone`` is info, offline, choice or problem."""

    text: str
    tone: str = "info"
    action: str = ""
    run: Callable[[], None] | None = None


class Banner(QWidget):
    """A tinted line; hidden while there is nothing to say."""

    action_clicked = Signal()

    def __init__(self, kit: UiKit) -> None:
        super().__init__()
        self._kit = kit
        self._notice: Notice | None = None
        self._label = Label(kit)
        self._action = Button(kit, "", "ghost").set_small()
        self._action.clicked.connect(self._act)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        line = row(self._label, self._action, gap=8, pad=(40, 0, 6, 0), into=self)
        line.setStretch(0, 1)
        self.hide()
        kit.follow(self)

    @property
    def notice(self) -> Notice | None:
        """What it says now."""
        return self._notice

    def show_notice(self, notice: Notice | None) -> None:
        """Say something else, or nothing."""
        if notice == self._notice:
            return
        self._notice = notice
        self.setVisible(notice is not None)
        if notice is None:
            return
        self._label.setText(notice.text)
        self._action.set_text(notice.action)
        self._action.setVisible(bool(notice.action))
        self.setAccessibleName(notice.text)
        announce(self, notice.text)
        self.update()

    @Slot()
    def restyle(self) -> None:
        """Take sizes from the theme."""
        self.setFixedHeight(max(_HEIGHT, self._kit.theme.line("body") + 16))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw fill and icon."""
        if self._notice is None:
            return
        theme = self._kit.theme
        fill, glyph = _LOOKS[self._notice.tone]
        painter = QPainter(self)
        draw_box(painter, self.rect(), theme.color(fill), theme.radius("md"), contrast_edge(theme))
        draw_icon(painter, theme, QPointF(_ICON_LEFT + glyph.size / 2, self.height() / 2), glyph)

    @Slot()
    def _act(self) -> None:
        self.action_clicked.emit()
        if self._notice is not None and self._notice.run is not None:
            self._notice.run()
