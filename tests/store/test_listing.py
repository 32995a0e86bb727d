"""Lists: what SQLite answers is what a few lines of Python would answer, whatever is asked."""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.domain.listing import Clause, Condition, Either, Listing, Sort, Test
from desktop.store.queries import listing
from sync.contract.errors import AppError, Code
from sync.contract.fields import Field, FieldType, Role
from tests.store.laptops import Laptop, open_database

HOSTILE = [
    "'",
    '"; DROP TABLE accounts; --',
    "%_",
    "\\",
    "\uff21\uff22\uff23",
    "é",
    "É",
    "ß",
    "\u202eabc",
    "\U0001f642",
    "a\nb",
    "NULL",
    "张三",
    "Zhang",
]
NAMES = ["Acme", "ACME", "acme", "Zeta", "北京机械", "张", "é", "É", "o'Neil", "100% real", "a_b", "Ωmega"]
CUSTOM = [
    {"record_type": "account", "name": "colour", "type": "text"},
    {"record_type": "account", "name": "machines", "type": "number"},
    {"record_type": "account", "name": "budget", "type": "money"},
    {"record_type": "account", "name": "green", "type": "boolean"},
    {"record_type": "account", "name": "brands", "type": "tags"},
]

_TEXT = st.one_of(st.sampled_from(NAMES), st.sampled_from(HOSTILE))
_VALUES: dict[FieldType, st.SearchStrategy[Any]] = {
    FieldType.TEXT: _TEXT,
    FieldType.CHOICE: st.sampled_from(["a", "b", "c", "prospect", "active"]),
    FieldType.NUMBER: st.integers(0, 4),
    FieldType.BOOLEAN: st.booleans(),
    FieldType.MONEY: st.tuples(st.integers(-2, 2), st.sampled_from(["CNY", "EUR"])).map(list),
    FieldType.DATE: st.sampled_from(["2026-01-01", "2026-05-05", "2027-01-01"]),
    FieldType.TAGS: st.lists(st.sampled_from(["a", "B", "c"]), min_size=1, max_size=2, unique=True).map(sorted),
    FieldType.GEO: st.sampled_from([[31.1, 121.2], [0.0, 0.0]]),
}
FIELDS = (
    "name",
    "segment",
    "tier",
    "employees",
    "revenue",
    "customer_since",
    "tags",
    "location",
    "x_colour",
    "x_machines",
    "x_budget",
    "x_green",
    "x_brands",
)
_EQUAL = (Test.EQ, Test.NE, Test.IN, Test.NOT_IN, Test.EMPTY, Test.FILLED)
_OPPOSITES = {Test.NE: Test.EQ, Test.NOT_IN: Test.IN, Test.LACKS: Test.CONTAINS}
_TESTS = {
    FieldType.TAGS: (*_EQUAL, Test.CONTAINS, Test.LACKS),
    FieldType.GEO: _EQUAL,
    FieldType.BOOLEAN: _EQUAL,
    FieldType.MONEY: tuple(each for each in Test if each not in {Test.CONTAINS, Test.LACKS}),
    FieldType.NUMBER: tuple(each for each in Test if each not in {Test.CONTAINS, Test.LACKS}),
}


@pytest.fixture(scope="module")
def crowd(empty_file: Path) -> Iterator[Laptop]:
    """A database with accounts of all kinds, made once: reading does not change it."""
    folder = Path(tempfile.mkdtemp(prefix="crowd-"))
    (folder / "store").mkdir()
    shutil.copyfile(empty_file, folder / "store" / "data.db")
    with open_database(folder, create=False) as database:
        laptop = Laptop(database)
        with laptop.unit(role=Role.ADMIN) as work:
            for definition in CUSTOM:
                work.create("custom_field", definition)
        with laptop.unit(role=Role.ADMIN) as work:
            for number in range(80):
                work.create("account", _account(number))
        for each in laptop.ids("account")[::9]:
            laptop.delete("account", each)
        yield laptop
    shutil.rmtree(folder)


