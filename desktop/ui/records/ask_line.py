"""The line over a list in which its question is written: Enter asks, Esc leaves everything as it is."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.field import Field
from desktop.ui.components.key_press import ENTER
from desktop.ui.components.layouts import column
from desktop.ui.components.text_field import TextField
from desktop.ui.records.asking import query_reader, read_question
from desktop.ui.records.conditions import written
from desktop.ui.records.filters import Filters
from sync.contract.errors import AppError

_QUESTION = "question"


class AskLine(QWidget):
    """``asked`` gives the filters that a written question came to, ``left`` tells that the focus may go back.

    A question that was being written when the program was killed stands open again.
    """

    asked = Signal(object)
    left = Signal()

    def __init__(self, context: ScreenContext, record_type: str) -> None:
        super().__init__()
        self._context = context
        self._type = record_type
        self._draft = f"ask {record_type}"
        self._reader = query_reader(context)
        kit = context.kit
        self.text = _QuestionField(kit, "", kit.t("lists.ask.placeholder"), "search")
        self.field = Field(kit, kit.t("lists.ask.name"), self.text, kit.t("lists.ask.hint"), beside=True)
        column(self.field, gap=0, pad=(24, 0, 16, 8), into=self)
        self.text.asked.connect(self._ask)
        self.text.left.connect(self._leave)
        self.text.textChanged.connect(self._on_typed)
        self.text.textEdited.connect(self._keep)
        self._answers = context.feed.latest(self, self._take)
        begun = context.drafts.get(self._draft).get(_QUESTION)
        if begun is None:
            self.hide()
        else:
            self.text.setText(begun)

    @property
    def note(self) -> str:
        """What stands below the line."""
        return self.field.note

    def open(self, filters: Filters) -> None:
        """Show a list's filters in words and take the focus."""
        self._context.drafts.drop(self._draft)
        self.text.setText(written(self._context.words, self._type, filters.named))
        self.field.clear_note()
        self.show()
        self.text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.text.setCursorPosition(len(self.text.text()))

    @Slot()
    def _ask(self) -> None:
        text, reader, record_type = self.text.text(), self._reader, self._type
        self._answers.ask(lambda: (text, read_question(reader, record_type, text)))

    def _take(self, answered: tuple[str, Filters | AppError]) -> None:
        text, answer = answered
        if self.isHidden() or text != self.text.text():
            # Whoever left the line, or wrote on, wants nothing of what stood there before.
            return
        if isinstance(answer, Filters):
            self._leave()
            self.asked.emit(answer)
            return
        self.field.set_error(self._context.errors.sentence(answer))
        start, end = int(answer.data.get("start", 0)), int(answer.data.get("end", 0))
        if 0 <= start < end <= len(self.text.text()):
            self.text.setSelection(start, end - start)

    @Slot()
    def _on_typed(self) -> None:
        self.field.clear_note()

    @Slot()
    def _keep(self) -> None:
        self._context.drafts.keep(self._draft, {_QUESTION: self.text.text()}, emptied=True)

    @Slot()
    def _leave(self) -> None:
        self._context.drafts.drop(self._draft)
        self.hide()
        self.left.emit()


class _QuestionField(TextField):
    asked = Signal()
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask on Enter, leave on Esc."""
        if event.key() in ENTER:
            self.asked.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
