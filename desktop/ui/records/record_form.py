"""A small form for a new record, made from the catalogue; Ctrl+Enter saves, Esc leaves and keeps what was typed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from desktop.domain.listing import Condition
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.drafts import SHOWN
from desktop.ui.bridge.ports import Command, Done
from desktop.ui.bridge.writer import Reaction
from desktop.ui.components.button import Button
from desktop.ui.components.choice import Choice
from desktop.ui.components.dialog import Overlay
from desktop.ui.components.field import Field
from desktop.ui.components.key_press import is_save
from desktop.ui.components.label import heading, muted
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.records.editors import FieldEditor, ReferenceEditor, editor_for
from desktop.ui.records.fact_groups import fact_groups
from desktop.ui.records.record_picker import RecordPicker
from sync.contract.errors import AppError
from sync.contract.fields import FieldType, Value, Values
from sync.contract.rules import writable_fields

_WIDTH = 520
_MOST_HEIGHT = 520
_SHORT = frozenset({FieldType.CHOICE, FieldType.NUMBER, FieldType.BOOLEAN, FieldType.DATE, FieldType.PHONE})
"""Before a field's name in a draft: what stands in a field that names another record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSpec:
    """What is asked. ``make`` turns the entered values into the command; ``preset`` are values that are not asked.

    ``name`` is the key under which a draft is kept; ``titles`` names the records that preset reference fields show.
    ``filled`` are fields that the command fills itself: they are never asked. Without ``more`` nothing is offered
    beyond ``fields``, for a command that takes no other.
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
    filled: Collection[str] = ()
    more: bool = True


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
        self._wrong: set[str] = set()
        is_begun = bool(set(self._further()) & {each.removeprefix(SHOWN) for each in context.drafts.get(spec.name)})
        for name in (*spec.fields, *(self._further() if is_begun else ())):
            self._make(name)
        self.more_button = Button(kit, context.t("lists.form.more"), "link")
        self.more_button.clicked.connect(self.show_more)
        self.cancel_button = Button(kit, context.t("lists.form.leave"), key="Esc")
        self.save_button = Button(kit, spec.verb, "primary", key="Ctrl+Return")
        self.stay_while_busy(self.save_button)
        self.cancel_button.clicked.connect(self.leave)
        self.save_button.clicked.connect(self.save)
        self.body.addWidget(heading(kit, spec.title))
        self._scroll = self._area()
        self.body.addWidget(self._scroll)
        self.kept_note = muted(kit, context.t("lists.form.draft"))
        self.body.addWidget(self.kept_note)
        self.body.addLayout(row(self.more_button, STRETCH, self.cancel_button, self.save_button))
        self.draft = spec.name
        self.more_button.setVisible(bool(self._further()))
        self._start(self._editors)
        self._follow_typing(self._editors)
        self.closed.connect(self._keep_draft)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    @Slot()
    def show_more(self) -> None:
        """Ask for all that such a record can hold, the organisation's own fields too."""
        added = self._further()
        for name in added:
            self._make(name)
        before, self._scroll = self._scroll, self._area()
        self.body.replaceWidget(before, self._scroll)
        before.hide()
        before.deleteLater()
        self._start(added)
        self._follow_typing(added)
        self.more_button.hide()
        if added:
            self._editors[added[0]].widget.setFocus(Qt.FocusReason.TabFocusReason)

    def _make(self, name: str) -> None:
        declared = self._context.words.field(self._spec.type, name)
        editor = editor_for(self._context, self._spec.type, declared, self._spec.within.get(name, ()))
        self._editors[name] = editor
        self._fields[name] = Field(self._context.kit, self._context.words.label(self._spec.type, name), editor.widget)

    def _further(self) -> list[str]:
        """Name the fields that are not asked at first, the organisation's own ones before the others."""
        if not self._spec.more:
            return []
        record = self._context.catalogue[self._spec.type]
        asked = {*self._fields, *self._spec.fields, *self._spec.preset, *self._spec.filled}
        writable = {each.name for each in writable_fields(record, self._context.session.role)}
        found = [each for fields in fact_groups(record).values() for each in fields]
        left = [each for each in found if each.name in writable - asked]
        return [each.name for each in sorted(left, key=lambda each: not each.custom)]

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        """Check a field when it is left for another one; leaving the form checks nothing."""
        if old is None or new is None or not self.isAncestorOf(new):
            return
        for name, editor in self._editors.items():
            is_left = editor.widget is old or editor.widget.isAncestorOf(old)
            if is_left and editor.widget is not new and not editor.widget.isAncestorOf(new):
                self._check(name)

    def _check(self, name: str) -> Value:
        """Read a field, and say below it what is wrong; what is wrong is read as ``None``."""
        editor, field = self._editors[name], self._fields[name]
        field.clear_note()
        self._wrong.add(name)
        try:
            value = editor.value()
        except AppError as error:
            field.set_error(self._context.errors.sentence(error))
            return None
        typed = editor.picker.typed if isinstance(editor, ReferenceEditor) else ""
        if value is None and typed:
            field.set_error(self._context.t("lists.form.nobody", text=typed))
        elif value is None and editor.field.required:
            field.set_error(self._context.t("lists.form.needed"))
        else:
            self._wrong.discard(name)
        return value

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
        if is_save(event):
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
            value = self._check(name)
            if name in self._wrong:
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

    def _start(self, names: Collection[str]) -> None:
        kept = self._context.drafts.get(self._spec.name)
        for name, text in {**self._spec.start, **kept}.items():
            editor = self._editors.get(name) if name in names else None
            title = kept.get(SHOWN + name) or self._spec.titles.get(text, "")
            if isinstance(editor, ReferenceEditor) and title:
                editor.picker.set_picked(text, title)
            elif editor is not None:
                editor.set_text(text)
        for name, text in kept.items():
            editor = self._editors.get(name.removeprefix(SHOWN)) if name.removeprefix(SHOWN) in names else None
            if isinstance(editor, ReferenceEditor) and name.startswith(SHOWN) and not editor.text():
                editor.picker.setText(text)

    def _follow_typing(self, names: Collection[str]) -> None:
        for editor in (self._editors[name] for name in names):
            for each in (editor.widget, *editor.widget.findChildren(QWidget)):
                if isinstance(each, QLineEdit | QPlainTextEdit):
                    each.textChanged.connect(self._keep_draft)
                elif isinstance(each, Choice):
                    each.changed.connect(self._keep_draft)
                if isinstance(each, RecordPicker):
                    each.picked.connect(self._keep_draft)
                    each.picked.connect(self._on_picked)

    @Slot()
    def _on_picked(self) -> None:
        """Take away what was said below a field that was left before the record it names was found."""
        for name in [each for each in self._wrong if self._editors[each].text()]:
            self._check(name)

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
            SHOWN + name: editor.picker.text()
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
