"""What an act changed, field by field, with the way to the record and, for what was not accepted, what may be done."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.commands.attention import Mend
from desktop.domain.views import ActView, AttentionView
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.routes import route_to
from desktop.ui.change_log.entries import Ways
from desktop.ui.change_log.sentences import FieldLine, LogSentences
from desktop.ui.components.button import Button
from desktop.ui.components.label import Label, hairline
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.records.record_form import FormSpec, RecordForm
from sync.contract.fields import FieldType
from sync.contract.wire import Op

_LABEL_PX = 120
_MOST_TOGETHER = 20
_WITH_VALUES = frozenset({Op.CREATE, Op.PATCH})
_NOT_TYPED = frozenset({FieldType.JSON, FieldType.GEO})


class LogDetail(QWidget):
    """Shows one entry; ``resend_wanted`` and ``discard_wanted`` name what was not accepted.

    ``take_back_wanted`` names an act that was done here, ``back_to_wanted`` one that is to go with all that was done
    since, ``again_wanted`` one that was taken back. ``mended`` hands over the bus's answer when values were changed and
    sent again.
    """

    resend_wanted = Signal(str)
    discard_wanted = Signal(str)
    take_back_wanted = Signal(str)
    back_to_wanted = Signal(str)
    again_wanted = Signal(str)
    mended = Signal(object)

    def __init__(self, context: ScreenContext, sentences: LogSentences) -> None:
        super().__init__()
        self._context = context
        self._words = sentences
        self._record: tuple[str, str] = ("", "")
        self._refused: AttentionView | None = None
        self._act: ActView | None = None
        self._ways = Ways()
        self.form: RecordForm | None = None
        kit = context.kit
        self._title = Label(kit, "", "heading", wrap=True)
        self._when = Label(kit, "", "small", "text_secondary", wrap=True)
        self._fields = QWidget()
        self._lines = column(gap=12, into=self._fields)
        self._open = Button(kit, kit.t("change_log.open"))
        self._open.clicked.connect(self._open_record)
        self.resend_button = Button(kit, kit.t("change_log.resend"), "primary", key="R")
        self.resend_button.clicked.connect(self.resend)
        self.mend_button = Button(kit, kit.t("change_log.mend"), key="E")
        self.mend_button.clicked.connect(self.mend)
        self.discard_button = Button(kit, kit.t("change_log.discard"))
        self.discard_button.clicked.connect(self.discard)
        self.back_button = Button(kit, kit.t("change_log.take_back"), icon="undo-2", key="U")
        self.back_button.clicked.connect(self.take_back)
        self.back_to_button = Button(kit, kit.t("change_log.back_to"), key="Shift+U")
        self.back_to_button.clicked.connect(self.take_back_to)
        self.again_button = Button(kit, kit.t("change_log.redo"), key="R")
        self.again_button.clicked.connect(self.do_again)
        self._inner = inner = QWidget()
        column(self._title, self._when, 4, self._fields, STRETCH, gap=4, pad=20, into=inner)
        line = row(
            self.resend_button,
            self.mend_button,
            self.discard_button,
            self.back_button,
            self.again_button,
            STRETCH,
            self._open,
        )
        buttons = column(line, row(self.back_to_button, STRETCH), gap=8, pad=(20, 12))
        column(ScrollArea(kit, inner), hairline(kit), buttons, gap=0, into=self)
        self.clear()

    def clear(self) -> None:
        """Show nothing."""
        self._show("", "", ())
        self._open.hide()
        self._refuse(None)
        self._offer_back(None, Ways())

    def show_act(self, act: ActView, ways: Ways) -> None:
        """Show what an act changed, and what can be done about it."""
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
        self._refuse(None)
        self._offer_back(act, ways)

    def show_refused(self, refused: AttentionView, with_it: Sequence[AttentionView] = ()) -> None:
        """Show what was not accepted, with its values, and what goes with it."""
        words = self._words
        blocks = [
            self._block(words.refused_operation(each), each.title, words.refused_lines(each))
            for each in (refused, *with_it[:_MOST_TOGETHER])
        ]
        if len(with_it) > _MOST_TOGETHER:
            blocks.append(self._note(self._context.t("change_log.more", count=len(with_it) - _MOST_TOGETHER)))
        self._show(words.refused_title(refused), words.reason(refused), blocks)
        self._offer_record(refused.type, refused.record)
        if refused.op is Op.CREATE:
            # The office did not take it, so it is not here either until it is sent again.
            self._open.hide()
        self._refuse(refused)
        self._offer_back(None, Ways())

    def can_take_back(self) -> bool:
        """Tell whether an act is shown that this laptop did and has not taken back."""
        return bool(self._ways.back)

    def can_take_back_to(self) -> bool:
        """Tell whether own acts were done after the one shown that would go with it."""
        return len(self._ways.back) > 1

    def can_do_again(self) -> bool:
        """Tell whether an act is shown that was taken back."""
        return bool(self._ways.again)

    def can_decide(self) -> bool:
        """Tell whether something not accepted is shown."""
        return self._refused is not None

    def can_mend(self) -> bool:
        """Tell whether what is shown has values that may be changed."""
        return self._refused is not None and bool(self._mendable(self._refused))

    @Slot()
    def resend(self) -> None:
        """Ask for the values to go out again."""
        if self._refused is not None:
            self.resend_wanted.emit(self._refused.id)

    @Slot()
    def take_back(self) -> None:
        """Ask for this act to be taken back, whatever was done since."""
        if self._act is not None and self.can_take_back():
            self.take_back_wanted.emit(self._act.id)

    @Slot()
    def take_back_to(self) -> None:
        """Ask for this act to be taken back with all that was done since."""
        if self._act is not None and self.can_take_back_to():
            self.back_to_wanted.emit(self._act.id)

    @Slot()
    def do_again(self) -> None:
        """Ask for this act to be done again."""
        if self._act is not None and self.can_do_again():
            self.again_wanted.emit(self._act.id)

    @Slot()
    def discard(self) -> None:
        """Ask for the values to be put aside."""
        if self._refused is not None:
            self.discard_wanted.emit(self._refused.id)

    @Slot()
    def mend(self) -> None:
        """Open the values in a form; saving it sends them."""
        if self._refused is not None and self.can_mend():
            self.form = RecordForm(self._context, self._mending(self._refused))
            self.form.saved.connect(self.mended)
            self.form.open()

    def _mending(self, refused: AttentionView) -> FormSpec:
        words = self._context.words
        names = self._mendable(refused)
        return FormSpec(
            name=f"mend {refused.id}",
            type=refused.type,
            title=self._context.t("change_log.mend_title", title=refused.title),
            verb=self._context.t("change_log.resend"),
            fields=names,
            # An emptied field says nothing, and the value that was refused must not go out in its place.
            make=lambda values: Mend(refused.id, {name: values.get(name) for name in names}),
            start={name: words.editable(refused.type, name, refused.values[name]) for name in names},
            titles=refused.titles,
            more=False,
        )

    def _mendable(self, refused: AttentionView) -> list[str]:
        known = self._context.words.catalogue
        if refused.op not in _WITH_VALUES or refused.type not in known:
            return []
        fields = known[refused.type].fields
        return [name for name in refused.values if name in fields and fields[name].type not in _NOT_TYPED]

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
            block.show()
        # The area asks how high all of it is before blocks that are new have said so.
        self._lines.activate()
        self._inner.updateGeometry()

    def _block(self, operation: str, title: str, lines: Sequence[FieldLine]) -> QWidget:
        kit = self._context.kit
        block = QWidget()
        head = row(Label(kit, operation, "small", "muted"), Label(kit, title, "medium"), STRETCH, gap=8)
        column(hairline(kit), head, *(self._line(line) for line in lines), gap=6, into=block)
        return block

    def _line(self, line: FieldLine) -> QWidget:
        kit = self._context.kit
        holder = QWidget()
        label = Label(kit, line.label, "small", "text_secondary", wrap=True)
        label.setFixedWidth(_LABEL_PX)
        old = Label(kit, line.old, "body", "muted", wrap=True)
        new = Label(kit, line.new, "body", wrap=True)
        values = column(new, gap=0) if not line.old else column(old, new, gap=0)
        # The smaller words stand on the line of the value beside them.
        layout = row(column(label, STRETCH, gap=0, pad=(0, 2, 0, 0)), values, gap=8, into=holder)
        layout.setStretch(1, 1)
        holder.setAccessibleName(f"{line.label}: {line.old} → {line.new}" if line.old else f"{line.label}: {line.new}")
        return holder

    def _note(self, text: str) -> QWidget:
        return Label(self._context.kit, text, "small", "muted")

    def _offer_record(self, record_type: str, record_id: str) -> None:
        self._record = (record_type, record_id)
        self._open.setVisible(route_to(record_type, record_id) is not None)

    def _offer_back(self, act: ActView | None, ways: Ways) -> None:
        self._act, self._ways = act, ways
        self.back_button.setVisible(self.can_take_back())
        self.back_to_button.setVisible(self.can_take_back_to())
        self.again_button.setVisible(self.can_do_again())

    def _refuse(self, refused: AttentionView | None) -> None:
        self._refused = refused
        is_held = refused is not None and refused.is_held
        self.resend_button.set_text(self._context.t("change_log.delete_all" if is_held else "change_log.resend"))
        self.discard_button.set_text(self._context.t("change_log.keep_all" if is_held else "change_log.discard"))
        # Where everything is still there, keeping it is the answer that changes nothing.
        self.resend_button.set_kind("danger" if is_held else "primary")
        self.resend_button.setVisible(refused is not None)
        self.discard_button.setVisible(refused is not None)
        self.mend_button.setVisible(self.can_mend())

    @Slot()
    def _open_record(self) -> None:
        self._context.open_record(*self._record)
