"""A rep's laptop with the sample organisation on it, opened as the program opens it; its office is out of reach.

Making it is slow, so one is made per test session (``Template``) and copied. What arrives from the office comes in
through the replica, like a page of a real sync.
"""

import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from desktop.bootstrap import open_application
from desktop.commands.bus import Command, Done
from desktop.domain.changes import ChangeSet, Origin
from desktop.domain.listing import Condition, Listing, Sort, Test
from desktop.services.application import Application
from desktop.services.profiles import Credentials, enrol, open_database
from desktop.store.replica import StoreReplica
from desktop.system.paths import ProfilePaths
from desktop.system.settings import LANGUAGE, THEME, Settings
from sync.client.engine import Engine
from sync.client.ports import SyncRun
from sync.contract.clock import SystemClock, instant_text, new_id
from sync.contract.wire import Outcome, PullAnswer, Receipt, Row
from sync.server.seeds.demo import load_demo
from sync.server.seeds.demo_plan import SIGN_IN
from sync.server.seeds.filling import SeedPasswords
from tests.helpers.direct_office import ADDRESS, DirectOffice, open_office

ZONE = timezone(timedelta(hours=8))
TODAY = date(2026, 11, 20)
ELEVEN = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
PASSWORD = "correct horse"
_FAR = 10_000_000


class StandingClock(SystemClock):
    """Shows 11:00 in the zone of the sample until it is turned."""

    def __init__(self, moment: datetime = ELEVEN) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


