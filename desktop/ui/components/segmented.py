"""Segmented controls: two to five views of the same thing, one chosen."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from desktop.ui.components.layouts import row
from desktop.ui.components.option import Option
from desktop.ui.components.plain_tooltip import set_tooltip
from desktop.ui.design.focus_ring import RingFocus
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import LEFT, Glyph, Outline, draw_box, draw_icon, draw_text, rounded, text_width

_PAD = 10
_ICON = 16
_GAP = 7
_ON_LINE = 3


class Segmented(QWidget):
    """Options in one outline; arrow keys move between them, ``changed`` gives the chosen value."""

    changed = Signal(str)

    def __init__(
        self, kit: UiKit, options: Sequence[Option], value: str, name: str, *, icons_only: bool = False
    ) -> None:
        super().__init__()
        self._kit = kit
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._segments = [_Segment(kit, option, is_icon=icons_only and bool(option.icon)) for option in options]
        for segment in self._segments:
            self._group.addButton(segment)
            segment.setChecked(segment.option.value == value)
        self._group.buttonToggled.connect(self._on_toggled)
        row(*self._segments, gap=0, into=self)
        kit.follow(self)

    def value(self) -> str:
        """Give the chosen value."""
        checked = self._group.checkedButton()
        return checked.option.value if isinstance(checked, _Segment) else ""

    def set_value(self, value: str) -> None:
        """Choose without announcing it; an unknown value changes nothing."""
        for segment in self._segments:
            if segment.option.value == value and not segment.isChecked():
                self._group.blockSignals(True)
                segment.setChecked(True)
                self._group.blockSignals(False)

    @Slot()
    def restyle(self) -> None:
        """Draw anew."""
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the shared fill, the chosen segment, the lines between and the outline."""
        theme = self._kit.theme
        painter = QPainter(self)
        radius = theme.radius("md")
        outline = Outline(theme.color("border_strong"))
        draw_box(painter, self.rect(), theme.color("surface"), radius)
        painter.save()
        painter.setClipPath(rounded(QRectF(self.rect()), radius))
        for segment in self._segments:
            if segment.isChecked():
                painter.fillRect(segment.geometry(), theme.color("accent_subtle"))
                if theme.choice.high_contrast:
                    line = segment.geometry()
                    painter.fillRect(
                        line.left(), line.bottom() - _ON_LINE, line.width(), _ON_LINE, theme.color("accent")
                    )
        for segment in self._segments[1:]:
            painter.fillRect(segment.x(), 0, 1, self.height(), theme.color("border_strong"))
        painter.restore()
        draw_box(painter, self.rect(), None, radius, outline)

    @Slot(QAbstractButton, bool)
    def _on_toggled(self, button: QAbstractButton, checked: bool) -> None:  # noqa: FBT001 - a slot
        self.update()
        if checked and isinstance(button, _Segment):
            self.changed.emit(button.option.value)


class _Segment(RingFocus, QAbstractButton):
    def __init__(self, kit: UiKit, option: Option, *, is_icon: bool) -> None:
        super().__init__()
        self._kit = kit
        self._is_icon = is_icon
        self.option = option
        self.setAccessibleName(option.text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        if self._is_icon:
            set_tooltip(self, option.text)
        kit.follow(self)

    @Slot()
    def restyle(self) -> None:
        self.ring_radius = self._kit.theme.radius("md")
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        theme = self._kit.theme
        width = 2 * _PAD
        if self.option.icon:
            width += theme.grown(_ICON) + (0 if self._is_icon else _GAP)
        if not self._is_icon:
            width += text_width(theme.font("medium"), self.option.text)
        return QSize(max(theme.target, width), theme.control)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._kit.theme
        painter = QPainter(self)
        ink = "accent_text" if self.isChecked() else "text"
        left = _PAD
        if self.option.icon:
            glyph = Glyph(self.option.icon, "accent_text" if self.isChecked() else "text_secondary", _ICON)
            draw_icon(painter, theme, QPointF(left + theme.grown(_ICON) / 2, self.height() / 2), glyph)
            left += theme.grown(_ICON) + _GAP
        if not self._is_icon:
            painter.setFont(theme.font("medium"))
            area = QRect(left, 0, self.width() - left, self.height())
            draw_text(painter, area, self.option.text, theme.color(ink), align=LEFT)
