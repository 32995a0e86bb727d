"""Written questions about records: what they mean, and where they say that they were not understood."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.asking import Asked, joined
from desktop.domain.listing import Condition, Either, Listing, Sort, Test
from desktop.services.query_reader import Asker, QueryReader
from desktop.services.refusals import refusal
from desktop.system.i18n import Translator
from desktop.system.paths import resources_folder
from sync.contract.errors import AppError, Code
from tests.commands.laptop import ANA, BEN, Laptop, new_key, opened

NOW = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


def reader_of(laptop: Laptop, language: str = "en", *, user: str = ANA) -> QueryReader:
    words = Translator(resources_folder() / "i18n", language)
    asker = Asker(user=user, currency="CNY", now=lambda: NOW)
    return QueryReader(lambda: laptop.reads.catalogue, words, laptop.reads, asker)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laptop]:
    """A laptop with four customers, made once: questions change nothing."""
    laptop = opened(tmp_path_factory.mktemp("questions"), new_key())
    food = {
        "name": "Kestrel Foods",
        "city": "深圳",
        "segment": "Food",
        "owner": ANA,
        "credit_limit": [1_000_000, "CNY"],
    }
    pharma = {"name": "Merlin", "city": "东莞", "segment": "Pharma", "owner": BEN}
    with laptop.by_hand(ANA) as work:
        work.create("custom_field", {"record_type": "account", "name": "colour", "type": "text", "label": "Colour"})
    with closing(laptop.database):
        laptop.add("account", **food)
        laptop.add("account", **pharma, last_visit_at="2026-11-19T02:00:00.000Z")
        laptop.add(
            "account", name="Smith, Jones and Sons", city="香港", owner=BEN, last_visit_at="2026-08-01T02:00:00.000Z"
        )
        laptop.add("account", name="Osprey", status="lost", owner=ANA, x_colour="red", tags=["frozen", "vip"])
        yield laptop


def found(laptop: Laptop, text: str, language: str = "en") -> list[str]:
    asked = reader_of(laptop, language).read("account", text)
    wanted = Listing("account", tuple(each.clause for each in asked), (Sort("name"),))
    names = [str(row["name"]) for row in laptop.reads.rows("account", laptop.reads.ids(wanted))]
    return [name.split()[0].strip(",") for name in names if name.split()[0].strip(",") in KNOWN]


KNOWN = ("Kestrel", "Merlin", "Smith", "Osprey")


@pytest.mark.parametrize(
    ("text", "language", "names"),
    [
        ("city = 深圳, 东莞", "en", ["Kestrel", "Merlin"]),
        ("City is 深圳 or segment contains pharm", "en", ["Kestrel", "Merlin"]),
        ("城市 是 深圳、东莞 且 行业 != Pharma", "zh_CN", ["Kestrel"]),
        ("城市是深圳", "zh_CN", ["Kestrel"]),
        ("縣市 屬於 (深圳, 香港)", "zh_TW", ["Kestrel", "Smith"]),
        ("owner = me", "en", ["Kestrel", "Osprey"]),
        ("owner is not me", "en", ["Merlin", "Smith"]),
        ('name = "Smith, Jones and Sons"', "en", ["Smith"]),
        ("last visit = yesterday", "en", ["Merlin"]),
        ("last visit before 60 days ago", "en", ["Smith"]),
        ("last visit before or empty 60 days ago", "en", ["Kestrel", "Osprey", "Smith"]),
        ("last_visit_at = 2026-Q3", "en", ["Smith"]),
        ("last_visit_at >= this month", "en", ["Merlin"]),
        ("credit limit >= 10,000", "en", ["Kestrel"]),
        ("credit_limit > 10000 CNY", "en", []),
        ("city is empty and not_there = x", "en", None),
        ("city=", "en", ["Osprey"]),
        ("city!= and owner=me", "en", ["Kestrel"]),
        ("tags = frozen, unknown", "en", ["Osprey"]),
        ("tags ~ frozen, unknown", "en", []),
        ("tags !~ frozen and owner = me", "en", ["Kestrel"]),
        ("colour = RED", "en", ["Osprey"]),
        ("x_colour does not contain red and owner = me", "en", ["Kestrel"]),
        ("status = Lost", "en", ["Osprey"]),
        ("(city = 深圳 or city = 香港) and (owner = me or name ~ smith)", "en", ["Kestrel", "Smith"]),
        ("city not in (深圳, 东莞, 香港)", "en", ["Osprey"]),
        ("", "en", ["Kestrel", "Merlin", "Osprey", "Smith"]),
    ],
)
def test_question_finds_what_it_says(furnished: Laptop, text: str, language: str, names: list[str] | None) -> None:
    if names is None:
        with pytest.raises(AppError):
            found(furnished, text, language)
        return

    assert found(furnished, text, language) == names


@pytest.mark.parametrize(
    ("text", "near", "reason"),
    [
        ("citi = 深圳", "citi", Code.QUERY_FIELD_ALIKE),
        ("qqqq = 深圳", "qqqq", Code.UNKNOWN_FIELD),
        ("city", "city", Code.QUERY_TEST_MISSING),
        ("city = 深圳 and", "city = 深圳 and", Code.QUERY_VALUE_MISSING),
        ("credit limit >= and city = 深圳", "and city", Code.QUERY_VALUE_MISSING),
        ("credit limit >= a lot", "a lot", Code.VALUE_UNREADABLE),
        ("(city = 深圳", "(city", Code.QUERY_NOT_CLOSED),
        ("city = 深圳)", ")", Code.QUERY_NOT_CLOSED),
        ('city = "深圳', '"深圳', Code.QUERY_NOT_CLOSED),
        ('city = "深圳" segment = x', "segment", Code.QUERY_NOT_JOINED),
        ("city = 深圳 and owner = Nobody Here", "Nobody", Code.REFERENCE_NOT_FOUND),
        ("tags < 3", "3", Code.NOT_COMPARABLE),
        ("(" * 40 + "city = x" + ")" * 40, "(", Code.QUERY_NOT_CLOSED),
    ],
)
def test_question_that_is_not_understood_names_place_and_reason(
    furnished: Laptop, text: str, near: str, reason: Code
) -> None:
    with pytest.raises(AppError) as refused:
        reader_of(furnished).read("account", text)

    data = refused.value.data
    assert refused.value.code is Code.QUERY_UNREADABLE
    assert (data["reason"]["code"], str(data["value"]).startswith(near)) == (reason.value, True)
    for language in ("en", "zh_CN", "zh_TW"):
        said = refusal(Translator(resources_folder() / "i18n", language), refused.value)
        assert str(data["at"]) in said
        assert "{" not in said


def test_what_is_typed_reaches_the_database_as_values_only(furnished: Laptop) -> None:
    hostile = "'; DROP TABLE accounts; --"

    assert found(furnished, f'name = "{hostile}"') == []
    assert len(found(furnished, "")) == len(KNOWN)


def test_question_is_kept_without_words_of_a_language_and_with_those_that_move(furnished: Laptop) -> None:
    asked = reader_of(furnished, "zh_CN").read("account", "负责人 是 我 且 上次拜访 早于 60天前 且 状态 是 已流失")

    kept = joined(asked)

    assert kept == 'owner = 我 and last_visit_at < 60天前 and status = "lost"'
    assert [each.clause for each in reader_of(furnished, "en").read("account", kept)] == [each.clause for each in asked]


def test_me_in_a_kept_question_is_who_opens_it(furnished: Laptop) -> None:
    (mine,) = reader_of(furnished, user=BEN).read("account", "owner = me")

    assert mine.clause == Condition("owner", Test.EQ, BEN)


def test_person_is_named_by_name_and_the_answer_knows_what_they_are_called(furnished: Laptop) -> None:
    name = str(furnished.values("user", BEN)["name"])

    (asked,) = reader_of(furnished).read("account", f"owner = {name}")

    assert (asked.clause, asked.titles) == (Condition("owner", Test.EQ, BEN), {BEN: name})


_FIELDS = st.sampled_from(["city", "segment", "credit_limit", "last_visit_at", "owner", "tags", "name", "status"])
_PIECES = st.one_of(
    _FIELDS,
    st.sampled_from(["=", "!=", "<", "is", "is not", "contains", "in", "and", "or", "(", ")", ",", '"', "me", "today"]),
    st.text(max_size=6),
)


def answer(reader: QueryReader, text: str) -> tuple[Asked, ...] | AppError:
    try:
        return reader.read("account", text)
    except AppError as refused:
        return refused


@settings(max_examples=150, deadline=None)
@given(pieces=st.lists(_PIECES, max_size=9))
def test_any_text_is_answered_or_refused_with_a_place(furnished: Laptop, pieces: list[str]) -> None:
    text = " ".join(pieces)
    reader = reader_of(furnished)

    got = answer(reader, text)

    if isinstance(got, AppError):
        assert got.code is Code.QUERY_UNREADABLE
        assert 0 <= int(str(got.data["start"])) <= len(text)
        return
    where = tuple(each.clause for each in got)
    asked_at_once = Listing("account", (Either((where,)),))
    assert furnished.reads.ids(Listing("account", where)) == furnished.reads.ids(asked_at_once)
    assert [each.clause for each in reader.read("account", joined(got))] == list(where)
