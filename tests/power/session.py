"""Real work of one laptop, recorded: signing in, a first sync, saves, undo, bulk acts, syncs, restarts, checkpoints.

    python -m tests.power.session TEMPLATE SEED ACTS [SETTING=VALUE...]

Started with the recorder (``shim.environment``); the laptop lives in the recorded folder. Whatever the program has
called saved is marked between the calls. ``SETTING=VALUE`` replaces one of the store's own settings of a connection,
for runs that must lose something.
"""

import json
import os
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from desktop.commands.bus import Command, Done
from desktop.commands.imports import ImportRecords, ImportRow
from desktop.commands.mass_edit import EditMany
from desktop.commands.records import AddRecord, DeleteRecord, SetFields
from desktop.commands.undo import Redo, Undo
from desktop.services.profiles import Credentials, enrol
from desktop.store import connections
from desktop.store.database import Database
from desktop.store.replica import StoreReplica
from desktop.store.search.building import build_some
from desktop.system.paths import ProfilePaths
from sync.client.ports import Taken
from sync.contract.clock import SystemClock
from sync.contract.wire import PullAnswer, Receipt
from tests.helpers.direct_office import ADDRESS, DirectOffice
from tests.helpers.small_world import PASSWORD, Laptop, World
from tests.power.shim import FOLDER_VARIABLE, Recorder

ACTS = 26
"""Acts of a session; the first ten are one of each kind."""
_BATCH = 5
_SHORT_LOG = 24
"""Pages after which SQLite folds its log into the file, in every other session; by itself it waits for 1,000."""


def live(recorder: Recorder, folder: Path, world: World, seed: int, acts: int) -> None:
    """Live through one session; every line that is marked names what must never be lost from then on."""
    ana = sign_in(folder, world)
    recorder.mark(json.dumps({"enrolled": True}))
    session = Session(recorder, ana, world["ben"], random.Random(seed))
    try:
        if seed % 2:
            session.shorten_log()
        session.sync()
        for number in range(acts):
            session.act(number)
        ana.reopen()
        session.save()
    finally:
        ana.close()
    recorder.mark(json.dumps({"closed": True}))


def credentials(folder: Path) -> Credentials:
    """What Ana enters; her key lies beside her profile."""
    key = str(folder / "keys" / "key")
    return Credentials(server=ADDRESS, login="ana", password=PASSWORD, key_file=key, device="ana")


def paths(folder: Path) -> ProfilePaths:
    """Name Ana's profile, two folders down, so that both have to be made."""
    return ProfilePaths(folder / "profiles" / "ana")


def sign_in(folder: Path, world: World) -> Laptop:
    """Make the profile and open it."""
    enrol(
        paths(folder),
        credentials(folder),
        clock=SystemClock(),
        connect=lambda _address, token: DirectOffice(world.office, token),
    )
    return Laptop(paths(folder), world.dial, SystemClock())


class WatchedReplica(StoreReplica):
    """The laptop's side of a sync; marks what was taken when it is committed."""

    def __init__(self, database: Database, recorder: Recorder) -> None:
        """Mark with ``recorder``."""
        super().__init__(database)
        self._recorder = recorder

    def take_page(self, page: PullAnswer) -> Taken:
        """Take a page; see ``StoreReplica``."""
        taken = super().take_page(page)
        rows = [(row.type, row.id, row.version) for row in page.rows]
        self._recorder.mark(json.dumps({"seq": page.seq, "cursor": page.cursor, "rows": rows}))
        return taken

    def take_receipts(self, receipts: Sequence[Receipt]) -> Taken:
        """Take receipts; see ``StoreReplica``."""
        taken = super().take_receipts(receipts)
        self._recorder.mark(json.dumps({"receipts": [each.mutation for each in receipts]}))
        return taken


