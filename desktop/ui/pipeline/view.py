"""The page of all opportunities, as board or as table, with one of them beside."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.commands.opportunities import MoveOpportunityToStage
from desktop.commands.records import AddRecord
from desktop.domain.listing import Listing
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.ports import Command, Done
from desktop.ui.components.button import Button
from desktop.ui.components.empty_state import EmptyState
from desktop.ui.components.inspector import InspectorSplit
from desktop.ui.components.layouts import column
from desktop.ui.components.option import Option
from desktop.ui.components.records import RecordRow
from desktop.ui.components.segmented import Segmented
from desktop.ui.pipeline.board_pane import BoardPane
from desktop.ui.pipeline.deal_pane import DealPane
from desktop.ui.pipeline.views import SAID, VIEWS, board_where, deal_listing
from desktop.ui.pipeline.words import SORTABLE, DealWords, deal_columns
from desktop.ui.records.account_acts import AccountActs, Subject, delete_records
from desktop.ui.records.account_data import read_stages
from desktop.ui.records.account_words import AccountWords
from desktop.ui.records.list_acts import ListActs
from desktop.ui.records.list_pane import ListPane, PaneSpec
from desktop.ui.records.listed import ListSpec
from desktop.ui.records.record_form import FormSpec, RecordForm
from desktop.ui.records.view_tabs import FixedView, ViewTabs
from desktop.ui.shell.actions import Action
from desktop.ui.shell.page import Hint, Page, PageState
from sync.contract.fields import Values

BOARD, TABLE = "board", "table"
_BESIDE = frozenset({"account", "product", "user", "stage", "conflict"})
_NEW_FIELDS = ("name", "account", "product", "amount", "expected_on", "next_step")


class PipelinePage(Page):
    """Board and table show the same filters; the one that is not open rests."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.shell)
        self._context = context
        account = AccountWords(self.kit.texts, context.words, context.session.user)
        self._words = DealWords(self.kit.texts, context.words, account)
        self.switch = self._make_switch()
        self.board = BoardPane(context, account, self._words)
        self.table_deal = DealPane(context, account, self._words)
        self.table = ListPane(context, self._pane_spec(), self.table_deal)
        self.new_button = Button(self.kit, self.kit.t("pipeline.new"), "primary", "plus", "N")
        self.new_button.clicked.connect(self.new_deal)
        self.table.bar.addWidget(self.new_button)
        self.acts = AccountActs(context, self, self._subject)
        self.tabs = ViewTabs(context, self.table, self._fixed_views())
        self.list_acts = ListActs(context, self.table, self.tabs)
        self.form: RecordForm | None = None
        self._stack = QStackedWidget()
        self._stack.addWidget(self.board)
        self._stack.addWidget(self.table)
        column(self.tabs, self.table.bar_box, self._stack, gap=0, into=self).setStretch(2, 1)
        self.table_deal.move_wanted.connect(self._move)
        self.board.deal.move_wanted.connect(self._move)
        self.table.current_changed.connect(self.table_deal.show_deal)
        self.table.opened.connect(self._on_opened)
        self.table.question_changed.connect(self._on_question)
        self.table.view_shown.connect(self._on_question)
        self.board.counted.connect(self._on_counted)
        self._on_question()
        self._on_switched(self.switch.value())

    def title(self) -> str:
        """Name the page."""
        return self.kit.t("shell.nav.pipeline")

    def controls(self) -> Sequence[QWidget]:
        """Give the switch between board and table."""
        return (self.switch,)

    def hints(self) -> Sequence[Hint]:
        """Explain the keys of board or table."""
        t = self.kit.t
        if self.is_board:
            return [
                Hint("H J K L", t("lists.hint.move")),
                Hint("Shift+Left Shift+Right", t("pipeline.hint.stage")),
                Hint("Return", t("lists.hint.open")),
            ]
        return [
            Hint("J K", t("lists.hint.move")),
            Hint("X", t("lists.hint.select")),
            Hint("Return", t("lists.hint.open")),
        ]

    def page_actions(self) -> Sequence[Action]:
        """List what can be done here."""
        return _actions(self)

    @property
    def is_board(self) -> bool:
        """Whether the board is open."""
        return self.switch.value() == BOARD

    def show_route(self, args: Mapping[str, str]) -> None:
        """Make the opportunity current that the route names."""
        deal = args.get("id", "")
        if deal:
            self.board.select(deal)
            self.table.select(deal)
            self.table_deal.show_deal(deal)

    def save_state(self) -> PageState:
        """Give the view, the filters and the current opportunity."""
        return {"as": self.switch.value(), "deal": self._deal(), **self.tabs.save_state()}

    def restore_state(self, state: PageState) -> None:
        """Look as it did."""
        self.tabs.restore_state(state)
        self.switch_to(str(state.get("as", BOARD)))
        if state.get("deal"):
            self.board.select(str(state["deal"]))

    def reopen(self, form: str) -> bool:
        """Go on with a new opportunity, a filter or the name of a view."""
        is_own = form == "opportunity"
        if is_own:
            self.new_deal()
        return is_own or self.tabs.reopen(form)

    def focus_main(self) -> None:
        """Put the focus on the cards or into the table."""
        if self.is_board:
            self.board.focus_cards()
        else:
            self.table.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def switch_to(self, view: str) -> None:
        """Show board or table."""
        self.switch.set_value(view)
        self._on_switched(view)
        self.focus_main()

    def close_current(self, status: str) -> None:
        """Say that the current opportunity is won or lost."""
        data = self._pane().data
        stages = data.stages if data is not None else ()
        self._move(next((str(each["key"]) for each in stages if each.get("status") == status), ""))

    def edit(self) -> None:
        """Edit the facts of the current opportunity."""
        self._split().reveal()
        self._pane().facts.edit_first()

    def toggle_preview(self) -> None:
        """Show or hide the opportunity beside."""
        self._split().toggle()

    def dismiss(self) -> None:
        """Take the opportunity from over the board or the table of a narrow window."""
        self._split().dismiss()

    def covers(self) -> bool:
        """Tell whether it lies there; fits ``Action.enabled_when``."""
        return self._split().is_over

    def delete(self) -> None:
        """Delete the ticked opportunities, or the current one."""
        ids = [self._deal()] if self.is_board else self.table.chosen_ids()
        delete_records(self._context, "opportunity", ids)

    @Slot()
    def new_deal(self) -> None:
        """Ask for the few things that a new opportunity needs."""
        spec = FormSpec(
            name="opportunity",
            type="opportunity",
            title=self.kit.t("pipeline.new"),
            verb=self.kit.t("account.add"),
            fields=_NEW_FIELDS,
            make=_add_deal,
        )
        self.form = RecordForm(self._context, spec)
        self.form.saved.connect(self._on_added)
        self.form.open()

    def _make_switch(self) -> Segmented:
        t = self.kit.t
        options = [Option(BOARD, t("pipeline.board"), "columns-3"), Option(TABLE, t("pipeline.table"), "rows-3")]
        start = str(self._context.memory.get("pipeline", "view", BOARD))
        switch = Segmented(self.kit, options, start, t("pipeline.view"))
        switch.changed.connect(self._on_switched)
        return switch

    def _pane_spec(self) -> PaneSpec:
        empty = EmptyState(self.kit, "columns-3", self.kit.t("pipeline.empty.title"), self.kit.t("pipeline.empty.text"))
        empty.set_action(self.kit.t("pipeline.new"), "N", "plus")
        empty.action_clicked.connect(self.new_deal)
        return PaneSpec(
            name="pipeline",
            listed=ListSpec("opportunity", self._load, _BESIDE, rests=True),
            columns=partial(deal_columns, self.kit, self._context.words),
            sortable=SORTABLE,
            title=self.title(),
            counted=lambda count: self.kit.t("pipeline.open_count", count=count),
            empty=empty,
            start=self._question(VIEWS[0]),
        )

    def _fixed_views(self) -> list[FixedView]:
        t = self.kit.t
        return [
            FixedView(each, t(f"pipeline.saved.{each}"), partial(self._question, each), SAID[each]) for each in VIEWS
        ]

    def _question(self, view: str) -> Listing:
        return deal_listing(view, self._context.session.user)

    def _load(self, ids: Sequence[str]) -> Mapping[str, RecordRow]:
        reads = self._context.reads
        stages = {str(stage["key"]): stage for stage in read_stages(reads)}
        rows = [self._words.row(each, stages) for each in reads.rows("opportunity", ids)]
        return {each.id: each for each in rows}

    def _split(self) -> InspectorSplit:
        return self.board.split if self.is_board else self.table.split

    def _pane(self) -> DealPane:
        return self.board.deal if self.is_board else self.table_deal

    def _deal(self) -> str:
        return self.board.current_id() if self.is_board else self.table.current_id()

    def has_deal(self) -> bool:
        """Tell whether an opportunity is current; fits ``Action.enabled_when``."""
        return bool(self._deal())

    def is_table(self) -> bool:
        """Tell whether the table is open; fits ``Action.enabled_when``."""
        return not self.is_board

    def _subject(self) -> Subject | None:
        data = self._pane().data
        account = data.record.values.get("account") if data is not None else None
        if data is None or not account:
            return None
        return Subject(str(account), data.record.titles.get("account", ""))

    @Slot(str)
    def _move(self, stage: str) -> None:
        if self._deal() and stage:
            self._context.writer.run(MoveOpportunityToStage(self._deal(), stage))

    @Slot(str)
    def _on_switched(self, view: str) -> None:
        self._stack.setCurrentWidget(self.board if view == BOARD else self.table)
        self.table.columns_button.setVisible(view != BOARD)
        self._context.memory.put("pipeline", "view", view)
        self.changed.emit()

    @Slot()
    def _on_question(self) -> None:
        self.board.set_where(board_where(self.table.listing.where))

    @Slot(int)
    def _on_counted(self, count: int) -> None:
        if self.is_board:
            self.table.show_count(self.kit.t("pipeline.open_count", count=count))

    @Slot(str)
    def _on_opened(self, _deal: str) -> None:
        self.table_deal.open_customer()

    @Slot(object)
    def _on_added(self, done: Done) -> None:
        self.board.select(str(done.result))
        self.table.select(str(done.result))


