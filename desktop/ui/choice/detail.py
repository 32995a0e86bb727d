"""The right side: one record's questions in a table, with what has been chosen so far and how to save it."""

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from desktop.domain.views import ConflictView
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.routes import route_to
from desktop.ui.choice.board import RecordChoice, is_either_or
from desktop.ui.choice.picks import THEIRS, YOURS, Picks
from desktop.ui.choice.result_editor import ResultEditor, draft_name, drop_begun
from desktop.ui.choice.sentences import ChoiceSentences
from desktop.ui.choice.table import ChoiceTable
from desktop.ui.components.button import Button
from desktop.ui.components.label import Label, title
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.marks import CompanyMark, PersonMark
from desktop.ui.components.progress import Progress
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.components.surface import Surface
from sync.contract.fields import Values

_PROGRESS_WIDTH = 72
_BAR_FROM = 840


class ChoiceDetail(QWidget):
    """Shows a record; ``save_wanted`` and ``later_wanted`` are for the page, picks are changed in place."""

    save_wanted = Signal()
    later_wanted = Signal()
    picked = Signal()

    def __init__(self, context: ScreenContext, sentences: ChoiceSentences) -> None:
        super().__init__()
        self._context = context
        self._words = sentences
        self._record: RecordChoice | None = None
        self._picks = Picks(())
        self.editor: ResultEditor | None = None
        kit = context.kit
        self.table = ChoiceTable(kit, kit.t("choice.table.name"))
        self.table.picked.connect(self.pick)
        self.table.typed.connect(self.type_result)
        self._title = title(kit)
        self._said = Label(kit, "", "body", "text_secondary", wrap=True)
        self._company, self._person = CompanyMark(kit, ""), PersonMark(kit, "", 44)
        self._open = Button(kit, "", icon="building-2")
        self._open.clicked.connect(self._open_record)
        self._open.hide()
        self._lay_out()

    @property
    def record(self) -> RecordChoice | None:
        """The record that is shown."""
        return self._record

    @property
    def said(self) -> str:
        """What is said to have happened to the record."""
        return self._said.text()

    def show_record(self, record: RecordChoice, picks: Picks) -> None:
        """Show a record with what was picked for it."""
        is_other = self._record is None or self._record.key != record.key
        self._record, self._picks = record, picks
        kit = self._context.kit
        self._title.setText(record.title)
        self._said.setText(self._words.headline(record))
        self._company.set_name(record.title)
        self._person.set_name(record.title)
        self._marks.setCurrentIndex(1 if record.type == "contact" else 0)
        self._open.setVisible(route_to(record.type, record.record) is not None)
        self._open.set_text(kit.t("choice.open", type=self._words.type_in_sentence(record.type)))
        self._render()
        if is_other:
            self.table.step(-len(record.questions))
            self._area.verticalScrollBar().setValue(0)

    @Slot(str, str)
    def pick(self, question: str, column_name: str) -> None:
        """Pick a column for a question, or the value of one more colleague below it."""
        question, _, place = question.partition("|")
        was_open = self._picks.of(question) is None
        is_other = bool(place) and column_name == THEIRS
        picked = self._picks.pick_other(question, int(place)) if is_other else self._picks.pick(question, column_name)
        if picked:
            drop_begun(self._context.drafts, [view for view in self._picks.questions if view.id == question])
            self._render()
            if was_open:
                self.table.step_to_open()
            self.picked.emit()

    def pick_current(self, column_name: str) -> None:
        """Pick a column for the current question."""
        self.pick(self.table.current_id(), column_name)

    def pick_all(self, column_name: str) -> None:
        """Pick a column for every question."""
        self._picks.pick_all(column_name)
        drop_begun(self._context.drafts, self._picks.questions)
        self._render()
        self.picked.emit()

    @Slot()
    def undo(self) -> None:
        """Take the last pick back."""
        self._picks.undo()
        self._render()
        self.picked.emit()

    def render_again(self) -> None:
        """Show what was picked from elsewhere."""
        self._render()

    def current(self) -> ConflictView | None:
        """Give the current question."""
        wanted = self.table.current_id().partition("|")[0]
        return next((each for each in self._picks.questions if each.id == wanted), None)

    def can_undo(self) -> bool:
        """Tell whether there is a pick to take back."""
        return self._picks.can_undo

    def can_save(self) -> bool:
        """Tell whether every question has a pick."""
        return self._record is not None and self._picks.is_complete

    def can_type(self) -> bool:
        """Tell whether a result of one's own can be typed for the current question."""
        return self._record is not None and bool(self._typed_names(self.table.current_id()))

    @Slot(str)
    def type_result(self, question: str) -> None:
        """Open the editor for a question."""
        record = self._record
        question = question.partition("|")[0]
        names = self._typed_names(question)
        if record is None or not names:
            return
        view = next(view for view in record.questions if view.id == question)
        start = self._picks.values(question)
        draft = draft_name(view)
        editor = ResultEditor(self._context, record.type, names, view.yours if start is None else start, draft)
        editor.accepted.connect(self._take_typed)
        editor.closed.connect(self._forget_editor)
        self.editor = editor
        self._editing = question
        corner = self.table.mapTo(self._context.shell.host, self.table.result_rect().topLeft())
        editor.open_around(QRect(corner, self.table.result_rect().size()), at_right=True)

    @Slot()
    def type_current(self) -> None:
        """Open the editor for the current question."""
        self.type_result(self.table.current_id())

    def _render(self) -> None:
        record = self._record
        if record is None:
            return
        kit = self._context.kit
        self.table.set_rows(self._words.heads(record), self._words.rows(record, self._picks))
        total = len(record.questions)
        self._bar.set_value(self._picks.chosen / total)
        self._progress.setText(kit.t("choice.progress", chosen=self._picks.chosen, count=total))
        self.save_button.setEnabled(self.can_save())

    def _typed_names(self, question: str) -> list[str]:
        record, question = self._record, question.partition("|")[0]
        view = next((view for view in record.questions if view.id == question), None) if record else None
        if record is None or view is None or is_either_or(view):
            return []
        return self._words.typed_names(record.type, view)

    @Slot(object)
    def _take_typed(self, values: Values) -> None:
        self._picks.type(self._editing, values)
        self._render()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.picked.emit()

    @Slot()
    def _forget_editor(self) -> None:
        self.editor = None

    @Slot()
    def _open_record(self) -> None:
        if self._record is not None:
            self._context.open_record(self._record.type, self._record.record)

    @Slot()
    def _all_yours(self) -> None:
        self.pick_all(YOURS)

    @Slot()
    def _all_theirs(self) -> None:
        self.pick_all(THEIRS)

    @Slot(QRect)
    def _bring_into_view(self, rect: QRect) -> None:
        at = self.table.mapTo(self._inner, rect.center())
        self._area.ensureVisible(0, at.y(), 0, rect.height() // 2 + 20)

    def _lay_out(self) -> None:
        kit = self._context.kit
        self.table.current_moved.connect(self._bring_into_view)
        marks = QWidget()
        marks.setFixedSize(self._company.size())
        self._marks = QStackedLayout(marks)
        self._marks.addWidget(self._company)
        self._marks.addWidget(self._person)
        names = column(self._title, self._said, gap=2)
        header = row(marks, names, self._open, gap=12)
        header.setStretch(1, 1)
        self._inner = QWidget()
        column(header, self.table, STRETCH, gap=16, pad=(24, 16), into=self._inner)
        self._area = ScrollArea(kit, self._inner)
        column(self._area, self._footer(), gap=0, into=self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room in a narrow window to the words; the bar says the same."""
        super().resizeEvent(event)
        self._bar.setVisible(event.size().width() >= round(_BAR_FROM * self._context.kit.theme.choice.text_scale))

    def _footer(self) -> QWidget:
        kit = self._context.kit
        self._bar = Progress(kit, kit.t("choice.progress_name"))
        self._bar.setFixedWidth(_PROGRESS_WIDTH)
        self._progress = Label(kit, "", "body", "text_secondary", wrap=True)
        yours = Button(kit, kit.t("choice.all_yours"), "ghost", key="Shift+Left")
        yours.clicked.connect(self._all_yours)
        theirs = Button(kit, kit.t("choice.all_theirs"), "ghost", key="Shift+Right")
        theirs.clicked.connect(self._all_theirs)
        later = Button(kit, kit.t("choice.later"))
        later.clicked.connect(self.later_wanted)
        self.save_button = Button(kit, kit.t("choice.save"), "primary")
        self.save_button.clicked.connect(self.save_wanted)
        footer = Surface(kit, "bg", "t")
        line = row(self._bar, self._progress, yours, theirs, later, self.save_button, gap=8, pad=(24, 12), into=footer)
        line.setStretch(1, 1)
        return footer
