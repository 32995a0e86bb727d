"""Search finds what a rep would type, and only what the rep may see."""

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.store.search import words
from desktop.store.search.building import build_some, rebuild
from desktop.store.search.progress import search_progress
from sync.contract.fields import Role
from tests.store.laptops import Laptop, account_row, open_database, page, row


@pytest.fixture
def people(laptop: Laptop) -> Laptop:
    """Two customers and somebody to talk to."""
    account = laptop.add(
        "account",
        {
            "name": "上海精密机械有限公司",
            "local_name": "Shanghai Precision",
            "phone": "+86 21 6888 1234",
            "tags": ["vip"],
        },
    )
    laptop.add("account", {"name": "Zhangjiang O'Neil GmbH", "description": "Customer of the 上海 office since 1998"})
    laptop.add(
        "contact", {"name": "张伟", "account": account, "mobile": "13812345678", "email": "wei.zhang@example.cn"}
    )
    laptop.add("activity", {"kind": "note", "account": account, "body": "客户觉得价格太高，需要再谈"})
    return laptop


def titles(laptop: Laptop, text: str) -> list[str]:
    return [found.title for found in laptop.search(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("张", ["张伟"]),
        ("张伟", ["张伟"]),
        ("精密机", ["上海精密机械有限公司"]),
        ("机械有限公司", ["上海精密机械有限公司"]),
        ("机密", []),
        ("zhangj", ["Zhangjiang O'Neil GmbH"]),
        ("ZHANGJ", ["Zhangjiang O'Neil GmbH"]),
        ("angj", []),
        ("o'neil", ["Zhangjiang O'Neil GmbH"]),
        ("gmbh zhang", ["Zhangjiang O'Neil GmbH"]),
        ("precision 上海", ["上海精密机械有限公司"]),
        ("vip", ["上海精密机械有限公司"]),
        ("价格太高", ["客户觉得价格太高，需要再谈"]),
        ("wei.zhang@example.cn", ["张伟"]),
        ("13812345678", ["张伟"]),
        ("138 1234 5678", ["张伟"]),
        ("138-1234-5678", ["张伟"]),
        ("1381234", ["张伟"]),
        ("5678", ["张伟"]),
        ("021-68881234", ["上海精密机械有限公司"]),
        ("6888 1234", ["上海精密机械有限公司"]),
        ("68881234", ["上海精密机械有限公司"]),
        ("+86 21 6888 1234", ["上海精密机械有限公司"]),
        ("1234", ["上海精密机械有限公司", "张伟"]),
    ],
)
def test_search_finds_what_was_typed(people: Laptop, text: str, expected: list[str]) -> None:
    assert titles(people, text) == expected


def test_titles_come_before_other_places(people: Laptop) -> None:
    assert titles(people, "上海") == ["上海精密机械有限公司", "Zhangjiang O'Neil GmbH"]


def test_exact_title_comes_first_however_many_begin_like_it(laptop: Laptop) -> None:
    with laptop.unit() as work:
        for number in range(130):
            work.create("account", {"name": f"Wang Trading {number:03}"})
        exact = work.create("account", {"name": "Wang"})

    assert laptop.search("wang", limit=5)[0].id == exact


def test_found_tells_where_the_words_stand(people: Laptop) -> None:
    (activity,) = people.search("价格")
    (contact,) = people.search("1381234")

    assert (activity.type, activity.field, activity.matched) == ("activity", "body", "客户觉得价格太高，需要再谈")
    assert (contact.field, contact.matched) == ("mobile", "13812345678")


def test_search_may_be_narrowed_to_types_and_cut(people: Laptop) -> None:
    assert [found.type for found in people.search("上海", types=["contact"])] == []
    assert len(people.search("上海", limit=1)) == 1
    assert people.search("上海", limit=0) == []


ODD = [
    "",
    "  ",
    "!!!",
    '"',
    '""',
    "*",
    "AND",
    "a OR b",
    "title:x",
    "(",
    "^",
    "NEAR(a b)",
    "-",
    "\x00",
    "😀",
    "a" * 5000,
]


@pytest.mark.parametrize("text", ODD)
def test_no_text_breaks_search(people: Laptop, text: str) -> None:
    people.search(text)


