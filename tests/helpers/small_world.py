"""A small organisation with a few laptops in it, real stores and real server code, without processes and network.

Making databases is slow, so a world is made once and copied: ``Template`` prepares it, ``Template.world`` opens a copy.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from desktop.commands.bus import Bus
from desktop.live.reads import Reads
from desktop.services.profiles import Credentials, enrol, open_database
from desktop.store.replica import StoreReplica
from desktop.system.paths import ProfilePaths
from sync.client.cancel import CancelToken
from sync.client.engine import Engine
from sync.client.report import SyncReport
from sync.contract.clock import Clock, SystemClock
from sync.contract.fields import Role
from sync.server.auth import set_password
from sync.server.handlers import Office
from sync.server.people import add_user
from tests.helpers.desk import Desk
from tests.helpers.direct_office import ADDRESS, DirectOffice, open_office

PASSWORD = "correct horse"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here."""

    login: str
    role: Role = Role.REP
    territories: tuple[str, ...] = ("North",)


class Laptop(Desk):
    """One profile over a direct way to the office. ``reopen`` stands for a kill."""

    def __init__(self, paths: ProfilePaths, dial: Callable[[str], DirectOffice], clock: Clock) -> None:
        self.name = paths.folder.name
        self._paths = paths
        self._dial = dial
        self._clock = clock
        self._open()

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return self._paths.folder

    def _open(self) -> None:
        self.database = open_database(self._paths, clock=self._clock)
        self.reads = Reads(self.database)
        self.bus = Bus(self.database, self.reads, lambda _: None)
        self.replica = StoreReplica(self.database)
        self.office = self._dial(self.database.meta.token)

    def reopen(self) -> None:
        """End the program and start it again."""
        self.database.close()
        self._open()

    def close(self) -> None:
        """End the program."""
        self.database.close()

    def sync(self, *, compare: bool = True, cancel: CancelToken | None = None) -> SyncReport:
        """Sync once."""
        engine = Engine(
            replica=self.replica,
            office=self.office,
            user_id=self.user,
            clock=self._clock,
            elapsed=lambda: 0.0,
            nonce=lambda: "nonce",
            applied=lambda _: None,
        )
        return engine.run(compare=compare, cancel=cancel)


class World:
    """An office and laptops, open."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self.office: Office = open_office(f"sqlite:///{folder / 'office.db'}", clock)
        self.laptops = [Laptop(ProfilePaths(each), self.dial, clock) for each in sorted((folder / "laptops").iterdir())]

    @property
    def folder(self) -> Path:
        """Where all its files lie."""
        return self._folder

    def dial(self, token: str) -> DirectOffice:
        return DirectOffice(self.office, token)

    def __getitem__(self, name: str) -> Laptop:
        return next(each for each in self.laptops if each.name == name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def backup_of(self, laptop: Laptop, to: Path) -> Path:
        """Copy a laptop's files as they are."""
        return Path(shutil.copytree(laptop.folder, to))

    def copy_of(self, laptop: Laptop, name: str) -> Laptop:
        """Make a second laptop out of a laptop's files, as a backup program or a disk image does."""
        copy = Laptop(ProfilePaths(self.backup_of(laptop, laptop.folder.with_name(name))), self.dial, self._clock)
        self.laptops.append(copy)
        return copy

    def set_back(self, laptop: Laptop, backup: Path) -> None:
        """Put a backup in the place of a laptop's files."""
        laptop.close()
        shutil.rmtree(laptop.folder)
        shutil.copytree(backup, laptop.folder)
        laptop.reopen()

    def backup_office(self, to: Path) -> Path:
        """Copy the office's database as it is."""
        self.office.log.close()
        shutil.copytree(self._folder, to, ignore=shutil.ignore_patterns("laptops"))
        self._open_office()
        return to

    def set_back_office(self, backup: Path) -> None:
        """Put a backup in the place of the office's database."""
        self.office.log.close()
        for each in self._folder.glob("office.db*"):
            each.unlink()
        for each in backup.glob("office.db*"):
            shutil.copy2(each, self._folder)
        self._open_office()

    def _open_office(self) -> None:
        self.office = open_office(f"sqlite:///{self._folder / 'office.db'}", self._clock)
        for each in self.laptops:
            each.office = self.dial(each.database.meta.token)

    def close(self) -> None:
        """Close everything."""
        for each in self.laptops:
            each.close()
        self.office.log.close()


class Template:
    """A world that was made once: users, their signed-in laptops (one name each, ``LOGIN`` or ``LOGIN-2``), data."""

    def __init__(
        self,
        folder: Path,
        people: Sequence[Person],
        laptops: Sequence[str],
        *,
        fill: Callable[[World], None] = lambda _: None,
        clock: Clock | None = None,
    ) -> None:
        self.folder = folder / "template"
        self.folder.mkdir(parents=True)
        self._clock = clock or SystemClock()
        self._copies = 0
        self._hire(people)
        for name in laptops:
            self._enrol(name)
        with World(self.folder, self._clock) as world:
            for each in world.laptops:
                each.sync()
            fill(world)

    def world(self, clock: Clock | None = None) -> World:
        """Open a copy of its own, by the template's clock or another one."""
        self._copies += 1
        copy = self.folder.with_name(f"world-{self._copies}")
        shutil.copytree(self.folder, copy)
        return World(copy, clock or self._clock)

    def _hire(self, people: Sequence[Person]) -> None:
        office = open_office(f"sqlite:///{self.folder / 'office.db'}", self._clock)
        stored = office.passwords.hash(PASSWORD)
        with office.log.writing() as writer:
            for each in people:
                user = add_user(writer, each.login, role=each.role, territories=each.territories)
                set_password(writer.connection, user, stored, writer.now)
        office.log.close()

    def _enrol(self, name: str) -> None:
        office = open_office(f"sqlite:///{self.folder / 'office.db'}", self._clock)
        login = name.partition("-")[0]
        credentials = Credentials(
            server=ADDRESS, login=login, password=PASSWORD, key_file=str(self.folder / "key"), device=name
        )
        enrol(
            ProfilePaths(self.folder / "laptops" / name),
            credentials,
            clock=self._clock,
            connect=lambda _address, token: DirectOffice(office, token),
        )
        office.log.close()
