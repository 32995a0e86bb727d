"""Acts on many records taken back after a restart: every row is as it was before, and done again as it was after."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from desktop.commands.bus import Command
from desktop.commands.conflicts import ResolveConflict, ResolveConflicts
from desktop.commands.imports import ImportRecords, ImportRow
from desktop.commands.mass_edit import EditMany
from desktop.commands.merging import MergeRecords
from desktop.commands.records import DeleteManyRecords
from desktop.commands.undo import Redo, Undo
from desktop.domain.choosing import Choice
from desktop.store.connections import raw
from desktop.store.replica import StoreReplica
from sync.contract.entities import CATALOGUE
from sync.contract.wire import PullAnswer, Row
from tests.commands.laptop import ANA, BEN, Laptop, opened

BULK, ROWS = 5_000, 10_000
_STAMPS = frozenset({"updated_at", "updated_by", "version", "rowid"})
"""Undo is an edit of its own: it says when and by whom, like any other."""


def digest(laptop: Laptop) -> str:
    """Hash every value of every record that is there."""
    state = hashlib.blake2b()
    with laptop.database.reading() as connection:
        for record in CATALOGUE:
            table = laptop.database.schema.table(record.name).name
            cursor = raw(connection).execute(f'SELECT * FROM "{table}" WHERE deleted = 0 ORDER BY id')
            names = [each[0] for each in cursor.description]
            kept = [place for place, name in enumerate(names) if name not in _STAMPS]
            for row in cursor:
                state.update(repr([row[place] for place in kept]).encode())
    return state.hexdigest()


class Scene:
    """A laptop that is switched off and on between what is done and what is taken back."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder, self._key = folder, key

    @contextmanager
    def on(self) -> Iterator[Laptop]:
        laptop = opened(self._folder, self._key)
        with closing(laptop.database):
            yield laptop


@pytest.fixture
def scene(tmp_path: Path, key: bytes) -> Scene:
    return Scene(tmp_path, key)


def accounts(laptop: Laptop, count: int) -> list[str]:
    with laptop.by_hand(ANA) as work:
        return [
            work.create("account", {"name": f"Account {number}", "tier": "abc"[number % 3]}) for number in range(count)
        ]


def bulk_edit(laptop: Laptop) -> Command:
    return EditMany("account", accounts(laptop, BULK), {"tier": "a", "city": "York", "segment": None})


def bulk_delete(laptop: Laptop) -> Command:
    return agreed(DeleteManyRecords("account", accounts(laptop, BULK // 10)))


def large_import(laptop: Laptop) -> Command:
    account = accounts(laptop, 1)[0]
    there = [laptop.add("contact", name=f"Person {number}", account=account) for number in range(100)]
    new = [ImportRow(line, {"name": f"Row {line}", "account": account}) for line in range(ROWS - len(there))]
    changed = [ImportRow(ROWS + line, {"name": "Changed"}, record_id=each) for line, each in enumerate(there)]
    return ImportRecords("contact", [*new, *changed])


def merge(laptop: Laptop) -> Command:
    kept, dropped = accounts(laptop, 2)
    for each in (kept, dropped):
        laptop.add("contact", name="Zhao Min", account=each)
        laptop.add("task", title="Call", account=each)
    with laptop.by_hand(ANA) as work:
        work.change("account", dropped, {"phone": "5550199", "tags": ["cold"]})
    return MergeRecords("account", kept, dropped, fill=True)


def choice(laptop: Laptop) -> Command:
    return ResolveConflict(question(laptop, accounts(laptop, 1)[0], 1), Choice.PROPOSED)


def choices(laptop: Laptop) -> Command:
    asked = [question(laptop, account, number) for number, account in enumerate(accounts(laptop, 2), start=1)]
    return ResolveConflicts(dict.fromkeys(asked, Choice.PROPOSED))


def question(laptop: Laptop, account: str, number: int) -> str:
    """Let a question about the phone of a customer arrive, in a page of its own."""
    asked = {
        "record_type": "account",
        "record": account,
        "field": "phone",
        "before": {"phone": None},
        "current": {"phone": "1"},
        "current_by": BEN,
        "proposed": {"phone": "2"},
        "proposed_by": ANA,
        "asked": ANA,
        "state": "open",
        "mutation": f"m-{number}",
    }
    name = f"question-{number}"
    row = Row(type="conflict", id=name, scope=account, version=number, deleted=False, fields=asked)
    page = PullAnswer(
        rows=[row],
        changes=[],
        gone=[],
        granted=[],
        revoked=[],
        cursor=f"cursor-{number}",
        seq=number,
        head=number,
        more=False,
    )
    StoreReplica(laptop.database).take_page(page)
    return name


def agreed(command: Command) -> Command:
    command.consent = True
    return command


@pytest.mark.parametrize("made", [bulk_edit, large_import], ids=lambda each: each.__name__)
def test_large_act_taken_back_after_a_restart_leaves_every_row_as_it_was(
    scene: Scene, made: Callable[[Laptop], Command]
) -> None:
    with scene.on() as laptop:
        command = made(laptop)
        before = digest(laptop)
        laptop.run(command)
        after = digest(laptop)

    with scene.on() as laptop:
        laptop.run(Undo())
        undone = digest(laptop)

    assert (undone == before, before == after) == (True, False)


@pytest.mark.parametrize("made", [bulk_delete, merge, choice, choices], ids=lambda each: each.__name__)
def test_act_taken_back_and_done_again_after_a_restart_leaves_every_row_as_it_was(
    scene: Scene, made: Callable[[Laptop], Command]
) -> None:
    with scene.on() as laptop:
        command = made(laptop)
        before = digest(laptop)
        laptop.run(command)
        after = digest(laptop)

    with scene.on() as laptop:
        laptop.run(Undo())
        undone = digest(laptop)
        laptop.run(agreed(Redo()))
        redone = digest(laptop)

    assert (undone == before, redone == after, before == after) == (True, True, False)
