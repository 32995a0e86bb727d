"""A rep's laptop after a first sync, without an office: the real application over the product's own sample."""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from pathlib import Path

from desktop.commands.bus import Bus, Command, Done
from desktop.domain.changes import ChangeSet, Origin
from desktop.live.hub import LiveHub
from desktop.live.reads import Reads
from desktop.services.application import Application, SyncSide
from desktop.services.jobs import Jobs
from desktop.services.sync_status import Figures, StatusBoard
from desktop.store import gate, meta
from desktop.store.database import Database
from desktop.store.unit_of_work import open_unit
from desktop.system.i18n import Translator
from desktop.system.paths import ProfilePaths, resources_folder
from desktop.system.settings import LANGUAGE, THEME, Settings
from sqlalchemy import text
from sync.contract.fields import Role, Values
from sync.server.seeds.demo_plan import SIGN_IN, demo_drafts
from sync.server.seeds.drafts import Draft

ZONE = timezone(timedelta(hours=8))
TODAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
_KEY = bytes(range(32))
_FIRST = frozenset({"organisation", "territory", "team", "user", "custom_field", "stage"})


class StandingClock:
    """Shows 11:00 in the zone of the sample until it is turned."""

    def __init__(self) -> None:
        self.moment = NOON

    def now(self) -> datetime:
        return self.moment


class IdleSync:
    """A laptop without a network: asked to sync it only counts how often."""

    def __init__(self) -> None:
        self.asked = 0

    def sync_soon(self) -> None:
        self.asked += 1

    def stop(self) -> None:
        """Nothing runs."""


class Desk:
    """The open application and what tests do behind its back."""

    def __init__(self, folder: Path, *, language: str = "en", theme: str = "light") -> None:
        self.clock = StandingClock()
        paths = ProfilePaths(folder)
        paths.make()
        settings = Settings(paths.settings)
        settings.set(LANGUAGE, language)
        settings.set(THEME, theme)
        self.database = Database.open(paths.database, _KEY, clock=self.clock, create=True)
        jobs = Jobs()
        self.hub = LiveHub(jobs.submit_read)
        reads = Reads(self.database)
        self.sync = IdleSync()
        self.figures = Figures()
        resources = resources_folder()
        self.app = Application(
            paths=paths,
            resources=resources,
            settings=settings,
            texts=Translator(resources / "i18n", language, strict=True),
            clock=self.clock,
            zone=ZONE,
            database=self.database,
            jobs=jobs,
            hub=self.hub,
            reads=reads,
            bus=Bus(self.database, reads, self.hub.publish),
            sync_side=self._sync_side,
        )

    def close(self) -> None:
        self.app.close()

    def run(self, command: Command) -> Done:
        """Do something as the signed-in user, from elsewhere than the window."""
        return self.app.bus.run(command)

    def from_office(self, record_type: str, record_id: str, changes: Values) -> None:
        """Let an edit of a colleague arrive."""
        with open_unit(self.database, actor=_COLLEAGUE, role=Role.ADMIN, origin=Origin.SYNC, undoable=False) as work:
            work.change(record_type, record_id, changes)
        self._settle()
        self.hub.publish(ChangeSet(Origin.SYNC, {record_type: frozenset({record_id})}))

    def fill(self, drafts: Iterable[Draft]) -> None:
        """Put records in place as a first sync does: nothing of them waits to be sent."""
        listed = list(drafts)
        # Custom fields exist for others only once they are committed.
        for part in ([each for each in listed if each.type in _FIRST], [each for each in listed if each.type not in _FIRST]):
            with open_unit(self.database, actor=_COLLEAGUE, role=Role.ADMIN, undoable=False) as work:
                for draft in part:
                    work.create(draft.type, draft.values, record_id=draft.id)
        self._settle()

    def sign_in(self, user: str, name: str, role: Role = Role.REP) -> None:
        self.database.meta.set_many(
            {meta.USER_ID: user, meta.USER_NAME: name, meta.ROLE: role.value, meta.CURRENCY: "CNY"}
        )

    def _settle(self) -> None:
        with self.database.writing() as connection, gate.opened(connection, gate.GateMode.SYNC):
            connection.execute(text("UPDATE journal SET outcome = 'applied', settled = at WHERE outcome IS NULL"))

    def _sync_side(self, _app: Application) -> SyncSide:
        board = StatusBoard(lambda: self.figures)
        return SyncSide(service=self.sync, status=board)  # type: ignore[arg-type] # only what the window calls


_COLLEAGUE = "somebody-else"


def sample_desk(folder: Path, **options: str) -> Desk:
    """Open a laptop that holds the sample, signed in as its rep."""
    desk = Desk(folder, **options)  # type: ignore[arg-type] # language and theme
    drafts = list(demo_drafts(TODAY, ZONE))
    me = next(each for each in drafts if each.type == "user" and each.values["login"] == SIGN_IN)
    desk.sign_in(me.id, str(me.values["name"]))
    desk.fill(drafts)
    return desk
