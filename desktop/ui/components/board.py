"""The board: stages side by side, cards moved by drag or by Shift and an arrow."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget

from desktop.ui.components.board_column import BoardColumn
from desktop.ui.components.cards import BoardCard, Stage
from desktop.ui.components.layouts import row
from desktop.ui.design.kit import UiKit


class Board(QScrollArea):
    """Columns of cards. A move is only asked for, by ``move_wanted(id, from, to)``; the cards follow the data."""

    move_wanted = Signal(str, str, str)
    opened = Signal(str)
    current_changed = Signal(str)

    def __init__(self, kit: UiKit, name: str) -> None:
        super().__init__()
        self._kit = kit
        self._columns: dict[str, BoardColumn] = {}
        self._current = ""
        self._is_filling = False
        self._inner = QWidget()
        self._layout = row(gap=0, pad=(12, 0, 12, 0), into=self._inner)
        self.setWidget(self._inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self._inner.setAutoFillBackground(False)
        self.setAccessibleName(name)

    def set_stages(self, stages: Sequence[Stage]) -> None:
        """Show these columns; those that stay keep their cards."""
        if [stage.key for stage in stages] == list(self._columns):
            for stage in stages:
                self._columns[stage.key].header.set_stage(stage)
            return
        for column in self._columns.values():
            self._layout.removeWidget(column)
            column.hide()
            column.deleteLater()
        self._columns = {stage.key: self._make(stage) for stage in stages}
        for column in self._columns.values():
            self._layout.addWidget(column, 1)
            # Qt would show them only with the next event, and what is not seen cannot take the focus.
            column.show()

    def set_cards(self, cards: Mapping[str, Sequence[BoardCard]]) -> None:
        """Show the cards of each stage; stages not named are empty. The current card stays current where it went."""
        holds_focus = self.isAncestorOf(QApplication.focusWidget() or self)
        current = self._current
        # While the columns fill one after the other, each hands the place of a card that left to its neighbour.
        self._is_filling = True
        for key, column in self._columns.items():
            column.set_cards(cards.get(key, ()))
        self._is_filling = False
        if current and not self.set_current(current, focus=holds_focus):
            self._take_neighbour()

    def column(self, stage: str) -> BoardColumn:
        """Give a column; ``KeyError`` when there is none."""
        return self._columns[stage]

    def current_id(self) -> str:
        """Give the id of the current card, ``""`` when there is none."""
        return self._current

    def has_current(self) -> bool:
        """Tell whether a card is current; fits ``Action.enabled_when``."""
        return bool(self._current)

    def set_current(self, card_id: str, *, focus: bool = False) -> bool:
        """Make a card current wherever it stands; tells whether it is on the board."""
        for stage, column in self._columns.items():
            if column.cards.set_current(card_id):
                self._on_current(stage, card_id)
                if focus:
                    column.cards.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return False

    def focus_cards(self) -> None:
        """Put the focus on the current card, or the first."""
        if self._current and self.set_current(self._current, focus=True):
            return
        for column in self._columns.values():
            if column.cards.rows().rowCount():
                column.cards.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def _make(self, stage: Stage) -> BoardColumn:
        made = BoardColumn(self._kit, stage)
        cards = made.cards
        cards.opened.connect(self.opened)
        cards.card_current.connect(self._on_current)
        cards.neighbour_wanted.connect(self._go_beside)
        cards.shift_wanted.connect(self._shift)
        cards.dropped.connect(self._on_dropped)
        return made

    @Slot(str, str)
    def _on_current(self, stage: str, card_id: str) -> None:
        column = self._columns.get(stage)
        if column is None or not card_id or self._is_filling:
            return
        for key, other in self._columns.items():
            other.header.set_here(key == stage)
            if key != stage:
                other.cards.clearSelection()
        if card_id != self._current:
            self._current = card_id
            self.current_changed.emit(card_id)

    def _take_neighbour(self) -> None:
        """Make the card current that took the place of the one that went."""
        self._current = ""
        for stage, column in self._columns.items():
            if column.cards.has_current() and (column.cards.hasFocus() or column.cards.selectedIndexes()):
                self._on_current(stage, column.cards.current_id())
                return
        self.current_changed.emit("")

    @Slot(str, int)
    def _go_beside(self, stage: str, step: int) -> None:
        keys = list(self._columns)
        row_number = self._columns[stage].cards.currentIndex().row()
        position = keys.index(stage) + step
        while 0 <= position < len(keys):
            cards = self._columns[keys[position]].cards
            count = cards.rows().rowCount()
            if count:
                cards.setFocus(Qt.FocusReason.OtherFocusReason)
                cards.set_current(cards.rows().id_at(min(max(row_number, 0), count - 1)))
                self._on_current(keys[position], cards.current_id())
                return
            position += step

    @Slot(str, str, int)
    def _shift(self, stage: str, card_id: str, step: int) -> None:
        keys = list(self._columns)
        target = keys.index(stage) + step
        if 0 <= target < len(keys):
            self.move_wanted.emit(card_id, stage, keys[target])

    @Slot(str, str, str)
    def _on_dropped(self, stage: str, card_id: str, source: str) -> None:
        self.move_wanted.emit(card_id, source, stage)
