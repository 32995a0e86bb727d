"""One entry of the navigation rail."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from desktop.ui.components.plain_tooltip import set_tooltip
from desktop.ui.design.focus_ring import RingFocus
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import RIGHT, Glyph, Outline, draw_box, draw_icon, draw_text, text_width

_ICON_LEFT = 9
_ICON = 16
_ICON_GAP = 9
_PAD = 8
_GAP = 1


@dataclass(frozen=True, slots=True)
class RailEntry:
    """Where it goes, what it is called, in which section (main, pinned, sync) it stands."""

    key: str
    title: str
    icon: str
    shortcut: str = ""
    section: str = "main"


class RailButton(RingFocus, QAbstractButton):
    """Icon, title and count; ``chosen`` gives the key."""

    chosen = Signal(str)

    def __init__(self, kit: UiKit, entry: RailEntry) -> None:
        super().__init__()
        self._kit = kit
        self.entry = entry
        self._count = ""
        self._is_collapsed = False
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._on_clicked)
        self._describe()
        kit.follow(self)

    def set_count(self, count: str) -> None:
        """Show a number at the right."""
        self._count = count
        self._describe()
        self.update()

    def set_collapsed(self, collapsed: bool) -> None:  # noqa: FBT001 - a Qt-like setter
        """Show the icon only."""
        self._is_collapsed = collapsed
        self._describe()
        self.update()

    @Slot()
    def restyle(self) -> None:
        """Take sizes from the theme."""
        self.ring_radius = self._kit.theme.radius("md")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Be as high as the density says, with a gap to the next."""
        return QSize(40, self._kit.theme.nav_item + 2 + _GAP)

    def words_width(self) -> int:
        """Tell how wide the entry has to be to say all of its title, with its number."""
        theme = self._kit.theme
        count = text_width(theme.font("small", tnum=True), max(self._count, "9", key=len)) + _PAD
        return self._text_left() + text_width(theme.font("medium"), self.entry.title) + count + _PAD

    def ring_rect(self) -> QRect:
        """Ring the entry without the gap."""
        return self.rect().adjusted(0, 0, 0, -_GAP)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter open like Space does."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the entry."""
        theme = self._kit.theme
        painter = QPainter(self)
        box = self.ring_rect()
        on = self.isChecked()
        if on:
            draw_box(painter, QRectF(box), theme.color("surface"), theme.radius("md"), Outline(theme.color("border")))
        elif self.underMouse():
            draw_box(painter, QRectF(box), theme.color("hover"), theme.radius("md"))
        ink = "accent_text" if on else "text_secondary"
        x = box.width() / 2 if self._is_collapsed else _ICON_LEFT + theme.grown(_ICON) / 2
        draw_icon(painter, theme, QPointF(x, box.height() / 2), Glyph(self.entry.icon, ink))
        if self._is_collapsed:
            return
        right = box.width() - _PAD
        if self._count:
            font = theme.font("small", tnum=True)
            painter.setFont(font)
            width = text_width(font, self._count)
            draw_text(
                painter,
                QRect(right - width, 0, width, box.height()),
                self._count,
                theme.color("text_secondary"),
                align=RIGHT,
            )
            right -= width + _PAD
        painter.setFont(theme.font("medium"))
        left = self._text_left()
        area = QRect(left, 0, right - left, box.height())
        draw_text(painter, area, self.entry.title, theme.color("text" if on else "text_secondary"))

    def _text_left(self) -> int:
        return _ICON_LEFT + self._kit.theme.grown(_ICON) + _ICON_GAP

    def _describe(self) -> None:
        self.setAccessibleName(f"{self.entry.title} {self._count}".rstrip())
        set_tooltip(self, self.accessibleName() if self._is_collapsed else self.entry.title, self.entry.shortcut)

    @Slot()
    def _on_clicked(self) -> None:
        # A second click on the lit entry must not put it out.
        self.setChecked(True)
        self.chosen.emit(self.entry.key)
