"""The popover in which a result of one's own is typed, one editor per field of the question."""

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from desktop.domain.views import ConflictView
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.drafts import Drafts
from desktop.ui.components.button import Button
from desktop.ui.components.field import Field
from desktop.ui.components.key_press import ENTER
from desktop.ui.components.label import section
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.popover import Popover
from desktop.ui.records.editors import FieldEditor, editor_for
from sync.contract.errors import AppError
from sync.contract.fields import Value

_WIDTH = 320
_DRAFT = "choice "


def draft_name(view: ConflictView) -> str:
    """Name what was begun for a question."""
    return f"{_DRAFT}{view.record} {view.id}"


def drop_begun(drafts: Drafts, views: Iterable[ConflictView]) -> None:
    """Forget what was begun for questions that were picked otherwise, or it would stand over the pick."""
    for view in views:
        drafts.drop(draft_name(view))


def drop_settled(drafts: Drafts, still_open: Iterable[ConflictView]) -> None:
    """Forget what was begun for questions that nobody asks any more."""
    drafts.drop_all_but(_DRAFT, {draft_name(view) for view in still_open})


class ResultEditor(Popover):
    """Asks for the values of some fields of a record; ``accepted`` hands them over. Enter takes them, Esc leaves.

    What is typed is kept under ``draft`` at every keystroke, and stands there again until it was taken or something
    else was picked.
    """

    accepted = Signal(object)

    def __init__(
        self, context: ScreenContext, record_type: str, names: Sequence[str], start: Mapping[str, Value], draft: str
    ) -> None:
        super().__init__(context.kit, context.shell.host)
        self._context = context
        self._draft = draft
        typed = context.drafts.get(draft)
        self._editors: dict[str, FieldEditor] = {}
        self._fields: dict[str, Field] = {}
        kit = context.kit
        for name in names:
            editor = editor_for(context, record_type, context.words.field(record_type, name))
            # A field that was emptied is to stay empty.
            begun = typed[name] if name in typed else context.words.editable(record_type, name, start.get(name))
            editor.set_text(begun)
            self._editors[name] = editor
            self._fields[name] = Field(kit, context.words.label(record_type, name), editor.widget)
            editor.widget.setMinimumWidth(_WIDTH)
            if isinstance(editor.widget, QLineEdit | QPlainTextEdit):
                editor.widget.textChanged.connect(self._keep)
        self.use_button = Button(kit, kit.t("choice.editor.use"), "primary", key="Return")
        self.use_button.clicked.connect(self.use)
        self.body.addLayout(
            column(
                section(kit, kit.t("choice.editor.title")),
                *self._fields.values(),
                row(STRETCH, self.use_button),
                gap=12,
                pad=12,
            )
        )
        self.setAccessibleName(kit.t("choice.editor.title"))

    def focus_first(self) -> None:
        """Start in the first field, with its text selected."""
        widget = next(iter(self._editors.values())).widget
        widget.setFocus(Qt.FocusReason.PopupFocusReason)
        select_all = getattr(widget, "selectAll", None)
        if select_all is not None:
            select_all()

    def editor(self, name: str) -> FieldEditor:
        """Give the editor of a field."""
        return self._editors[name]

    def field(self, name: str) -> Field:
        """Give a field with its label and note."""
        return self._fields[name]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the values on Enter, in text of several lines on Ctrl+Enter."""
        if event.key() in ENTER:
            self.use()
            event.accept()
            return
        super().keyPressEvent(event)

    @Slot()
    def _keep(self) -> None:
        texts = {name: editor.text() for name, editor in self._editors.items()}
        self._context.drafts.keep(self._draft, texts, emptied=True)

    @Slot()
    def use(self) -> None:
        """Hand the values over, unless one of them cannot be read."""
        values: dict[str, Value] = {}
        for name, editor in self._editors.items():
            self._fields[name].clear_note()
            try:
                values[name] = editor.value()
            except AppError as error:
                self._fields[name].set_error(self._context.errors.sentence(error))
                editor.widget.setFocus(Qt.FocusReason.TabFocusReason)
                return
        self._context.drafts.drop(self._draft)
        self.close_now()
        self.accepted.emit(values)
