"""A fleet: one real office, and real laptops that talk to it over HTTP.

``fleet.laptop("ana")`` hires Ana where she is new, signs her laptop in and brings it into step; ``fleet.sync_all()``
syncs everybody until nothing moves; ``fleet.check()`` holds everybody to what the office has.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from desktop.bootstrap import open_application
from desktop.services.application import Application
from desktop.services.profiles import Credentials, enrol
from desktop.store import meta
from desktop.system.paths import ProfilePaths
from sync.client.report import SyncReport
from sync.client.transport import HttpOffice
from sync.contract.clock import SystemClock
from tests.helpers import oracle
from tests.helpers.desk import Desk
from tests.helpers.office import Office

MAX_ROUNDS = 6


class FleetLaptop(Desk):
    """A profile folder of its own with the application open on it."""

    def __init__(self, paths: ProfilePaths) -> None:
        self.name = paths.folder.name
        self.paths = paths
        self.open()

    def open(self) -> None:
        """Start the program."""
        self.app: Application = open_application(self.paths, clock=SystemClock())
        self.database = self.app.database
        self.reads = self.app.reads
        self.bus = self.app.bus

    def close(self) -> None:
        """End the program."""
        self.app.close()

    def reopen(self) -> None:
        """End the program and start it again."""
        self.close()
        self.open()

    def sync(self, *, compare: bool = True) -> SyncReport:
        """Sync once, on this thread."""
        return self.app.sync.sync(compare=compare)

    def talk_through(self, address: str) -> None:
        """Reach the office by another address, such as a proxy's."""
        self.database.meta.set(meta.SERVER, address)
        self.reopen()

    def command(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start the program as a process of its own on this profile; the caller ends and awaits it."""
        words = [sys.executable, "-m", "desktop", "--profile", str(self.paths.folder), *arguments]
        return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")

    def line(self) -> HttpOffice:
        """Make a way of its own to the office."""
        return HttpOffice(self.database.meta.server, token=self.database.meta.token)


class Fleet:
    """One office and its laptops; closes the laptops when it is left, the office is its fixture's."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office = office
        self.laptops: list[FleetLaptop] = []
        self._folder = folder
        self._hired: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in self.laptops:
            each.close()

    def hire(self, login: str, *, role: str = "rep", territories: Sequence[str] = ("North",)) -> None:
        """Add a user, once."""
        if login not in self._hired:
            self._hired.add(login)
            self.office.add_user(login, role=role, territories=territories)

    def credentials(self, login: str, *, server: str = "", password: str = Office.PASSWORD) -> Credentials:
        """What somebody enters to sign in; the key lies in a file beside the profiles."""
        return Credentials(
            server=server or self.office.url, login=login, password=password, key_file=str(self._folder / "key")
        )

    def profile(self, name: str) -> ProfilePaths:
        """Name a profile's folder."""
        return ProfilePaths(self._folder / "laptops" / name)

    def laptop(self, name: str, *, server: str = "", synced: bool = True) -> FleetLaptop:
        """Set a laptop up: ``ana``, or ``ana-2`` for another one of hers."""
        login = name.partition("-")[0]
        self.hire(login)
        enrol(self.profile(name), self.credentials(login, server=server), clock=SystemClock())
        laptop = FleetLaptop(self.profile(name))
        self.laptops.append(laptop)
        if synced:
            laptop.sync()
        return laptop

    def sync_all(self) -> None:
        """Sync everybody until nothing moves any more."""
        for _ in range(MAX_ROUNDS):
            reports = [each.sync() for each in self.laptops]
            if not any(each.pushed or each.pulled for each in reports):
                return
        raise AssertionError(f"the laptops do not come to rest within {MAX_ROUNDS} rounds")

    def check(self) -> None:
        """Check that everybody has exactly what the office has for them, that nothing waits, and the office's log.

        Raises:
            AssertionError: it is not so.
        """
        for each in self.laptops:
            oracle.check_nothing_lies_over(each)
            line = each.line()
            try:
                oracle.check_equals_office(line, each)
            finally:
                line.close()
        with self.office.log() as log:
            oracle.check_ledger(log.storage, self.laptops)
        checked = self.office.run("check")
        assert checked.code == 0, checked.out + checked.err
