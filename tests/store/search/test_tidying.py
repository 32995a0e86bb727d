"""Of a record that left this laptop no word stays in the index."""

from datetime import timedelta
from pathlib import Path

import pytest

from desktop.store import meta
from desktop.store.search import tidying
from desktop.store.search.building import build_some
from sync.contract.wire import Gone, Revoked
from tests.store.laptops import Laptop, account_row, page, raw_connection

LEAVING = "01900000-0000-7000-8000-000000000001"
STAYING = "01900000-0000-7000-8000-000000000002"
SECRET = "qxvzkj"


@pytest.fixture
def left(laptop: Laptop) -> Laptop:
    """Two customers came, one left."""
    rows = [account_row(LEAVING, 2, name=f"Acme {SECRET}", description=SECRET), account_row(STAYING, 3, name="Kestrel")]
    laptop.replica.take_page(page(*rows, seq=3))
    laptop.replica.take_page(page(seq=4, gone=(Gone(type="account", id=LEAVING),)))
    return laptop


def go_by(laptop: Laptop, hours: int) -> None:
    """Let somebody look now and after some hours whether there is something to do."""
    for later in (0, hours):
        tidying.look_after(laptop.database, laptop.database.moment() + timedelta(hours=later))


def tidy(laptop: Laptop) -> bool:
    """Do the smallest step; tells whether there is more to do."""
    with laptop.database.writing_patiently() as connection:
        return tidying.tidy_some(connection, pages=1)


def blocks(folder: Path) -> bytes:
    """Read the pages of the index, as somebody with the key could."""
    with raw_connection(folder) as raw:
        every = "SELECT block FROM search_text_data UNION ALL SELECT block FROM search_title_data"
        return b"".join(bytes(block) for (block,) in raw.execute(every).fetchall())


def test_record_that_left_is_found_no_more(left: Laptop) -> None:
    assert left.search(SECRET) == []
    assert left.ids("account", text=SECRET) == []


def test_words_of_a_record_that_left_are_cleared_away_in_the_background(tmp_path: Path, left: Laptop) -> None:
    before = blocks(tmp_path)
    go_by(left, hours=1)

    steps = 1
    while tidy(left):
        steps += 1

    assert SECRET.encode() in before
    assert SECRET.encode() not in blocks(tmp_path)
    assert not tidying.is_wanted(left.database)
    assert steps > 1
    assert [each.title for each in left.search("kestrel")] == ["Kestrel"]


def test_record_that_leaves_while_another_is_cleared_away_is_cleared_away_too(tmp_path: Path, left: Laptop) -> None:
    go_by(left, hours=1)
    tidy(left)
    left.replica.take_page(page(seq=5, gone=(Gone(type="account", id=STAYING),)))

    while tidy(left):
        pass
    go_by(left, hours=2)
    while tidy(left):
        pass

    assert b"kestre" not in blocks(tmp_path)
    assert SECRET.encode() not in blocks(tmp_path)


def test_single_records_that_leave_are_collected_for_an_hour(left: Laptop) -> None:
    before = left.replica.standing().purge_due
    list(left.replica.purge())
    go_by(left, hours=0)
    soon = tidying.is_wanted(left.database)
    go_by(left, hours=1)

    assert before
    assert not soon
    assert tidying.is_wanted(left.database)


def test_account_that_is_taken_off_has_the_index_written_anew_once(tmp_path: Path, laptop: Laptop) -> None:
    rows = [account_row(LEAVING, 2, name=f"Acme {SECRET}"), account_row(STAYING, 3, name="Kestrel")]
    laptop.replica.take_page(page(*rows, seq=3))
    laptop.replica.take_page(page(seq=4, revoked=(Revoked(scope=LEAVING, seq=4),)))
    list(laptop.replica.purge())
    go_by(laptop, hours=1)

    assert SECRET.encode() not in blocks(tmp_path)
    assert not tidying.is_wanted(laptop.database)


def test_record_that_left_is_counted_once(left: Laptop) -> None:
    list(left.replica.purge())

    assert left.database.meta.get(meta.SEARCH_LEFT)[0] == 1


def test_many_records_that_leave_are_cleared_away_at_once(left: Laptop) -> None:
    many = [f"01900000-0000-7000-8000-{number:012d}" for number in range(10, 250)]
    left.replica.take_page(page(*(account_row(each, 5) for each in many), seq=5))
    few = tidying.is_wanted(left.database)
    left.replica.take_page(page(seq=6, gone=tuple(Gone(type="account", id=each) for each in many)))

    assert not few
    assert tidying.is_wanted(left.database)


def test_index_without_anything_to_clear_is_left_alone(tmp_path: Path, laptop: Laptop) -> None:
    laptop.add("account", {"name": "Kestrel"})
    before = blocks(tmp_path)

    assert not tidy(laptop)
    assert blocks(tmp_path) == before
    assert build_some(laptop.database).ready
