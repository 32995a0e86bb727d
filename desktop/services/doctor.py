"""Looks whether a profile is well, from its key to the server, and repairs what can be repaired without a loss."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field

from desktop.services.application import Application
from desktop.services.profiles import office_maker
from desktop.store import checks, counting, digests, leftovers
from desktop.system.settings import KEY_FILE
from sync.contract.errors import AppError

CLOCK_TOLERANCE_S = 300
"""A clock that is further off makes instants hard to read for colleagues."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: ``found`` is the last part of ``cli.doctor.<name>.<found>``, filled by ``data``."""

    name: str
    found: str
    well: bool = True
    repaired: bool = False
    data: Mapping[str, object] = field(default_factory=dict)


def staying_copies(application: Application) -> int:
    """Count the damaged copies that may hold a change which is nowhere else."""
    return len(leftovers.kept(application.database))


class Doctor:
    """Looks after one open application."""

    def __init__(self, application: Application) -> None:
        """Nothing is looked at yet."""
        self._app = application

    def checks(self) -> Iterator[Check]:
        """Look at one thing after the other; takes as long as reading the whole database."""
        yield self._key()
        yield self._database()
        yield self._counts()
        yield self._journal()
        yield self._outbox_file()
        yield self._copies()
        yield self._guards()
        yield self._search()
        yield self._clock()
        yield self._server()

    def _key(self) -> Check:
        path = self._app.settings.get(KEY_FILE)
        return Check("key", "in_file", data={"path": path}) if path else Check("key", "in_keyring")

    def _database(self) -> Check:
        self._app.database.fold()
        with self._app.database.reading() as connection:
            found = checks.damage(connection)
        size_mb = f"{self._app.paths.database.stat().st_size / 1_000_000:.1f}"
        if found:
            return Check("database", "damaged", well=False, data={"count": len(found)})
        return Check("database", "whole", data={"size_mb": size_mb})

    def _counts(self) -> Check:
        with self._app.database.writing() as connection:
            wrong = counting.recount(connection, self._app.database.schema)
            scopes = digests.wrong(connection, self._app.database.schema)
            if scopes:
                digests.forget(connection)
        if wrong:
            return Check("counts", "wrong", repaired=True, data={"types": ", ".join(wrong)})
        if scopes:
            return Check("counts", "sums", repaired=True, data={"count": len(scopes)})
        return Check("counts", "right", data={"count": sum(self._app.reads.counts().values())})

    def _journal(self) -> Check:
        with self._app.database.reading() as connection:
            faults = checks.journal_faults(connection)
            entries = checks.journal_entries(connection)
        waiting = sum(each.changes for each in self._app.reads.waiting())
        if faults:
            return Check("journal", "faulty", well=False, data={"count": faults})
        return Check("journal", "whole", data={"count": entries, "waiting": waiting})

    def _outbox_file(self) -> Check:
        found = self._app.database.outbox_file.agree(self._app.database, thoroughly=True)
        waiting = sum(each.changes for each in self._app.reads.waiting())
        if found.nothing:
            return Check("outbox", "whole", data={"count": waiting})
        return Check("outbox", "mended", repaired=True, data={"count": found.written_again + found.brought_in})

    def _copies(self) -> Check:
        there, kept = leftovers.there(self._app.database), leftovers.kept(self._app.database)
        if kept:
            return Check("copies", "staying", data={"count": len(kept), "places": ", ".join(map(str, kept))})
        return Check("copies", "leaving" if there else "none", data={"count": len(there)})

    def _guards(self) -> Check:
        with self._app.database.reading() as connection:
            missing = checks.missing_guards(connection, self._app.database.schema)
        if missing:
            checks.guard_again(self._app.database)
        return Check("guards", "mended" if missing else "whole", repaired=bool(missing))

    def _search(self) -> Check:
        with self._app.database.reading() as connection:
            gaps = checks.search_gaps(connection, self._app.database.schema)
        ready = self._app.reads.search_progress().ready and not gaps
        if gaps:
            checks.search_again(self._app.database)
        self._app.search.finish()
        self._app.search.tidy()
        self._app.indexes.finish()
        found = "ready" if ready else "completed"
        return Check("search", found, repaired=not ready, data={"count": self._app.reads.search_progress().total})

    def _clock(self) -> Check:
        with self._app.database.reading() as connection:
            offset_s = checks.clock_offset_s(connection)
        off = abs(offset_s) > CLOCK_TOLERANCE_S
        return Check("clock", "off" if off else "right", well=not off, data={"seconds": abs(offset_s)})

    def _server(self) -> Check:
        address = self._app.database.meta.server
        try:
            with closing(office_maker(self._app.settings)(address, "")) as office:
                health = office.health()
        except AppError as refused:
            # Being offline is the normal state of a laptop, not an illness.
            return Check("server", "away", data={"address": address, "code": refused.code.value})
        return Check("server", "there", data={"address": address, "organisation": health.organisation})
