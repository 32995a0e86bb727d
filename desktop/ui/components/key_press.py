"""What keys mean wherever something is entered."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
"""Both keys that end a line, the one among the digits too."""


def is_save(event: QKeyEvent) -> bool:
    """Tell whether Ctrl+Enter or Ctrl+S was pressed, which save a form."""
    saves = event.key() in ENTER or event.key() == Qt.Key.Key_S
    return saves and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
