"""Search is completed behind a first sync, at once in the background or when somebody asks."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from desktop.domain.changes import ChangeSet, Origin
from desktop.live.reads import Reads
from desktop.services.search_builder import SearchBuilder
from desktop.store.search import documents, tidying
from sync.contract.wire import Chunk
from tests.helpers.small_world import Person, Template, World


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Make an office with products, and a laptop that has them and no search index yet."""

    def fill(world: World) -> None:
        for start in range(0, 1200, 400):
            with world.office.log.writing() as writer:
                for number in range(start, start + 400):
                    writer.create("product", {"name": f"Oven {number}"})

    return Template(tmp_path_factory.mktemp("search"), (Person("ana"),), ("ana",), fill=fill)


@pytest.fixture
def world(template: Template) -> Iterator[World]:
    with closing(template.world()) as opened:
        opened["ana"].sync()
        yield opened


def builder(world: World, submit: Callable[[Callable[[], None]], object], heard: list[ChangeSet]) -> SearchBuilder:
    database = world["ana"].database
    return SearchBuilder(database, Reads(database), submit, heard.append)


def ovens(numbers: range, *, after: str | None) -> Chunk:
    rows = [[f"01900000-0000-7000-8000-{number:012}", "*", number, False, f"Oven {number}"] for number in numbers]
    return Chunk(
        type="product",
        columns=["name"],
        rows=rows,
        after=after,
        cursor=None if after else "after-snapshot",
        seq=9000,
        done=len(rows),
        total=len(rows),
    )


def test_index_is_built_batch_by_batch_after_a_sync(world: World) -> None:
    jobs: list[Callable[[], None]] = []
    heard: list[ChangeSet] = []
    building = builder(world, jobs.append, heard)

    building.note_change(ChangeSet(Origin.SYNC, {"product": frozenset()}))
    building.note_change(ChangeSet(Origin.SYNC, {"product": frozenset()}))
    asked = len(jobs)
    while jobs:
        jobs.pop()()

    assert asked == 1
    assert len(heard) > 2
    assert world["ana"].reads.search_progress().ready
    assert len(world["ana"].reads.search("oven 1199")) == 1


def test_what_left_is_cleared_away_after_everything_is_found(world: World) -> None:
    jobs: list[Callable[[], None]] = []
    heard: list[ChangeSet] = []
    building = builder(world, jobs.append, heard)
    building.finish()
    with world["ana"].database.writing() as connection:
        documents.remove(connection, world["ana"].database.schema, "product", [1])

    building.note_change(ChangeSet(Origin.SYNC, {"product": frozenset()}))
    while jobs:
        jobs.pop()()

    assert not tidying.is_wanted(world["ana"].database)
    assert heard == []
    assert world["ana"].reads.search_progress().ready


def test_first_sync_that_begins_anew_between_two_batches_and_is_broken_off_is_built_after_its_end(world: World) -> None:
    jobs: list[Callable[[], None]] = []
    building = builder(world, jobs.append, [])
    building.start()
    jobs.pop()()

    world["ana"].replica.restart_snapshot()
    world["ana"].replica.take_chunk(ovens(range(2000, 2600), after="2599"))
    while jobs:
        jobs.pop()()
    broken_off = world["ana"].reads.search_progress().ready
    world["ana"].replica.take_chunk(ovens(range(2600, 2800), after=None))
    building.note_change(ChangeSet(Origin.SYNC, {"product": frozenset()}))
    while jobs:
        jobs.pop()()

    assert not broken_off
    assert world["ana"].reads.search_progress().ready
    assert len(world["ana"].reads.search("oven 2000")) == 1
    assert len(world["ana"].reads.search("oven 2799")) == 1


def test_complete_index_starts_nothing(world: World) -> None:
    jobs: list[Callable[[], None]] = []
    building = builder(world, jobs.append, [])
    building.finish()
    building.tidy()

    building.start()

    assert jobs == []
    assert world["ana"].reads.search_progress().ready


def test_own_change_starts_nothing(world: World) -> None:
    jobs: list[Callable[[], None]] = []

    builder(world, jobs.append, []).note_change(ChangeSet(Origin.COMMAND, {"task": frozenset()}))

    assert jobs == []
