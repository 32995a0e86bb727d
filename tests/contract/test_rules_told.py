"""What rules refuse, with the words for it; and how a deal's stage, status and days follow each other."""

from typing import Any

import pytest

from sync.contract.entities import CATALOGUE
from sync.contract.errors import AppError, Code
from sync.contract.fields import Field, FieldType, RecordType, Role, Scope
from sync.contract.rules import check_fields, check_new, consequences, scope_of

STAGES: list[dict[str, Any]] = [
    {"key": "talk", "position": 3, "status": "open"},
    {"key": "visit", "position": 2, "status": "open"},
    {"key": "call", "position": 2, "status": "open"},
    {"key": "paid", "position": 8, "status": "won"},
    {"key": "signed", "position": 7, "status": "won"},
    {"key": "lost", "position": 9, "status": "lost"},
    {"key": "odd", "position": 9},
]
NOW = "2026-11-20T09:00:00.000Z"
DAY = "2026-11-20"
DEAL = CATALOGUE["opportunity"]
CONFLICT = CATALOGUE["conflict"]
NOTE = RecordType(
    name="note",
    table="notes",
    family="tests",
    title=("line",),
    own_fields=(
        Field(name="line", required=True, default="-"),
        Field(name="count", type=FieldType.NUMBER, default=0),
        Field(name="old_size", stands_for="size"),
        Field(name="size"),
        Field(name="must", required=True),
    ),
)


@pytest.mark.parametrize(
    ("kind", "values", "role", "code", "data"),
    [
        ("user", {"name": "x"}, Role.REP, Code.NOT_PERMITTED, {"type": "user", "role": "rep"}),
        ("user", {"name": "x"}, Role.MANAGER, Code.NOT_PERMITTED, {"type": "user", "role": "manager"}),
        (
            "conflict",
            {"state": "resolved", "current": "x"},
            Role.REP,
            Code.FIELD_READ_ONLY,
            {"type": "conflict", "field": "current"},
        ),
        ("account", {"updated_at": NOW}, Role.REP, Code.FIELD_READ_ONLY, {"type": "account", "field": "updated_at"}),
        (
            "account",
            {"colour": "red"},
            Role.REP,
            Code.UNKNOWN_FIELD,
            {"type": "account", "field": "colour", "known": ", ".join(CATALOGUE["account"].fields)},
        ),
        ("contact", {"name": " "}, None, Code.VALUE_REQUIRED, {"type": "contact", "field": "name"}),
        ("account", {"tier": "z"}, None, Code.VALUE_NOT_A_CHOICE, None),
        (
            "custom_field",
            {"record_type": "castle"},
            Role.ADMIN,
            Code.VALUE_NOT_A_CHOICE,
            {
                "field": "record_type",
                "value": "castle",
                "known": ", ".join(each.name for each in CATALOGUE),
            },
        ),
        ("custom_field", {"name": "Two Words"}, Role.ADMIN, Code.FIELD_NAME_UNFIT, {"value": "Two Words"}),
    ],
)
def test_edit_that_is_refused_says_why(
    kind: str, values: dict[str, Any], role: Role | None, code: Code, data: dict[str, Any] | None
) -> None:
    with pytest.raises(AppError) as caught:
        check_fields(CATALOGUE[kind], values, role=role)

    assert caught.value.code is code
    assert data is None or caught.value.data == data


def test_answer_to_a_question_may_be_written_by_anybody_and_nothing_beside_it() -> None:
    answer = {"state": "resolved", "resolution": {"phone": "1"}}

    assert check_fields(CONFLICT, answer, role=Role.REP) == answer
    for more in ({"asked": "u"}, {"nonsense": 1}):
        with pytest.raises(AppError):
            check_fields(CONFLICT, {**answer, **more}, role=Role.REP)


