"""Values: read from text, checked, written back, put into columns and taken out again."""

from datetime import timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.contract.entities import CATALOGUE
from sync.contract.errors import AppError, Code
from sync.contract.fields import Field, FieldType
from sync.contract.values import check_value, columns, format_value, from_columns, parse_value, to_columns

ACCOUNT = CATALOGUE["account"].fields
MONEY = ACCOUNT["revenue"]


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=30)
EAST = timezone(timedelta(hours=8))
VALUES: dict[FieldType, st.SearchStrategy[Any]] = {
    FieldType.NUMBER: st.integers(-(2**53) + 1, 2**53 - 1),
    FieldType.BOOLEAN: st.booleans(),
    FieldType.MONEY: st.tuples(st.integers(-(10**12), 10**12), st.sampled_from(["CNY", "USD", "JPY", "KWD"])).map(list),
    FieldType.GEO: st.tuples(st.floats(-90, 90), st.floats(-180, 180)).map(list),
    FieldType.DATE: st.dates().map(lambda day: day.isoformat()),
    FieldType.INSTANT: st.datetimes(timezones=st.just(EAST))
    .filter(lambda at: at.year > 1)
    .map(lambda at: at.isoformat()),
    FieldType.TAGS: st.lists(TEXT.map(str.strip).filter(bool), max_size=5),
    FieldType.PHONE: st.just("+86 755 8812 4000"),
    FieldType.EMAIL: st.just("lin@frostline.example"),
}


def a_value(kind: FieldType) -> st.SearchStrategy[Any]:
    """Draw a value that the field type allows."""
    return VALUES.get(kind, TEXT)


@pytest.mark.parametrize("kind", list(FieldType))
@given(data=st.data())
def test_value_put_into_columns_comes_out_the_same(kind: FieldType, data: st.DataObject) -> None:
    field = Field(name="probe", type=kind, max_length=1000)
    value = check_value(field, data.draw(a_value(kind)))

    raw = to_columns(field, value)

    assert len(raw) == len(columns(field))
    assert from_columns(field, raw) == value


@pytest.mark.parametrize("kind", [each for each in FieldType if each not in {FieldType.TAGS, FieldType.JSON}])
@given(data=st.data())
def test_value_written_as_text_is_read_back_the_same(kind: FieldType, data: st.DataObject) -> None:
    field = Field(name="probe", type=kind, max_length=1000)
    value = check_value(field, data.draw(a_value(kind)))

    assert parse_value(field, format_value(field, value)) == value


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("1200.50 CNY", [120050, "CNY"]),
        ("USD 1,200", [120000, "USD"]),
        ("500 jpy", [500, "JPY"]),
        ("-3.5 CNY", [-350, "CNY"]),
        ("12", [1200, "CNY"]),
    ],
)
def test_amount_written_in_common_ways_is_read(text: str, wire: list[Any]) -> None:
    assert parse_value(MONEY, text, currency="CNY") == wire


@pytest.mark.parametrize("kind", list(FieldType))
@pytest.mark.parametrize("left", [4, 4.5, True, "red", [4.0, 5.0], [1200, "CNY"], ["a", "b"], ["a"]])
def test_value_left_by_a_field_of_another_type_is_shown_all_the_same(kind: FieldType, left: Any) -> None:
    assert format_value(Field(name="probe", type=kind), left)


@pytest.mark.parametrize("text", ["inf", "-Infinity", "nan"])
def test_number_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(AppError) as refusal:
        parse_value(ACCOUNT["employees"], text)

    assert refusal.value.code is Code.VALUE_UNREADABLE


@pytest.mark.parametrize("text", ["021-5550 8812 分机 12", "+49 170 123 (mobile)"])
def test_phone_may_have_remarks(text: str) -> None:
    assert check_value(ACCOUNT["phone"], text) == text


@pytest.mark.parametrize("text", ["1.234 CNY", "CNY", "12 12 12 EURO", "twelve", "1e5 CNY"])
def test_amount_that_cannot_be_exact_is_refused(text: str) -> None:
    with pytest.raises(AppError) as refusal:
        parse_value(MONEY, text)

    assert refusal.value.code is Code.VALUE_UNREADABLE


def test_instant_without_zone_takes_the_readers_zone() -> None:
    at = CATALOGUE["task"].fields["due_at"]

    assert parse_value(at, "2026-11-20 15:00", zone=timezone(timedelta(hours=8))) == "2026-11-20T07:00:00.000Z"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("name", "x" * 201, Code.VALUE_TOO_LONG),
        ("name", 7, Code.VALUE_UNREADABLE),
        ("name", "a\x00b", Code.VALUE_UNREADABLE),
        ("name", "a\ud800b", Code.VALUE_UNREADABLE),
        ("email", "no at sign", Code.VALUE_UNREADABLE),
        ("phone", "call me", Code.VALUE_UNREADABLE),
        ("kind", "castle", Code.VALUE_NOT_A_CHOICE),
        ("employees", -1, Code.VALUE_OUT_OF_RANGE),
        ("employees", 1.5, Code.VALUE_UNREADABLE),
        ("employees", float("nan"), Code.VALUE_UNREADABLE),
        ("employees", float("inf"), Code.VALUE_OUT_OF_RANGE),
        ("employees", 10**400, Code.VALUE_OUT_OF_RANGE),
        ("employees", True, Code.VALUE_UNREADABLE),
        ("revenue", [1, "cny"], Code.VALUE_UNREADABLE),
        ("revenue", [1.5, "CNY"], Code.VALUE_UNREADABLE),
        ("location", [91, 0], Code.VALUE_OUT_OF_RANGE),
        ("location", [float("nan"), 0], Code.VALUE_OUT_OF_RANGE),
        ("location", [0, 10**400], Code.VALUE_OUT_OF_RANGE),
        ("customer_since", "2026-02-30", Code.VALUE_UNREADABLE),
        ("last_visit_at", "yesterday", Code.VALUE_UNREADABLE),
        ("tags", "a,b", Code.VALUE_UNREADABLE),
    ],
)
def test_value_out_of_bounds_is_refused_with_its_field(name: str, value: Any, code: Code) -> None:
    with pytest.raises(AppError) as refusal:
        check_value(ACCOUNT[name], value)

    assert (refusal.value.code, refusal.value.data["field"]) == (code, name)
