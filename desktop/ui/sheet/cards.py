"""Samples that only delegates paint: the states of a board's card, and rows that are not here yet."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QListView, QStyle, QStyleOptionViewItem, QWidget

from desktop.ui.components.card_delegate import CardDelegate
from desktop.ui.components.cards import BoardCard
from desktop.ui.components.cells import paint_skeleton
from desktop.ui.components.row_model import RowModel
from desktop.ui.design.kit import UiKit

_STATE = QStyle.StateFlag
_STATES = (
    ("Rest", _STATE.State_None),
    ("Hover", _STATE.State_MouseOver),
    ("Selected", _STATE.State_Selected | _STATE.State_Active),
    ("Dragging", _STATE.State_None),
)
_DRAGGED = "Dragging"
_SKELETON = (96, 32)


class CardSamples(QWidget):
    """One card per state, painted by the delegate of the board."""

    def __init__(self, kit: UiKit) -> None:
        super().__init__()
        view = QListView(self)
        view.hide()
        self._delegate = CardDelegate(kit, view)
        self._delegate.dragged_id = _DRAGGED
        self._model = RowModel(self)
        self._model.set_rows([_card(state) for state, _ in _STATES])
        self.setFixedHeight(self._delegate.sizeHint(QStyleOptionViewItem(), self._model.index(0, 0)).height())

    def hasFocus(self) -> bool:
        """Say that the board has the focus, so that "selected" shows as such."""
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the cards beside each other."""
        painter = QPainter(self)
        width = self.width() // len(_STATES)
        for number, (_, state) in enumerate(_STATES):
            option = QStyleOptionViewItem()
            option.rect = QRect(number * width, 0, width, self.height())
            option.state = state
            option.widget = self
            self._delegate.paint(painter, option, self._model.index(number, 0))


class SkeletonSample(QWidget):
    """Two rows that are not here yet."""

    def __init__(self, kit: UiKit) -> None:
        super().__init__()
        self._kit = kit
        self.setFixedSize(*_SKELETON)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw their places."""
        painter = QPainter(self)
        width, height = _SKELETON
        for row, share in enumerate((1.0, 0.6)):
            rect = QRect(0, row * height // 2, round(width * share), height // 2)
            paint_skeleton(painter, self._kit.theme, rect)


def _card(state: str) -> BoardCard:
    is_over = state == "Hover"
    return BoardCard(
        state,
        "南亭中央厨房",
        state,
        "¥328k",
        "2 d over" if is_over else "9 d",
        1.0 if is_over else 0.64,
        "warning" if is_over else "",
        "" if is_over else "2/4",
        "No next step" if is_over else "Survey Thu",
        "warning" if is_over else "",
        unsent=state == "Selected",
    )
