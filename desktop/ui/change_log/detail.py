"""What an act changed, field by field, with the way to the record and, for what was not accepted, what may be done."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.domain.views import ActView, AttentionView
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.routes import route_to
from desktop.ui.change_log.sentences import FieldLine, LogSentences
from desktop.ui.components.button import Button
from desktop.ui.components.label import Label, hairline
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.scroll_area import ScrollArea

_LABEL_PX = 120


class LogDetail(QWidget):
    """Shows one entry; ``resend_wanted`` and ``discard_wanted`` name what was not accepted."""

    resend_wanted = Signal(str)
    discard_wanted = Signal(str)

    def __init__(self, context: ScreenContext, sentences: LogSentences) -> None:
        super().__init__()
        self._context = context
        self._words = sentences
        self._record: tuple[str, str] = ("", "")
        self._refused = ""
        kit = context.kit
        self._title = Label(kit, "", "heading", wrap=True)
        self._when = Label(kit, "", "small", "text_secondary", wrap=True)
        self._fields = QWidget()
        self._lines = column(gap=12, into=self._fields)
        self._open = Button(kit, kit.t("change_log.open"))
        self._open.clicked.connect(self._open_record)
        self.resend_button = Button(kit, kit.t("change_log.resend"), "primary", key="R")
        self.resend_button.clicked.connect(self.resend)
        self.discard_button = Button(kit, kit.t("change_log.discard"))
        self.discard_button.clicked.connect(self.discard)
        inner = QWidget()
        column(self._title, self._when, 4, self._fields, STRETCH, gap=4, pad=20, into=inner)
        buttons = row(self.resend_button, self.discard_button, STRETCH, self._open, gap=8, pad=(20, 12))
        column(ScrollArea(kit, inner), hairline(kit), buttons, gap=0, into=self)
        self.clear()

    def clear(self) -> None:
        """Show nothing."""
        self._show("", "", ())
        self._open.hide()
        self._refuse("")

    def show_act(self, act: ActView) -> None:
        """Show what an act changed."""
        words = self._words
        by = act.by_name if not act.mine else self._context.t("change_log.you")
        parts = [words.moment(act.at), by or self._context.t("change_log.office"), words.state(act)]
        blocks = [
            self._block(words.operation(each), words.change_title(each), words.field_lines(each))
            for each in act.changes
        ]
        if act.records > len(blocks):
            blocks.append(self._note(self._context.t("change_log.more", count=act.records - len(blocks))))
        self._show(words.act(act), " · ".join(part for part in parts if part), blocks)
        self._offer_record(act.changes[0].type, act.changes[0].record)
        self._refuse("")

    def show_refused(self, refused: AttentionView) -> None:
        """Show what was not accepted, with its values."""
        words = self._words
        block = self._block(self._context.t("change_log.refused.values"), "", words.refused_lines(refused))
        self._show(refused.title or words.type_name(refused.type), words.reason(refused), [block])
        self._offer_record(refused.type, refused.record)
        self._refuse(refused.id)

    def can_decide(self) -> bool:
        """Tell whether something not accepted is shown."""
        return bool(self._refused)

    @Slot()
    def resend(self) -> None:
        """Ask for the values to go out again."""
        if self._refused:
            self.resend_wanted.emit(self._refused)

    @Slot()
    def discard(self) -> None:
        """Ask for the values to be put aside."""
        if self._refused:
            self.discard_wanted.emit(self._refused)

    def _show(self, title: str, when: str, blocks: Sequence[QWidget]) -> None:
        self._title.setText(title)
        self._when.setText(when)
        while self._lines.count():
            item = self._lines.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for block in blocks:
            self._lines.addWidget(block)

    def _block(self, operation: str, title: str, lines: Sequence[FieldLine]) -> QWidget:
        kit = self._context.kit
        block = QWidget()
        head = row(Label(kit, operation, "small", "muted"), Label(kit, title, "medium"), STRETCH, gap=8)
        column(hairline(kit), head, *(self._line(line) for line in lines), gap=6, into=block)
        return block

    def _line(self, line: FieldLine) -> QWidget:
        kit = self._context.kit
        holder = QWidget()
        label = Label(kit, line.label, "small", "text_secondary")
        label.setFixedWidth(_LABEL_PX)
        old = Label(kit, line.old, "body", "muted", wrap=True)
        new = Label(kit, line.new, "body", wrap=True)
        values = column(new, gap=0) if not line.old else column(old, new, gap=0)
        layout = row(label, values, gap=8, into=holder)
        layout.setAlignment(label, Qt.AlignmentFlag.AlignTop)
        layout.setStretch(1, 1)
        holder.setAccessibleName(f"{line.label}: {line.old} → {line.new}" if line.old else f"{line.label}: {line.new}")
        return holder

    def _note(self, text: str) -> QWidget:
        return Label(self._context.kit, text, "small", "muted")

    def _offer_record(self, record_type: str, record_id: str) -> None:
        self._record = (record_type, record_id)
        self._open.setVisible(route_to(record_type, record_id) is not None)

    def _refuse(self, mutation: str) -> None:
        self._refused = mutation
        self.resend_button.setVisible(bool(mutation))
        self.discard_button.setVisible(bool(mutation))

    @Slot()
    def _open_record(self) -> None:
        self._context.open_record(*self._record)
