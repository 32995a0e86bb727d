"""Text fields of several lines."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy

from desktop.ui.components.field_box import TONES, paint_field_box
from desktop.ui.design.fonts import text_language
from desktop.ui.design.kit import UiKit

_PAD_X = 6  # the document adds 4 px of its own
_PAD_Y = 3


class TextArea(QPlainTextEdit):
    """A plain text editor in the design's box; Tab leaves it, Ctrl+Enter and leaving it commit."""

    committed = Signal(str)

    def __init__(self, kit: UiKit, text: str = "", placeholder: str = "", lines: int = 3) -> None:
        super().__init__()
        self._kit = kit
        self._lines = lines
        self._tone = ""
        self._last = text
        self.setPlainText(text)
        self.setPlaceholderText(placeholder)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setViewportMargins(_PAD_X, _PAD_Y, _PAD_X, _PAD_Y)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        kit.follow(self)

    @property
    def tone(self) -> str:
        """How the box is marked: ``""``, ``"check"`` or ``"error"``."""
        return self._tone

    def set_tone(self, tone: str) -> None:
        """Mark the box, as ``TextField.set_tone`` does."""
        if tone not in TONES:
            raise ValueError(f"{tone} is no tone of a field")
        self._tone = tone
        self.update()

    def text(self) -> str:
        """Give the text."""
        return self.toPlainText()

    def setText(self, text: str) -> None:
        """Replace the text."""
        self.setPlainText(text)

    def set_committed(self, text: str) -> None:
        """Show a value that came from outside, without announcing it."""
        self._last = text
        if text != self.text():
            self.setPlainText(text)

    def revert(self) -> None:
        """Go back to the text that was committed last."""
        self.setPlainText(self._last)

    @Slot()
    def restyle(self) -> None:
        """Take font, colours and height from the theme."""
        theme = self._kit.theme
        palette = QPalette(theme.palette())
        palette.setColor(QPalette.ColorRole.Base, QColor(0, 0, 0, 0))
        self.setPalette(palette)
        self.setFont(theme.font("body", lang=text_language(self.text())))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Fit the wanted number of lines."""
        spacing = self.fontMetrics().lineSpacing()
        inner = round(2 * self.document().documentMargin())
        return QSize(super().sizeHint().width(), self._lines * spacing + inner + 2 * _PAD_Y)

    def minimumSizeHint(self) -> QSize:
        """Never fall below the wanted lines."""
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """Draw the box where Qt would draw its frame."""
        if event.type() == QEvent.Type.Paint:
            paint_field_box(QPainter(self), self._kit.theme, self, self._tone)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Commit on Ctrl+Enter, which whatever holds this field may take as well."""
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._commit()
            event.ignore()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus on the box, which lies outside the viewport that Qt repaints."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Commit, unless only a context menu took the focus."""
        super().focusOutEvent(event)
        self.update()
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._commit()

    def _commit(self) -> None:
        if self.text() != self._last and not self.isReadOnly():
            self._last = self.text()
            self.committed.emit(self._last)