def _account(number: int) -> dict[str, Any]:
    values: dict[str, Any] = {"name": NAMES[number % len(NAMES)]}
    picks: dict[str, list[Any]] = {
        "segment": [None, *HOSTILE],
        "tier": [None, "a", "b", "c"],
        "employees": [None, 0, 1, 2, 3],
        "revenue": [None, [-2, "CNY"], [1, "CNY"], [1, "EUR"], [2, "CNY"]],
        "customer_since": [None, "2026-01-01", "2026-05-05"],
        "tags": [None, ["a"], ["B"], ["B", "a"], ["c"]],
        "location": [None, [31.1, 121.2]],
        "x_colour": [None, "red", "RED", "蓝", "'"],
        "x_machines": [None, 0, 1, 3],
        "x_budget": [None, [1, "CNY"], [2, "EUR"]],
        "x_green": [None, True, False],
        "x_brands": [None, ["a"], ["a", "c"]],
    }
    for index, (name, choices) in enumerate(picks.items()):
        value = choices[(number * (index + 3) + number // 7) % len(choices)]
        if value is not None:
            values[name] = value
    return values


def field_of(laptop: Laptop, name: str) -> Field:
    return laptop.database.catalogue["account"].fields[name]


@st.composite
def conditions(draw: st.DrawFn, laptop: Laptop) -> Condition:
    field = field_of(laptop, draw(st.sampled_from(FIELDS)))
    test = draw(st.sampled_from(_TESTS.get(field.type, tuple(Test))))
    value = draw(_VALUES[field.type])
    if test in {Test.IN, Test.NOT_IN}:
        value = draw(st.lists(_VALUES[field.type], max_size=3))
        if field.type is FieldType.TAGS:
            value = [tag for each in value for tag in each]
    if test in {Test.EMPTY, Test.FILLED}:
        value = None
    return Condition(field.name, test, value)


def clauses(laptop: Laptop) -> st.SearchStrategy[Clause]:
    """Draw conditions, and several of which one must hold, inside of each other."""

    def either(inner: st.SearchStrategy[Clause]) -> st.SearchStrategy[Clause]:
        groups = st.lists(st.lists(inner, max_size=2).map(tuple), max_size=2).map(tuple)
        return groups.map(Either)

    return st.recursive(conditions(laptop), either, max_leaves=4)


def ascii_lower(text: str) -> str:
    return re.sub("[A-Z]+", lambda found: found.group().lower(), text)


def folded(field: Field, value: Any) -> Any:
    return ascii_lower(value) if field.type is FieldType.TEXT and isinstance(value, str) else value


def holds(field: Field, have: Any, condition: Condition) -> bool:
    """Evaluate one condition the plain way."""
    test, wanted = condition.test, condition.value
    if test in {Test.EMPTY, Test.FILLED}:
        return (have is None) == (test is Test.EMPTY)
    if test is Test.NOT_SINCE:
        return have is None or compares(field, Test.LT, have, wanted)
    if test in _OPPOSITES:
        return have is None or not compares(field, _OPPOSITES[test], have, wanted)
    return have is not None and compares(field, test, have, wanted)


def compares(field: Field, test: Test, have: Any, wanted: Any) -> bool:
    if field.type is FieldType.TAGS:
        tags = {ascii_lower(each) for each in have}
        asked = {ascii_lower(each) for each in ([wanted] if isinstance(wanted, str) else wanted)}
        return bool(tags & asked) if test is Test.IN else asked <= tags
    if test is Test.IN:
        return any(compares(field, Test.EQ, have, each) for each in wanted)
    if field.type in {FieldType.MONEY, FieldType.GEO}:
        return bool(have[1] == wanted[1] and _COMPARE[test](have[0], wanted[0]))
    if test is Test.CONTAINS:
        return ascii_lower(str(wanted)) in ascii_lower(str(have))
    return bool(_COMPARE[test](folded(field, have), folded(field, wanted)))


_COMPARE: dict[Test, Callable[[Any, Any], bool]] = {
    Test.EQ: lambda a, b: a == b,
    Test.LT: lambda a, b: a < b,
    Test.LE: lambda a, b: a <= b,
    Test.GT: lambda a, b: a > b,
    Test.GE: lambda a, b: a >= b,
}


def satisfies(laptop: Laptop, values: Mapping[str, Any], clause: Clause) -> bool:
    if isinstance(clause, Condition):
        return holds(field_of(laptop, clause.field), values.get(clause.field), clause)
    return any(all(satisfies(laptop, values, each) for each in group) for group in clause.groups)


def sort_value(field: Field, value: Any) -> Any:
    if field.type is FieldType.MONEY:
        return value[0]
    if field.type is FieldType.TAGS:
        return "[" + ",".join(f'"{each}"' for each in value) + "]"
    return folded(field, value)


def expected(laptop: Laptop, asked: Listing) -> list[str]:
    """Answer a listing the plain way."""
    everyone = [laptop.shown("account", each) for each in laptop.ids("account")]
    found = sorted(
        (each for each in everyone if all(satisfies(laptop, each.values, one) for one in asked.where)),
        key=lambda each: each.id,
        reverse=bool(asked.sort) and asked.sort[-1].descending,
    )
    for sort in reversed(asked.sort):
        field = field_of(laptop, sort.field)
        filled = [each for each in found if each.values.get(sort.field) is not None]
        filled.sort(key=lambda each: sort_value(field, each.values[sort.field]), reverse=sort.descending)
        found = filled + [each for each in found if each.values.get(sort.field) is None]
    return [each.id for each in found][: asked.limit]


def answered(laptop: Laptop, asked: Listing) -> list[str]:
    with laptop.database.reading() as connection:
        return listing.ids(connection, laptop.database.schema, asked)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_listing_answers_what_plain_python_answers(crowd: Laptop, data: st.DataObject) -> None:
    sortable = [each for each in FIELDS if each != "location"]
    asked = Listing(
        "account",
        where=tuple(data.draw(st.lists(clauses(crowd), max_size=3))),
        sort=tuple(data.draw(st.lists(st.builds(Sort, st.sampled_from(sortable), st.booleans()), max_size=2))),
        limit=data.draw(st.sampled_from([None, 0, 1, 7])),
    )

    assert answered(crowd, asked) == expected(crowd, asked)


@pytest.mark.parametrize("field", ["name", "segment", "tier", "last_visit_at", "revenue", "x_machines"])
@pytest.mark.parametrize("descending", [False, True])
def test_single_sort_key_puts_empty_values_last(crowd: Laptop, field: str, descending: bool) -> None:  # noqa: FBT001 - parametrized
    asked = Listing("account", sort=(Sort(field, descending),))

    assert answered(crowd, asked) == expected(crowd, asked)


def test_reference_sorts_by_the_title_of_its_target(laptop: Laptop) -> None:
    accounts = {name: laptop.add("account", {"name": name}) for name in ("Zeta", "acme", "Beta")}
    contacts = {
        name: laptop.add("contact", {"name": f"of {name}", "account": account}) for name, account in accounts.items()
    }
    alone = laptop.add("contact", {"name": "alone"})

    found = laptop.ids("contact", sort=(Sort("account"), Sort("name")))

    assert found == [contacts["acme"], contacts["Beta"], contacts["Zeta"], alone]


def test_deleted_records_are_listed_only_when_asked_for(laptop: Laptop) -> None:
    kept, deleted = laptop.add("account", {"name": "Kept"}), laptop.add("account", {"name": "Deleted"})
    laptop.delete("account", deleted)

    assert laptop.ids("account") == [kept]
    assert answered(laptop, Listing("account", deleted=True)) == [deleted]


def test_text_narrows_to_what_search_finds(laptop: Laptop) -> None:
    wanted = laptop.add("account", {"name": "上海机械", "status": "active"})
    laptop.add("account", {"name": "上海钢铁"})

    assert laptop.ids("account", text="机械") == [wanted]
    assert laptop.ids("account", Condition("status", Test.EQ, "active"), text="上海") == [wanted]
    assert laptop.ids("account", text="!!!") == []


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Listing("spaceship"), Code.UNKNOWN_TYPE),
        (Listing("account", (Condition("speed", Test.EQ, 1),)), Code.UNKNOWN_FIELD),
        (Listing("account", (Condition("name) OR 1=1 --", Test.EQ, 1),)), Code.UNKNOWN_FIELD),
        (Listing("account", sort=(Sort("speed"),)), Code.UNKNOWN_FIELD),
        (Listing("account", sort=(Sort("location"),)), Code.NOT_SORTABLE),
        (Listing("account", (Condition("location", Test.LT, [1, 1]),)), Code.NOT_COMPARABLE),
        (Listing("account", (Condition("employees", Test.CONTAINS, 1),)), Code.NOT_COMPARABLE),
        (Listing("account", (Condition("revenue", Test.EQ, 5),)), Code.NOT_COMPARABLE),
        (Listing("account", (Condition("tags", Test.LT, ["a"]),)), Code.NOT_COMPARABLE),
        (Listing("account", (Condition("name", Test.EQ),)), Code.NOT_COMPARABLE),
        (Listing("account", (Condition("name", Test.IN, "abc"),)), Code.NOT_COMPARABLE),
    ],
)
def test_question_that_makes_no_sense_is_refused(laptop: Laptop, asked: Listing, code: Code) -> None:
    with pytest.raises(AppError) as refusal:
        answered(laptop, asked)

    assert refusal.value.code is code


