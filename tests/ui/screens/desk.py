"""A rep's laptop after a first sync, without a network: the real application over the product's own sample."""

import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from desktop.bootstrap import open_application
from desktop.commands.bus import Command, Done
from desktop.commands.records import SetFields
from desktop.domain.changes import ChangeSet, Origin
from desktop.domain.listing import Condition, Listing
from desktop.live.foreign import ForeignChanges
from desktop.services.application import Application
from desktop.store import meta
from desktop.store.database import Database
from desktop.store.replica import StoreReplica
from desktop.system.credentials import KeyFile
from desktop.system.paths import ProfilePaths
from desktop.system.settings import KEY_FILE, LANGUAGE, THEME, Settings
from sync.contract.clock import SystemClock, instant_text
from sync.contract.entities import CATALOGUE
from sync.contract.fields import Role, Value, Values
from sync.contract.rules import scope_of
from sync.contract.wire import Change, Chunk, Op, PullAnswer, Revoked, Row
from sync.server.seeds.demo_plan import SIGN_IN, demo_drafts
from sync.server.seeds.drafts import Draft

ZONE = timezone(timedelta(hours=8))
TODAY = date(2026, 11, 20)
_NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
_FIRST_SEQ = 1


class StandingClock(SystemClock):
    """Shows 11:00 in the zone of the sample until it is turned."""

    def __init__(self) -> None:
        self.moment = _NOON

    def now(self) -> datetime:
        return self.moment


@dataclass(frozen=True)
class Someone:
    """Who is signed in."""

    id: str
    name: str


class Desk:
    """The open application, and what happens to it from outside the window."""

    def __init__(self, folder: Path) -> None:
        self.clock = StandingClock()
        self.app: Application = open_application(ProfilePaths(folder), clock=self.clock, zone=ZONE)
        self._foreign = ForeignChanges(self.app.database, self.app.hub.publish)
        self._replica = StoreReplica(self.app.database)
        self._seq = self._replica.standing().seq

    def close(self) -> None:
        self.app.close()

    def run(self, command: Command) -> Done:
        """Do something as the signed-in user, from elsewhere than the window."""
        return self.app.bus.run(command)

    def ids(self, record_type: str, *where: Condition) -> list[str]:
        return self.app.reads.ids(Listing(record_type, where))

    def values(self, record_type: str, record_id: str) -> Values:
        view = self.app.reads.record(record_type, record_id)
        assert view is not None
        return view.values

    def named(self, record_type: str, name: str) -> str:
        """Find a record by its exact name."""
        rows = self.app.reads.rows(record_type, self.ids(record_type))
        return next(str(row["id"]) for row in rows if row.get("name") == name)

    def from_office(self, record_type: str, record_id: str, by: str = "", **changes: Value) -> None:
        """Let an edit of a colleague arrive in a page of the log."""
        view = self.app.reads.record(record_type, record_id)
        assert view is not None
        self._seq += 1
        row = Row(
            type=record_type,
            id=record_id,
            scope=view.scope,
            version=self._seq,
            deleted=False,
            fields={**view.values, **changes},
        )
        fields = {name: (view.values.get(name), value) for name, value in changes.items()}
        change = Change(
            seq=self._seq,
            type=record_type,
            record=record_id,
            op=Op.PATCH,
            fields=fields,
            by=by or None,
            at=instant_text(self.clock.now()),
        )
        self._page([row], [change])

    def foreign(self, record_type: str, record_id: str, **changes: Value) -> None:
        """Let another process of this profile, such as the command line, change a record."""
        with closing(open_application(self.app.paths, clock=self.clock, zone=ZONE)) as other:
            other.bus.run(SetFields(record_type, record_id, changes))
        self._foreign.check()

    def revoked(self, scope: str) -> None:
        """Let a customer leave what this user may change."""
        self._seq += 1
        self._page([], [], [Revoked(scope=scope, seq=self._seq)])

    def taken_off(self) -> None:
        """Let what left be taken off, as the end of a sync does."""
        for taken in self._replica.purge():
            self.app.hub.publish(ChangeSet(Origin.SYNC, taken.records))

    def _page(self, rows: list[Row], changes: list[Change], revoked: Sequence[Revoked] = ()) -> None:
        page = PullAnswer(
            rows=rows,
            changes=changes,
            gone=[],
            granted=[],
            revoked=list(revoked),
            cursor=f"cursor {self._seq}",
            seq=self._seq,
            head=self._seq,
            more=False,
        )
        taken = self._replica.take_page(page)
        self.app.hub.publish(ChangeSet(Origin.SYNC, taken.records))


def make_profile(folder: Path, user: Someone, drafts: Iterable[Draft]) -> None:
    """Make a profile as signing in and a first sync leave it: nothing of it waits to be sent."""
    paths = ProfilePaths(folder)
    paths.make()
    Settings(paths.settings).set(KEY_FILE, str(folder / "key"))
    key = KeyFile(folder / "key").create()
    with closing(Database.open(paths.database, key, clock=StandingClock(), create=True)) as database:
        database.meta.set_many(
            {
                meta.USER_ID: user.id,
                meta.USER_NAME: user.name,
                meta.ROLE: Role.REP.value,
                meta.CURRENCY: "CNY",
                meta.CLIENT_ID: "laptop-1",
                meta.SERVER: "https://office.example",
            }
        )
        replica = StoreReplica(database)
        chunks = list(_chunks(drafts))
        for number, chunk in enumerate(chunks, start=1):
            is_last = number == len(chunks)
            replica.take_chunk(_slice(chunk, after=None if is_last else str(number)))


def make_sample(folder: Path) -> Someone:
    """Make the profile of the rep of the sample organisation."""
    drafts = list(demo_drafts(TODAY, ZONE))
    me = next(each for each in drafts if each.type == "user" and each.values["login"] == SIGN_IN)
    user = Someone(me.id, str(me.values["name"]))
    make_profile(folder, user, drafts)
    with closing(open_application(ProfilePaths(folder), clock=StandingClock(), zone=ZONE)) as app:
        app.search.finish()
    return user


def open_copy(template: Path, folder: Path, *, language: str = "en", theme: str = "light") -> Desk:
    """Open a copy of a profile that is made already."""
    shutil.copytree(template, folder)
    settings = Settings(ProfilePaths(folder).settings)
    settings.set(KEY_FILE, str(folder / "key"))
    settings.set(LANGUAGE, language)
    settings.set(THEME, theme)
    return Desk(folder)


def _chunks(drafts: Iterable[Draft]) -> Iterable[tuple[str, list[Draft]]]:
    by_type: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        by_type[draft.type].append(draft)
    return [(each.name, by_type[each.name]) for each in CATALOGUE if each.name in by_type]


def _slice(chunk: tuple[str, list[Draft]], after: str | None) -> Chunk:
    record_type, drafts = chunk
    columns = sorted({name for draft in drafts for name in draft.values} | {"created_at", "updated_at"})
    rows = [_row(record_type, draft, columns) for draft in drafts]
    cursor = None if after else f"cursor {_FIRST_SEQ}"
    return Chunk(
        type=record_type,
        columns=columns,
        rows=rows,
        after=after,
        cursor=cursor,
        seq=_FIRST_SEQ,
        done=len(rows),
        total=len(rows),
    )


def _row(record_type: str, draft: Draft, columns: Sequence[str]) -> list[Any]:
    values = {"created_at": draft.at, "updated_at": draft.at, **draft.values}
    scope = scope_of(CATALOGUE[record_type], draft.id, values)
    return [draft.id, scope, _FIRST_SEQ, False, *(values.get(name) for name in columns)]