def test_mechanism_itself_may_write_everything() -> None:
    assert check_fields(CATALOGUE["account"], {"updated_at": NOW}) == {"updated_at": NOW}
    assert check_new(CATALOGUE["user"], {"name": "x", "login": "x"})["role"] == "rep"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"must": "m"}, {"must": "m", "line": "-", "count": 0}),
        ({"must": "m", "line": "a", "count": 3}, {"must": "m", "line": "a", "count": 3}),
        ({"must": "m", "count": None}, {"must": "m", "line": "-", "count": 0}),
        ({"must": "m", "size": "l"}, {"must": "m", "size": "l", "old_size": "l", "line": "-", "count": 0}),
        ({"must": "m", "old_size": "l"}, {"must": "m", "size": "l", "old_size": "l", "line": "-", "count": 0}),
    ],
)
def test_new_record_has_what_was_said_the_defaults_and_both_names_of_a_field(
    values: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert check_new(NOTE, values, role=Role.REP) == expected


@pytest.mark.parametrize(
    ("record", "values", "role", "code", "data"),
    [
        (NOTE, {}, Role.REP, Code.VALUE_REQUIRED, {"type": "note", "field": "must"}),
        (NOTE, {"must": None}, None, Code.VALUE_REQUIRED, {"type": "note", "field": "must"}),
        (CATALOGUE["user"], {"name": "x"}, Role.REP, Code.NOT_PERMITTED, {"type": "user", "role": "rep"}),
    ],
)
def test_new_record_that_is_refused_says_why(
    record: RecordType, values: dict[str, Any], role: Role | None, code: Code, data: dict[str, Any]
) -> None:
    with pytest.raises(AppError) as caught:
        check_new(record, values, role=role)

    assert (caught.value.code, caught.value.data) == (code, data)


@pytest.mark.parametrize("scope", [Scope.ACCOUNT, Scope.INHERITED])
def test_record_of_nobody_names_the_owner_as_what_is_required(scope: Scope) -> None:
    record = RecordType(name="note", table="notes", family="tests", title=("line",), own_fields=(), scope=scope)

    with pytest.raises(AppError) as caught:
        scope_of(record, "r1", {"account": ""})

    assert (caught.value.code, caught.value.data) == (Code.VALUE_REQUIRED, {"field": "owner"})


OPEN = {"stage": "call", "status": "open"}
WON = {"stage": "paid", "status": "won", "closed_on": "2026-11-01"}


@pytest.mark.parametrize(
    ("current", "changes", "expected"),
    [
        # A new deal begins at the first stage of its status: by position, then by key.
        ({}, {}, {"stage": "call", "status": "open", "stage_since": NOW}),
        ({}, {"status": "won"}, {"stage": "signed", "stage_since": NOW, "closed_on": DAY}),
        ({}, {"status": "abandoned"}, {}),
        ({}, {"stage": "talk"}, {"status": "open", "stage_since": NOW}),
        ({}, {"stage": "paid"}, {"status": "won", "stage_since": NOW, "closed_on": DAY}),
        ({}, {"stage": "odd"}, {"status": "open", "stage_since": NOW}),
        ({}, {"stage": "talk", "status": "won"}, {"stage_since": NOW, "closed_on": DAY}),
        # A deal that there is.
        (OPEN, {"name": "x"}, {}),
        (OPEN, {"stage": "call"}, {}),
        (OPEN, {"stage": "talk"}, {"stage_since": NOW}),
        (OPEN, {"stage": "lost"}, {"status": "lost", "stage_since": NOW, "closed_on": DAY}),
        (OPEN, {"status": "open"}, {}),
        ({**OPEN, "stage": "talk"}, {"status": "open"}, {}),
        ({**OPEN, "closed_on": "2026-01-01"}, {"status": "open"}, {}),
        (OPEN, {"status": "lost", "stage": "call"}, {"closed_on": DAY}),
        (OPEN, {"status": "lost"}, {"stage": "lost", "stage_since": NOW, "closed_on": DAY}),
        (OPEN, {"status": "lost", "stage": "talk"}, {"stage_since": NOW, "closed_on": DAY}),
        (OPEN, {"status": "won", "closed_on": "2026-10-01"}, {"stage": "signed", "stage_since": NOW}),
        (WON, {"name": "x"}, {}),
        (WON, {"stage": "signed"}, {"stage_since": NOW}),
        (WON, {"stage": "talk"}, {"status": "open", "stage_since": NOW, "closed_on": None}),
        (WON, {"status": "open"}, {"stage": "call", "stage_since": NOW, "closed_on": None}),
        (WON, {"status": "lost"}, {"stage": "lost", "stage_since": NOW, "closed_on": DAY}),
        ({**WON, "status": "lost"}, {"status": "open"}, {"stage": "call", "stage_since": NOW, "closed_on": None}),
        ({"stage": "call", "status": "abandoned"}, {"status": "open"}, {}),
    ],
)
def test_stage_status_and_days_of_a_deal_follow_each_other(
    current: dict[str, Any], changes: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert consequences(DEAL, current, changes, STAGES, now=NOW) == expected


def test_new_deal_of_an_organisation_without_stages_has_none() -> None:
    assert consequences(DEAL, {}, {"name": "x"}, [], now=NOW) == {}
    assert consequences(DEAL, {}, {"stage": "theirs"}, [], now=NOW) == {"stage_since": NOW}


def test_stage_without_a_position_comes_first() -> None:
    stages: list[dict[str, Any]] = [{"key": "a", "position": 1, "status": "open"}, {"key": "b", "status": "open"}]

    assert consequences(DEAL, {}, {}, stages, now=NOW)["stage"] == "b"
    assert consequences(DEAL, {}, {}, stages[:1], now=NOW)["stage"] == "a"


def test_custom_field_of_any_record_type_is_taken() -> None:
    values = {"record_type": "account", "name": "doors"}

    assert check_fields(CATALOGUE["custom_field"], values, role=Role.ADMIN) == values
