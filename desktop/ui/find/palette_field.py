"""The line in which one types in the palette: without a box, larger than other fields."""

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QInputMethodEvent, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLineEdit, QSizePolicy

from desktop.ui.components.key_press import ENTER
from desktop.ui.design.fonts import text_language
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Glyph, draw_icon

_HEIGHT = 54
_LEFT = 48
_ICON_AT = 28
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
_ACTS = frozenset({Qt.Key.Key_Tab, Qt.Key.Key_Backtab})
_PAGES = {Qt.Key.Key_PageDown: 6, Qt.Key.Key_PageUp: -6}


class PaletteField(QLineEdit):
    """Passes on the keys that move through the rows, choose one, or leave.

    ``typed`` gives the text at every keystroke, with the Latin letters that an input method is still composing.
    """

    typed = Signal(str)
    stepped = Signal(int)
    submitted = Signal()
    second_wanted = Signal()
    acts_wanted = Signal()
    acts_left = Signal()
    escaped = Signal()

    def __init__(self, kit: UiKit, name: str) -> None:
        super().__init__()
        self._kit = kit
        self.setFrame(False)
        self.setPlaceholderText(name)
        self.setAccessibleName(name)
        self.setTextMargins(_LEFT - 2, 0, 8, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._composing = ""
        self.textChanged.connect(self.restyle)
        self.textChanged.connect(self._tell)
        kit.follow(self)

    @Slot()
    def restyle(self) -> None:
        """Take font and colours from the theme."""
        theme = self._kit.theme
        palette = QPalette(theme.palette())
        palette.setColor(QPalette.ColorRole.Base, QColor(0, 0, 0, 0))
        self.setPalette(palette)
        self.setFont(theme.font("heading", lang=text_language(self.text() or self.placeholderText())))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Be as high as the head of the palette."""
        return QSize(super().sizeHint().width(), max(_HEIGHT, self._kit.theme.line("heading") + 24))

    def minimumSizeHint(self) -> QSize:
        """Keep the height."""
        return QSize(200, self.sizeHint().height())

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Look for what is being composed as well; the letters stay where the input method has them."""
        # Input methods part the syllables, which is nothing that one types.
        letters = event.preeditString().replace("'", "").replace(" ", "")
        before = self._composing
        self._composing = letters if letters.isascii() else ""
        super().inputMethodEvent(event)
        if self._composing != before:
            self._tell()

    @Slot()
    def _tell(self) -> None:
        text, at = self.text(), self.cursorPosition()
        self.typed.emit(text[:at] + self._composing + text[at:])

    def event(self, event: QEvent) -> bool:
        """Take Tab, which would leave the field, and Ctrl+Enter before the page does."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_second(event):
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key in _ACTS:
                (self.acts_wanted if key == Qt.Key.Key_Tab else self.acts_left).emit()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, choose or leave; everything else is typed."""
        key = Qt.Key(event.key())
        if key in _STEPS or key in _PAGES:
            self.stepped.emit(_STEPS.get(key) or _PAGES[key])
        elif _is_second(event):
            self.second_wanted.emit()
        elif key in ENTER:
            self.submitted.emit()
        elif key == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text and the glass before it."""
        super().paintEvent(event)
        painter = QPainter(self)
        draw_icon(painter, self._kit.theme, QPointF(_ICON_AT, self.height() / 2), Glyph("search", "accent", 18))


def _is_second(event: QKeyEvent) -> bool:
    return event.key() in ENTER and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
