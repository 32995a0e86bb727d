"""Which key starts which action: keys with Ctrl or Alt always, plain ones only when nobody is typing."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from desktop.ui.shell.actions import normal_key

_BARE_KEYS = frozenset({Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr})
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_FUNCTION_KEYS = frozenset(f"F{number}" for number in range(1, 25))


class KeyDispatch(QObject):
    """Holds the shortcuts of a window that need no free hands; plain keys come in by ``plain_key``."""

    def __init__(self, window: QWidget, run: Callable[[str], bool]) -> None:
        """Call ``run`` with a key in its one spelling; it tells whether it did something."""
        super().__init__(window)
        self._window = window
        self._run = run
        self._shortcuts: list[QShortcut] = []

    def bind(self, keys: Iterable[str]) -> None:
        """Bind exactly these keys, as far as they are not plain."""
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._shortcuts = []
        for key in keys:
            if is_plain(key):
                continue
            shortcut = _BoundKey(key, self._window)
            shortcut.pressed.connect(self._on_pressed)
            self._shortcuts.append(shortcut)

    @Slot(str)
    def _on_pressed(self, key: str) -> None:
        self._run(key)

    def plain_key(self, event: QKeyEvent) -> bool:
        """Run what a plain key means; tells whether the event is used up."""
        if event.key() in _BARE_KEYS or event.modifiers() & _COMMANDS or is_typing():
            return False
        return self._run(event_key(event))


class _BoundKey(QShortcut):
    # Says which key it is by itself: a partial in the connection would keep the window alive for ever.
    pressed = Signal(str)

    def __init__(self, key: str, window: QWidget) -> None:
        super().__init__(QKeySequence(key), window)
        self._name = key
        self.setContext(Qt.ShortcutContext.WindowShortcut)
        self.activated.connect(self._announce)

    @Slot()
    def _announce(self) -> None:
        self.pressed.emit(self._name)


def is_plain(key: str) -> bool:
    """Tell whether a key would be typed into a text field."""
    parts = normal_key(key).split("+")
    return not {"Ctrl", "Alt", "Meta"} & set(parts) and parts[-1] not in _FUNCTION_KEYS


def is_typing() -> bool:
    """Tell whether a text field holds the focus and can be written into."""
    return is_writable(QApplication.focusWidget())


def is_writable(holder: QWidget | None) -> bool:
    """Tell whether what holds the focus is a text field that can be written into."""
    return isinstance(holder, (QLineEdit, QPlainTextEdit, QTextEdit)) and not holder.isReadOnly()


def event_key(event: QKeyEvent) -> str:
    """Spell the key of an event in the one way that can be compared.

    Shift is left out where it only reaches the sign, as in ``?``; the number pad counts as the keys it stands for.
    """
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    text = event.text()
    if text and text.isprintable() and not text.isalnum() and not text.isspace():
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    key = Qt.Key.Key_Return if event.key() == Qt.Key.Key_Enter else Qt.Key(event.key())
    return normal_key(QKeySequence(int(key) | modifiers.value).toString(QKeySequence.SequenceFormat.PortableText))
