"""What each rule makes of two edits, at its edges: nothing there, nothing left, the same thing twice, many at once."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sync.contract.fields import Field, FieldType, Merge, RecordType
from sync.contract.merge import Current, Edit, Merged, adds, merge, merge_text

SEEN, UNSEEN = 5, 9

NOTE = RecordType(
    name="note",
    table="note",
    family="tests",
    title=("subject",),
    own_fields=(
        Field(name="subject"),
        Field(name="line", merge=Merge.APPEND),
        Field(name="total", type=FieldType.NUMBER, merge=Merge.DERIVED),
        Field(name="count", type=FieldType.NUMBER, merge=Merge.COUNTER),
        Field(name="other", type=FieldType.NUMBER, merge=Merge.COUNTER),
        Field(name="labels", type=FieldType.TAGS, merge=Merge.SET),
        Field(name="latest", type=FieldType.NUMBER, merge=Merge.MAX),
        Field(name="first", type=FieldType.NUMBER, merge=Merge.MIN),
        Field(name="body", merge=Merge.TEXT, multiline=True),
        Field(name="head", merge=Merge.TEXT, group="page"),
        Field(name="foot", merge=Merge.TEXT, group="page"),
    ),
)


def merged(
    new: dict[str, Any],
    was: dict[str, Any],
    theirs: dict[str, Any],
    *,
    changed: tuple[str, ...] | None = None,
    at: int = UNSEEN,
    base: int = SEEN,
) -> Merged:
    """Merge an edit made at ``base`` into a record of which ``changed`` (else all) fields were written later."""
    names = theirs if changed is None else changed
    current = Current(theirs, dict.fromkeys(names, at), lambda _name: "theirs")
    return merge(NOTE, current, Edit(new=new, was=was, base=base, client="mine"))


def test_edit_whose_author_had_seen_the_last_change_is_written() -> None:
    result = merged({"subject": "b"}, {"subject": "a"}, {"subject": "a"}, at=SEEN)

    assert (result.writes, result.clashes) == ({"subject": "b"}, [])


def test_field_unchanged_since_the_creation_is_not_stale_for_who_saw_nothing_else() -> None:
    result = merged({"subject": "b"}, {"subject": "a"}, {"subject": "a"}, changed=(), base=0)

    assert (result.writes, result.clashes) == ({"subject": "b"}, [])


@pytest.mark.parametrize("name", ["subject", "line"])
def test_rules_that_ask_ask_about_a_value_that_was_not_seen(name: str) -> None:
    result = merged({name: "mine"}, {name: "a"}, {name: "theirs"})

    assert [clash.proposed for clash in result.clashes] == [{name: "mine"}]


def test_derived_field_is_never_written() -> None:
    result = merged({"total": 3}, {"total": 1}, {"total": 2}, at=SEEN)

    assert (result.writes, result.clashes, result.unchanged) == ({}, [], ["total"])


def test_question_about_a_group_names_what_was_not_seen_and_what_was_edited() -> None:
    result = merged({"head": "x"}, {"head": "a", "foot": "b"}, {"head": "y", "foot": "c"})

    (clash,) = result.clashes
    assert (clash.group, clash.before) == ("page", {"head": "a", "foot": "b"})
    assert (clash.current, clash.proposed) == ({"head": "y", "foot": "c"}, {"head": "x", "foot": "b"})


def test_group_of_texts_is_asked_about_as_one_where_one_of_them_cannot_be_joined() -> None:
    result = merged(
        {"head": "mine", "foot": "new"},
        {"head": "a", "foot": "b"},
        {"head": "theirs", "foot": "b"},
        changed=("head",),
    )

    assert result.writes == {}
    assert [clash.proposed for clash in result.clashes] == [{"head": "mine", "foot": "new"}]


# ---------------------------------------------------------------------------------------------- whether both had a part


@pytest.mark.parametrize(
    ("new", "was", "theirs", "joined"),
    [
        ({"count": 3}, {"count": 1}, {"count": 2}, True),
        ({"count": 3}, {"count": 1}, {"count": 1}, False),
        ({"count": 3}, {"count": 3}, {"count": 2}, False),
        ({"latest": 3}, {"latest": 1}, {"latest": 2}, False),
        ({"subject": "x"}, {"subject": "a"}, {"subject": "a"}, False),
        ({"body": "new\na"}, {"body": "a"}, {"body": "a\nend"}, True),
        ({"count": 3, "other": 1}, {"count": 1, "other": 1}, {"count": 2, "other": 2}, True),
        ({"other": 1, "count": 3}, {"other": 1, "count": 1}, {"other": 2, "count": 2}, True),
    ],
)
def test_receipt_says_joined_where_the_value_is_neither_of_the_two(
    new: dict[str, Any], was: dict[str, Any], theirs: dict[str, Any], *, joined: bool
) -> None:
    assert merged(new, was, theirs, at=SEEN).joined is joined


# ---------------------------------------------------------------------------------------------- counters and sets


@pytest.mark.parametrize(
    ("was", "mine", "is_news"),
    [
        *((3, 5, True), (5, 3, True), (None, 2, True), (2, None, True), (3, 3, False)),
        *((0, 0, False), (None, None, False), (None, 0, False), (0, None, False)),
    ],
)
@pytest.mark.parametrize("theirs", [None, 5])
def test_whatever_was_added_to_a_number_is_lacking_from_any_other(
    was: int | None, mine: int | None, theirs: int | None, *, is_news: bool
) -> None:
    assert adds(Merge.COUNTER, was, mine, theirs) is is_news


@pytest.mark.parametrize(
    ("rule", "was", "mine", "theirs", "is_news"),
    [
        (Merge.SET, ["a"], ["a", "b"], ["a", "c"], True),
        (Merge.SET, ["a"], ["a", "b"], ["b", "c"], False),
        (Merge.TEXT, "one", "one\ntwo", "nought\none", True),
        (Merge.TEXT, "one", "one\ntwo", "one\ntwo", False),
        (Merge.ASK, "a", "b", "c", True),
        (Merge.ASK, "a", "b", "b", False),
        (Merge.ASK, "a", "caf\u00e9", "cafe\u0301", False),
        (Merge.ASK, "a", "cafe\u0301", "caf\u00e9", False),
    ],
)
def test_value_lacks_what_joining_would_still_add_to_it(
    rule: Merge, was: Any, mine: Any, theirs: Any, *, is_news: bool
) -> None:
    assert adds(rule, was, mine, theirs) is is_news


@pytest.mark.parametrize(
    ("mine", "was", "theirs", "expected"),
    [(2, None, None, 2), (2, None, 3, 5), (None, 2, 5, 3), (4, 1, None, 3), (1, None, 0, 1)],
)
def test_empty_counter_counts_as_nought(mine: int | None, was: int | None, theirs: int | None, expected: int) -> None:
    result = merged({"count": mine}, {"count": was}, {"count": theirs})

    assert result.writes.get("count", theirs) == expected


@pytest.mark.parametrize(
    ("mine", "was", "theirs", "expected"),
    [
        (["b"], None, None, ["b"]),
        (["b"], None, ["a"], ["a", "b"]),
        (None, ["a"], ["a", "c"], ["c"]),
        (None, ["a"], ["a"], None),
        (["a", "b"], ["a"], None, ["b"]),
        (["z", "a"], ["z"], ["z", "m"], ["a", "m", "z"]),
        (["a"], ["a", "b"], ["a", "b", "c"], ["a", "c"]),
    ],
)
def test_labels_are_added_and_removed_one_by_one(
    mine: list[str] | None, was: list[str] | None, theirs: list[str] | None, expected: list[str] | None
) -> None:
    result = merged({"labels": mine}, {"labels": was}, {"labels": theirs})

    assert (result.writes.get("labels", theirs), result.clashes) == (expected, [])


LABELS = st.lists(st.sampled_from("abcd"), unique=True).map(lambda each: sorted(each) or None)
COUNTS = st.none() | st.integers(-9, 9)
AMOUNTS = st.none() | st.integers(0, 9)


def in_order(name: str, was: Any, *news: Any) -> Any:
    """Give what a field holds after some edits that were all made on ``was``."""
    have = was
    for new in news:
        have = merged({name: new}, {name: was}, {name: have}).writes.get(name, have)
    return have


@given(was=COUNTS, one=COUNTS, two=COUNTS)
def test_order_of_arrival_does_not_matter_to_a_counter(was: int | None, one: int | None, two: int | None) -> None:
    assert (in_order("count", was, one, two) or 0) == (in_order("count", was, two, one) or 0)


@given(was=LABELS, one=LABELS, two=LABELS)
def test_order_of_arrival_does_not_matter_to_labels(
    was: list[str] | None, one: list[str] | None, two: list[str] | None
) -> None:
    assert in_order("labels", was, one, two) == in_order("labels", was, two, one)


@given(was=LABELS, one=LABELS, two=LABELS)
def test_labels_that_come_twice_change_nothing_more(
    was: list[str] | None, one: list[str] | None, two: list[str] | None
) -> None:
    assert in_order("labels", was, one, two, two) == in_order("labels", was, one, two)


# ---------------------------------------------------------------------------------------------- first and latest


@pytest.mark.parametrize(
    ("name", "mine", "was", "theirs", "expected"),
    [
        ("latest", 7, 5, 6, 7),
        ("latest", 6, 5, 7, 7),
        ("latest", 3, 5, 5, 3),
        ("latest", None, 5, 6, 6),
        ("latest", 4, 5, None, 4),
        ("latest", None, 5, None, None),
        ("first", 7, 5, 6, 6),
        ("first", 6, 5, 7, 6),
        ("first", 8, 5, 5, 8),
        ("first", None, 5, 6, 6),
        ("first", 4, 5, None, 4),
        ("first", None, 5, None, None),
    ],
)
def test_first_or_latest_stands_unless_it_is_corrected(
    name: str, mine: int | None, was: int | None, theirs: int | None, expected: int | None
) -> None:
    result = merged({name: mine}, {name: was}, {name: theirs})

    assert (result.writes.get(name, theirs), result.clashes) == (expected, [])


@pytest.mark.parametrize("name", ["latest", "first"])
@given(was=AMOUNTS, one=st.integers(0, 9), two=st.integers(0, 9))
def test_order_of_arrival_does_not_matter_to_first_and_latest(name: str, was: int | None, one: int, two: int) -> None:
    assume(was not in {one, two})

    assert in_order(name, was, one, two) == in_order(name, was, two, one)


# ---------------------------------------------------------------------------------------------- texts


@pytest.mark.parametrize(
    ("mine", "was", "theirs", "expected"),
    [
        ("new\na", "a", "a\nend", "new\na\nend"),
        ("A\nb\nc\nd", "a\nb\nc\nd", "a\nb\nC\nd", "A\nb\nC\nd"),
        ("a\nb\nC\nd", "a\nb\nc\nd", "A\nb\nc\nd", "A\nb\nC\nd"),
        ("a\nB", "a\nb", "A\nb", "A\nB"),
        ("a\nx", "a", "a\nx", "a\nx"),
        ("top\na\nx", "a", "a\nx", "top\na\nx"),
        ("a\nalpha", "a", "a\nbeta", "a\nbeta\nalpha"),
        ("a\nbeta", "a", "a\nalpha", "a\nalpha\nbeta"),
        ("b", "a\nb", "a\nb\nc", "b\nc"),
        ("mine", None, None, "mine"),
        (None, "a", "a", None),
        ("a", "a", None, None),
        (None, "a", None, None),
    ],
)
def test_text_keeps_what_both_wrote(mine: str | None, was: str | None, theirs: str | None, expected: str) -> None:
    result = merged({"body": mine}, {"body": was}, {"body": theirs})

    assert (result.writes.get("body", theirs), result.clashes) == (expected, [])


def test_text_of_which_each_removed_a_part_is_empty() -> None:
    result = merged({"body": "a"}, {"body": "a\nb"}, {"body": "b"})

    assert (result.writes, result.clashes, result.joined) == ({"body": None}, [], True)


def test_text_that_cannot_be_joined_is_written_where_its_author_had_seen_the_other() -> None:
    result = merged({"body": "mine"}, {"body": "was"}, {"body": "theirs"}, at=SEEN)

    assert (result.writes, result.clashes) == ({"body": "mine"}, [])


def test_text_that_nobody_changed_since_the_creation_is_written_over() -> None:
    result = merged({"body": "mine"}, {"body": "was"}, {"body": "theirs"}, changed=(), base=0)

    assert (result.writes, result.clashes) == ({"body": "mine"}, [])


def test_lines_joined_into_an_own_edit_are_not_written_over_by_the_next_one() -> None:
    joined = Current({"body": "theirs\nB\nend"}, {"body": UNSEEN}, lambda _name: "mine")
    edit = Edit(new={"body": "mine\nB"}, was={"body": "a\nB"}, base=SEEN, client="mine")

    result = merge(NOTE, joined, edit)

    assert [clash.proposed for clash in result.clashes] == [{"body": "mine\nB"}]
    assert result.writes == {}


def test_text_of_two_beginnings_asks() -> None:
    result = merged({"body": "mine"}, {"body": None}, {"body": "theirs"})

    assert [(clash.current, clash.proposed) for clash in result.clashes] == [({"body": "theirs"}, {"body": "mine"})]


def test_lines_that_touch_each_other_are_both_changed() -> None:
    assert merge_text("a\nb\nc", "A\nb\nc", "a\nB\nc") == "A\nB\nc"


def test_line_within_what_the_other_removed_asks() -> None:
    assert merge_text("a\nb\nc\nd", "a\nb\nX\nd", "a\nd") is None


def test_long_text_of_equal_lines_is_still_joined() -> None:
    was = "\n".join(["-"] * 300)

    assert merge_text(was, f"mine\n{was}", f"theirs\n{was}") == f"theirs\nmine\n{was}"


LINES = st.lists(st.sampled_from(["a", "b", "c"]), max_size=6)


@given(was=LINES, one=LINES, two=LINES)
def test_order_of_arrival_does_not_decide_whether_a_text_asks_nor_which_lines_it_has(
    was: list[str], one: list[str], two: list[str]
) -> None:
    texts = ["\n".join(each) for each in (was, one, two)]
    here, there = merge_text(texts[0], texts[1], texts[2]), merge_text(texts[0], texts[2], texts[1])

    assert (here is None) == (there is None)
    if here is not None and there is not None:
        assert sorted(here.split("\n")) == sorted(there.split("\n"))
