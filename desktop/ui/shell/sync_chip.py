"""The sync chip: always the last thing in the top bar, always calm, one click from the details."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from desktop.ui.components.plain_tooltip import set_tooltip
from desktop.ui.components.toast import announce
from desktop.ui.design.focus_ring import RingFocus
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Glyph, contrast_edge, draw_box, draw_icon, draw_text, text_width

_PAD = 12
_ICON = 14
_GAP = 6
_HEIGHT = 28
_SHORT_WIDTH = 320

# Tone: icon, ink, fill. Offline is slate, and nothing about the network is red.
_LOOKS = {
    "offline": ("cloud-off", "sync_offline", "sync_offline_subtle"),
    "pending": ("cloud-upload", "sync_pending", "sync_offline_subtle"),
    "syncing": ("refresh-cw", "sync_syncing", "accent_subtle"),
    "synced": ("circle-check", "sync_synced", "success_subtle"),
    "choice": ("git-merge", "sync_choice", "warning_subtle"),
    "failed": ("circle-alert", "sync_failed", "danger_subtle"),
}
TONES = tuple(_LOOKS)


@dataclass(frozen=True, slots=True)
class SyncChipStatus:
    """What the chip says; ``tone`` is one of ``TONES``."""

    tone: str
    text: str
    tooltip: str = ""


class SyncChip(RingFocus, QAbstractButton):
    """A pill with icon and words; ``clicked`` asks for the details."""

    ring_radius = _HEIGHT // 2

    def __init__(self, kit: UiKit, status: SyncChipStatus) -> None:
        super().__init__()
        self._kit = kit
        self._status = status
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._take(status)
        kit.follow(self)

    @property
    def status(self) -> SyncChipStatus:
        """What it says now."""
        return self._status

    def set_status(self, status: SyncChipStatus) -> None:
        """Say something else; a screen reader hears of it when the kind of state changed."""
        is_news = status.tone != self._status.tone
        self._take(status)
        if is_news and self.isVisible():
            announce(self, status.text)

    @Slot()
    def restyle(self) -> None:
        """Take sizes from the theme."""
        self.ring_radius = self.sizeHint().height() // 2
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Fit the words, up to a limit."""
        theme = self._kit.theme
        width = (
            2 * _PAD
            + theme.grown(_ICON)
            + _GAP
            + text_width(theme.font("small", weight=500, tnum=True), self._status.text)
        )
        return QSize(min(width, theme.grown(_SHORT_WIDTH)), max(theme.target, theme.line("small") + 12))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter open like Space does."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the pill."""
        theme = self._kit.theme
        icon, ink, fill = _LOOKS[self._status.tone]
        painter = QPainter(self)
        draw_box(painter, self.rect(), theme.color(fill), self.height() / 2, contrast_edge(theme))
        side = theme.grown(_ICON)
        draw_icon(painter, theme, QPointF(_PAD + side / 2, self.height() / 2), Glyph(icon, ink, _ICON))
        painter.setFont(theme.font("small", weight=500, tnum=True))
        left = _PAD + side + _GAP
        draw_text(
            painter, QRect(left, 0, self.width() - left - _PAD + 2, self.height()), self._status.text, theme.color(ink)
        )

    def _take(self, status: SyncChipStatus) -> None:
        self._status = status
        self.setAccessibleName(status.text)
        set_tooltip(self, status.tooltip or status.text, "Ctrl+Shift+O")
        self.updateGeometry()
        self.update()
