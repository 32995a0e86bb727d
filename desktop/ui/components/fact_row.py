"""One fact that can be edited in place: value or editor, and a line below when something is wrong."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.components.choice import Choice
from desktop.ui.components.fact_value import FactValue
from desktop.ui.components.facts import Fact
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, column
from desktop.ui.components.text_area import TextArea
from desktop.ui.components.text_field import TextField
from desktop.ui.design.kit import UiKit

Editor = TextField | TextArea | Choice


class FactRow(QWidget):
    """Value or editor. ``committed`` gives what was typed when the editor is left and it differs.

    ``typing`` gives it at every keystroke, ``dropped`` tells that nothing of it is wanted.
    """

    committed = Signal(str, str)
    typing = Signal(str, str)
    dropped = Signal(str)

    def __init__(self, kit: UiKit, fact: Fact) -> None:
        super().__init__()
        self._kit = kit
        self._fact = fact
        self._editor: Editor | None = None
        self._is_closing = False
        self._typed: str | None = None
        self._started = ""
        self._value = FactValue(kit, fact)
        self._value.edit_wanted.connect(self.edit)
        self._note = Label(kit, "", "small", "danger", wrap=True)
        self._note.hide()
        self._layout: QVBoxLayout = column(self._value, self._note, STRETCH, gap=2, into=self)

    @property
    def fact(self) -> Fact:
        """The fact as it was last told."""
        return self._fact

    @property
    def editor(self) -> Editor | None:
        """The open editor."""
        return self._editor

    @property
    def value_widget(self) -> FactValue:
        """What is shown while nobody edits."""
        return self._value

    @property
    def note(self) -> str:
        """What stands below: an error, or that somebody else changed it."""
        return self._note.text() if not self._note.isHidden() else ""

    def set_fact(self, fact: Fact) -> None:
        """Show another value; one that is being edited is not overwritten, the news stands below it."""
        is_news = fact.edited != self._fact.edited
        self._fact = fact
        self._typed = None
        self._value.set_fact(fact)
        if self._editor is not None and is_news:
            self._say(self._kit.t("shell.fact.changed", value=fact.value or "–"), "warning")

    def set_error(self, text: str) -> None:
        """Say why what was typed was not taken; the editor opens again with it. ``""`` takes the words away."""
        if not text:
            self._note.hide()
            return
        typed = self._typed
        if self._editor is None:
            self.edit()
        if self._editor is not None:
            if typed is not None and not isinstance(self._editor, Choice):
                self._editor.setText(typed)
            self._editor.set_tone("error")
        self._say(text, "danger")

    @Slot()
    def edit(self) -> None:
        """Open the editor with the focus in it."""
        editor = self._open()
        if editor is None:
            return
        editor.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(editor, TextField):
            editor.selectAll()
        if isinstance(editor, Choice):
            editor.open_list()

    def reopen(self, typed: str) -> None:
        """Open the editor with what was typed before, and leave the focus where it is."""
        editor = self._open()
        if isinstance(editor, TextField | TextArea):
            editor.setText(typed)

    def shut(self) -> None:
        """Close the editor and say nothing of it: what was typed stays a draft."""
        editor = self._editor
        if editor is not None:
            self._close(keep_focus=editor.hasFocus())
        self._typed = None

    def _open(self) -> Editor | None:
        if self._editor is not None or not self._fact.editable:
            return None
        self._note.hide()
        self._started = self._fact.edited
        editor = self._make_editor()
        editor.setAccessibleName(self._fact.label)
        editor.installEventFilter(self)
        self._editor = editor
        self._value.hide()
        self._layout.insertWidget(0, editor)
        editor.show()
        if not isinstance(editor, Choice):
            editor.textChanged.connect(self._on_typing)
        return editor

    @Slot()
    def undo(self) -> None:
        """Close the editor and forget what was typed."""
        self._close(keep_focus=True)
        self.dropped.emit(self._fact.key)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Save on leaving and on Enter, undo on Esc."""
        editor = self._editor
        if watched is not editor or editor is None:
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self.undo()
                return True
            is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
            by_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if is_enter and (isinstance(editor, TextField) or (isinstance(editor, TextArea) and by_ctrl)):
                self._commit(keep_focus=True)
                return True
        if event.type() == QEvent.Type.FocusOut and self._is_left():
            self._commit(keep_focus=False)
        return super().eventFilter(watched, event)

    def _make_editor(self) -> Editor:
        fact = self._fact
        if fact.kind == "choice":
            choice = Choice(self._kit, fact.options, fact.edited, fact.label, fact.placeholder)
            choice.changed.connect(self._on_chosen)
            return choice
        if fact.kind == "lines":
            return TextArea(self._kit, fact.edited, fact.placeholder, lines=4)
        return TextField(self._kit, fact.edited, fact.placeholder)

    def _is_left(self) -> bool:
        # The list of a choice and a context menu take the focus without the editor being left.
        is_listing = isinstance(self._editor, Choice) and self._editor.menu is not None
        return not self._is_closing and not is_listing and self.window().isActiveWindow()

    def _commit(self, *, keep_focus: bool) -> None:
        editor = self._editor
        if editor is None or self._is_closing:
            return
        typed = editor.value() if isinstance(editor, Choice) else editor.text()
        # Who typed nothing takes nothing back that came while the editor was open.
        is_changed = typed not in {self._started, self._fact.edited}
        self._close(keep_focus=keep_focus)
        if is_changed:
            self._typed = typed
            self.committed.emit(self._fact.key, typed)
        else:
            self.dropped.emit(self._fact.key)

    def _close(self, *, keep_focus: bool) -> None:
        editor = self._editor
        if editor is None:
            return
        self._is_closing = True
        self._editor = None
        self._note.hide()
        self._value.show()
        if keep_focus:
            self._value.setFocus(Qt.FocusReason.TabFocusReason)
        self._layout.removeWidget(editor)
        editor.hide()
        editor.deleteLater()
        self._is_closing = False

    def _say(self, text: str, tone: str) -> None:
        self._note.setText(text)
        self._note.set_tone(tone)
        self._note.show()
        if self._editor is not None:
            self._editor.setAccessibleDescription(text)

    @Slot()
    def _on_typing(self) -> None:
        if isinstance(self._editor, TextField | TextArea):
            self.typing.emit(self._fact.key, self._editor.text())

    @Slot(str)
    def _on_chosen(self, _value: str) -> None:
        self._commit(keep_focus=True)
