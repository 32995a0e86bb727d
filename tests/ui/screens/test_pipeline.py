"""The pipeline: the board by keys, won and lost, the table, the opportunity beside."""

from typing import cast

import pytest
from PySide6.QtCore import Qt

from desktop.domain.listing import Condition, Test
from desktop.ui.bridge import routes
from desktop.ui.pipeline.view import TABLE, PipelinePage
from desktop.ui.records.conditions import NamedCondition
from desktop.ui.records.filters import Filters
from sync.contract.fields import Value
from tests.ui.screens.conftest import Window
from tests.ui.screens.desk import Desk

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def page(window: Window) -> PipelinePage:
    window.show(routes.PIPELINE)
    opened = cast(PipelinePage, window.page)
    window.wait(opened.board.board.has_current)
    opened.focus_main()
    return opened


def stage_of(desk: Desk, deal: str) -> str:
    return str(desk.values("opportunity", deal)["stage"])


def cards(page: PipelinePage, stage: str) -> list[str]:
    return list(page.board.board.column(stage).cards.rows().ids)


def pick(window: Window, page: PipelinePage, stage: str) -> str:
    """Make the first card of a stage current."""
    deal = cards(page, stage)[0]
    page.board.board.set_current(deal, focus=True)
    window.wait(lambda: page.board.deal.data is not None and page.board.deal.data.record.id == deal)
    return deal


def test_board_holds_every_open_opportunity_in_its_stage(page: PipelinePage, desk: Desk) -> None:
    opened = desk.ids("opportunity", Condition("status", Test.EQ, "open"))

    shown = {
        deal: stage for stage in ("qualify", "survey", "proposal", "negotiate", "verbal") for deal in cards(page, stage)
    }

    assert shown == {deal: stage_of(desk, deal) for deal in opened}


def test_board_that_is_limited_to_what_was_won_shows_no_open_ones(window: Window, page: PipelinePage) -> None:
    def limited_to(test: Test, value: Value) -> int:
        page.table.set_filters(Filters((NamedCondition(Condition("status", test, value), {}),)))
        window.settle()
        assert page.board.data is not None
        return len(page.board.data.deals)

    everything = limited_to(Test.NE, "lost")
    won = limited_to(Test.EQ, "won"), limited_to(Test.IN, ("won", "lost"))

    assert won == (0, 0)
    assert everything == limited_to(Test.IN, ("open", "won")) > 0


def test_shift_and_arrow_move_the_card_to_the_next_stage(window: Window, page: PipelinePage, desk: Desk) -> None:
    deal = pick(window, page, "survey")

    window.press(Key.Key_Right, modifier=SHIFT)
    window.wait(lambda: deal in cards(page, "proposal"))

    assert stage_of(desk, deal) == "proposal"
    assert page.board.board.current_id() == deal
    assert any("moved to Proposal" in text for text in window.toasts)


def test_move_is_undone_with_ctrl_z(window: Window, page: PipelinePage, desk: Desk) -> None:
    deal = pick(window, page, "survey")

    window.press(Key.Key_Right, modifier=SHIFT)
    window.wait(lambda: deal in cards(page, "proposal"))
    window.ctrl(Key.Key_Z)
    window.wait(lambda: deal in cards(page, "survey"))

    assert any(text.startswith("Taken back") for text in window.toasts)


def test_undone_move_is_done_again_with_ctrl_shift_z(window: Window, page: PipelinePage, desk: Desk) -> None:
    deal = pick(window, page, "survey")
    window.press(Key.Key_Right, modifier=SHIFT)
    window.wait(lambda: deal in cards(page, "proposal"))
    window.ctrl(Key.Key_Z)
    window.wait(lambda: deal in cards(page, "survey"))

    window.ctrl(Key.Key_Z, shift=True)
    window.wait(lambda: deal in cards(page, "proposal"))

    assert any(text.startswith("Done again") for text in window.toasts)


