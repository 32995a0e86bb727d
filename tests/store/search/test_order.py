"""What fits equally well comes in the order in which it is likely to be wanted."""

from datetime import UTC, datetime

from desktop.store.queries.judging import Asker
from tests.store.laptops import COLLEAGUE, USER, Laptop, account_row, page

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ME = Asker(USER, NOW)


def ids(count: int) -> list[str]:
    return [f"01900000-0000-7000-8000-{number:012}" for number in range(count)]


def names(laptop: Laptop, text: str) -> list[str]:
    return [each.title for each in laptop.search(text, asker=ME)]


def test_own_record_comes_before_a_colleagues(laptop: Laptop) -> None:
    theirs, mine = ids(2)
    laptop.replica.take_page(
        page(
            account_row(theirs, 2, name="Kestrel A", owner=COLLEAGUE),
            account_row(mine, 3, name="Kestrel B", owner=USER),
        )
    )

    assert names(laptop, "kestrel") == ["Kestrel B", "Kestrel A"]


def test_open_record_comes_before_a_closed_one(laptop: Laptop) -> None:
    laptop.add("account", {"name": "Kestrel A", "status": "lost"})
    laptop.add("account", {"name": "Kestrel B", "status": "active"})

    assert names(laptop, "kestrel") == ["Kestrel B", "Kestrel A"]


def test_lately_touched_record_comes_before_one_of_long_ago(laptop: Laptop) -> None:
    rows = [
        account_row(each, 2 + place, name=name, last_visit_at=at)
        for place, (each, name, at) in enumerate(
            zip(
                ids(3),
                ("Kestrel A", "Kestrel B", "Kestrel C"),
                ("2025-01-01T00:00:00.000Z", "2026-11-20T00:00:00.000Z", "2026-10-30T00:00:00.000Z"),
                strict=True,
            )
        )
    ]
    laptop.replica.take_page(page(*rows, seq=9))

    assert names(laptop, "kestrel") == ["Kestrel B", "Kestrel C", "Kestrel A"]


def test_better_fit_comes_before_everything_else(laptop: Laptop) -> None:
    exact, begun = ids(2)
    laptop.replica.take_page(
        page(
            account_row(exact, 2, name="Kestrel", owner=COLLEAGUE, status="lost"),
            account_row(begun, 3, name="Kestrel B", owner=USER, status="active"),
        )
    )

    assert names(laptop, "kestrel") == ["Kestrel", "Kestrel B"]


def test_whole_name_by_sound_is_found_among_very_many_that_hold_it(laptop: Laptop) -> None:
    with laptop.unit() as work:
        wanted = work.create("contact", {"name": "张伟"})
        for number in range(120):
            work.create("contact", {"name": f"李志伟{'一二三四五六七八九十'[number % 10]}"})

    assert laptop.search("zw", limit=5)[0].id == wanted


def test_no_type_crowds_out_the_others(laptop: Laptop) -> None:
    with laptop.unit() as work:
        for number in range(20):
            work.create("account", {"name": f"Kestrel {number}"})
        work.create("contact", {"name": "Kestrel"})
        work.create("activity", {"kind": "note", "body": "seen a kestrel"})

    found = [each.type for each in laptop.search("kestr", limit=20, per_type=3)]

    assert sorted(found) == ["account", "account", "account", "activity", "contact"]
