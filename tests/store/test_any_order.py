"""Records of all types in any order, one to a page or a chunk, pointing at each other in circles: the end is the same.

No reference is enforced by the database: what somebody sees of an office is partial, so parents are rightly absent.
"""

import random
from collections.abc import Sequence
from typing import Any

import pytest

from desktop.store.search.building import build_some
from sync.contract.chunks import ChunkEntry, Manifest, Slab
from sync.contract.entities import CATALOGUE
from sync.contract.fields import FieldType, RecordType, Scope
from sync.contract.wire import Row
from tests.helpers.sample_values import sample_value
from tests.store.laptops import Laptop, open_database, page

SEEDS = range(3)
_EACH = 2


def record_id(kind: str, number: int) -> str:
    place = [each.name for each in CATALOGUE].index(kind)
    return f"01900000-0000-7000-8000-{place:06x}{number:06x}"


def world() -> list[Row]:
    """Make two records of every type; each reference points at a record of its type, so that all stand in circles."""
    return [_made(record, number) for record in CATALOGUE for number in range(_EACH)]


def _made(record: RecordType, number: int) -> Row:
    fields: dict[str, Any] = {}
    for field in record.stored_fields:
        if field.type is FieldType.REFERENCE and field.target is not None:
            # The first points at the second and the other way round, so a type that names itself makes a circle.
            fields[field.name] = record_id(field.target, 1 - number)
        elif field.choices_from is None:
            fields[field.name] = sample_value(field, number)
    if record.name == "custom_field":
        fields |= {"record_type": "account", "name": f"extra_{number}", "type": "text", "choices": None}
    scope = "*"
    if record.scope is Scope.ACCOUNT_ROOT:
        scope = record_id("account", number)
    elif record.scope is not Scope.SHARED:
        scope = record_id("account", 1 - number)
    named = {name: value for name, value in fields.items() if value is not None}
    version = 1 + number + [each.name for each in CATALOGUE].index(record.name)
    return Row(
        type=record.name,
        id=record_id(record.name, number),
        scope=scope,
        version=version,
        deleted=False,
        fields=named,
    )


def shuffled(seed: int) -> list[Row]:
    rows = world()
    random.Random(seed).shuffle(rows)
    return rows


def look_around(laptop: Laptop, row: Row) -> None:
    """Read as a screen would, whatever is missing meanwhile."""
    assert laptop.record(row.type, row.id) is not None
    assert row.id in laptop.ids(row.type)
    laptop.history(row.type, row.id)


def held(laptop: Laptop) -> dict[tuple[str, str], Any]:
    while not build_some(laptop.database).ready:
        continue
    found = {(row.type, row.id): laptop.shown(row.type, row.id).values for row in world()}
    counts = laptop.table("SELECT type, live, shown FROM row_count ORDER BY type")
    return {
        **found,
        ("counts", ""): counts,
        ("found", ""): sorted(each.id for each in laptop.search("上海", limit=500)),
    }


def as_slab(row: Row) -> Slab:
    head: list[list[Any]] = [[row.id], [row.scope], [row.version], [row.deleted]]
    return Slab(type=row.type, columns=list(row.fields), values=[*head, *([value] for value in row.fields.values())])


def take_in_pages(laptop: Laptop, rows: Sequence[Row]) -> None:
    for seq, row in enumerate(rows, start=1):
        laptop.replica.take_page(page(row, seq=seq))
        look_around(laptop, row)


def take_in_chunks(laptop: Laptop, rows: Sequence[Row]) -> None:
    entries = [ChunkEntry(name=f"{n:064x}", place=str(n), rows=1) for n in range(len(rows))]
    laptop.replica.take_manifest(Manifest(cursor="c", seq=100, rows=len(rows), chunks=entries))
    under_way = laptop.replica.under_way()
    assert under_way is not None
    for missing, row in zip(under_way.missing, rows, strict=True):
        laptop.replica.take_slabs(missing, iter([as_slab(row)]), None)
        look_around(laptop, row)
    laptop.finish_manifest()


@pytest.fixture
def orderly(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Any]:
    """What a laptop holds that got everything in one page and in order."""
    with open_database(tmp_path_factory.mktemp("orderly")) as database:
        laptop = Laptop(database)
        laptop.replica.take_page(page(*world(), seq=100))
        return held(laptop)


@pytest.mark.parametrize("seed", SEEDS)
def test_shuffled_records_one_to_a_page_come_to_the_same(laptop: Laptop, orderly: dict[Any, Any], seed: int) -> None:
    take_in_pages(laptop, shuffled(seed))

    assert held(laptop) == orderly


@pytest.mark.parametrize("seed", SEEDS)
def test_shuffled_records_one_to_a_chunk_come_to_the_same(laptop: Laptop, orderly: dict[Any, Any], seed: int) -> None:
    take_in_chunks(laptop, shuffled(seed))

    assert held(laptop) == orderly


def test_record_whose_parent_never_comes_is_shown_all_the_same(laptop: Laptop) -> None:
    for row in world():
        if row.type not in {"account", "opportunity", "user"}:
            laptop.replica.take_page(page(row, seq=row.version))

    assert len(laptop.ids("contact")) == _EACH
    assert len(laptop.ids("task")) == _EACH
    assert laptop.shown("activity", record_id("activity", 0)).values["account"] == record_id("account", 1)
