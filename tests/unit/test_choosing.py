"""Choosing between two values: whose they are, what one gets, and which answers there are."""

from typing import Any

import pytest

from desktop.domain.choosing import (
    CREATED,
    DELETED,
    Answer,
    Choice,
    Clash,
    as_asked,
    chosen_values,
    side_of,
    taken_up,
)
from desktop.domain.views import Side
from sync.contract.entities import CATALOGUE
from sync.contract.errors import AppError, Code
from sync.contract.questions import Proposal, proposal_fields, proposals_of

CURRENT, PROPOSED = {"phone": "1", "email": "a"}, {"phone": "2", "email": "b"}


def clash(mine: Side | None, *, field: str = "phone") -> Clash:
    return Clash(field, CURRENT, PROPOSED, mine)


@pytest.mark.parametrize(
    ("mine", "choice", "expected"),
    [
        (Side.CURRENT, Choice.MINE, CURRENT),
        (Side.CURRENT, Choice.THEIRS, PROPOSED),
        (Side.PROPOSED, Choice.MINE, PROPOSED),
        (Side.PROPOSED, Choice.THEIRS, CURRENT),
        (Side.CURRENT, Choice.CURRENT, CURRENT),
        (Side.CURRENT, Choice.PROPOSED, PROPOSED),
        (None, Choice.CURRENT, CURRENT),
        (None, Choice.PROPOSED, PROPOSED),
    ],
)
def test_choice_gives_the_values_of_its_side(mine: Side | None, choice: Choice, expected: dict[str, str]) -> None:
    assert chosen_values(clash(mine), choice) == expected


def test_own_values_stand_in_for_those_they_name() -> None:
    assert chosen_values(clash(None), Answer({"phone": "3"})) == {"phone": "3", "email": "a"}


@pytest.mark.parametrize(
    ("mine", "field", "choice", "value", "known"),
    [
        (None, "phone", Choice.MINE, "mine", "current, proposed"),
        (None, "phone", Choice.THEIRS, "theirs", "current, proposed"),
        (None, DELETED, Answer({"phone": 3, "email": "x"}), "3, x", "current, proposed"),
        (None, CREATED, Answer({"phone": 3, "email": "x"}), "3, x", "current, proposed"),
        (Side.CURRENT, DELETED, Answer({"phone": "3"}), "3", "mine, theirs, current, proposed"),
    ],
)
def test_answer_that_there_is_not_is_refused_with_those_there_are(
    mine: Side | None, field: str, choice: Choice | Answer, value: str, known: str
) -> None:
    with pytest.raises(AppError) as caught:
        chosen_values(clash(mine, field=field), choice)

    assert caught.value.code is Code.VALUE_NOT_A_CHOICE
    assert caught.value.data == {"field": field, "value": value, "known": known}


@pytest.mark.parametrize(
    ("conflict", "from_here", "expected"),
    [
        ({"current_by": "u", "proposed_by": "v"}, False, Side.CURRENT),
        ({"current_by": "v", "proposed_by": "u"}, False, Side.PROPOSED),
        ({"current_by": "v", "proposed_by": "u"}, True, Side.PROPOSED),
        ({"current_by": "u", "proposed_by": "u"}, True, Side.PROPOSED),
        ({"current_by": "u", "proposed_by": "u"}, False, Side.CURRENT),
        ({"current_by": "v", "proposed_by": "v"}, True, None),
        ({}, True, None),
    ],
)
def test_side_is_the_one_that_this_user_wrote(
    conflict: dict[str, Any], expected: Side | None, *, from_here: bool
) -> None:
    assert side_of(conflict, "u", from_here=from_here) is expected


def test_nobody_has_no_side() -> None:
    assert side_of({"current_by": "", "proposed_by": ""}, "", from_here=True) is None


def test_proposal_is_written_into_what_the_record_is_by_now() -> None:
    record = CATALOGUE["account"]
    before = {"points": 10, "tags": ["a", "b"], "description": "one\ntwo", "phone": "1", "status": "active"}
    proposed = {"points": 13, "tags": ["a", "c"], "description": "ONE\ntwo", "phone": "2", "x_size": "l"}
    present = {"points": 20, "tags": ["a", "b", "d"], "description": "one\nTWO", "phone": "3", "x_size": "m"}

    found = taken_up(record, proposed, before, present)

    assert found == {"points": 23, "tags": ["a", "c", "d"], "description": "ONE\nTWO", "phone": "2", "x_size": "l"}


def test_proposal_that_nothing_stood_before_is_taken_as_it_is() -> None:
    assert taken_up(CATALOGUE["account"], {"points": 3, "phone": "2"}, {}, {}) == {"points": 3, "phone": "2"}


def test_last_tag_that_a_proposal_takes_off_is_gone() -> None:
    found = taken_up(CATALOGUE["account"], {"tags": ["red"]}, {"tags": ["blue", "red"]}, {"tags": ["blue"]})

    assert found == {"tags": None}


@pytest.mark.parametrize(
    ("proposed", "before", "present", "expected"),
    [
        ("mine\nb", "a\nb", "a\nb\nc", "mine\nb\nc"),
        ("mine", "was", "theirs", "mine"),
        ("a", "a\nb", "b", None),
        (None, "a", "a", None),
        ("new", None, None, "new"),
        ("new", None, "theirs", "new"),
        ("same", "was", "same", "same"),
        (None, None, "theirs", "theirs"),
        ("a", "a", None, None),
    ],
)
def test_text_that_is_taken_up_keeps_the_lines_of_others_where_it_can(
    proposed: str | None, before: str | None, present: str | None, expected: str | None
) -> None:
    found = taken_up(CATALOGUE["account"], {"description": proposed}, {"description": before}, {"description": present})

    assert found == {"description": expected}


def test_question_shows_everybody_the_own_proposal_first() -> None:
    both = [Proposal(values={"phone": "2"}, by="ana"), Proposal(values={"phone": "3"}, by="ben")]
    conflict = {"field": "phone", "current": {"phone": "1"}, **proposal_fields(both)}

    def order(user: str) -> list[str | None]:
        return [each.by for each in proposals_of(as_asked(conflict, user))]

    assert (order("ana"), order("ben"), order("eve"), order("")) == (
        ["ana", "ben"],
        ["ben", "ana"],
        ["ana", "ben"],
        ["ana", "ben"],
    )
    assert as_asked(conflict, "ben")["current"] == {"phone": "1"}
