"""Merging: what becomes of an edit whose author had not seen the latest version."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sync.contract.entities import CATALOGUE
from sync.contract.merge import Current, Edit, Merged, merge, merge_text

ACCOUNT = CATALOGUE["account"]
SEEN, UNSEEN = 5, 9


def merged(
    new: dict[str, Any],
    was: dict[str, Any],
    theirs: dict[str, Any],
    *,
    changed: tuple[str, ...] = (),
    by: str = "theirs",
) -> Merged:
    """Merge an edit made at SEEN into a record of which ``changed`` fields were written at UNSEEN."""
    current = Current(theirs, dict.fromkeys(changed, UNSEEN), lambda _name: by)
    return merge(ACCOUNT, current, Edit(new=new, was=was, base=SEEN, client="mine"))


def test_edit_of_a_field_nobody_touched_is_written() -> None:
    result = merged({"phone": "2"}, {"phone": "1"}, {"phone": "1", "email": "b@x.example"}, changed=("email",))

    assert (result.writes, result.clashes) == ({"phone": "2"}, [])


def test_edit_of_a_field_changed_unseen_asks_and_writes_nothing() -> None:
    result = merged({"phone": "2"}, {"phone": "1"}, {"phone": "3"}, changed=("phone",))

    assert result.writes == {}
    clash = result.clashes[0]
    assert (clash.before, clash.current, clash.proposed) == ({"phone": "1"}, {"phone": "3"}, {"phone": "2"})


def test_equal_values_never_ask() -> None:
    result = merged({"phone": "3"}, {"phone": "1"}, {"phone": "3"}, changed=("phone",))

    assert (result.writes, result.clashes, result.unchanged) == ({}, [], ["phone"])


def test_field_last_written_by_the_same_laptop_is_not_stale() -> None:
    result = merged({"phone": "2"}, {"phone": "3"}, {"phone": "3"}, changed=("phone",), by="mine")

    assert result.writes == {"phone": "2"}


def test_older_base_of_one_field_asks_only_about_that_field() -> None:
    current = Current({"phone": "3", "email": "c@x.example"}, {"phone": 4, "email": 4}, lambda _name: "theirs")
    edit = Edit(new={"phone": "2", "email": "d@x.example"}, was={}, base=SEEN, older={"phone": 3}, client="mine")

    result = merge(ACCOUNT, current, edit)

    assert result.writes == {"email": "d@x.example"}
    assert [clash.group for clash in result.clashes] == ["phone"]


def test_group_changed_unseen_in_another_field_is_asked_about_as_one() -> None:
    result = merged(
        {"address": "New Road 1"},
        {"address": "Old Road 1", "city": "深圳"},
        {"address": "Old Road 1", "city": "东莞"},
        changed=("city",),
    )

    assert result.writes == {}
    assert result.clashes[0].proposed == {"address": "New Road 1", "city": "深圳"}
    assert result.clashes[0].current == {"address": "Old Road 1", "city": "东莞"}


def test_later_arrival_wins_where_the_rule_is_last() -> None:
    result = merged({"location": [1.0, 2.0]}, {}, {"location": [3.0, 4.0]}, changed=("location",))

    assert (result.writes, result.clashes) == ({"location": [1.0, 2.0]}, [])


@given(start=st.integers(-99, 99), mine=st.integers(-99, 99), theirs=st.integers(-99, 99))
def test_counter_adds_both_differences(start: int, mine: int, theirs: int) -> None:
    result = merged({"points": start + mine}, {"points": start}, {"points": start + theirs}, changed=("points",))

    assert not result.clashes
    assert result.writes.get("points", start + theirs) == start + mine + theirs


TAGS = st.sets(st.sampled_from("abcdef"))


@given(start=TAGS, mine=TAGS, theirs=TAGS)
def test_tags_keep_every_addition_and_every_removal(start: set[str], mine: set[str], theirs: set[str]) -> None:
    result = merged(
        {"tags": sorted(mine) or None},
        {"tags": sorted(start) or None},
        {"tags": sorted(theirs) or None},
        changed=("tags",),
    )

    outcome = set(result.writes.get("tags", sorted(theirs)) or ())
    assert not result.clashes
    assert (mine - start) | (theirs - start) <= outcome
    assert not outcome & ((start - mine) - (theirs - start))


@given(mine=st.integers(1, 9), theirs=st.integers(1, 9))
def test_latest_visit_is_kept_whatever_the_order(mine: int, theirs: int) -> None:
    def at(day: int) -> str:
        return f"2026-11-0{day}T00:00:00.000Z"

    result = merged({"last_visit_at": at(mine)}, {}, {"last_visit_at": at(theirs)}, changed=("last_visit_at",))

    assert result.writes.get("last_visit_at", at(theirs)) == at(max(mine, theirs))


def test_additions_at_different_lines_are_both_kept() -> None:
    was = "Loading bay closes at 16:00.\nParking behind the hall."
    mine = "Badge desk moved to gate B.\n" + was
    theirs = was + "\n总工程师 12 月休假两周。"

    assert merge_text(was, mine, theirs) == "Badge desk moved to gate B.\n" + was + "\n总工程师 12 月休假两周。"


def test_both_texts_added_at_the_same_end_are_both_kept() -> None:
    joined = merge_text("a", "a\nmine", "a\ntheirs")

    assert joined is not None
    assert {"mine", "theirs"} <= set(joined.splitlines())


def test_same_line_rewritten_twice_asks() -> None:
    result = merged(
        {"description": "mine"}, {"description": "was"}, {"description": "theirs"}, changed=("description",)
    )

    assert [clash.group for clash in result.clashes] == ["description"]


LINES = st.lists(st.sampled_from(["a", "b", "c"]), max_size=5).map("\n".join)


@given(was=LINES, mine=LINES)
def test_text_changed_on_one_side_only_is_taken_as_it_is(was: str, mine: str) -> None:
    assert merge_text(was, mine, was) == mine
    assert merge_text(was, was, mine) == mine


def test_text_joins_edits_that_write_accents_in_two_ways() -> None:
    assert merge_text("Cafe\u0301\ntwo", "Café\nthree", "Café\ntwo\nfour") == "Cafe\u0301\nthree\nfour"
    assert merge_text("Cafe\u0301\ntwo\nend", "Café\ntwo\nfinis", "Cafe\u0301 \ntwo\nend") == "Cafe\u0301 \ntwo\nfinis"
    assert merge_text("one", "one\nCafé", "one\nCafe\u0301") == "one\nCafe\u0301"
