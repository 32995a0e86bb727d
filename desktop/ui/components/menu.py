"""Menus: a popover with rows to choose from, each with its key at the right."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.components.popover import Popover
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.design.fonts import text_language
from desktop.ui.design.key_caps import caps_size, key_signs, paint_caps
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Glyph, draw_box, draw_icon, draw_text, text_width

_ROW = 28
_PAD = 10
_ICON = 16
_GAP = 8
_KEY_GAP = 24
_LEAST_WIDTH = 180
_MOST_WIDTH = 420
_MOST_HEIGHT = 340
_LINE = 9


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One row. With a ``reason`` it is off and says why; without ``run`` and text it is a line between groups.

    ``key`` is the one that an action was made with; drawn is the one that its user gave it. With ``is_now`` it is that.
    """

    text: str = ""
    run: Callable[[], None] | None = None
    icon: str = ""
    key: str = ""
    danger: bool = False
    reason: str = ""
    checked: bool = False
    is_now: bool = False

    @property
    def is_line(self) -> bool:
        """Whether it parts two groups."""
        return not self.text

    @property
    def is_off(self) -> bool:
        """Whether it cannot be chosen now."""
        return bool(self.reason) or self.is_line


class Menu(Popover):
    """A menu that runs the chosen item and closes; arrows move, a letter jumps to the next row that begins with it."""

    def __init__(self, kit: UiKit, host: QWidget, items: Sequence[MenuItem], name: str = "") -> None:
        super().__init__(kit, host)
        self.setAccessibleName(name)
        self.rows = MenuRows(kit, items)
        self.rows.chosen.connect(self._on_chosen)
        self._area = ScrollArea(kit, self.rows)
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        hint = self.rows.sizeHint()
        room = kit.theme.layout.scrollbar if hint.height() > _MOST_HEIGHT else 0
        self._area.setFixedSize(hint.width() + room, min(hint.height(), _MOST_HEIGHT))
        self.body.addWidget(self._area)
        self.rows.moved.connect(self._show_row)

    def set_least_width(self, width: int) -> None:
        """Be at least as wide as the control that opens it."""
        self._area.setFixedWidth(max(self._area.width(), width - 2 * _LINE + 10))

    def focus_first(self) -> None:
        """Focus the rows."""
        self.rows.setFocus(Qt.FocusReason.PopupFocusReason)

    @Slot(object)
    def _on_chosen(self, item: MenuItem) -> None:
        self.close_now()
        if item.run is not None:
            item.run()

    @Slot(QRect)
    def _show_row(self, rect: QRect) -> None:
        center = rect.center()
        self._area.ensureVisible(center.x(), center.y(), 0, rect.height())