def test_changed_record_is_found_by_its_new_words_only(people: Laptop) -> None:
    (contact,) = people.search("张伟")

    people.change("contact", contact.id, name="李强", mobile=None)

    assert titles(people, "张伟") == []
    assert titles(people, "13812345678") == []
    assert titles(people, "李") == ["李强"]


def test_deleted_and_hidden_records_are_not_found(people: Laptop) -> None:
    (account,) = people.search("精密")

    people.delete("account", account.id)
    hidden = titles(people, "张伟"), titles(people, "精密"), titles(people, "价格")
    people.restore("account", account.id)

    assert hidden == ([], [], [])
    assert titles(people, "张伟") == ["张伟"]


def test_custom_field_that_is_searched_is_found(laptop: Laptop) -> None:
    for name, searched in (("machine", True), ("secret", False)):
        definition = {"record_type": "account", "name": name, "type": "text", "searched": searched}
        laptop.add("custom_field", definition, role=Role.ADMIN)

    laptop.add("account", {"name": "Acme", "x_machine": "Turbolader 9000", "x_secret": "Geheimnis"})

    assert [(found.title, found.field) for found in laptop.search("turbo")] == [("Acme", "x_machine")]
    assert laptop.search("Geheimnis") == []


def test_value_that_came_before_its_field_is_found_once_the_field_is_known(laptop: Laptop) -> None:
    account = "01900000-0000-7000-8000-000000000001"
    laptop.replica.take_page(page(account_row(account, 2, x_machine="Turbolader"), seq=2))
    before = laptop.search("turbo")

    definition = row("custom_field", "01900000-0000-7000-8000-000000000002", 3, record_type="account", name="machine")
    laptop.replica.take_page(page(replace(definition, fields={**definition.fields, "searched": True}), seq=3))
    while not build_some(laptop.database).ready:
        pass

    assert before == []
    assert [found.field for found in laptop.search("turbo")] == ["x_machine"]


def test_rebuilt_index_finds_the_same(people: Laptop) -> None:
    before = people.search("上海")
    with people.database.writing() as connection:
        rebuild(connection)
        connection.exec_driver_sql("DELETE FROM search_text")
        connection.exec_driver_sql("DELETE FROM search_title")
    empty = people.search("上海")

    steps = 0
    while not build_some(people.database, rows=1).ready:
        steps += 1

    assert empty == []
    assert steps > 3
    assert people.search("上海") == before


def test_progress_counts_up_to_ready(people: Laptop) -> None:
    with people.database.writing() as connection:
        rebuild(connection)
    with people.database.reading() as connection:
        begun = search_progress(connection)
    done = build_some(people.database)
    while not done.ready:
        done = build_some(people.database)

    assert (begun.done, begun.total, begun.ready) == (0, 4, False)
    assert (done.done, done.total) == (4, 4)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("13812345678", ["13812345678"]),
        ("+86 138 1234 5678", ["8613812345678", "13812345678"]),
        ("0086-13812345678", ["008613812345678", "13812345678", "8613812345678"]),
        ("021-6888 1234", ["02168881234", "2168881234"]),
        ("ext", []),
    ],
)
def test_phone_is_compared_with_and_without_prefixes(number: str, expected: list[str]) -> None:
    assert words.phone_forms(number) == expected


def test_search_that_nobody_waits_for_gives_nothing(people: Laptop) -> None:
    assert people.search("上海", stopped=lambda: True) == []
    assert people.search("上海", stopped=lambda: False) != []


def test_opening_a_database_with_custom_fields_does_not_build_its_index_again(tmp_path: Path, laptop: Laptop) -> None:
    definition = {"record_type": "account", "name": "machine", "searched": True}
    laptop.add("custom_field", definition, role=Role.ADMIN)
    laptop.add("account", {"name": "Acme", "x_machine": "Turbolader"})

    with open_database(tmp_path, create=False) as again, again.reading() as connection:
        assert search_progress(connection).ready


@pytest.mark.parametrize(("name", "is_kept"), [("安娜", True), ("上海宏图贸易有限公司", False)])
def test_long_chinese_by_sound_does_not_stay_in_memory(name: str, *, is_kept: bool) -> None:
    def asked() -> list[int]:
        kept = (words._short_text_entries, words._kept_entries)  # noqa: SLF001 - the caches
        return [each.cache_info().hits + each.cache_info().misses for each in kept]

    before = asked()
    entries = words.text_entries(name, by_sound=True)

    assert entries >= set(name)
    assert (asked() != before) is is_kept
