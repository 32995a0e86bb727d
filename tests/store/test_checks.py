"""What the doctor finds in a database, and what it makes anew without a loss."""

from pathlib import Path

import pytest

from desktop.store import checks, counting
from desktop.store.search.building import build_some
from tests.store.laptops import Laptop, page, raw_connection, row


@pytest.fixture
def filled(laptop: Laptop) -> Laptop:
    """A laptop with two customers, one of which left."""
    laptop.add("account", {"name": "Acme"})
    laptop.add("tag", {"name": "vip"})
    laptop.replica.take_page(page(row("product", "01900000-0000-7000-8000-0000000000b1", 3, name="Pump"), seq=3))
    return laptop


def unguarded(folder: Path, *statements: str) -> None:
    """Write past the guards, by taking them away first."""
    with raw_connection(folder) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            raw.execute(statement)


def gaps(laptop: Laptop) -> int:
    with laptop.database.reading() as connection:
        return checks.search_gaps(connection, laptop.database.schema)


def missing_guards(laptop: Laptop) -> int:
    with laptop.database.reading() as connection:
        return checks.missing_guards(connection, laptop.database.schema)


def test_healthy_database_has_no_findings(filled: Laptop) -> None:
    with filled.database.reading() as connection:
        found = checks.damage(connection), checks.journal_faults(connection)

    assert found == ([], 0)
    assert (gaps(filled), missing_guards(filled)) == (0, 0)
    with filled.database.writing() as connection:
        assert counting.recount(connection, filled.database.schema) == []


def test_missing_guards_are_found_and_made_again(tmp_path: Path, filled: Laptop) -> None:
    unguarded(tmp_path)
    found = missing_guards(filled)

    checks.guard_again(filled.database)

    assert found > 50
    assert missing_guards(filled) == 0


def test_altered_guard_is_found(tmp_path: Path, filled: Laptop) -> None:
    with raw_connection(tmp_path) as raw:
        raw.execute("DROP TRIGGER guarded_tags_update")
        raw.execute("CREATE TRIGGER guarded_tags_update AFTER UPDATE ON tags BEGIN SELECT 1; END")

    assert missing_guards(filled) == 1


def test_wrong_figures_are_found_and_put_right(tmp_path: Path, filled: Laptop) -> None:
    with raw_connection(tmp_path) as raw:
        raw.execute("UPDATE row_count SET live = 7, shown = 9 WHERE type = 'tag'")

    with filled.database.writing() as connection:
        wrong = counting.recount(connection, filled.database.schema)

    assert wrong == ["tag"]
    assert filled.table("SELECT live, shown FROM row_count WHERE type = 'tag'") == [(1, 1)]


@pytest.mark.parametrize(
    "harm",
    ["DELETE FROM search_text", "DELETE FROM search_title", "INSERT INTO search_text (rowid, words) VALUES (5, 'x')"],
)
def test_search_index_that_does_not_fit_is_found_and_built_again(tmp_path: Path, filled: Laptop, harm: str) -> None:
    with raw_connection(tmp_path) as raw:
        rank = raw.execute("SELECT rank FROM search_type WHERE type = 'tag'").fetchone()[0]
        raw.execute(harm.replace("VALUES (5", f"VALUES ({(rank << 40) + 999}"))
    found = gaps(filled)

    checks.search_again(filled.database)
    while not build_some(filled.database).ready:
        pass

    assert found >= 1
    assert gaps(filled) == 0
    assert [each.title for each in filled.search("acme")] == ["Acme"]


def test_gap_in_the_own_numbers_and_unfinished_entries_are_found(tmp_path: Path, filled: Laptop) -> None:
    unguarded(
        tmp_path,
        "UPDATE journal SET client_n = 7 WHERE client_n = 2",
        "INSERT INTO journal (type, record, op) VALUES ('tag', 'x', 'patch')",
    )

    with filled.database.reading() as connection:
        assert checks.journal_faults(connection) == 6


def test_damaged_page_is_found(tmp_path: Path, filled: Laptop) -> None:
    file = tmp_path / "store" / "data.db"
    filled.database.close()
    with file.open("r+b") as opened:
        # Not among the first pages: they hold the schema, without which the file does not even open.
        opened.seek(file.stat().st_size - 4096 + 50)
        opened.write(bytes(32))

    with raw_connection(tmp_path) as raw:
        found = raw.execute("PRAGMA cipher_integrity_check").fetchall()

    assert found != []


def test_index_that_was_written_anew_since_it_was_asked_last_is_no_damage(filled: Laptop) -> None:
    for number in range(8):
        filled.add("account", {"name": f"Heron {number}"})
    filled.search("heron")
    with filled.database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO search_text (search_text) VALUES ('optimize')")
        connection.exec_driver_sql("INSERT INTO search_title (search_title) VALUES ('optimize')")

    with filled.database.reading() as connection:
        assert checks.damage(connection) == []


def test_damage_in_a_page_that_still_lies_in_the_log_is_seen_once_it_is_folded(filled: Laptop) -> None:
    log = filled.database.file.with_name(filled.database.file.name + "-wal")
    assert log.stat().st_size > 0

    filled.database.fold()

    assert log.stat().st_size == 0
    with filled.database.reading() as connection:
        assert checks.damage(connection) == []
