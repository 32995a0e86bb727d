"""The board: cards by stage, moved by key, kept current where they go."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.components.board import Board
from desktop.ui.components.board_column import MIME, CardList
from desktop.ui.components.cards import BoardCard, Stage
from desktop.ui.design.kit import UiKit
from tests.ui.design.keyboard import press

Show = Callable[[QWidget], QWidget]

STAGES = [Stage("qualify", "Qualify"), Stage("survey", "Survey"), Stage("proposal", "Proposal")]


def _cards(*ids: str) -> list[BoardCard]:
    return [BoardCard(each, f"Deal {each}", "CR-60 cold room", "¥486k", "9 of 14 d", 0.64) for each in ids]


@pytest.fixture
def board(kit: UiKit, show: Show) -> Board:
    """Two cards, none, one; the focus on the first."""
    made = Board(kit, "Pipeline")
    made.resize(900, 500)
    made.set_stages(STAGES)
    made.set_cards({"qualify": _cards("a", "b"), "proposal": _cards("c")})
    show(made)
    made.focus_cards()
    return made


def _list(board: Board, stage: str) -> CardList:
    return board.column(stage).cards


def test_first_card_is_current_when_the_board_gets_the_focus(board: Board) -> None:
    assert board.current_id() == "a"


def test_j_and_l_move_down_and_over_empty_columns(board: Board) -> None:
    press(_list(board, "qualify"), Qt.Key.Key_J)
    down = board.current_id()
    press(_list(board, "qualify"), Qt.Key.Key_L)

    assert (down, board.current_id()) == ("b", "c")
    assert _list(board, "proposal").hasFocus()


def test_h_moves_back_to_the_left(board: Board) -> None:
    board.set_current("c", focus=True)

    press(_list(board, "proposal"), Qt.Key.Key_H)

    assert board.current_id() == "a"


@pytest.mark.parametrize(("key", "asked"), [(Qt.Key.Key_Right, [("a", "qualify", "survey")]), (Qt.Key.Key_Left, [])])
def test_shift_and_an_arrow_ask_for_the_next_stage(
    board: Board, key: Qt.Key, asked: list[tuple[str, str, str]]
) -> None:
    moves: list[tuple[str, str, str]] = []
    board.move_wanted.connect(lambda card, source, target: moves.append((card, source, target)))

    press(_list(board, "qualify"), key, Qt.KeyboardModifier.ShiftModifier)

    assert moves == asked


def test_moved_card_stays_current_with_the_focus(board: Board) -> None:
    board.set_cards({"qualify": _cards("b"), "survey": _cards("a"), "proposal": _cards("c")})

    assert board.current_id() == "a"
    assert _list(board, "survey").current_id() == "a"
    assert _list(board, "survey").hasFocus()


def test_card_that_left_the_board_hands_over_to_its_neighbour(board: Board) -> None:
    board.set_cards({"qualify": _cards("b"), "proposal": _cards("c")})

    assert board.current_id() == "b"


def test_dropped_card_asks_for_its_new_stage(board: Board) -> None:
    moves: list[tuple[str, str, str]] = []
    board.move_wanted.connect(lambda card, source, target: moves.append((card, source, target)))
    data = QMimeData()
    data.setData(MIME, b"qualify\na")
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.MoveAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )

    _list(board, "proposal").dropEvent(event)

    assert moves == [("a", "qualify", "proposal")]


def test_enter_opens_the_card(board: Board) -> None:
    opened: list[str] = []
    board.opened.connect(opened.append)

    press(_list(board, "qualify"), Qt.Key.Key_Return)

    assert opened == ["a"]


def test_only_one_card_is_selected_on_the_whole_board(board: Board) -> None:
    board.set_current("c")

    selected = [len(_list(board, stage.key).selectedIndexes()) for stage in STAGES]

    assert selected == [0, 0, 1]
