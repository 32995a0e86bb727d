"""One column of a board: a stage's header and its cards."""

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QMimeData, QRect, Qt, Signal, Slot
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.components.card_delegate import CardDelegate
from desktop.ui.components.cards import BoardCard, Stage
from desktop.ui.components.keyed_list import KeyedList
from desktop.ui.components.layouts import column
from desktop.ui.design.fonts import text_language
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import RIGHT, draw_text, text_width

MIME = "application/x-roundsman-card"

_SIDE = 12
_STEPS = {Qt.Key.Key_H: -1, Qt.Key.Key_Left: -1, Qt.Key.Key_L: 1, Qt.Key.Key_Right: 1}
_LEAST_WIDTH = 172  # five stages and the pane beside fit 1440 px with the rail open


class BoardColumn(QWidget):
    """Header over a list of cards."""

    def __init__(self, kit: UiKit, stage: Stage) -> None:
        super().__init__()
        self.header = StageHeader(kit, stage)
        self.cards = CardList(kit, stage)
        self.setMinimumWidth(_LEAST_WIDTH)
        column(self.header, self.cards, gap=8, into=self).setStretch(1, 1)

    def set_cards(self, cards: Sequence[BoardCard]) -> None:
        """Show these cards."""
        self.cards.set_rows(cards)
        self.header.set_count(len(cards))


class StageHeader(QWidget):
    """Title, count, total and how likely; the line below is ink when the current card is here."""

    def __init__(self, kit: UiKit, stage: Stage) -> None:
        super().__init__()
        self._kit = kit
        self._stage = stage
        self._count = 0
        self._is_here = False
        kit.follow(self)

    def set_stage(self, stage: Stage) -> None:
        """Show other words."""
        self._stage = stage
        self.update()

    def set_count(self, count: int) -> None:
        """Show how many cards there are."""
        self._count = count
        self.setAccessibleName(f"{self._stage.title}, {count}, {self._stage.total}")
        self.update()

    def set_here(self, here: bool) -> None:  # noqa: FBT001 - a Qt-like setter
        """Mark the column that holds the current card."""
        self._is_here = here
        self.update()

    @Slot()
    def restyle(self) -> None:
        """Take the height from the theme."""
        theme = self._kit.theme
        self.setFixedHeight(theme.line("section") + theme.line("small") + 20)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the two lines and the line below."""
        theme = self._kit.theme
        painter = QPainter(self)
        first = QRect(_SIDE, 6, self.width() - 2 * _SIDE, theme.line("section"))
        second = QRect(_SIDE, first.bottom() + 1, first.width(), theme.line("small"))
        painter.setFont(theme.font("section", lang=text_language(self._stage.title)))
        width = text_width(painter.font(), self._stage.title)
        draw_text(painter, first, self._stage.title, theme.color("text"))
        painter.setFont(theme.font("small", tnum=True, lang=text_language(self._stage.note)))
        draw_text(painter, first.adjusted(width + 8, 0, -24, 0), self._stage.note, theme.color("text_secondary"))
        draw_text(painter, first, str(self._count), theme.color("text_secondary"), align=RIGHT)
        draw_text(painter, second, self._stage.total, theme.color("text_secondary"))
        draw_text(painter, second, self._stage.share, theme.color("text_secondary"), align=RIGHT)
        line = theme.color("selection_bar" if self._is_here else "border_strong")
        painter.fillRect(6, self.height() - 2, self.width() - 12, 2, line)


class CardList(KeyedList):
    """The cards of one stage; they can be dragged to another or moved there by Shift and an arrow."""

    # Each signal names the stage first, so that the board can connect it without keeping itself alive.
    card_current = Signal(str, str)
    neighbour_wanted = Signal(str, int)
    shift_wanted = Signal(str, str, int)
    dropped = Signal(str, str, str)

    def __init__(self, kit: UiKit, stage: Stage) -> None:
        super().__init__(kit, stage.title, "bg")
        self.stage_key = stage.key
        self._delegate = CardDelegate(kit, self)
        self.setItemDelegate(self._delegate)
        self.setAcceptDrops(True)
        self.setDragEnabled(True)
        self.current_changed.connect(self._name_current)
        kit.follow(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next column, or take the card along with Shift."""
        step = _STEPS.get(Qt.Key(event.key()), 0)
        if step and event.modifiers() == Qt.KeyboardModifier.ShiftModifier and self.has_current():
            self.shift_wanted.emit(self.stage_key, self.current_id(), step)
        elif step and not event.modifiers():
            self.neighbour_wanted.emit(self.stage_key, step)
        else:
            super().keyPressEvent(event)

    @Slot(str)
    def _name_current(self, card_id: str) -> None:
        self.card_current.emit(self.stage_key, card_id)

    def startDrag(self, _actions: Qt.DropAction) -> None:
        """Drag the current card, leaving a dashed gap."""
        card_id = self.current_id()
        if not card_id:
            return
        data = QMimeData()
        data.setData(MIME, QByteArray(f"{self.stage_key}\n{card_id}".encode()))
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.setPixmap(self.viewport().grab(self.visualRect(self.currentIndex())))
        self._delegate.dragged_id = card_id
        self.viewport().update()
        drag.exec(Qt.DropAction.MoveAction)
        self._delegate.dragged_id = ""
        self.viewport().update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take cards only."""
        if event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take cards only."""
        if event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask for the move; the card comes when it is done."""
        if not event.mimeData().hasFormat(MIME):
            return
        stage, _, card_id = bytes(event.mimeData().data(MIME).data()).decode().partition("\n")
        event.acceptProposedAction()
        if stage != self.stage_key:
            self.dropped.emit(self.stage_key, card_id, stage)
