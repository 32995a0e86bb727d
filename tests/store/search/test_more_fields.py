"""A profile of version 8, which left some texts to filters: they are found once the background has been there."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.store import checks
from desktop.store.schema import Schema
from desktop.store.search import documents
from desktop.store.search.building import build_some
from desktop.store.selecting import decoded, stored_select
from sync.contract.catalogue import Catalogue
from sync.contract.entities import CATALOGUE
from sync.contract.fields import RecordType
from tests.store.laptops import Laptop, account_row, open_database, page, raw_connection, row
from tests.store.search.earlier import finish, laptop_of, tidy, titles
from tests.store.search.test_properties import index_of

ACME = "01900000-0000-7000-8000-000000000001"
VISITS = 12
LEFT_OUT: Mapping[str, frozenset[str]] = {
    "account": frozenset({"postcode", "country", "payment_terms"}),
    "activity": frozenset({"outcome"}),
    "contact": frozenset({"given_name", "family_name", "province", "postcode", "country"}),
    "opportunity": frozenset({"lost_reason"}),
    "user": frozenset({"email", "phone"}),
}
"""What version 8 did not search."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a database as version 8 left it."""
    with open_database(tmp_path) as database:
        laptop = Laptop(database)
        visits = (
            row("activity", _id(100 + n), 10 + n, scope=ACME, kind="visit", subject=f"Visit {n}", outcome="已报价")
            for n in range(VISITS)
        )
        laptop.replica.take_page(
            page(
                account_row(ACME, 2, name="Acme", city="Lyon", postcode="69003", payment_terms="Net 45"),
                row("user", _id(3), 3, name="Gu", login="gu", phone="13700004321", email="gu@office.example"),
                *visits,
                seq=200,
            )
        )
        _forget_left_out(laptop)
    with raw_connection(tmp_path) as raw:
        raw.execute("PRAGMA user_version = 8")
    return tmp_path


def test_what_version_8_found_is_found_at_once_and_the_rest_once_it_is_built(folder: Path) -> None:
    with laptop_of(folder) as laptop:
        assert titles(laptop, "lyon") == ["Acme"]
        assert [titles(laptop, each) for each in ("69003", "net 45", "4321", "gu@office", "baojia")] == [[]] * 5

        finish(laptop)

        assert [titles(laptop, each) for each in ("lyon", "69003", "net 45")] == [["Acme"]] * 3
        assert [titles(laptop, each) for each in ("4321", "gu@office")] == [["Gu"]] * 2
        assert len(titles(laptop, "baojia")) == VISITS


def test_building_goes_on_where_a_program_that_was_closed_left_it_and_search_answers_at_each_step(
    folder: Path,
) -> None:
    steps, more = 0, True
    while more:
        with laptop_of(folder) as laptop:
            assert (titles(laptop, "acme"), titles(laptop, "lyon")) == (["Acme"], ["Acme"])
            assert len(titles(laptop, "visit")) == VISITS
            more = not build_some(laptop.database, rows=4).ready or tidy(laptop, 1)
            with laptop.database.reading() as connection:
                assert checks.damage(connection) == []
        steps += 1

    with laptop_of(folder) as laptop:
        assert len(titles(laptop, "已报价")) == VISITS
    assert steps > len(LEFT_OUT)


def test_record_that_is_saved_meanwhile_is_found_by_all_its_texts_at_once(folder: Path) -> None:
    with laptop_of(folder) as laptop:
        laptop.change("account", ACME, payment_terms="Net 90")

        assert (titles(laptop, "net 90"), titles(laptop, "69003")) == (["Acme"], ["Acme"])
        finish(laptop)
        assert (titles(laptop, "net 90"), titles(laptop, "net 45")) == (["Acme"], [])


def test_index_is_what_a_new_one_would_be_and_is_put_together_by_itself_again(folder: Path) -> None:
    with laptop_of(folder) as laptop:
        before = _share_gone(folder)
        finish(laptop)
        after = _share_gone(folder)
        built = index_of(folder)
        checks.search_again(laptop.database)
        finish(laptop)

    assert built == index_of(folder)
    assert (before, after) == ([0, 0], [10, 10])


def _forget_left_out(laptop: Laptop) -> None:
    """Put the documents of version 8 in the place of today's."""
    database = laptop.database
    former = Schema(Catalogue([_former(each) for each in CATALOGUE], version=CATALOGUE.version))
    with database.writing() as connection:
        for name in LEFT_OUT:
            found = connection.execute(stored_select(database.schema, name)).all()
            rows = decoded(database.schema, name, found)
            documents.put(connection, former, {name: [documents.Document(each.row, each.values) for each in rows]})


def _former(record: RecordType) -> RecordType:
    left_out = LEFT_OUT.get(record.name, frozenset())
    own = (replace(each, searched=False) if each.name in left_out else each for each in record.own_fields)
    return replace(record, own_fields=tuple(own))


def _share_gone(folder: Path) -> list[int]:
    """Read with so many documents gone, in percent, FTS5 writes a part anew by itself."""
    with raw_connection(folder) as raw:
        asked = "SELECT v FROM {}_config WHERE k = 'deletemerge'"
        found = [raw.execute(asked.format(name)).fetchone() for name in ("search_text", "search_title")]
    return [int(each[0]) for each in found]


def _id(number: int) -> str:
    return f"01900000-0000-7000-8000-{number:012}"
