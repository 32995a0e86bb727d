"""Editing one field of many records: what it would come to is counted before anything is written."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.commands.mass_edit import Edited, EditMany, count_edit
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.ports import Bus, Done
from desktop.ui.bridge.writer import Reaction
from desktop.ui.components.button import Button
from desktop.ui.components.choice import Choice
from desktop.ui.components.dialog import Overlay
from desktop.ui.components.field import Field as LabelledField
from desktop.ui.components.key_press import is_save
from desktop.ui.components.label import Label, heading
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.option import Option
from desktop.ui.components.text_area import TextArea
from desktop.ui.components.text_field import TextField
from desktop.ui.records.editors import ChoiceEditor, FieldEditor, ReferenceEditor, editor_for
from sync.contract.errors import AppError, Code
from sync.contract.fields import Field, FieldType, Value
from sync.contract.rules import writable_fields

_WIDTH = 460
_PAUSE_MS = 250
_LEFT_OUT = frozenset({"merged_into", "external_id", "external_source", "location"})
_TOLD = frozenset({Code.RECORD_READ_ONLY, Code.RECORD_DELETED, Code.RECORD_NOT_FOUND})


class MassEdit(Overlay):
    """``saved`` hands over the bus's answer. The verb names the number of records that change."""

    saved = Signal(object)

    def __init__(self, context: ScreenContext, record_type: str, ids: Sequence[str]) -> None:
        title = context.t("lists.mass.title", count=len(ids))
        super().__init__(context.kit, context.shell.host, title, width=_WIDTH)
        self._context = context
        self._type = record_type
        self._ids = tuple(ids)
        self._editor: FieldEditor | None = None
        self._command: EditMany | None = None
        self._is_touched = False
        kit = context.kit
        self._fields = {each.name: each for each in _editable_fields(context, record_type)}
        options = [Option(name, context.words.label(record_type, name)) for name in self._fields]
        self.which = Choice(kit, options, next(iter(self._fields), ""), context.t("lists.mass.field"))
        self._place = QWidget()
        self._inside: QVBoxLayout = column(gap=0, into=self._place)
        self._value: LabelledField | None = None
        self.outcome = Label(kit, "", "body", "text_secondary", wrap=True)
        self.cancel_button = Button(kit, context.t("lists.mass.keep"), key="Esc")
        self.save_button = Button(kit, "", "primary", key="Ctrl+Return")
        self.body.addWidget(heading(kit, title))
        self.body.addWidget(LabelledField(kit, context.t("lists.mass.field"), self.which))
        self.body.addWidget(self._place)
        self.body.addWidget(self.outcome)
        self.body.addLayout(row(STRETCH, self.cancel_button, self.save_button))
        self._counts = context.feed.latest(self, self._show_count)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._count)
        self.stay_while_busy(self.save_button)
        self.cancel_button.clicked.connect(self.leave)
        self.save_button.clicked.connect(self.save)
        self.which.changed.connect(self._on_field)
        self._on_field(self.which.value())

    @property
    def editor(self) -> FieldEditor:
        """The editor of the value."""
        assert self._editor is not None  # noqa: S101 - there is one from the beginning
        return self._editor

    @property
    def note(self) -> str:
        """What stands below the value."""
        return self._value.note if self._value is not None else ""

    def focus_first(self) -> None:
        """Start at the field."""
        self.which.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save on Ctrl+Enter and Ctrl+S."""
        if is_save(event):
            self.save()
            event.accept()
            return
        super().keyPressEvent(event)

    @Slot()
    def save(self) -> None:
        """Make the edit that was counted."""
        command = self._command
        if command is None or self.save_button.is_busy or not self.save_button.isEnabled():
            return
        self.save_button.set_busy(True)
        self._context.writer.run(command, Reaction(done=self._done, inline=self._refused, failed=self._failed))

    @Slot(str)
    def _on_field(self, name: str) -> None:
        if self._value is not None:
            self._inside.removeWidget(self._value)
            self._value.hide()
            self._value.deleteLater()
        self._editor = editor_for(self._context, self._type, self._fields[name])
        self._value = LabelledField(self._context.kit, self._context.t("lists.mass.value"), self._editor.widget)
        self._inside.addWidget(self._value)
        self._listen(self._editor)
        self._is_touched = False
        self._count()

    def _listen(self, editor: FieldEditor) -> None:
        widget = editor.widget
        if isinstance(widget, TextField | TextArea):
            widget.textChanged.connect(self._on_typed)
        elif isinstance(editor, ChoiceEditor) and isinstance(widget, Choice):
            widget.changed.connect(self._on_typed)
        if isinstance(editor, ReferenceEditor):
            # Who is picked may be called just as was typed, which changes no text.
            editor.picker.picked.connect(self._on_typed)

    @Slot()
    def _on_typed(self) -> None:
        self._is_touched = True
        self._command = None
        self.save_button.setEnabled(False)
        self._pause.start()

    @Slot()
    def _count(self) -> None:
        self._command = command = self._made()
        self.save_button.setEnabled(False)
        if command is None:
            self.outcome.setText("")
            self.save_button.set_text(self._context.t("lists.mass.verb", count=len(self._ids)))
            return
        bus = self._context.app.bus
        self._counts.ask(lambda: (command, _counted(bus, command)))

    def _made(self) -> EditMany | None:
        field = self.editor.field
        if self._value is not None:
            self._value.clear_note()
        try:
            value: Value = self.editor.value()
        except AppError as error:
            self._refused(self._context.errors.sentence(error))
            return None
        typed = self.editor.picker.typed if isinstance(self.editor, ReferenceEditor) else ""
        if typed:
            self._refused(self._context.t("lists.form.nobody", text=typed))
            return None
        if value is None and not self._is_touched:
            return None
        if value is None and field.required:
            self._refused(self._context.t("lists.form.needed"))
            return None
        return EditMany(self._type, self._ids, {field.name: value})

    def _show_count(self, answer: tuple[EditMany, Edited | AppError]) -> None:
        command, edited = answer
        if command is not self._command:
            return
        if isinstance(edited, AppError):
            self._refused(self._context.errors.sentence(edited))
            self.outcome.setText("")
            return
        self.outcome.setText(self._words(edited, empties=set(command.changes.values()) == {None}))
        self.save_button.set_text(self._context.t("lists.mass.verb", count=edited.changed))
        self.save_button.setEnabled(edited.changed > 0)

    def _words(self, edited: Edited, *, empties: bool) -> str:
        t = self._context.t
        parts = [t("lists.mass.empties" if empties else "lists.mass.changes", count=edited.changed)]
        if edited.same:
            parts.append(t("lists.mass.same", count=edited.same))
        for code, count in edited.cannot.items():
            key = f"lists.mass.why.{code.value}"
            parts.append(t(key if code in _TOLD else "lists.mass.why.other", count=count))
        return "\n".join(parts)

    def _refused(self, sentence: str) -> None:
        if self._value is not None:
            self._value.set_error(sentence)

    def _failed(self, _error: BaseException) -> None:
        self.save_button.set_busy(False)

    def _done(self, done: Done) -> None:
        self.close_now()
        self.saved.emit(done)


def _counted(bus: Bus, command: EditMany) -> Edited | AppError:
    try:
        return count_edit(bus, command)
    except AppError as refused:
        return refused


def _editable_fields(context: ScreenContext, record_type: str) -> list[Field]:
    record = context.catalogue[record_type]
    return [
        each
        for each in writable_fields(record, context.session.role)
        if each.name not in _LEFT_OUT and each.name not in record.title and each.type is not FieldType.JSON
    ]
