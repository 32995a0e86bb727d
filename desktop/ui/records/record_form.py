"""A small form for a new record, made from the catalogue; Ctrl+Enter saves, Esc leaves and keeps what was typed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from desktop.domain.listing import Condition
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.ports import Command, Done
from desktop.ui.bridge.writer import Reaction
from desktop.ui.components.button import Button
from desktop.ui.components.choice import Choice
from desktop.ui.components.dialog import Overlay
from desktop.ui.components.field import Field
from desktop.ui.components.label import heading, muted
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.records.editors import FieldEditor, ReferenceEditor, editor_for
from desktop.ui.records.record_picker import RecordPicker
from sync.contract.errors import AppError
from sync.contract.fields import FieldType, Value, Values

_WIDTH = 520
_MOST_HEIGHT = 520
_SHORT = frozenset({FieldType.CHOICE, FieldType.NUMBER, FieldType.BOOLEAN, FieldType.DATE, FieldType.PHONE})
_SHOWN = "shown "
"""Before a field's name in a draft: what stands in a field that names another record."""
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSpec:
    """What is asked. ``make`` turns the entered values into the command; ``preset`` are values that are not asked.

    ``name`` is the key under which a draft is kept; ``titles`` names the records that preset reference fields show.
    """

    name: str
    type: str
    title: str
    verb: str
    fields: Sequence[str]
    make: Callable[[Values], Command]
    preset: Values = field(default_factory=dict)
    start: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    within: Mapping[str, Sequence[Condition]] = field(default_factory=dict)


class RecordForm(Overlay):
    """``saved`` hands over the bus's answer after the commit."""

    saved = Signal(object)

    def __init__(self, context: ScreenContext, spec: FormSpec) -> None:
        super().__init__(context.kit, context.shell.host, spec.title, width=_WIDTH)
        self._context = context
        self._spec = spec
        kit = context.kit
        self._editors: dict[str, FieldEditor] = {}
        self._fields: dict[str, Field] = {}
        for name in spec.fields:
            declared = context.words.field(spec.type, name)
            editor = editor_for(context, spec.type, declared, spec.within.get(name, ()))
            self._editors[name] = editor
            self._fields[name] = Field(kit, context.words.label(spec.type, name), editor.widget)
        self.cancel_button = Button(kit, context.t("lists.form.leave"), key="Esc")
        self.save_button = Button(kit, spec.verb, "primary", key="Ctrl+Return")
        self.cancel_button.clicked.connect(self.close_now)
        self.save_button.clicked.connect(self.save)
        self.body.addWidget(heading(kit, spec.title))
        self.body.addWidget(self._area())
        self.body.addLayout(
            row(muted(kit, context.t("lists.form.draft")), STRETCH, self.cancel_button, self.save_button)
        )
        self.draft = spec.name
        self._start()
        self._follow_typing()
        self.closed.connect(self._keep_draft)

    def editor(self, name: str) -> FieldEditor:
        """Give the editor of a field."""
        return self._editors[name]

    def field(self, name: str) -> Field:
        """Give a field with its label and note."""
        return self._fields[name]

    def focus_first(self) -> None:
        """Start in the first field that is still empty."""
        for editor in self._editors.values():
            if not editor.text():
                editor.widget.setFocus(Qt.FocusReason.TabFocusReason)
                return
        self.save_button.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save on Ctrl+Enter and Ctrl+S."""
        is_save = event.key() in _ENTER or event.key() == Qt.Key.Key_S
        if is_save and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.save()
            event.accept()
            return
        super().keyPressEvent(event)

    @Slot()
    def save(self) -> None:
        """Check what was entered, then save; the form stays until it is on disk."""
        values = self._values()
        if values is None or self.save_button.is_busy:
            return
        self.save_button.set_busy(True)
        reaction = Reaction(done=self._done, inline=self._refused, failed=self._failed)
        self._context.writer.run(self._spec.make(values), reaction)

    def _values(self) -> dict[str, Value] | None:
        values: dict[str, Value] = dict(self._spec.preset)
        wrong: list[FieldEditor] = []
        for name, editor in self._editors.items():
            self._fields[name].clear_note()
            try:
                value = editor.value()
            except AppError as error:
                self._fields[name].set_error(self._context.errors.sentence(error))
                wrong.append(editor)
                continue
            if value is None and editor.field.required:
                self._fields[name].set_error(self._context.t("lists.form.needed"))
                wrong.append(editor)
            elif value is not None:
                values[name] = value
        if wrong:
            wrong[0].widget.setFocus(Qt.FocusReason.TabFocusReason)
            return None
        return values

    def _done(self, done: Done) -> None:
        for editor in self._editors.values():
            editor.set_text("")
        self._context.drafts.drop(self._spec.name)
        self.close_now()
        self.saved.emit(done)

    def _refused(self, sentence: str) -> None:
        next(iter(self._fields.values())).set_error(sentence)

    def _failed(self, error: BaseException) -> None:
        self.save_button.set_busy(False)
        name = str(error.data.get("field", "")) if isinstance(error, AppError) else ""
        if name in self._fields and isinstance(error, AppError):
            for each in self._fields.values():
                each.clear_note()
            self._fields[name].set_error(self._context.errors.sentence(error))
            self._editors[name].widget.setFocus(Qt.FocusReason.TabFocusReason)

    def _start(self) -> None:
        kept = self._context.drafts.get(self._spec.name)
        for name, text in {**self._spec.start, **kept}.items():
            editor = self._editors.get(name)
            title = kept.get(_SHOWN + name) or self._spec.titles.get(text, "")
            if isinstance(editor, ReferenceEditor) and title:
                editor.picker.set_picked(text, title)
            elif editor is not None:
                editor.set_text(text)
        for name, text in kept.items():
            editor = self._editors.get(name.removeprefix(_SHOWN))
            if isinstance(editor, ReferenceEditor) and name.startswith(_SHOWN) and not editor.text():
                editor.picker.setText(text)

    def _follow_typing(self) -> None:
        for editor in self._editors.values():
            for each in (editor.widget, *editor.widget.findChildren(QWidget)):
                if isinstance(each, QLineEdit | QPlainTextEdit):
                    each.textChanged.connect(self._keep_draft)
                elif isinstance(each, Choice):
                    each.changed.connect(self._keep_draft)
                if isinstance(each, RecordPicker):
                    each.picked.connect(self._keep_draft)

    @Slot()
    def _keep_draft(self) -> None:
        started = self._spec.start
        texts = {name: editor.text() for name, editor in self._editors.items()}
        typed = {
            name: text
            for name, text in texts.items()
            if text != started.get(name, "") and text != str(self._editors[name].field.default or "")
        }
        shown = {
            _SHOWN + name: editor.picker.text()
            for name, editor in self._editors.items()
            if isinstance(editor, ReferenceEditor) and editor.picker.text() != self._spec.titles.get(editor.text(), "")
        }
        self._context.drafts.keep(self._spec.name, {**typed, **shown})

    def _area(self) -> QWidget:
        inner = QWidget()
        lines: list[list[QWidget]] = []
        for name, each in self._fields.items():
            is_short = self._editors[name].field.type in _SHORT
            if is_short and lines and len(lines[-1]) == 1 and lines[-1][0].property("short"):
                lines[-1].append(each)
            else:
                lines.append([each])
            each.setProperty("short", is_short)
        column(*(row(*line, gap=12) for line in lines), gap=12, into=inner)
        area = ScrollArea(self._context.kit, inner)
        area.setFixedHeight(min(inner.sizeHint().height() + 4, _MOST_HEIGHT, self._context.shell.host.height() - 180))
        return area