def test_rows_come_in_the_order_asked_with_titles_and_marks(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    first = laptop.add("contact", {"name": "王芳", "account": account})
    laptop.sent(5)
    second = laptop.add("contact", {"name": "李强", "account": account})

    with laptop.database.reading() as connection:
        rows = listing.rows(connection, laptop.database.schema, "contact", [second, "missing", first])

    assert [(each["id"], each["pending"]) for each in rows] == [(second, True), (first, False)]
    assert rows[0]["titles"]["account"] == "Acme"
    assert rows[0]["choice"] is False


def test_long_lists_come_from_an_index_alone(laptop: Laptop) -> None:
    shown = "SELECT id FROM accounts WHERE hidden = 0"
    plans = {
        "by title": f"{shown} ORDER BY name COLLATE NOCASE, id",
        "by status": "SELECT id FROM accounts WHERE hidden = 0 AND status = 'active' ORDER BY name COLLATE NOCASE, id",
        "by visit": f"{shown} AND last_visit_at IS NOT NULL ORDER BY last_visit_at, id",
        "by owner": "SELECT id, owner FROM accounts WHERE hidden = 0 ORDER BY name COLLATE NOCASE, id",
    }

    for name, sql in plans.items():
        plan = " ".join(str(row[3]) for row in laptop.table(f"EXPLAIN QUERY PLAN {sql}"))
        assert "COVERING INDEX" in plan, name
        assert "B-TREE" not in plan, name
