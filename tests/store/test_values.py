"""Every value that the contract allows comes back from the database as it went in, text of any kind included."""

from typing import Any

import pytest

from desktop.domain.listing import Condition, Sort, Test
from desktop.store.rows import RowCodec
from sync.contract.entities import CATALOGUE
from sync.contract.errors import AppError
from sync.contract.fields import FieldType, Role
from sync.contract.values import columns
from tests.store.laptops import Laptop

HOSTILE = [
    "undefined",
    "null",
    "NULL",
    "true",
    "0",
    "-1",
    "1e309",
    "NaN",
    "0x0",
    "١٢٣",
    "'; DROP TABLE accounts; --",
    '" OR ""="',
    "Robert'); DELETE FROM journal;--",
    "%s%d%n",
    "{{7*7}}",
    "../../../etc/passwd",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "\u202etest\u202e",
    "\u200b\u200d\ufeff.",
    "Z\u0351\u036b\u0343\u036aa\u0310lgo",
    "e\u0301 is not é",
    "ﷺ",
    "👩‍👩‍👧‍👦 🏳️‍🌈 \U0001d4e3\U0001d4f1\U0001d4ee",
    "部落格 和製漢語 部門 사회과학원",
    "田中さんにあげて下さい",
    "ЁЂЃ ﬁ ß İ \u0131",
    "tab\tand\nnewline\r\nreturn",
    "\x01\x02\x1f\x7f",
    "\\ \\\\ \\n \\u0000",
    "x" * 20_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_text_of_any_kind_round_trips_is_found_and_listed(laptop: Laptop, text: str) -> None:
    account = laptop.add("account", {"name": "Acme", "description": text, "tags": [text[:50]]})
    laptop.change("account", account, segment=text[:100])

    stored = text.strip()
    shown = laptop.shown("account", account).values
    assert shown["description"] == stored
    assert laptop.outbox()[0].fields["description"] == stored
    assert laptop.ids("account", Condition("segment", Test.EQ, shown["segment"])) == [account]
    assert laptop.ids("account", Condition("tags", Test.EQ, shown["tags"])) == [account]
    laptop.search(text)


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800"])
def test_text_that_no_database_can_hold_is_refused(laptop: Laptop, text: str) -> None:
    with pytest.raises(AppError):
        laptop.add("account", {"name": text})


CUSTOM: dict[str, tuple[Any, Any]] = {
    "text": ("红色", "red"),
    "number": (3, 2.5),
    "boolean": (True, False),
    "money": ([5, "CNY"], [-7, "EUR"]),
    "date": ("2026-01-02", "2026-01-01"),
    "instant": ("2026-01-01T00:00:00.000Z", "2025-01-01T00:00:00.000Z"),
    "choice": ("a", "b"),
    "phone": ("+86 10 1234", "1"),
    "tags": (["a", "b"], ["c"]),
    "geo": ([1.5, 2.5], [0.0, 0.0]),
}


@pytest.mark.parametrize("kind", list(CUSTOM))
def test_custom_field_stores_shows_filters_merges_and_clears(laptop: Laptop, kind: str) -> None:
    first, second = CUSTOM[kind]
    definition = {"record_type": "account", "name": "extra", "type": kind, "choices": ["a", "b"]}
    laptop.add("custom_field", definition if kind == "choice" else {**definition, "choices": None}, role=Role.ADMIN)

    account = laptop.add("account", {"name": "Acme", "x_extra": first})
    other = laptop.add("account", {"name": "Other"})
    laptop.change("account", account, x_extra=second)
    laptop.change("account", account, city="上海")

    assert laptop.shown("account", account).values["x_extra"] == second
    assert laptop.ids("account", Condition("x_extra", Test.EQ, second)) == [account]
    assert laptop.ids("account", Condition("x_extra", Test.EMPTY)) == [other]
    patches = [(each.fields, each.was) for each in laptop.outbox() if "x_extra" in each.fields and each.op == "patch"]
    assert patches == [({"x_extra": second}, {"x_extra": first})]
    laptop.change("account", account, x_extra=None)
    assert "x_extra" not in laptop.shown("account", account).values
    assert laptop.table("SELECT custom FROM accounts WHERE custom IS NOT NULL") == []


def test_custom_fields_sort(laptop: Laptop) -> None:
    laptop.add("custom_field", {"record_type": "account", "name": "rank", "type": "number"}, role=Role.ADMIN)
    ids = {rank: laptop.add("account", {"name": "Acme", "x_rank": rank}) for rank in (10, 9, 2.5, None)}

    found = laptop.ids("account", sort=(Sort("x_rank"),))

    assert found == [ids[2.5], ids[9], ids[10], ids[None]]


SAMPLES: dict[FieldType, Any] = {
    FieldType.NUMBER: 7,
    FieldType.BOOLEAN: False,
    FieldType.MONEY: [0, "CNY"],
    FieldType.GEO: [-12.5, 179.999999],
    FieldType.TAGS: ["a", "ä"],
    FieldType.JSON: {"a": [1, None, {"b": "ü"}]},
}


@pytest.mark.parametrize("record", list(CATALOGUE), ids=lambda record: record.name)
def test_codec_gives_back_what_it_was_given(record: Any) -> None:
    codec = RowCodec(record)
    values = {field.name: SAMPLES.get(field.type, "text") for field in record.stored_fields}

    encoded = codec.whole(values)

    assert codec.values([encoded[name] for name in codec.columns], {}) == values
    assert set(codec.columns) == {column.name for field in record.stored_fields for column in columns(field)}
    assert codec.values([None] * len(codec.columns), {}) == {}


@pytest.mark.parametrize("record", list(CATALOGUE), ids=lambda record: record.name)
def test_no_field_is_called_like_a_column_of_the_store(record: Any) -> None:
    from desktop.store.tables import OWN_COLUMNS

    assert not set(RowCodec(record).columns) & set(OWN_COLUMNS)
    assert len(set(RowCodec(record).columns)) == len(RowCodec(record).columns)
