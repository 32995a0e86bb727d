"""The page of choices as its tests use it: opened on a record, a rule chosen for all, a question of its own."""

from PySide6.QtCore import Qt

from desktop.domain.views import ConflictView, OtherProposal, Side
from desktop.ui.choice.view import ChoicePage
from tests.ui.screens2.seat import Seat


def choosing(seat: Seat, record: str) -> ChoicePage:
    """Open the page on a record, with the keys on its fields."""
    page = seat.go("choice", ChoicePage, id=record)
    seat.until(lambda: page.detail.record is not None and page.detail.record.record == record)
    page.focus_main()
    return page


def choose(seat: Seat, page: ChoicePage, text: str) -> None:
    """Choose a line of the menu for all records."""
    seat.press(Qt.Key.Key_A)
    menu = page.for_all.menu
    assert menu is not None
    while menu.rows.current is None or menu.rows.current.text != text:
        seat.press(Qt.Key.Key_Down)
    seat.press(Qt.Key.Key_Return)


def question(
    *others: OtherProposal,
    name: str = "q",
    field: str = "tier",
    mine: Side | None = Side.PROPOSED,
    stamps: tuple[str | None, str | None] = (None, None),
) -> ConflictView:
    """Make a question; ``stamps`` say when the value here and the one of the colleague were written."""
    return ConflictView(
        id=name,
        type="account",
        record="a",
        title="Ashford",
        field=field,
        before={field: "b"},
        current={field: "a"},
        current_by="colleague",
        current_by_name="Daniel Ho",
        current_at=stamps[1],
        proposed={field: "c"},
        proposed_by="me",
        proposed_by_name="Me",
        proposed_at=stamps[0],
        mine=mine,
        asked=True,
        others=others,
    )