class MenuRows(QWidget):
    """The rows themselves, painted in one widget."""

    chosen = Signal(object)
    moved = Signal(QRect)

    def __init__(self, kit: UiKit, items: Sequence[MenuItem]) -> None:
        super().__init__()
        self._kit = kit
        self.items = tuple(items)
        checked = next((number for number, item in enumerate(self.items) if item.checked), -1)
        self._current = checked if checked >= 0 else self._next(-1, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self._name_current()
        kit.follow(self)

    @property
    def current(self) -> MenuItem | None:
        """The row that Enter would choose."""
        return self.items[self._current] if self._current >= 0 else None

    @Slot()
    def restyle(self) -> None:
        """Take sizes from the theme."""
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Fit the widest row and all rows."""
        theme = self._kit.theme
        width = _LEAST_WIDTH
        for item in self.items:
            row_width = 2 * _PAD + _ICON + _GAP + text_width(theme.font("body"), self._said(item))
            if signs := self._signs(item):
                row_width += _KEY_GAP + caps_size(theme, signs).width()
            width = max(width, row_width)
        return QSize(min(width, _MOST_WIDTH), sum(self._height(item) for item in self.items))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move and choose; Esc goes on to the menu."""
        key = Qt.Key(event.key())
        if key in {Qt.Key.Key_Down, Qt.Key.Key_Tab}:
            self._go(self._next(self._current, 1))
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Backtab}:
            self._go(self._next(self._current, -1))
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            self._go(self._next(-1, 1) if key == Qt.Key.Key_Home else self._next(0, -1))
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._choose(self._current)
        elif not self._jump(event.text()):
            super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, ARG002, FBT001 - Qt's signature
        """Keep Tab inside the menu, where it moves like the arrows."""
        return False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Make the row under the mouse current."""
        row = self._row_at(event.position().toPoint())
        if row >= 0 and not self.items[row].is_off and row != self._current:
            self._go(row)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the row under the mouse."""
        self._choose(self._row_at(event.position().toPoint()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the rows."""
        painter = QPainter(self)
        top = 0
        for number, item in enumerate(self.items):
            height = self._height(item)
            rect = QRect(0, top, self.width(), height)
            if item.is_line:
                middle = top + height // 2
                painter.fillRect(_GAP, middle, self.width() - 2 * _GAP, 1, self._kit.theme.color("border"))
            else:
                self._paint_row(painter, rect, item, is_current=number == self._current)
            top += height

    def _paint_row(self, painter: QPainter, rect: QRect, item: MenuItem, *, is_current: bool) -> None:
        theme = self._kit.theme
        if is_current:
            draw_box(painter, rect, theme.color("selection"), theme.radius("sm"))
        ink = "disabled" if item.is_off else "danger" if item.danger else "text"
        icon = "check" if item.checked else item.icon
        if icon:
            tint = "accent_text" if item.checked else "text_secondary" if ink == "text" else ink
            center = QPointF(rect.left() + _PAD + _ICON / 2, rect.center().y() + 0.5)
            draw_icon(painter, theme, center, Glyph(icon, tint, _ICON))
        indent = _ICON + _GAP if any(other.icon or other.checked for other in self.items) else 0
        area = rect.adjusted(_PAD + indent, 0, -_PAD, 0)
        painter.setFont(theme.font("body", lang=text_language(item.text)))
        signs = self._signs(item)
        if signs:
            size = caps_size(theme, signs)
            caps = QRect(area.right() + 1 - size.width(), area.top(), size.width(), area.height())
            paint_caps(painter, theme, caps, signs)
            area.setRight(caps.left() - _GAP)
        painter.setFont(theme.font("body", lang=text_language(item.text)))
        draw_text(painter, area, self._said(item), theme.color(ink))

    def _signs(self, item: MenuItem) -> tuple[str, ...]:
        return key_signs(item.key if item.is_now else self._kit.keys.shown(item.key))

    def _said(self, item: MenuItem) -> str:
        return f"{item.text}, {item.reason}" if item.reason else item.text

    def _height(self, item: MenuItem) -> int:
        return _LINE if item.is_line else max(_ROW, self._kit.theme.line("body") + 8)

    def _rect_of(self, row: int) -> QRect:
        top = sum(self._height(item) for item in self.items[:row])
        return QRect(0, top, self.width(), self._height(self.items[row]))

    def _row_at(self, point: QPoint) -> int:
        return next((row for row in range(len(self.items)) if self._rect_of(row).contains(point)), -1)

    def _next(self, start: int, step: int) -> int:
        count = len(self.items)
        for distance in range(1, count + 1):
            row = (start + step * distance) % count
            if not self.items[row].is_off:
                return row
        return -1

    def _jump(self, text: str) -> bool:
        if not text.strip():
            return False
        count = len(self.items)
        for distance in range(1, count + 1):
            row = (self._current + distance) % count
            item = self.items[row]
            if not item.is_off and item.text.casefold().startswith(text.casefold()):
                self._go(row)
                return True
        return False

    def _go(self, row: int) -> None:
        if row < 0:
            return
        self._current = row
        self._name_current()
        self.moved.emit(self._rect_of(row))
        self.update()

    def _name_current(self) -> None:
        item = self.current
        self.setAccessibleName(item.text if item is not None else "")

    def _choose(self, row: int) -> None:
        if row >= 0 and not self.items[row].is_off:
            self.chosen.emit(self.items[row])
