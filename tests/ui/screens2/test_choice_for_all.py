"""One rule for all records that need a choice: picked at once, looked at, saved as one act, taken back."""

import pytest
from PySide6.QtCore import Qt

from desktop.domain.views import ConflictView, OtherProposal
from desktop.ui.choice.picks import OTHER, THEIRS, YOURS, Pick, Picks
from desktop.ui.choice.rules import Rule, picked_by
from tests.ui.screens2.choices import choose, choosing, question
from tests.ui.screens2.laptop import SampleLaptop
from tests.ui.screens2.seat import CTRL, SHIFT, Seat

EARLY, LATE = "2026-11-18T08:40:00.000Z", "2026-11-19T09:20:00.000Z"


def asked(yours_at: str | None, theirs_at: str | None, *others: OtherProposal, field: str = "tier") -> ConflictView:
    return question(*others, field=field, stamps=(yours_at, theirs_at))


def also(at: str) -> OtherProposal:
    return OtherProposal(values={"tier": "b"}, by="third", by_name="Sofia", at=at)


@pytest.mark.parametrize(
    ("rule", "view", "picked"),
    [
        (Rule.YOURS, asked(None, None), Pick(YOURS)),
        (Rule.THEIRS, asked(None, None), Pick(THEIRS)),
        (Rule.NEWEST, asked(LATE, EARLY), Pick(YOURS)),
        (Rule.NEWEST, asked(EARLY, LATE), Pick(THEIRS)),
        (Rule.NEWEST, asked(EARLY, EARLY, also(LATE)), Pick(OTHER, {"tier": "b"})),
        (Rule.NEWEST, asked(None, LATE), None),
        (Rule.THEIRS, asked(EARLY, LATE, field="deleted"), None),
        (Rule.YOURS, asked(EARLY, LATE, field="created"), None),
    ],
)
def test_rule_picks_a_value_and_never_whether_a_record_stays(
    rule: Rule, view: ConflictView, picked: Pick | None
) -> None:
    assert picked_by(rule, view) == picked


def test_rule_that_changes_nothing_leaves_nothing_to_take_back() -> None:
    picks = Picks([asked(None, None)])
    picks.pick_all(YOURS)

    assert not picks.pick_many({"q": Pick(YOURS)})


@pytest.fixture
def two(laptop: SampleLaptop) -> tuple[str, str]:
    """Two customers of which somebody else wrote other payment terms; of the second also another phone."""
    first, second = laptop.undisputed()[:2]
    for account, mine in ((first, "Net 45"), (second, "Net 60")):
        laptop.ask("account", account, "payment_terms", before="Net 30", mine=mine, theirs="Net 30, 2%")
    laptop.ask("account", second, "phone", before="1", mine="2", theirs="3")
    return first, second


def test_one_field_is_chosen_for_all_records_by_keys_saved_as_one_act_and_taken_back(
    seat: Seat, laptop: SampleLaptop, two: tuple[str, str]
) -> None:
    first, second = two
    page = choosing(seat, first)
    open_before = {view.id for view in laptop.app.reads.conflicts()}

    choose(seat, page, "Payment terms: theirs everywhere")
    seat.press(Qt.Key.Key_Return, CTRL | SHIFT)
    seat.until(lambda: laptop.value("account", first, "payment_terms") == "Net 30, 2%")
    seat.until(lambda: first not in {view.record for view in laptop.app.reads.conflicts()})
    left = {view.record for view in laptop.app.reads.conflicts()}
    seat.press(Qt.Key.Key_Z, CTRL)
    seat.until(lambda: {view.id for view in laptop.app.reads.conflicts()} == open_before)

    # Of the second one the phone is still to be chosen, so nothing of it was saved.
    assert second in left


def test_two_whole_records_are_chosen_by_one_rule_saved_as_one_act_and_opened_by_one_undo(
    seat: Seat, laptop: SampleLaptop, two: tuple[str, str]
) -> None:
    reads = laptop.app.reads
    for each in [view.id for view in reads.conflicts() if view.record not in two]:
        laptop.settle(each)
    page = choosing(seat, two[0])
    open_before, acts_before = {view.id for view in reads.conflicts()}, {act.id for act in reads.change_log()}

    choose(seat, page, "All fields: theirs everywhere")
    seat.press(Qt.Key.Key_Return, CTRL | SHIFT)
    seat.until(lambda: not reads.conflicts())
    toast = seat.toast("Your choices for 2 records are saved")
    acts = [act for act in reads.change_log() if act.id not in acts_before]
    values = [laptop.value("account", each, "payment_terms") for each in two]
    seat.press(Qt.Key.Key_Z, CTRL)
    seat.until(lambda: {view.id for view in reads.conflicts()} == open_before)

    assert len(open_before) == 3
    assert [(act.label, dict(act.label_values)) for act in acts] == [("commands.choices_saved", {"count": 2})]
    assert toast.toast.text == laptop.app.texts.t("commands.choices_saved", count=2)
    assert values == ["Net 30, 2%", "Net 30, 2%"]


def test_all_fields_of_all_records_are_chosen_looked_at_and_taken_back_in_one_step(
    seat: Seat, laptop: SampleLaptop, two: tuple[str, str]
) -> None:
    page = choosing(seat, two[0])

    choose(seat, page, "All fields: yours everywhere")
    complete = page.can_save_all()
    chosen = {row.column for row in page.detail.table.rows}
    seat.press(Qt.Key.Key_U)

    assert (complete, chosen) == (True, {YOURS})
    assert not page.can_save_all()
    assert {row.column for row in page.detail.table.rows} == {""}
    assert two[0] in {view.record for view in laptop.app.reads.conflicts()}
