"""Choices: one of a list, chosen from a popover."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from desktop.ui.components.field_box import TONES, paint_field_box
from desktop.ui.components.menu import Menu, MenuItem
from desktop.ui.components.option import Option
from desktop.ui.design.fonts import text_language
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Glyph, draw_icon, draw_text, text_width

_PAD = 10
_ICON = 16
_GAP = 8
_LEAST_WIDTH = 100
_MOST_WIDTH = 320
_OPENERS = frozenset({Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space})


class Choice(QAbstractButton):
    """A field that shows the chosen option and opens the list below itself."""

    changed = Signal(str)

    def __init__(
        self, kit: UiKit, options: Sequence[Option], value: str = "", name: str = "", placeholder: str = ""
    ) -> None:
        super().__init__()
        self._kit = kit
        self._options = tuple(options)
        self._value = value
        self._tone = ""
        self._placeholder = placeholder
        self._menu: Menu | None = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open_list)
        self._describe()
        kit.follow(self)

    def value(self) -> str:
        """Give the chosen value."""
        return self._value

    def set_value(self, value: str) -> None:
        """Choose without announcing it; a value that is no option is kept and shown as it is."""
        self._value = value
        self._describe()
        self.update()

    def set_options(self, options: Sequence[Option]) -> None:
        """Offer other options; the value stays."""
        self._options = tuple(options)
        self._describe()
        self.updateGeometry()
        self.update()

    def set_tone(self, tone: str) -> None:
        """Mark the box, as ``TextField.set_tone`` does."""
        if tone not in TONES:
            raise ValueError(f"{tone} is no tone of a field")
        self._tone = tone
        self.update()

    @property
    def menu(self) -> Menu | None:
        """The open list."""
        return self._menu

    @Slot()
    def open_list(self) -> None:
        """Open the list."""
        items = [
            MenuItem(option.text, partial(self._choose, option.value), option.icon, checked=option.value == self._value)
            for option in self._options
        ]
        if not items:
            return
        self._menu = Menu(self._kit, self.window(), items, self.accessibleName())
        self._menu.set_least_width(self.width())
        self._menu.closed.connect(self._on_closed)
        self._menu.open_at(self)

    @Slot()
    def restyle(self) -> None:
        """Take sizes from the theme."""
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Fit the longest option."""
        theme = self._kit.theme
        widest = max((text_width(theme.font("body"), option.text) for option in self._options), default=0)
        icon = _ICON + _GAP if any(option.icon for option in self._options) else 0
        width = min(max(widest + icon + 2 * _PAD + _GAP + _ICON, _LEAST_WIDTH), _MOST_WIDTH)
        return QSize(width, theme.control)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the list by the keys people try."""
        if Qt.Key(event.key()) in _OPENERS and not event.modifiers():
            self.open_list()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the focus went."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw box, option and arrow."""
        theme = self._kit.theme
        painter = QPainter(self)
        paint_field_box(painter, theme, self, self._tone)
        option = self._option()
        left = _PAD
        if option.icon:
            center = QPointF(left + _ICON / 2, self.height() / 2)
            draw_icon(painter, theme, center, Glyph(option.icon, "text_secondary", _ICON))
            left += _ICON + _GAP
        ink = "disabled" if not self.isEnabled() else "text" if option.text else "muted"
        painter.setFont(theme.font("body", lang=text_language(option.text)))
        area = self.rect().adjusted(left, 0, -_PAD - _ICON - 4, 0)
        draw_text(painter, area, option.text or self._placeholder, theme.color(ink))
        arrow = QPointF(self.width() - _PAD - _ICON / 2, self.height() / 2)
        draw_icon(painter, theme, arrow, Glyph("chevron-down", "muted", _ICON))

    def _choose(self, value: str) -> None:
        if value != self._value:
            self.set_value(value)
            self.changed.emit(value)

    def _option(self) -> Option:
        known = next((option for option in self._options if option.value == self._value), None)
        return known or Option(self._value, self._value)

    def _describe(self) -> None:
        self.setAccessibleDescription(self._option().text or self._placeholder)

    @Slot()
    def _on_closed(self) -> None:
        self._menu = None
