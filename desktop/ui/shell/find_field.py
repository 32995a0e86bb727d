"""The find field of the top bar: typing announces the text, the screens decide what is found."""

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from desktop.ui.components.text_field import TextField
from desktop.ui.design.key_caps import caps_size, key_signs, paint_caps
from desktop.ui.design.kit import UiKit

_WIDTH = 300
_LEAST_WIDTH = 160
_EDGE = 8
_KEY = "Ctrl+K"
_PASSED_ON = frozenset({Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp})


class FindField(TextField):
    """Shows its key while it is empty. Arrow keys and Enter are passed on to whoever shows the results."""

    submitted = Signal(str)
    key_passed_on = Signal(int)
    escaped = Signal()

    def __init__(self, kit: UiKit, name: str) -> None:
        super().__init__(kit, "", name, "search")
        self.setAccessibleName(name)
        self.setMaximumWidth(_WIDTH)
        self.setMinimumWidth(_LEAST_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_name(self, name: str) -> None:
        """Change the language of the placeholder."""
        self.setPlaceholderText(name)
        self.setAccessibleName(name)

    @Slot()
    def take_focus(self) -> None:
        """Start a search."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pass on what moves through results; Esc empties first, then leaves."""
        key = Qt.Key(event.key())
        if key in _PASSED_ON:
            self.key_passed_on.emit(int(key))
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.submitted.emit(self.text())
        elif key == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field and its key caps."""
        super().paintEvent(event)
        if self.text() or self.hasFocus():
            return
        theme = self._kit.theme
        signs = key_signs(_KEY)
        size = caps_size(theme, signs)
        area = QRect(self.width() - size.width() - _EDGE, 0, size.width(), self.height())
        paint_caps(QPainter(self), theme, area, signs)
