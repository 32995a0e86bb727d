"""The way to the palette in the top bar: looks like a field, and shows its key."""

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from desktop.ui.components.field_box import paint_field_box
from desktop.ui.design.focus_ring import RingFocus
from desktop.ui.design.key_caps import caps_size, key_signs, paint_caps
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Glyph, draw_icon, draw_text, text_width

_WIDTH = 300
_LEAST_WIDTH = 160
_EDGE = 8
_ICON_LEFT = 10
_ICON = 16
_GAP = 8
_KEY = "Ctrl+K"


class FindButton(RingFocus, QAbstractButton):
    """A click, Enter, Space, and every letter typed here ask for the palette; the letter is its first."""

    wanted = Signal(str)

    def __init__(self, kit: UiKit, name: str) -> None:
        super().__init__()
        self._kit = kit
        self.setText(name)
        self.setAccessibleName(name)
        self.setMaximumWidth(_WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._ask)
        kit.follow(self)
        kit.follow_keys(self)

    def set_name(self, name: str) -> None:
        """Change the language of the words in it."""
        self.setText(name)
        self.setAccessibleName(name)
        self.restyle()

    @Slot()
    def take_focus(self) -> None:
        """Be the pane that has the focus."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def restyle(self) -> None:
        """Take sizes from the theme."""
        self.ring_radius = self._kit.theme.radius("md")
        self.setMinimumWidth(min(max(_LEAST_WIDTH, self._text_at() + self._words_width() + _EDGE), _WIDTH))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Be as high as a control."""
        return QSize(_WIDTH, self._kit.theme.control)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take letters to the palette, and Enter like a click."""
        text = event.text()
        commands = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down}:
            self._ask()
        elif text.isprintable() and text.strip() and not event.modifiers() & commands:
            self.wanted.emit(text)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the field, its words, and its key caps where there is room."""
        theme = self._kit.theme
        painter = QPainter(self)
        paint_field_box(painter, theme, self, "")
        draw_icon(
            painter, theme, QPointF(_ICON_LEFT + theme.grown(_ICON) / 2, self.height() / 2), Glyph("search", "muted")
        )
        painter.setFont(theme.font("body"))
        area = QRect(self._text_at(), 0, self.width() - _EDGE - self._text_at(), self.height())
        draw_text(painter, area, self.text(), theme.color("muted"))
        signs = key_signs(self._kit.keys.shown(_KEY))
        size = caps_size(theme, signs)
        caps = QRect(self.width() - size.width() - _EDGE, 0, size.width(), self.height())
        if caps.left() >= self._text_at() + self._words_width() + _EDGE:
            paint_caps(painter, theme, caps, signs)

    def _text_at(self) -> int:
        return _ICON_LEFT + self._kit.theme.grown(_ICON) + _GAP

    def _words_width(self) -> int:
        return text_width(self._kit.theme.font("body"), self.text())

    @Slot()
    def _ask(self) -> None:
        self.wanted.emit("")
