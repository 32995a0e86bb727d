"""Making one customer of two: which one stays, and what of the other one is taken over, before it is done."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.commands.merging import MergeRecords
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.ports import Done
from desktop.ui.bridge.record_words import UNKNOWN
from desktop.ui.bridge.writer import Reaction
from desktop.ui.components.button import Button
from desktop.ui.components.checkbox import Radio
from desktop.ui.components.dialog import Overlay
from desktop.ui.components.field import Field
from desktop.ui.components.key_press import is_save
from desktop.ui.components.label import Label, heading
from desktop.ui.components.layouts import STRETCH, column, row, set_pad
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.records.merge_halves import ACCOUNT, HELD, Answer, Asked, Half, Line, differences, read_halves
from desktop.ui.records.record_picker import RecordPicker

_WIDTH = 640
_MOST_HEIGHT = 232
_LEAST_HEIGHT = 64
_LABEL_WIDTH = 112
_TWO = 2
_TOP = Qt.AlignmentFlag.AlignTop
_PAD = 20
_SEEN = frozenset({ACCOUNT, "user", *HELD})
"""What the form shows something of."""


class MergeForm(Overlay):
    """Takes two customers, or one and asks which is the other; ``saved`` gives the bus's answer after the commit.

    What it shows follows what becomes of the two meanwhile, and nothing is made one that it does not show.
    """

    saved = Signal(object)

    def __init__(self, context: ScreenContext, accounts: Sequence[str]) -> None:
        title = context.t("merging.title")
        super().__init__(context.kit, context.shell.host, title, width=_width(context))
        self._context = context
        self._accounts = tuple(accounts)
        self._halves: Sequence[Half] = ()
        self._asked = Asked(0, self._accounts)
        self._is_begun = False
        kit = context.kit
        self.picker = RecordPicker(context, ACCOUNT)
        self._other = Field(kit, context.t("merging.other"), self.picker)
        self.choices: Sequence[Radio] = ()
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._show_lines)
        self._choice_place, self._line_place = QWidget(), QWidget()
        self._choice_rows: QVBoxLayout = column(gap=4, into=self._choice_place)
        self._line_rows: QVBoxLayout = column(gap=0, into=self._line_place)
        self._area = ScrollArea(kit, self._line_place)
        self.note = Label(kit, "", "body", "danger", wrap=True)
        self.cancel_button = Button(kit, context.t("merging.keep"), key="Esc")
        self.save_button = Button(kit, context.t("merging.verb"), "primary", key="Ctrl+Return")
        self.body.addWidget(heading(kit, title))
        self.body.addWidget(Label(kit, context.t("merging.text"), "body", "text_secondary", wrap=True))
        for part in (self._other, self._choice_place, self._area, self.note):
            self.body.addWidget(part)
        self.body.addLayout(row(STRETCH, self.cancel_button, self.save_button))
        self.note.hide()
        self._other.setVisible(len(self._accounts) < _TWO)
        self.stay_while_busy(self.save_button)
        self.cancel_button.clicked.connect(self.leave)
        self.save_button.clicked.connect(self.save)
        self.picker.picked.connect(self._ask)
        self.picker.textEdited.connect(self._ask)
        self._show_halves("")
        reads = context.reads
        self._live = context.feed.watch(self, _SEEN, lambda: read_halves(reads, self._asked), self._take)

    @property
    def lines(self) -> Sequence[Line]:
        """What differs between the two, as it is shown."""
        kept, dropped = self._chosen()
        if kept is None or dropped is None:
            return ()
        return differences(self._context.words, kept.view, dropped.view, self._context.session.role)

    def focus_first(self) -> None:
        """Start at what is to be said first."""
        if not self._other.isHidden():
            self.picker.setFocus(Qt.FocusReason.TabFocusReason)
        elif self.choices:
            self.choices[0].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.cancel_button.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save on Ctrl+Enter and Ctrl+S, scroll what differs on PgUp and PgDn."""
        bar, steps = self._area.verticalScrollBar(), {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}
        by = steps.get(Qt.Key(event.key()), 0)
        if is_save(event):
            self.save()
            event.accept()
        elif by:
            bar.setValue(bar.value() + by * bar.pageStep())
            event.accept()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the window's size."""
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def save(self) -> None:
        """Make one of the two, once both are named."""
        kept, dropped = self._chosen()
        if kept is None or dropped is None or self.save_button.is_busy or not self._is_named():
            return
        self.save_button.set_busy(True)
        command = MergeRecords(ACCOUNT, kept.view.id, dropped.view.id, fill=True)
        self._context.writer.run(command, Reaction(done=self._done, inline=self._refused, failed=self._failed))

    def _is_named(self) -> bool:
        """Tell whether the field, where there is one, names the other customer now."""
        return len(self._accounts) == _TWO or bool(self.picker.picked_id())

    @Slot()
    def _ask(self) -> None:
        """Read whom the field names now; whoever it named before is shown no more."""
        picked = self.picker.picked_id()
        self._asked = Asked(self._asked.number + 1, (*self._accounts, *((picked,) if picked else ())))
        self._halves = ()
        self._refused("")
        self._show_halves("")
        self._live.refresh()

    def _take(self, answer: Answer) -> None:
        if answer.asked != self._asked:
            return
        kept, before = self._chosen()[0], [half.view.id for half in self._halves]
        self._halves = answer.halves
        if {half.view.id for half in self._halves} == set(before):
            # Nothing changes its place under the hand of whoever chooses.
            self._halves = sorted(self._halves, key=lambda half: before.index(half.view.id))
        self._refused(self._why_not(answer))
        self._show_halves(kept.view.id if kept is not None else "")

    def _why_not(self, answer: Answer) -> str:
        if len(answer.halves) == _TWO or not self._is_named():
            return ""
        return self._context.t("merging.one" if answer.all_here else "merging.gone")

    def _show_halves(self, kept: str) -> None:
        """Show both; ``kept`` names the one that was chosen to stay."""
        had_focus = any(each.hasFocus() for each in self.choices)
        is_first = not self._is_begun and len(self._accounts) == _TWO
        for each in self.choices:
            self._group.removeButton(each)
        _clear(self._choice_rows)
        t, kit, self.choices = self._context.t, self._context.kit, []
        if len(self._halves) == _TWO:
            self._choice_rows.addWidget(Label(kit, t("merging.stays"), "small", "muted"))
            self.choices = [self._choice(number, half) for number, half in enumerate(self._halves)]
            place = next((number for number, half in enumerate(self._halves) if half.view.id == kept), 0)
            self.choices[place].setChecked(True)
        self._choice_place.setVisible(bool(self.choices))
        self.save_button.setEnabled(bool(self.choices))
        self._show_lines()
        if self.choices and (is_first or had_focus):
            self._is_begun = True
            self.choices[self._group.checkedId()].setFocus(Qt.FocusReason.TabFocusReason)
        elif had_focus:
            self.cancel_button.setFocus(Qt.FocusReason.TabFocusReason)

    def _choice(self, number: int, half: Half) -> Radio:
        kit, said = self._context.kit, self._said(half)
        choice = Radio(kit, half.view.title, f"{half.view.title}, {said}")
        self._group.addButton(choice, number)
        self._choice_rows.addWidget(choice)
        second = row(Label(kit, said, "small", "text_secondary"))
        second.setStretch(0, 1)
        second.setContentsMargins(choice.text_left, 0, 0, 0)
        self._choice_rows.addLayout(second)
        return choice

    def _said(self, half: Half) -> str:
        t, view = self._context.t, half.view
        parts = [str(view.values.get("city") or ""), view.titles.get("owner", "")]
        parts += [t(f"merging.held.{each}", count=half.held[each]) for each in HELD if half.held[each]]
        return t("merging.join").join(part for part in parts if part) or t("merging.nothing")

    @Slot()
    def _show_lines(self) -> None:
        _clear(self._line_rows)
        lines = self.lines
        if lines:
            self._line_rows.addWidget(self._grid(lines))
        self._line_rows.addStretch(1)
        self._area.setVisible(bool(lines))
        self._fit()

    def _fit(self) -> None:
        """Give the lines the room they need, as far as the window has it; the rest of them is scrolled to."""
        theme, wide = self._context.kit.theme, self.box.width()
        self._area.setFixedHeight(0)
        room = self._context.shell.host.height() - self.body.totalHeightForWidth(wide) - _PAD
        most = max(theme.grown(_LEAST_HEIGHT), min(theme.grown(_MOST_HEIGHT), room))
        self._area.setFixedHeight(max(0, min(self._line_rows.totalHeightForWidth(wide - 2 * _PAD), most)))

    def _grid(self, lines: Sequence[Line]) -> QWidget:
        kit, t = self._context.kit, self._context.t
        box, grid = QWidget(), QGridLayout()
        set_pad(grid, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, kit.theme.grown(_LABEL_WIDTH))
        for place in (1, 2):
            grid.setColumnStretch(place, 1)
        heads = ("", t("merging.after"), t("merging.aside"))
        for place, head in enumerate(heads):
            grid.addWidget(Label(kit, head, "small", "muted"), 0, place)
        for number, line in enumerate(lines, start=1):
            grid.addWidget(Label(kit, line.label, "body", "text_secondary"), number, 0, _TOP)
            for place, (value, tone) in enumerate(((line.stays, "text"), (line.aside, "muted")), start=1):
                grid.addWidget(_whole(Label(kit, value or UNKNOWN, "body", tone, wrap=True)), number, place)
        column(grid, gap=0, into=box)
        return box

    def _chosen(self) -> tuple[Half | None, Half | None]:
        """Give the one that stays and the other one."""
        kept = self._group.checkedId()
        if len(self._halves) < _TWO or kept < 0:
            return None, None
        return self._halves[kept], self._halves[1 - kept]

    def _refused(self, sentence: str) -> None:
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))
        self._fit()

    def _failed(self, _error: BaseException) -> None:
        self.save_button.set_busy(False)

    def _done(self, done: Done) -> None:
        self.close_now()
        self.saved.emit(done)


def _width(context: ScreenContext) -> int:
    """Give a width that grows with the text as far as the window has room."""
    return max(_WIDTH, min(context.kit.theme.grown(_WIDTH), context.shell.host.width() - 2 * _PAD))


def _whole(label: Label) -> Label:
    """Let a value take as many lines as it needs, however long its words are; gives it back."""
    policy = label.sizePolicy()
    policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
    label.setSizePolicy(policy)
    label.setAlignment(_TOP)
    return label


def _clear(rows: QVBoxLayout) -> None:
    while (item := rows.takeAt(0)) is not None:
        inside, widget = item.layout(), item.widget()
        if inside is not None:
            _clear(inside)  # type: ignore[arg-type]  # any box
        if widget is not None:
            widget.hide()
            widget.deleteLater()
