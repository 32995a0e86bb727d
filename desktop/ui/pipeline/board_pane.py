"""The board: open opportunities by stage, moved by keys, by drag, or by the button beside."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.commands.opportunities import MoveOpportunityToStage
from desktop.domain.listing import Clause
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.board import Board
from desktop.ui.components.inspector import InspectorSplit, InspectorWidths
from desktop.ui.components.layouts import column
from desktop.ui.pipeline.data import TYPES, BoardData, read_board
from desktop.ui.pipeline.deal_pane import DealPane
from desktop.ui.pipeline.summary import PipelineSummary
from desktop.ui.pipeline.words import DealWords
from desktop.ui.records.account_words import AccountWords

_PREVIEW_WIDTH = 340
_LEAST_PREVIEW = 300


class BoardPane(QWidget):
    """Cards follow the data; the pane beside shows the current one. ``counted`` gives the number of open deals."""

    counted = Signal(int)

    def __init__(self, context: ScreenContext, account: AccountWords, words: DealWords) -> None:
        super().__init__()
        self._context = context
        self._words = words
        self._where: tuple[Clause, ...] = ()
        self._data: BoardData | None = None
        self._wanted = ""
        # It holds the focus until there are cards; Tab goes to them, and not to it.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(context.t("pipeline.board"))
        self.summary = PipelineSummary(context, words, account)
        self.board = Board(context.kit, context.t("pipeline.board"))
        self.deal = DealPane(context, account, words)
        left = QWidget()
        column(self.board, gap=0, pad=(0, 8, 0, 0), into=left)
        left.setFocusProxy(self)
        self.split = InspectorSplit(context.kit, left, self.deal, InspectorWidths(_PREVIEW_WIDTH, _LEAST_PREVIEW))
        self.split.set_wanted(bool(context.memory.get("pipeline", "board_preview", default=True)))
        self.split.toggled.connect(self._remember_preview)
        column(self.summary, self.split, gap=0, into=self).setStretch(1, 1)
        self.board.move_wanted.connect(self._on_move)
        self.board.current_changed.connect(self.deal.show_deal)
        self.board.opened.connect(self._on_opened)
        self._view = context.feed.watch(self, TYPES, self._read, self._show)

    def set_where(self, where: tuple[Clause, ...]) -> None:
        """Show only those for which this holds."""
        if where != self._where:
            self._where = where
            self._view.refresh()

    @property
    def data(self) -> BoardData | None:
        """What is shown."""
        return self._data

    def current_id(self) -> str:
        """Give the id of the current card."""
        return self.board.current_id()

    def select(self, deal: str) -> None:
        """Make a card current, now or when the board has it; show it beside in any case."""
        self._wanted = deal
        self.deal.show_deal(deal)
        self._select_wanted()

    def focus_cards(self) -> None:
        """Put the focus on the cards, at the latest when they come."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.board.focus_cards()

    def _read(self) -> BoardData:
        return read_board(self._context.reads, self._where, self._context.words.now().date())

    def _show(self, data: BoardData) -> None:
        self._data = data
        self.summary.show_board(data)
        self.board.set_stages(self._words.stages(data))
        self.board.set_cards(self._words.cards(data))
        for stage in self._words.stages(data):
            total = data.sums.get(stage.key)
            self.board.column(stage.key).header.set_count(total.count if total is not None else 0)
        self.counted.emit(sum(each.count for each in data.sums.values()))
        self._select_wanted()
        if not self.board.has_current():
            first = next((str(deal["id"]) for deal in data.deals), "")
            self.board.set_current(first)
        if self.hasFocus():
            self.board.focus_cards()

    def _select_wanted(self) -> None:
        if self._wanted and self.board.set_current(self._wanted):
            self._wanted = ""

    @Slot(bool)
    def _remember_preview(self, shown: bool) -> None:  # noqa: FBT001 - a slot
        self._context.memory.put("pipeline", "board_preview", shown)

    @Slot(str, str, str)
    def _on_move(self, deal: str, _source: str, target: str) -> None:
        self._context.writer.run(MoveOpportunityToStage(deal, target))

    @Slot(str)
    def _on_opened(self, _deal: str) -> None:
        self.deal.open_customer()
