"""Your choice needed: a list of records at the left, the questions of one of them at the right."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.pane_sizes import PaneSizes
from desktop.ui.choice.board import TYPES, ChoiceBoard, RecordChoice, Settled, read_board
from desktop.ui.choice.detail import ChoiceDetail
from desktop.ui.choice.for_all import KEY, SAVE_KEY, ForAll
from desktop.ui.choice.picks import BEFORE, THEIRS, YOURS, Picks
from desktop.ui.choice.result_editor import drop_settled
from desktop.ui.choice.saving import Saving
from desktop.ui.choice.sentences import ChoiceSentences
from desktop.ui.components.empty_state import EmptyState
from desktop.ui.components.layouts import column
from desktop.ui.components.list_rows import ListRow
from desktop.ui.components.row_paint import LEADS
from desktop.ui.components.splitter import Splitter
from desktop.ui.components.surface import Surface
from desktop.ui.components.toast import Toast
from desktop.ui.components.two_line_list import TwoLineList
from desktop.ui.shell.actions import Action
from desktop.ui.shell.page import Hint, Page, PageState

_LIST_PX = 300


class ChoicePage(Page):
    """Nothing here blocks anybody: picks wait until they are saved, and both values are kept until then."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.shell)
        self._context = context
        self._words = ChoiceSentences(self.kit.texts, context.words)
        self._board = ChoiceBoard()
        self._current = ""
        self._drafts: dict[str, Picks] = {}
        self._plain_drafts: dict[str, object] = {}
        self._wanted_question = ""
        self._wanted_id = ""
        self._list = _RecordList(self.kit, self.kit.t("choice.list.name"))
        self._list.setProperty(LEADS, True)
        self._list.current_changed.connect(self._show)
        self._list.opened.connect(self._enter_table)
        self.detail = ChoiceDetail(context, self._words)
        self.detail.save_wanted.connect(self.save)
        self.detail.later_wanted.connect(self.decide_later)
        self.detail.picked.connect(self._on_picked)
        self._saving = Saving(context)
        self._saving.busy.connect(self.detail.save_button.set_busy)
        self.for_all = ForAll(context, self._asked_drafts, self.detail.current)
        self.for_all.chosen.connect(self._on_chosen_for_all)
        # It belongs to the page while there is no need for it in the top bar.
        self.for_all.button.setParent(self)
        self.for_all.button.hide()
        self._empty = EmptyState(self.kit, "circle-check", self.kit.t("choice.none"), self.kit.t("choice.none_hint"))
        self._lay_out()
        context.feed.watch(self, TYPES, self._read, self._take_read)

    def title(self) -> str:
        """Name the page."""
        return self.kit.t("choice.title")

    def note(self) -> str:
        """Count the records."""
        count = len(self._board.asked)
        return self.kit.t("choice.note", count=count) if count else ""

    def controls(self) -> Sequence[QWidget]:
        """Offer to choose for all records where there are several."""
        return (self.for_all.button,) if self.for_all.can_open() else ()

    def page_actions(self) -> Sequence[Action]:
        """Offer every step of a choice."""
        detail, table = self.detail, self.detail.table
        return [
            Action("choice.next", "choice.action.next", lambda: table.step(1), shortcut="J"),
            Action("choice.previous", "choice.action.previous", lambda: table.step(-1), shortcut="K"),
            self._pick_action("yours", lambda: detail.pick_current(YOURS), "Left"),
            self._pick_action("theirs", lambda: detail.pick_current(THEIRS), "Right"),
            self._pick_action("before", lambda: detail.pick_current(BEFORE), "B"),
            Action(
                "choice.type",
                "choice.action.type",
                detail.type_current,
                icon="pencil",
                shortcut="E",
                enabled_when=detail.can_type,
                hint_key="choice.hint.type",
            ),
            Action("choice.all_yours", "choice.all_yours", lambda: detail.pick_all(YOURS), shortcut="Shift+Left"),
            Action("choice.all_theirs", "choice.all_theirs", lambda: detail.pick_all(THEIRS), shortcut="Shift+Right"),
            Action(
                "choice.undo",
                "choice.action.undo",
                self.undo,
                icon="undo-2",
                shortcut="U",
                enabled_when=lambda: detail.can_undo() or self.for_all.can_undo(),
                hint_key="choice.hint.undo",
            ),
            Action("choice.next_record", "choice.action.next_record", lambda: self._list.step(1), shortcut="]"),
            Action("choice.previous_record", "choice.action.previous_record", lambda: self._list.step(-1), "", "["),
            Action("choice.for_all", "choice.rule.open", self.for_all.open, "", KEY, (), self.for_all.can_open),
            Action("choice.save_all", "choice.save_all", self.save_all, "check", SAVE_KEY, (), self.can_save_all),
            Action("choice.later", "choice.later", self.decide_later, icon="clock"),
            Action(
                "choice.save",
                "choice.save",
                self.save,
                icon="check",
                shortcut="Ctrl+Return",
                also=("Ctrl+S",),
                enabled_when=detail.can_save,
                hint_key="choice.hint.save",
            ),
        ]

    def hints(self) -> Sequence[Hint]:
        """Explain moving."""
        return [Hint("J K", self.kit.t("choice.hint.move")), Hint("[ ]", self.kit.t("choice.hint.record"))]

    def show_route(self, args: Mapping[str, str]) -> None:
        """Show the record of a route: the id of a question, or of a record."""
        self._wanted_id = args.get("id", "")
        self._take_route()

    def activate(self) -> None:
        """Say that nothing is urgent."""
        self.shell.set_page_status(self.kit.t("choice.calm"))

    def save_state(self) -> PageState:
        """Keep the open record, the current question and what was picked."""
        picks = {key: draft.as_plain() for key, draft in self._drafts.items()}
        return {"record": self._current, "question": self.detail.table.current_id(), "picks": picks}

    def restore_state(self, state: PageState) -> None:
        """Show the same record with the same picks."""
        self._current = str(state.get("record", ""))
        self._wanted_question = str(state.get("question", ""))
        plain = state.get("picks")
        self._plain_drafts = dict(plain) if isinstance(plain, Mapping) else {}
        self._take(self._board)

    def focus_main(self) -> None:
        """Start in the table, or in the list when there is nothing to choose."""
        target: QWidget = self.detail.table if self._board.asked else self._list
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def save(self) -> None:
        """Save the picks of the open record as one act."""
        record = self.detail.record
        if record is not None and self._saving.save([self._drafts[record.key]]):
            self.for_all.forget()

    def can_save_all(self) -> bool:
        """Tell whether everything is chosen for a record."""
        return any(self._saving.can_save(picks) for picks in self._asked_drafts())

    @Slot()
    def save_all(self) -> None:
        """Save the picks of all records for which everything is chosen, as one act."""
        if self._saving.save(self._asked_drafts()):
            self.for_all.forget()

    @Slot()
    def undo(self) -> None:
        """Take the last pick back, or what a rule chose for all records."""
        if self.for_all.can_undo():
            self.for_all.undo()
            self._show_picks()
        else:
            self.detail.undo()

    @Slot()
    def decide_later(self) -> None:
        """Go on to the next record that needs a choice; without another one, back to where the user came from."""
        keys = [record.key for record in self._board.asked]
        others = [key for key in keys if key != self._current]
        if not others:
            self.shell.back()
            return
        place = keys.index(self._current) if self._current in keys else -1
        self._list.set_current(keys[(place + 1) % len(keys)])

    def _asked_drafts(self) -> list[Picks]:
        return [self._drafts[record.key] for record in self._board.asked if record.key in self._drafts]

    @Slot()
    def _on_picked(self) -> None:
        self.for_all.forget()
        self._show_picks()

    @Slot(int)
    def _on_chosen_for_all(self, count: int) -> None:
        self._show_picks()
        self.focus_main()
        if not count:
            self.shell.toast(Toast(self.kit.t("choice.rule.none"), "info"))
            return
        said = self.kit.t("choice.rule.chosen", count=count)
        save = (self.kit.t("choice.save_all"), self.save_all) if self.can_save_all() else ("", None)
        self.shell.toast(Toast(said, "info", *save))

    def _show_picks(self) -> None:
        self.detail.render_again()
        self._list.set_rows(self._rows(self._board))
        self.changed.emit()

    def _pick_action(self, column_name: str, run: Callable[[], None], key: str) -> Action:
        return Action(
            f"choice.pick_{column_name}",
            f"choice.action.{column_name}",
            run,
            shortcut=key,
            hint_key=f"choice.hint.{column_name}",
        )

    def _lay_out(self) -> None:
        pane = Surface(self.kit, "surface")
        column(self._list, gap=0, into=pane)
        right = QWidget()
        self._pages = QStackedLayout(right)
        self._pages.addWidget(self.detail)
        self._pages.addWidget(self._empty)
        split = Splitter(self.kit)
        split.addWidget(pane)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        PaneSizes(split, self._context.memory, "choice", [_LIST_PX, 3 * _LIST_PX])
        column(split, gap=0, into=self)

    def _read(self) -> ChoiceBoard:
        now = self._context.words.now()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return read_board(self._context.reads, self._context.session.user, midnight)

    def _take_read(self, board: ChoiceBoard) -> None:
        self._saving.read_anew()
        drop_settled(self._context.drafts, [each for record in _open(board) for each in record.questions])
        self._take(board)

    def _take(self, board: ChoiceBoard) -> None:
        waits_for_table = self._list.hasFocus() and not self._board.asked
        self._board = board
        open_ones = _open(board)
        self._drafts = {record.key: self._draft(record) for record in open_ones}
        self._list.set_rows(self._rows(board))
        if not self._list.set_current(self._current) and open_ones:
            self._list.set_current(open_ones[0].key)
        self._take_route()
        self._show(self._list.current_id())
        if waits_for_table:
            self.focus_main()
        self.changed.emit()

    def _take_route(self) -> None:
        """Show what the route named, once it is known."""
        for record in _open(self._board):
            named = {record.record, *(view.id for view in record.questions)}
            if self._wanted_id in named and self._list.set_current(record.key):
                self._wanted_id = ""
                return

    def _draft(self, record: RecordChoice) -> Picks:
        known = self._drafts.get(record.key)
        if known is None:
            known = Picks(record.questions)
            plain = self._plain_drafts.pop(record.key, None)
            if isinstance(plain, Mapping):
                known.take_plain(plain)
        known.follow(record.questions)
        return known

    @Slot(str)
    def _show(self, key: str) -> None:
        record = self._board.find(key)
        self._pages.setCurrentIndex(0 if record else 1)
        if record is None:
            self._show_settled(key)
            return
        self._current = key
        self.detail.show_record(record, self._drafts[key])
        if self._wanted_question and self.detail.table.set_current(self._wanted_question):
            self._wanted_question = ""
        self.changed.emit()

    def _show_settled(self, key: str) -> None:
        settled = next((each for each in self._board.settled if each.id == key), None)
        if settled is None:
            self._empty.set_text(self.kit.t("choice.none"), self.kit.t("choice.none_hint"))
        else:
            self._empty.set_text(settled.title, self._words.settled_second(settled))

    def _rows(self, board: ChoiceBoard) -> list[ListRow]:
        groups = (
            ("asked", [self._row(record) for record in board.asked]),
            ("others", [self._row(record) for record in board.others]),
            ("settled", [self._settled_row(settled) for settled in board.settled]),
        )
        rows: list[ListRow] = []
        for name, found in groups:
            if found:
                count = self.kit.texts.number(len(found))
                rows.append(ListRow(name, self.kit.t(f"choice.list.{name}"), right=count, is_heading=True))
                rows += found
        return rows

    def _row(self, record: RecordChoice) -> ListRow:
        return ListRow(
            record.key,
            record.title,
            second=self._words.list_second(record),
            right=self._words.when(record.latest_at),
            tone="muted",
            mark="check" if self._drafts[record.key].is_complete else "",
            mark_tone="accent_text",
        )

    def _settled_row(self, settled: Settled) -> ListRow:
        return ListRow(
            settled.id,
            settled.title,
            second=self._words.settled_second(settled),
            right=self._words.when(settled.at),
            tone="muted",
            mark="check",
            mark_tone="success",
        )

    @Slot()
    def _enter_table(self) -> None:
        self.detail.table.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _open(board: ChoiceBoard) -> tuple[RecordChoice, ...]:
    return (*board.asked, *board.others)


class _RecordList(TwoLineList):
    """Leaves the arrows to both sides to the page, where they pick."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move up and down only."""
        if event.key() in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            event.ignore()
            return
        super().keyPressEvent(event)