class Session:
    """What one person does, decided by a seed."""

    def __init__(self, recorder: Recorder, ana: Laptop, ben: Laptop, dice: random.Random) -> None:
        self._recorder = recorder
        self._ana = ana
        self._ben = ben
        self._dice = dice
        self._made = 0
        self._records: list[str] = []

    def shorten_log(self) -> None:
        """Let checkpoints come often."""
        self._on_writer(f"PRAGMA wal_autocheckpoint = {_SHORT_LOG}")

    def act(self, number: int) -> None:
        """Do something; the first acts are one of each kind."""
        kinds: tuple[Callable[[], None], ...] = (
            self.save,
            self.edit,
            self.take_back,
            self.save_many,
            self.bulk,
            self.delete,
            self.sync,
            self.restart,
            self.fold,
            self.settle,
        )
        kinds[number]() if number < len(kinds) else self._dice.choice((*kinds, self.edit, self.save))()

    def save(self) -> None:
        """Make a record."""
        self._made += 1
        made = self._run(AddRecord("account", {"name": f"Account {self._made}", "description": "x" * self._size()}))
        self._records.append(str(made.result))
        self._run(AddRecord("task", {"title": f"Task {self._made}", "account": self._records[-1]}))

    def edit(self) -> None:
        """Change a record."""
        self._made += 1
        changes = {"phone": f"+86 {self._made}", "city": "上海", "description": "y" * self._size()}
        self._run(SetFields("account", self._dice.choice(self._records), changes))

    def take_back(self) -> None:
        """Undo the last act, and do it again."""
        self.edit()
        self._run(Undo())
        self._run(Redo())

    def save_many(self) -> None:
        """Take in rows of a file."""
        rows = [
            ImportRow(line, {"name": f"Row {self._made}.{line}", "phone": "7"}) for line in range(self._size() % 12)
        ]
        self._run(ImportRecords("account", rows))

    def bulk(self) -> None:
        """Change many records at once."""
        self._made += 1
        self._run(EditMany("account", self._records, {"city": f"City {self._made}"}))

    def delete(self) -> None:
        """Delete a record."""
        self.save()
        self._run(DeleteRecord("account", self._records.pop()))

    def sync(self) -> None:
        """Let a colleague change something, then sync in small pages."""
        for _ in range(self._dice.randrange(3)):
            self._made += 1
            self._ben.add("account", name=f"Ben's {self._made}", description="z" * self._size())
        self._ben.sync()
        self._ana.replica = WatchedReplica(self._ana.database, self._recorder)
        self._ana.office.pull_limit = self._dice.choice((2, 5, None))
        self._ana.sync()
        while not build_some(self._ana.database, _BATCH).ready:
            continue
        self._recorder.mark(json.dumps({"seq": self._ana.replica.standing().seq}))

    def restart(self) -> None:
        """End the program and start it again."""
        self._ana.reopen()

    def fold(self) -> None:
        """Fold the log into the file, with or without emptying it."""
        self._on_writer(f"PRAGMA wal_checkpoint({self._dice.choice(('PASSIVE', 'RESTART', 'TRUNCATE'))})")

    def settle(self) -> None:
        """Change something that concerns this laptop only."""
        self._made += 1
        self._ana.database.meta.set("chosen_by_hand", str(self._made))

    def _run(self, command: Command) -> Done:
        done = self._ana.bus.run(command)
        with self._ana.database.reading() as connection:
            count = "SELECT count(*) FROM journal WHERE command = ?"
            entries = connection.exec_driver_sql(count, (done.command_id,)).scalar_one()
        self._recorder.mark(json.dumps({"command": done.command_id, "entries": entries}))
        return done

    def _size(self) -> int:
        return self._dice.choice((3, 11, 40, 600, 6000))

    def _on_writer(self, statement: str) -> None:
        with self._ana.database._writer.connect() as connection:  # noqa: SLF001 - what a person cannot ask for
            connections.raw(connection).execute(statement).fetchone()


def replace_setting(setting: str, settings: dict[str, Any]) -> None:
    """Let the store set up its connections otherwise."""
    name, _, value = setting.partition("=")
    common = [each for each in settings["_COMMON"] if name not in each]
    settings["_COMMON"] = (*common, f"PRAGMA {name} = {value}")


def main(template: Path, seed: int, acts: int, settings: list[str]) -> None:
    """Record one session in the folder of the recorder."""
    for each in settings:
        replace_setting(each, vars(connections))
    with World(template, SystemClock()) as world:
        live(Recorder(), Path(os.environ[FOLDER_VARIABLE]), world, seed, acts)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
