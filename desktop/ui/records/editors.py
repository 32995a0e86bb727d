"""Editors for the catalogue's fields: one per field type, all asked in the same way."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.domain.listing import Condition
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.choice import Choice
from desktop.ui.components.option import Option
from desktop.ui.components.text_area import TextArea
from desktop.ui.components.text_field import TextField
from desktop.ui.records.record_picker import RecordPicker
from sync.contract.errors import AppError
from sync.contract.fields import Field, FieldType, Value

YES, NO = "true", "false"


class FieldEditor:
    """One field of a form. ``text`` and ``set_text`` carry drafts, ``value`` reads what was entered."""

    def __init__(self, context: ScreenContext, record_type: str, field: Field) -> None:
        self._context = context
        self._type = record_type
        self.field = field
        self.widget: QWidget = QWidget()

    def text(self) -> str:
        """Give what was entered as text."""
        raise NotImplementedError

    def set_text(self, text: str) -> None:
        """Enter a text that ``text`` gave."""
        raise NotImplementedError

    def value(self) -> Value:
        """Read what was entered as wire value.

        Raises:
            AppError: one of the ``VALUE_*`` codes.
        """
        return self._context.words.read(self._type, self.field.name, self.text(), currency=self._context.currency)


class TextEditor(FieldEditor):
    """Everything that is typed."""

    def __init__(self, context: ScreenContext, record_type: str, field: Field) -> None:
        super().__init__(context, record_type, field)
        self._edit: TextField | TextArea
        self._edit = TextArea(context.kit, lines=4) if field.multiline else TextField(context.kit)
        self.widget = self._edit
        if isinstance(self._edit, TextField) and field.type in {FieldType.DATE, FieldType.INSTANT}:
            self._edit.setPlaceholderText(context.t("lists.form.day_hint"))
            self._edit.textChanged.connect(self._echo)

    def _echo(self, text: str) -> None:
        """Say at the right how a day in words was understood."""
        if not isinstance(self._edit, TextField):
            return
        try:
            value = self.value()
        except AppError:
            value = None
        shown = "" if value is None else self._context.words.value(self._type, self.field.name, value)
        self._edit.set_echo(shown if shown != text else "")

    def text(self) -> str:
        """Give the text."""
        return self._edit.text()

    def set_text(self, text: str) -> None:
        """Put the text."""
        self._edit.setText(text)


class ChoiceEditor(FieldEditor):
    """One of the field's choices."""

    def __init__(self, context: ScreenContext, record_type: str, field: Field) -> None:
        super().__init__(context, record_type, field)
        self._choice = Choice(context.kit, choice_options(context, record_type, field), str(field.default or ""))
        self.widget = self._choice

    def text(self) -> str:
        """Give the key of the choice."""
        return self._choice.value()

    def set_text(self, text: str) -> None:
        """Choose by key."""
        self._choice.set_value(text)


class ReferenceEditor(FieldEditor):
    """Another record."""

    def __init__(
        self, context: ScreenContext, record_type: str, field: Field, within: Sequence[Condition] = ()
    ) -> None:
        super().__init__(context, record_type, field)
        self.picker = RecordPicker(context, field.target or record_type, within)
        self.widget = self.picker

    def text(self) -> str:
        """Give the id."""
        return self.picker.picked_id()

    def set_text(self, text: str) -> None:
        """Name a record by its id; drafts do not keep titles, so that the id's end stands for it."""
        self.picker.set_picked(text, text[-6:])

    def value(self) -> Value:
        """Give the id, ``None`` for none."""
        return self.picker.picked_id() or None


def choice_options(context: ScreenContext, record_type: str, field: Field) -> Sequence[Option]:
    """List what may be chosen; a field that may be empty offers that first."""
    words = context.words
    if field.type is FieldType.BOOLEAN:
        return [Option(YES, context.t("records.yes_no.yes")), Option(NO, context.t("records.yes_no.no"))]
    options = [Option(each, words.choice(record_type, field.name, each)) for each in field.choices]
    return options if field.required or field.default is not None else [Option("", context.t("lists.none")), *options]


def editor_for(context: ScreenContext, record_type: str, field: Field, within: Sequence[Condition] = ()) -> FieldEditor:
    """Make the editor that suits a field."""
    if field.type is FieldType.REFERENCE:
        return ReferenceEditor(context, record_type, field, within)
    if field.type in {FieldType.CHOICE, FieldType.BOOLEAN} and not field.choices_from:
        return ChoiceEditor(context, record_type, field)
    return TextEditor(context, record_type, field)
