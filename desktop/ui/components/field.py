"""The frame around an editor: label, help, and what is wrong, said in words below."""

from PySide6.QtCore import QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.ui.components.button import Button
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Glyph, draw_icon

_BESIDE_WIDTH = 88
_NOTE_ICON = 14


class Field(QWidget):
    """Label, editor and a line below it for a hint, a doubt ("check") or an error.

    The editor is any widget; one with ``set_tone`` gets its box marked as well. With ``beside`` the label
    stands at the left.
    """

    action_clicked = Signal()

    def __init__(self, kit: UiKit, label: str, editor: QWidget, hint: str = "", *, beside: bool = False) -> None:
        super().__init__()
        self._kit = kit
        self._is_beside = beside
        self.editor = editor
        self._name = label
        self._hint = hint
        self._label = Label(kit, label, "medium")
        self._icon = _NoteIcon(kit)
        self._note = Label(kit, "", "small", "muted")
        self._action = Button(kit, "", "link").set_small()
        self._action.clicked.connect(self.action_clicked)
        self._trailing = QHBoxLayout()
        self._note_row = QWidget()
        self._note_layout = row(self._icon, self._note, self._action, STRETCH, gap=6, into=self._note_row)
        lower = column(editor, self._note_row, gap=4)
        if beside:
            self._label.set_role("body")
            self._label.set_tone("muted")
            outer = row(self._label, lower, gap=8, into=self)
            outer.setAlignment(self._label, Qt.AlignmentFlag.AlignTop)
        else:
            column(row(self._label, STRETCH, self._trailing), lower, gap=6, into=self)
        if not editor.accessibleName():
            editor.setAccessibleName(label)
        self.clear_note()
        kit.follow(self)

    @Slot()
    def restyle(self) -> None:
        """Let a label beside the editor stand at its middle, as wide as its words."""
        if self._is_beside:
            wide = max(self._kit.theme.grown(_BESIDE_WIDTH), self._label.sizeHint().width())
            self._label.setFixedSize(wide, self._kit.theme.control)

    @property
    def label(self) -> str:
        """What is asked."""
        return self._name

    @property
    def note(self) -> str:
        """What stands below the editor now."""
        return self._note.text()

    def add_trailing(self, widget: QWidget) -> None:
        """Put something at the right end of the label's line, such as "Forgot?"."""
        self._trailing.addWidget(widget)

    def set_hint(self, text: str) -> None:
        """Explain quietly, as long as nothing is wrong."""
        self._hint = text
        self.clear_note()

    def set_found(self, text: str, icon: str = "") -> None:
        """Say quietly what was found out about the value."""
        self._mark("")
        self._show(text, Glyph(icon, "muted", _NOTE_ICON))

    def set_check(self, text: str, action: str = "") -> None:
        """Raise a doubt that the user may pass over, with a link that helps."""
        self._mark("check")
        self._show(text, Glyph("triangle-alert", "warning", _NOTE_ICON), action)

    def set_error(self, text: str) -> None:
        """Say what to change; what was typed stays."""
        self._mark("error")
        self._show(text, Glyph("circle-alert", "danger", _NOTE_ICON))

    def clear_note(self) -> None:
        """Take doubt or error away and show the hint again."""
        self._mark("")
        self._show(self._hint, Glyph("", "muted"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Let a click on the label go to the editor."""
        if self._label.geometry().contains(event.position().toPoint()):
            self.editor.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)

    def _mark(self, tone: str) -> None:
        set_tone = getattr(self.editor, "set_tone", None)
        if set_tone is not None:
            set_tone(tone)

    def _show(self, text: str, glyph: Glyph, action: str = "") -> None:
        self._note.setText(text)
        self._note.set_tone(glyph.color)
        self._icon.set_glyph(glyph)
        self._action.set_text(action)
        self._action.setVisible(bool(action))
        # A note with a link stays on one line with it; without one it may break into several.
        self._note.setWordWrap(not action)
        self._note_layout.setStretch(1, 0 if action else 1)
        self._note_layout.setStretch(3, 1 if action else 0)
        self._note_row.setVisible(bool(text))
        self.editor.setAccessibleDescription(text)


class _NoteIcon(QWidget):
    def __init__(self, kit: UiKit) -> None:
        super().__init__()
        self._kit = kit
        self._glyph = Glyph("")
        kit.follow(self)

    def set_glyph(self, glyph: Glyph) -> None:
        self._glyph = glyph
        self.setVisible(bool(glyph.name))
        self.update()

    @Slot()
    def restyle(self) -> None:
        self.setFixedSize(QSize(_NOTE_ICON, _NOTE_ICON) * self._kit.theme.choice.text_scale)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._glyph.name:
            center = QPointF(self.width() / 2, self.height() / 2)
            draw_icon(QPainter(self), self._kit.theme, center, self._glyph)
