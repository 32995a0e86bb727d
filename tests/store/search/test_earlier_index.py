"""A profile of an earlier version: opened at once, searched all the time, its index replaced behind the scenes."""

from datetime import timedelta
from pathlib import Path

import pytest

from desktop.store import checks, meta
from desktop.store.search import former, tidying
from desktop.store.search.building import build_some
from desktop.store.search.documents import RANK_SHIFT
from sync.contract.wire import Gone
from tests.store.laptops import Laptop, account_row, open_database, page, raw_connection, row
from tests.store.search.earlier import finish, laptop_of, tidy, titles

ACME, KESTREL, LOTUS = (f"01900000-0000-7000-8000-00000000000{number}" for number in (1, 2, 3))
PEOPLE = 30
_OLD_INDEX = (
    "CREATE VIRTUAL TABLE search_text USING fts5(title, body, content='', contentless_delete=1, "
    "tokenize='unicode61 remove_diacritics 2')"
)
_TEXTS = {"account": "name, coalesce(phone, '') || ' ' || coalesce(city, '')", "contact": "name, coalesce(mobile, '')"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a database with customers and people as version 7 left it."""
    with open_database(tmp_path) as database:
        accounts = (
            account_row(ACME, 2, name="Acme Cold Store", city="Lyon", phone="13812345678"),
            account_row(KESTREL, 3, name="Kestrel"),
            account_row(LOTUS, 4, name="栖川冷链", city="重庆"),
        )
        people = (
            row("contact", f"01900000-0000-7000-8000-{number:012}", number, scope=ACME, name=f"Person {number}")
            for number in range(100, 100 + PEOPLE)
        )
        Laptop(database).replica.take_page(page(*accounts, *people, seq=200))
    _as_version_7(tmp_path)
    return tmp_path


def leave(laptop: Laptop) -> None:
    """Let a record leave, and as much time go by as single ones are collected."""
    laptop.replica.take_page(page(seq=201, gone=(Gone(type="account", id=KESTREL),)))
    for hours in range(2):
        tidying.look_after(laptop.database, laptop.database.moment() + timedelta(hours=hours))


def earlier_names(laptop: Laptop) -> list[str]:
    with laptop.database.reading() as connection:
        return [name for name in (former.BEFORE, former.CLEARED) if former.is_named(connection, name)]


def damage(folder: Path) -> list[str]:
    with laptop_of(folder) as laptop, laptop.database.reading() as connection:
        return checks.damage(connection)


def test_everything_is_found_from_the_first_moment_on(folder: Path) -> None:
    with laptop_of(folder) as laptop:
        assert titles(laptop, "kestrel") == ["Kestrel"]
        assert titles(laptop, "冷链") == ["栖川冷链"]
        assert titles(laptop, "13812345678") == ["Acme Cold Store"]
        assert titles(laptop, "lyon") == ["Acme Cold Store"]
        assert titles(laptop, "person 107") == ["Person 107"]
        assert laptop.ids("account", text="lyon") == [ACME]


def test_opening_replaces_nothing_yet_whatever_the_size_of_the_index(folder: Path) -> None:
    with laptop_of(folder) as laptop:
        assert earlier_names(laptop) == [former.BEFORE]
        assert laptop.table("SELECT count(*) FROM search_text_docsize") == [(0,)]
        assert laptop.table("SELECT count(*) FROM search_before_docsize") == [(PEOPLE + 3,)]


def test_index_is_replaced_step_by_step_by_programs_that_are_closed_after_each_and_search_answers_at_each(
    folder: Path,
) -> None:
    steps, left, done = 0, True, False
    while left:
        with laptop_of(folder) as laptop:
            assert titles(laptop, "kestrel") == ["Kestrel"]
            assert titles(laptop, "person 129") == ["Person 129"]
            assert laptop.ids("account", text="冷链") == [LOTUS]
            if done:
                left = tidy(laptop, 1)
            else:
                done = build_some(laptop.database, rows=2).ready
        assert damage(folder) == []
        steps += 1

    with laptop_of(folder) as laptop:
        with laptop.database.reading() as connection:
            gaps = checks.search_gaps(connection, laptop.database.schema)
        assert (gaps, earlier_names(laptop)) == (0, [])
        assert titles(laptop, "qichuan") == ["栖川冷链"]
        assert laptop.table("SELECT name FROM sqlite_master WHERE name LIKE 'search_cleared%'") == []
    assert steps > 10


def test_record_that_is_changed_meanwhile_is_found_by_what_it_is_called_now(folder: Path) -> None:
    with laptop_of(folder) as laptop:
        laptop.change("account", KESTREL, name="Heron")

        assert (titles(laptop, "kestrel"), titles(laptop, "heron")) == ([], ["Heron"])
        assert (laptop.ids("account", text="kestrel"), laptop.ids("account", text="heron")) == ([], [KESTREL])

        finish(laptop)
        assert (titles(laptop, "kestrel"), titles(laptop, "heron")) == ([], ["Heron"])


def test_of_a_record_that_leaves_meanwhile_nothing_stays_in_the_earlier_index(folder: Path) -> None:
    with laptop_of(folder) as laptop:
        leave(laptop)
        found = titles(laptop, "kestrel")
        while tidy(laptop, 1):
            pass

        assert found == []
        assert titles(laptop, "acme") == ["Acme Cold Store"]
        blocks = b"".join(bytes(block) for (block,) in laptop.table("SELECT block FROM search_before_data"))
        assert b"acme" in blocks
        assert b"kestrel" not in blocks


def test_words_that_an_earlier_program_had_still_to_clear_away_are_cleared_away(folder: Path) -> None:
    with raw_connection(folder) as raw:
        raw.execute("DELETE FROM search_text WHERE rowid IN (SELECT max(id) FROM search_text_docsize)")
        raw.execute("INSERT INTO meta (key, value) VALUES ('search_untidy', '\"begun\"')")

    with laptop_of(folder) as laptop:
        assert laptop.replica.standing().purge_due
        while tidy(laptop, 1):
            pass
        assert laptop.database.meta.get(meta.SEARCH_UNTIDY) is None
        assert titles(laptop, "kestrel") == ["Kestrel"]


def test_index_made_anew_forgets_the_earlier_one(folder: Path) -> None:
    with laptop_of(folder) as laptop:
        checks.search_again(laptop.database)
        assert titles(laptop, "kestrel") == []

        finish(laptop)
        assert titles(laptop, "kestrel") == ["Kestrel"]
        assert earlier_names(laptop) == []


def test_index_made_anew_while_the_earlier_one_is_tidied_is_tidied_to_the_end(folder: Path) -> None:
    with laptop_of(folder) as laptop:
        leave(laptop)
        checks.search_again(laptop.database)
        while tidy(laptop, 100):
            pass

        assert earlier_names(laptop) == []
        assert laptop.database.meta.get(meta.SEARCH_UNTIDY) is None


def test_index_that_is_to_be_tidied_and_is_not_there_is_passed_over(folder: Path) -> None:
    with laptop_of(folder) as laptop:
        finish(laptop)
        laptop.database.meta.set(meta.SEARCH_UNTIDY, [former.BEFORE, former.CLEARED, "search_text"])
        while tidy(laptop, 100):
            pass

        assert laptop.database.meta.get(meta.SEARCH_UNTIDY) is None


def test_profile_without_anything_in_its_index_keeps_no_earlier_one(tmp_path: Path) -> None:
    with open_database(tmp_path):
        pass
    _as_version_7(tmp_path)

    with laptop_of(tmp_path) as laptop:
        assert earlier_names(laptop) == []
        laptop.add("account", {"name": "Kestrel"})
        assert titles(laptop, "kestrel") == ["Kestrel"]


def _as_version_7(folder: Path) -> None:
    """Put the index of version 7 in the place of today's: a word for each Chinese character, titles in a column."""
    with raw_connection(folder) as raw:
        raw.execute("DROP TABLE search_text")
        raw.execute("DROP TABLE search_title")
        raw.execute(_OLD_INDEX)
        ranks = dict(raw.execute("SELECT type, rank FROM search_type").fetchall())
        for name, columns in _TEXTS.items():
            for number, title, body in raw.execute(f"SELECT row, {columns} FROM {name}s").fetchall():
                document = (ranks[name] << RANK_SHIFT) + number
                entry = "INSERT INTO search_text (rowid, title, body) VALUES (?, ?, ?)"
                raw.execute(entry, (document, *(_spaced(each) for each in (title, body))))
        raw.execute("DELETE FROM meta WHERE key LIKE 'search_%'")
        raw.execute("UPDATE search_type SET ready = 1")
        raw.execute("PRAGMA user_version = 7")


def _spaced(text: str) -> str:
    return text if text.isascii() else " ".join(text)
