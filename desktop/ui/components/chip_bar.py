"""Filter chips: what a list is limited to, one chip each, removable by mouse and by Delete."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.ui.components.flow_layout import FlowLayout
from desktop.ui.components.plain_tooltip import set_tooltip
from desktop.ui.design.focus_ring import RingFocus
from desktop.ui.design.fonts import text_language
from desktop.ui.design.key_caps import key_text
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Glyph, Outline, draw_box, draw_icon, draw_text, text_width

_HEIGHT = 24
_AROUND = 4
_PAD = 8
_GAP = 6
_ICON = 14
_CROSS = 12
_CROSS_ZONE = 24
_MOST_WIDTH = 320

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


@dataclass(frozen=True, slots=True)
class Chip:
    """One chip: ``label`` is the muted word in front, ``tone`` is ``""`` or ``"accent"``."""

    key: str
    text: str
    label: str = ""
    icon: str = ""
    removable: bool = True
    tone: str = ""


class ChipBar(QWidget):
    """Chips that wrap into lines. Tab reaches one of them, arrow keys move, Enter opens, Delete removes."""

    removed = Signal(str)
    activated = Signal(str)
    add_wanted = Signal()

    def __init__(self, kit: UiKit, name: str, add_text: str = "", add_key: str = "") -> None:
        super().__init__()
        self._kit = kit
        self.setAccessibleName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._flow = FlowLayout(self, gap=6)
        self._chips: list[ChipButton] = []
        self._add = ChipButton(kit, Chip("", add_text, icon="plus", removable=False), key=add_key)
        self._add.clicked.connect(self.add_wanted)
        self._add.moved.connect(self._move)
        self._flow.addWidget(self._add)
        self._add.setVisible(bool(add_text))

    def set_chips(self, chips: Sequence[Chip]) -> None:
        """Replace the chips; the focus stays at its place when it was on one of them."""
        focused = next((index for index, chip in enumerate(self._chips) if chip.hasFocus()), -1)
        for old in self._chips:
            self._flow.removeWidget(old)
            old.deleteLater()
        self._chips = [self._make(chip) for chip in chips]
        for index, button in enumerate(self._chips):
            self._flow.insert_widget(index, button)
            button.show()
        self._let_tab_in(min(max(focused, 0), len(self._chips) - 1))
        if focused >= 0:
            self._focus(min(focused, len(self._stops()) - 1))
        self.updateGeometry()

    def chips(self) -> list[Chip]:
        """Give the chips in order."""
        return [button.chip for button in self._chips]

    def _make(self, chip: Chip) -> "ChipButton":
        button = ChipButton(self._kit, chip)
        button.setParent(self)
        button.moved.connect(self._move)
        button.remove_wanted.connect(self.removed)
        button.opened.connect(self.activated)
        return button

    @Slot(int)
    def _move(self, step: int) -> None:
        stops = self._stops()
        now = next((index for index, stop in enumerate(stops) if stop.hasFocus()), 0)
        self._focus((now + step) % len(stops))

    def _focus(self, index: int) -> None:
        stops = self._stops()
        if 0 <= index < len(stops):
            self._let_tab_in(index)
            stops[index].setFocus(Qt.FocusReason.TabFocusReason)

    def _let_tab_in(self, index: int) -> None:
        for number, chip in enumerate(self._chips):
            chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus if number == index else Qt.FocusPolicy.ClickFocus)

    def _stops(self) -> "list[ChipButton]":
        return [*self._chips, self._add] if not self._add.isHidden() else list(self._chips)


class ChipButton(RingFocus, QAbstractButton):
    """One chip; also used alone, for example as "Will save ..." under quick capture."""

    moved = Signal(int)
    remove_wanted = Signal(str)
    opened = Signal(str)

    def __init__(self, kit: UiKit, chip: Chip, key: str = "") -> None:
        super().__init__()
        self._kit = kit
        self.chip = chip
        self._key = key
        self._is_add = not chip.key
        self.setAccessibleName(f"{chip.label} {chip.text}".strip())
        if chip.removable:
            set_tooltip(self, self.accessibleName(), "Delete")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._on_clicked)
        kit.follow(self)
        if key:
            kit.follow_keys(self)

    @property
    def key(self) -> str:
        """The key that is drawn: the one that does the same now."""
        return self._kit.keys.shown(self._key)

    @Slot()
    def restyle(self) -> None:
        """Take sizes from the theme."""
        self.ring_radius = self._kit.theme.radius("sm")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Fit label, text and cross, up to a limit."""
        theme = self._kit.theme
        width = 2 * _PAD
        if self.chip.icon:
            width += _ICON + _GAP
        if self.chip.label:
            width += text_width(theme.font("small"), self.chip.label) + _GAP
        width += text_width(self._text_font(), self.chip.text)
        if self.key:
            width += _GAP + text_width(theme.font("tiny"), key_text(self.key))
        if self.chip.removable:
            width += _CROSS_ZONE - _PAD
        return QSize(min(width, _MOST_WIDTH), max(theme.target, theme.line("small") + 12))

    def ring_rect(self) -> QRect:
        """Ring the drawn chip, which is lower than its target."""
        height = max(_HEIGHT, self.height() - _AROUND)
        return QRect(0, (self.height() - height) // 2, self.width(), height)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Remove when the cross is clicked, open otherwise."""
        if self.chip.removable and event.position().x() >= self.width() - _CROSS_ZONE and self.isDown():
            self.setDown(False)
            self.remove_wanted.emit(self.chip.key)
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with arrows, remove with Delete or Backspace, open with Enter or Space."""
        key = Qt.Key(event.key())
        if key in _STEPS and not event.modifiers():
            self.moved.emit(_STEPS[key])
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace} and self.chip.removable:
            self.remove_wanted.emit(self.chip.key)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the chip."""
        theme = self._kit.theme
        painter = QPainter(self)
        box = self.ring_rect()
        self._paint_box(painter, QRectF(box))
        left, right = box.left() + _PAD, box.right() + 1 - _PAD
        ink = "disabled" if not self.isEnabled() else "accent_text" if self.chip.tone else "text"
        if self.chip.icon:
            color = ink if self.chip.tone or not self.isEnabled() else "text_secondary"
            center = QPointF(left + _ICON / 2, box.center().y() + 0.5)
            draw_icon(painter, theme, center, Glyph(self.chip.icon, color, _ICON))
            left += _ICON + _GAP
        if self.chip.removable:
            center = QPointF(self.width() - _CROSS_ZONE / 2, box.center().y() + 0.5)
            draw_icon(painter, theme, center, Glyph("x", "text_secondary", _CROSS))
            right = self.width() - _CROSS_ZONE
        if self.chip.label:
            painter.setFont(theme.font("small"))
            width = text_width(theme.font("small"), self.chip.label)
            area = QRect(left, box.top(), width, box.height())
            draw_text(painter, area, self.chip.label, theme.color("muted"))
            left += width + _GAP
        self._paint_text(painter, QRect(left, box.top(), right - left, box.height()), ink)

    def _paint_box(self, painter: QPainter, box: QRectF) -> None:
        theme = self._kit.theme
        radius = theme.radius("sm")
        if self._is_add:
            fill = theme.color("sunken") if self.underMouse() else None
            draw_box(painter, box, fill, radius, Outline(theme.color("border_strong"), 1, is_dashed=True))
            return
        if self.chip.tone:
            draw_box(painter, box, theme.color("accent_subtle"), radius, Outline(theme.color("accent_border")))
            return
        border = theme.color("border_strong" if self.isEnabled() else "border")
        fill_name = "hover" if self.underMouse() and self.isEnabled() else "surface"
        draw_box(painter, box, theme.color(fill_name), radius, Outline(border))

    def _paint_text(self, painter: QPainter, area: QRect, ink: str) -> None:
        theme = self._kit.theme
        painter.setFont(self._text_font())
        draw_text(painter, area, self.chip.text, theme.color("text_secondary" if self._is_add else ink))
        if self.key:
            painter.setFont(theme.font("tiny"))
            width = text_width(self._text_font(), self.chip.text) + _GAP
            draw_text(painter, area.adjusted(width, 0, 0, 0), key_text(self.key), theme.color("muted"))

    def _text_font(self) -> QFont:
        weight = 400 if self._is_add else 500
        return self._kit.theme.font("small", weight=weight, lang=text_language(self.chip.text))

    @Slot()
    def _on_clicked(self) -> None:
        if not self._is_add:
            self.opened.emit(self.chip.key)
