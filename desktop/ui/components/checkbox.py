"""Checkboxes and radio buttons: Qt's behaviour, the design's drawing."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton

from desktop.ui.design.focus_ring import RingFocus
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Glyph, Outline, draw_box, draw_icon, draw_text, text_width
from desktop.ui.design.theme import Theme

BOX = 16
_GAP = 9


# PySide6 crashes when two Qt classes are mixed, so at run time the mixin is a plain class.
if TYPE_CHECKING:
    _Base = QAbstractButton
else:
    _Base = object


class _Tick(RingFocus, _Base):
    """What both share: a mark of 16 px, a text, a target of 28 px."""

    def _setup(self, kit: UiKit, text: str) -> None:
        self._kit = kit
        self._label = text
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @property
    def label(self) -> str:
        """What stands beside the mark."""
        return self._label

    @Slot()
    def restyle(self) -> None:
        """Take sizes from the theme."""
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Fit mark and text."""
        theme = self._kit.theme
        text = _GAP + text_width(theme.font("body"), self._label) if self._label else 0
        return QSize(max(theme.target, self.mark_rect().width() + 4 + text), max(theme.target, theme.line("body") + 8))

    def minimumSizeHint(self) -> QSize:
        """Never cut the text."""
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        """Take clicks on the text as well."""
        return self.rect().contains(pos)

    def ring_rect(self) -> QRect:
        """Ring the mark, not the text."""
        return self.mark_rect()

    def mark_rect(self) -> QRect:
        """Give where the mark is drawn."""
        side = round(BOX * self._kit.theme.choice.text_scale)
        return QRect(2, (self.height() - side) // 2, side, side)

    @property
    def text_left(self) -> int:
        """Where the text begins; what stands below it begins there too."""
        return self.mark_rect().right() + 1 + _GAP

    def _paint_label(self, painter: QPainter) -> None:
        if not self._label:
            return
        theme = self._kit.theme
        painter.setFont(theme.font("body"))
        left = self.text_left
        ink = "text" if self.isEnabled() else "disabled"
        draw_text(painter, QRect(left, 0, self.width() - left, self.height()), self._label, theme.color(ink))


class Checkbox(_Tick, QCheckBox):
    """A box to tick; ``setTristate`` allows "some"."""

    ring_radius = 4

    def __init__(self, kit: UiKit, text: str = "", name: str = "") -> None:
        super().__init__()
        self._setup(kit, text)
        if name:
            self.setAccessibleName(name)
        kit.follow(self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw box and text."""
        painter = QPainter(self)
        paint_check(painter, self._kit.theme, QRectF(self.mark_rect()), self.checkState(), enabled=self.isEnabled())
        self._paint_label(painter)


class Radio(_Tick, QRadioButton):
    """One of several, of which one is chosen."""

    ring_radius = 8

    def __init__(self, kit: UiKit, text: str = "", name: str = "") -> None:
        super().__init__()
        self._setup(kit, text)
        if name:
            self.setAccessibleName(name)
        kit.follow(self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw circle and text."""
        painter = QPainter(self)
        mark = QRectF(self.mark_rect())
        paint_radio(painter, self._kit.theme, mark, checked=self.isChecked(), enabled=self.isEnabled())
        self._paint_label(painter)


def paint_check(painter: QPainter, theme: Theme, box: QRectF, state: Qt.CheckState, *, enabled: bool = True) -> None:
    """Draw a checkbox; tables use it too."""
    painter.save()
    radius = theme.radius("sm")
    if not enabled:
        draw_box(painter, box, theme.color("sunken"), radius, Outline(theme.color("border_strong")))
    elif state == Qt.CheckState.Checked:
        draw_box(painter, box, theme.color("accent"), radius)
    else:
        some = state == Qt.CheckState.PartiallyChecked
        outline = Outline(theme.color("accent_text" if some else "border_control"), 1)
        draw_box(painter, box, theme.color("surface"), radius, outline)
    if state == Qt.CheckState.Checked:
        draw_icon(painter, theme, box.center(), Glyph("check", "on_accent" if enabled else "disabled", 12))
    elif state == Qt.CheckState.PartiallyChecked:
        dash = QRectF(box.center().x() - 4, box.center().y() - 1, 8, 2)
        draw_box(painter, dash, theme.color("accent_text"))
    painter.restore()


def paint_radio(painter: QPainter, theme: Theme, box: QRectF, *, checked: bool, enabled: bool = True) -> None:
    """Draw a radio button; the choice table uses it too."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if checked and enabled:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        painter.drawEllipse(box)
    else:
        painter.setPen(QPen(theme.color("border_control" if enabled else "border_strong"), 1))
        painter.setBrush(theme.color("surface" if enabled else "sunken"))
        painter.drawEllipse(box.adjusted(0.5, 0.5, -0.5, -0.5))
    if checked:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("on_accent" if enabled else "disabled"))
        dot = box.width() / 5.3
        painter.drawEllipse(QPointF(box.center()), dot, dot)
    painter.restore()