def _add_deal(values: Values) -> Command:
    return AddRecord("opportunity", values)


def _actions(page: PipelinePage) -> list[Action]:
    has, can_add = page.has_deal, page.acts.has_subject
    won, lost = partial(page.close_current, "won"), partial(page.close_current, "lost")
    board, table = partial(page.switch_to, BOARD), partial(page.switch_to, TABLE)
    add_filter, sort, icon = page.table.filters.add_filter, page.table.choose_sort, "sliders-horizontal"
    return [
        Action("pipeline.won", "pipeline.won", won, "trophy", "W", (), has, "", "pipeline.hint.won"),
        Action("pipeline.lost", "pipeline.lost", lost, "ban", "Shift+W", (), has, "", "pipeline.hint.lost"),
        Action("pipeline.new", "pipeline.new", page.new_deal, "plus", "N", hint_key="lists.hint.new"),
        Action("pipeline.task", "lists.add_task", page.acts.new_task, "list-checks", "T", (), can_add),
        Action("pipeline.edit", "lists.edit", page.edit, "pencil", "E", ("F2",), has, "", "lists.hint.edit"),
        Action("pipeline.filter", "lists.filter_form.title", add_filter, icon, "F", hint_key="lists.hint.filter"),
        Action("pipeline.sort", "lists.sort", sort, "arrow-down", "S", (), page.is_table),
        Action("pipeline.preview", "lists.preview", page.toggle_preview, "eye", "Space"),
        Action("pipeline.close_preview", "lists.close_preview", page.dismiss, "x", "Esc", (), page.covers),
        Action("pipeline.board", "pipeline.board", board, "columns-3", "B"),
        Action("pipeline.table", "pipeline.table", table, "rows-3", "D"),
        Action("pipeline.delete", "lists.delete", page.delete, "trash-2", "Delete", (), has),
        *page.list_acts.table_actions("pipeline", page.is_table),
        *page.list_acts.view_actions("pipeline"),
    ]