@pytest.mark.parametrize(("modifier", "status"), [(Qt.KeyboardModifier.NoModifier, "won"), (SHIFT, "lost")])
def test_w_closes_the_current_opportunity(
    window: Window, page: PipelinePage, desk: Desk, modifier: Qt.KeyboardModifier, status: str
) -> None:
    deal = pick(window, page, "verbal")

    window.press(Key.Key_W, modifier=modifier)
    window.wait(lambda: deal not in cards(page, "verbal"))

    assert desk.values("opportunity", deal)["status"] == status
    assert desk.values("opportunity", deal)["closed_on"] == "2026-11-20"


def test_h_and_l_go_to_the_columns_beside(window: Window, page: PipelinePage) -> None:
    pick(window, page, "survey")

    window.press("L")
    right = page.board.board.current_id()
    window.press("H", "H")
    left = page.board.board.current_id()

    assert right in cards(page, "proposal")
    assert left in cards(page, "qualify")


def test_opportunity_beside_follows_the_current_card(window: Window, page: PipelinePage) -> None:
    deal = pick(window, page, "negotiate")

    assert page.board.deal.data is not None
    assert page.board.deal.data.record.id == deal


def test_next_step_is_edited_beside_the_board(window: Window, page: PipelinePage, desk: Desk) -> None:
    deal = pick(window, page, "proposal")

    page.board.deal.facts.edit("next_step")
    window.type("Call on Monday")
    window.press(Key.Key_Return)
    window.wait(lambda: desk.values("opportunity", deal).get("next_step") == "Call on Monday")


def test_move_by_a_colleague_moves_the_card_and_keeps_the_current_one(
    window: Window, page: PipelinePage, desk: Desk
) -> None:
    current = pick(window, page, "survey")
    other = cards(page, "qualify")[0]

    desk.from_office("opportunity", other, stage="survey")
    window.wait(lambda: other in cards(page, "survey"))

    assert page.board.board.current_id() == current


def test_table_holds_the_same_opportunities(window: Window, page: PipelinePage, desk: Desk) -> None:
    opened = desk.ids("opportunity", Condition("status", Test.EQ, "open"))

    window.press("D")
    window.wait(lambda: page.table.count == len(opened))

    assert page.switch.value() == TABLE
    assert set(page.table.records.model.ids) == set(opened)


def test_filter_of_the_table_holds_for_the_board(window: Window, page: PipelinePage, desk: Desk) -> None:
    me = desk.app.session.user
    mine = desk.ids("opportunity", Condition("status", Test.EQ, "open"), Condition("owner", Test.EQ, me))
    chips = page.table.filters.filters

    page.table.set_filters(chips.with_condition(owned_by(me), None))
    window.wait(
        lambda: (
            sum(len(cards(page, stage)) for stage in ("qualify", "survey", "proposal", "negotiate", "verbal"))
            == len(mine)
        )
    )


def test_view_of_the_pipeline_holds_for_board_and_table_and_is_kept_under_a_name(
    window: Window, page: PipelinePage, desk: Desk
) -> None:
    me, opened = desk.app.session.user, Condition("status", Test.EQ, "open")
    mine = set(desk.ids("opportunity", opened, Condition("owner", Test.EQ, me)))
    stages = ("qualify", "survey", "proposal", "negotiate", "verbal")

    window.press("2")
    assert page.tabs.current() == "mine"
    window.wait(lambda: {each for stage in stages for each in cards(page, stage)} == mine)
    window.press("D")
    window.wait(lambda: set(page.table.records.model.ids) == mine)
    window.press("N", modifier=SHIFT)
    assert page.tabs.box is not None
    window.type("Ours")
    window.press(Key.Key_Return)
    window.wait(lambda: page.tabs.title() == "Ours")

    assert desk.values("saved_view", page.tabs.current())["question"] == "status = open and owner = me"
    assert set(page.table.records.model.ids) == mine


def test_board_sums_what_was_won_although_the_view_is_of_open_ones(page: PipelinePage, window: Window) -> None:
    deal = pick(window, page, "verbal")
    before = page.board.data.won.count if page.board.data is not None else 0

    window.press("W")

    window.wait(lambda: page.board.data is not None and page.board.data.won.count == before + 1)
    assert deal not in cards(page, "verbal")


def owned_by(user: str) -> NamedCondition:
    return NamedCondition(Condition("owner", Test.IN, (user,)), {user: "me"})
