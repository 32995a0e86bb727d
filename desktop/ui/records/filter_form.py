"""The popover in which one filter is made: how a field is tested, and with what."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.domain.listing import Condition, Test
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.button import Button
from desktop.ui.components.field import Field as LabelledField
from desktop.ui.components.label import section
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.option import Option
from desktop.ui.components.popover import Popover
from desktop.ui.components.segmented import Segmented
from desktop.ui.components.text_field import TextField
from desktop.ui.records.asking import day_condition
from desktop.ui.records.check_list import CheckList
from desktop.ui.records.conditions import NamedCondition, needs_value, offered_test, test_name, tests_of
from desktop.ui.records.filter_values import Candidate, read_candidates
from sync.contract.errors import AppError
from sync.contract.fields import Field, FieldType, Value

_LISTS = frozenset({FieldType.CHOICE, FieldType.REFERENCE})
_DAYS = frozenset({FieldType.DATE, FieldType.INSTANT})
_YES, _NO = "true", "false"
_TEST, _TEXT, _NARROW, _ANSWER, _TICKED = "test", "text", "narrow", "answer", "ticked"


class FilterForm(Popover):
    """Asks for one condition of one field; ``made`` hands it over. Enter adds, Esc leaves.

    What is typed and picked is kept under ``draft`` until the form is closed, so that a kill takes nothing of it.
    """

    made = Signal(object)

    def __init__(
        self, context: ScreenContext, record_type: str, field: Field, start: NamedCondition | None, draft: str = ""
    ) -> None:
        super().__init__(context.kit, context.shell.host)
        self._context = context
        self.draft = draft
        self._begun = context.drafts.get(draft)
        self._type = record_type
        self._field = field
        kit = context.kit
        label = context.words.label(record_type, field.name)
        self.setAccessibleName(label)
        self._inside = QWidget()
        self.body.addWidget(self._inside)
        tests = tests_of(field)
        given = start.plain if start is not None else None
        test = (offered_test(field, given.test) if given is not None else None) or tests[0]
        begun = next((each for each in tests if each.value == self._begun.get(_TEST)), test)
        options = [Option(each.value, test_name(kit.t, field, each)) for each in tests]
        self.tests = Segmented(kit, options, begun.value, label)
        self.tests.changed.connect(self._on_test_changed)
        self.values = CheckList(kit, kit.t("lists.filter_form.values"))
        self.text = TextField(kit)
        self._text_field = LabelledField(kit, kit.t("lists.filter_form.value"), self.text)
        answers = [Option(_YES, kit.t("records.yes_no.yes")), Option(_NO, kit.t("records.yes_no.no"))]
        self.answer = Segmented(kit, answers, _YES, label)
        self.add_button = Button(kit, kit.t("lists.filter_form.add"), "primary", key="Return")
        self.add_button.clicked.connect(self._add)
        column(
            section(kit, label),
            self.tests,
            self.values,
            self._text_field,
            self.answer,
            row(STRETCH, self.add_button),
            gap=12,
            pad=12,
            into=self._inside,
        )
        self.tests.setVisible(len(tests) > 1)
        self._fill(given)
        self._on_test_changed()
        self._follow_typing()

    def focus_first(self) -> None:
        """Put the focus where the value is given."""
        if not self.values.isHidden():
            self.values.focus_first()
        elif not self._text_field.isHidden():
            self.text.setFocus()
        elif not self.answer.isHidden():
            self.answer.setFocus()
        else:
            self.add_button.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Add on Enter."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._add()
            return
        super().keyPressEvent(event)

    def _fill(self, start: Condition | None) -> None:
        if start is not None and isinstance(start.value, bool):
            self.answer.set_value(_YES if start.value else _NO)
        elif start is not None and needs_value(start.test) and start.test not in {Test.IN, Test.NOT_IN}:
            self.text.setText(self._context.words.editable(self._type, self._field.name, start.value))
        self.text.setText(self._begun.get(_TEXT, self.text.text()))
        self.values.narrow.setText(self._begun.get(_NARROW, ""))
        self.answer.set_value(self._begun.get(_ANSWER, self.answer.value()))
        if Test.IN in tests_of(self._field):
            ticked = self._begun[_TICKED].split("\n") if _TICKED in self._begun else _ticked(start)
            context, record_type, field = self._context, self._type, self._field
            context.feed.read(
                self,
                lambda: read_candidates(context.reads, context.words, record_type, field),
                lambda found: self._offer(found, ticked),
            )

    def _follow_typing(self) -> None:
        if self.draft:
            for part in (self.tests, self.answer, self.values):
                part.changed.connect(self._keep)
            for line in (self.text, self.values.narrow):
                line.textChanged.connect(self._keep)
            self.closed.connect(self._drop)

    @Slot()
    def _keep(self) -> None:
        ticked = "\n".join(each.value for each in self.values.ticked())
        # Before the values are here, nothing is known of the ticks but what was kept.
        listed = {_TICKED: ticked} if self.values.offered() else {}
        lines = {_TEXT: self.text.text(), _NARROW: self.values.narrow.text()}
        self._begun = {**self._begun, _TEST: self.tests.value(), _ANSWER: self.answer.value(), **lines, **listed}
        self._context.drafts.keep(self.draft, self._begun, emptied=True)

    @Slot()
    def _drop(self) -> None:
        self._context.drafts.drop(self.draft)

    def _offer(self, candidates: Sequence[Candidate], ticked: Sequence[str]) -> None:
        self.values.set_candidates(candidates, ticked)
        self._resize()
        if self.is_open and not self.values.isHidden():
            self.values.focus_first()

    @Slot()
    def _on_test_changed(self) -> None:
        test = Test(self.tests.value())
        is_answer = self._field.type is FieldType.BOOLEAN
        is_list = test is Test.IN or (test is Test.NE and self._field.type in _LISTS)
        self.values.setVisible(is_list)
        self.answer.setVisible(is_answer)
        self._text_field.setVisible(needs_value(test) and not is_list and not is_answer)
        self._resize()

    def _resize(self) -> None:
        if not self.is_open:
            return
        # The height that Qt remembers for the inside is that of before.
        for part in (self.values, self._inside):
            part.updateGeometry()
        self.body.invalidate()
        self.resize(self.sizeHint())

    @Slot()
    def _add(self) -> None:
        test = Test(self.tests.value())
        try:
            made = self._condition(test)
        except AppError as error:
            self._text_field.set_error(self._context.errors.sentence(error))
            self._resize()
            return
        if made is not None:
            self.close_now()
            self.made.emit(made)

    def _condition(self, test: Test) -> NamedCondition | None:
        name = self._field.name
        if not needs_value(test):
            return NamedCondition(Condition(name, test), {})
        if self._field.type is FieldType.BOOLEAN:
            return NamedCondition(Condition(name, test, self.answer.value() == _YES), {})
        if not self.values.isHidden():
            return self._listed(test)
        value: Value = self.text.text().strip()
        if value and self._field.type in _DAYS:
            return day_condition(self._context, self._type, self._field, test, str(value))
        if test is not Test.CONTAINS:
            value = self._context.words.read(self._type, name, value, currency=self._context.currency)
        if not value and value != 0:
            self.text.setFocus()
            return None
        return NamedCondition(Condition(name, test, value), {})

    def _listed(self, test: Test) -> NamedCondition | None:
        ticked = self.values.ticked()
        if not ticked:
            self.values.focus_first()
            return None
        titles = {each.value: each.title for each in ticked}
        if test is Test.NE:
            values = tuple(each.value for each in ticked)
            several = Condition(self._field.name, Test.NOT_IN, values)
            return NamedCondition(
                several if len(values) > 1 else replace(several, test=Test.NE, value=values[0]), titles
            )
        return NamedCondition(Condition(self._field.name, Test.IN, tuple(each.value for each in ticked)), titles)


def _ticked(start: Condition | None) -> Sequence[str]:
    if start is None or start.value is None:
        return ()
    value = start.value
    return tuple(value) if isinstance(value, tuple | list) else (str(value),)