class Template:
    """A profile that was enrolled and synced once; every test gets a copy."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._copies = 0
        clock = StandingClock()
        office = open_office(f"sqlite:///{folder / 'office.db'}", clock)
        load_demo(office.log, today=TODAY, zone=ZONE, passwords=SeedPasswords(PASSWORD))
        paths = ProfilePaths(folder / "profile")
        credentials = Credentials(server=ADDRESS, login=SIGN_IN, password=PASSWORD, key_file=str(folder / "key"))
        enrol(paths, credentials, clock=clock, connect=lambda _address, token: DirectOffice(office, token))
        with open_database(paths, clock=clock) as database:
            engine = Engine(
                replica=StoreReplica(database),
                office=DirectOffice(office, database.meta.token),
                user_id=database.meta.user_id,
                clock=clock,
                elapsed=lambda: 0.0,
                nonce=lambda: "nonce",
                applied=lambda _: None,
            )
            engine.run()
        office.log.close()

    def open(self, folder: Path, *, language: str = "en", theme: str = "light") -> "SampleLaptop":
        """Open a copy in ``folder``."""
        shutil.copytree(self._folder / "profile", folder)
        return SampleLaptop(folder, language=language, theme=theme)


class SampleLaptop:
    """The open application, and what happens to it from elsewhere than the window."""

    def __init__(self, folder: Path, *, language: str, theme: str) -> None:
        settings = Settings(ProfilePaths(folder).settings)
        settings.set(LANGUAGE, language)
        settings.set(THEME, theme)
        self.clock = StandingClock()
        self.app: Application = open_application(ProfilePaths(folder), clock=self.clock, zone=ZONE)
        self._seq = _FAR

    def close(self) -> None:
        self.app.close()

    @property
    def user(self) -> str:
        return self.app.session.user

    def run(self, command: Command) -> Done:
        return self.app.bus.run(command)

    def ids(self, record_type: str, *where: Condition, sort: str = "id") -> list[str]:
        return self.app.reads.ids(Listing(record_type, where=where, sort=(Sort(sort),)))

    def undisputed(self, record_type: str = "account") -> list[str]:
        """List records about which nothing is asked, by name; the sample comes with a few open questions."""
        asked = {view.record for view in self.app.reads.conflicts()}
        return [each for each in self.ids(record_type, sort="name") if each not in asked]

    def colleagues(self) -> list[str]:
        return self.ids("user", Condition("id", Test.NE, self.user), sort="name")

    def value(self, record_type: str, record: str, field: str) -> Any:
        view = self.app.reads.record(record_type, record)
        return None if view is None else view.values.get(field)

    def arrive(self, *rows: Row) -> None:
        """Let a page of rows come in."""
        self._seq += 1
        rows = tuple(_numbered(row, self._seq) for row in rows)
        page = PullAnswer(
            rows=list(rows),
            changes=[],
            gone=[],
            granted=[],
            revoked=[],
            cursor=f"cursor-{self._seq}",
            seq=self._seq,
            head=self._seq,
            more=False,
        )
        taken = StoreReplica(self.app.database).take_page(page)
        self.app.hub.publish(ChangeSet(Origin.SYNC, taken.records))

    def ask(
        self, record_type: str, record: str, field: str, /, *, before: Any, mine: Any, theirs: Any, **more: Any
    ) -> str:
        """Let a question about a field arrive: this user proposed ``mine``, a colleague wrote ``theirs``."""
        view = self.app.reads.record(record_type, record)
        assert view is not None
        question = new_id(self.clock.now())
        fields = {
            "record_type": record_type,
            "record": record,
            "field": field,
            "before": _by_field(field, before),
            "current": _by_field(field, theirs),
            "current_by": self.colleagues()[0],
            "current_at": "2026-11-19T09:20:00.000Z",
            "proposed": _by_field(field, mine),
            "proposed_by": self.user,
            "proposed_at": "2026-11-18T08:40:00.000Z",
            "asked": self.user,
            "state": "open",
            "mutation": question,
            **more,
        }
        self.arrive(Row(type="conflict", id=question, scope=view.scope, version=0, deleted=False, fields=fields))
        return question

    def settle(self, question: str) -> None:
        """Let a question arrive as settled by a colleague."""
        row = self.app.reads.rows("conflict", [question])[0]
        names = self.app.reads.catalogue["conflict"].fields
        fields = {name: row[name] for name in names if row.get(name) is not None}
        by = {"state": "resolved", "resolved_by": self.colleagues()[0], "resolved_at": "2026-11-20T02:00:00.000Z"}
        about = self.app.reads.record(row["record_type"], row["record"])
        scope = about.scope if about else ""
        arrived = Row(type="conflict", id=question, scope=scope, version=0, deleted=False, fields={**fields, **by})
        self.arrive(arrived)

    def refuse_all(self, code: str = "not_permitted") -> None:
        """Let the office refuse everything that waits."""
        self._answer(Outcome.REJECTED, code)

    def accept_all(self) -> None:
        """Let the office take everything that waits."""
        self._answer(Outcome.APPLIED, "")

    def _answer(self, outcome: Outcome, code: str) -> None:
        self._seq += 1
        replica = StoreReplica(self.app.database)
        receipts = [
            Receipt(
                mutation=each.id,
                outcome=outcome,
                seq=self._seq if outcome is Outcome.APPLIED else 0,
                fields=dict(
                    each.fields if outcome is Outcome.APPLIED else {name: each.was.get(name) for name in each.fields}
                ),
                code=code,
                data={"type": each.type} if code else {},
            )
            for each in replica.outbox(max_mutations=200, max_bytes=1_000_000)
        ]
        taken = replica.take_receipts(receipts)
        self.app.hub.publish(ChangeSet(Origin.SYNC, taken.records))
        self.app.status.refresh()

    def note_run(self, at: datetime, seconds: int = 14, **figures: Any) -> None:
        """Put a sync into the history of syncs."""
        finished = at + timedelta(seconds=seconds)
        run = SyncRun(started_at=instant_text(at), finished_at=instant_text(finished), **figures)
        StoreReplica(self.app.database).note_run(run)
        self.app.status.refresh()


def _by_field(field: str, value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {field: value}


def _numbered(row: Row, seq: int) -> Row:
    return Row(type=row.type, id=row.id, scope=row.scope, version=seq, deleted=row.deleted, fields=dict(row.fields))


def keys_of(rows: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    """List one value of each row."""
    return [row.get(name) for row in rows]
