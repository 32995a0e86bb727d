"""The local store as the client engine knows it: implements ``sync.client.ports.Replica``.

Every write waits for the saves that are waiting, and is one transaction unless its method says otherwise.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from desktop.store import (
    chunks,
    digests,
    gate,
    journal,
    kept,
    leftovers,
    lineage,
    meta,
    notes,
    offering,
    outbox,
    pages,
    purging,
    receipts,
    repairs,
    retention,
    snapshots,
    testimony,
)
from desktop.store.connections import raw
from desktop.store.database import Database
from desktop.store.gate import GateMode
from desktop.store.incoming import Touched
from desktop.store.queries import titles
from desktop.store.search import tidying
from sync.client.first_sync import MissingChunk, Stored, UnderWay
from sync.client.ports import Lineage, Standing, SyncRun, Taken
from sync.contract.catalogue import Catalogue
from sync.contract.chunks import ChunkEntry, Manifest, Slab
from sync.contract.clock import parse_instant
from sync.contract.digest import Sum
from sync.contract.wire import (
    ATTENTION,
    Chunk,
    Counts,
    Echo,
    HelloAnswer,
    Mutation,
    Outcome,
    PullAnswer,
    Receipt,
    Row,
)
from sync.contract.witness import SeenLine

_KEPT_RUNS = 200
_NOTE_RUN = (
    "INSERT INTO sync_run (started_at, finished_at, pushed, pulled, conflicts, attention, first, error, data) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_QUIET_EVERY = timedelta(minutes=1)
_TIDY_EVERY = timedelta(hours=1)
_CLOCK_STEP_MS = 5_000


class StoreReplica:
    """The laptop's side of a sync, over one open database."""

    def __init__(self, database: Database) -> None:
        """Work on a database that somebody else opens and closes."""
        self._database = database
        self._quiet_at: datetime | None = None
        self._tidied_at: datetime | None = None
        self._copies_removed = 0

    def standing(self) -> Standing:
        """Tell where this laptop stands."""
        with self._database.reading() as connection:
            known = meta.read_all(connection)
            return Standing(
                client_id=str(known[meta.CLIENT_ID]),
                cursor=known.get(meta.CURSOR),
                seq=int(known.get(meta.SEQ) or 0),
                head_n=journal.head_n(connection),
                unsent=outbox.count(connection),
                snapshot_after=known.get(meta.SNAPSHOT_AFTER),
                snapshot_started=bool(known.get(meta.SNAPSHOT_STARTED)),
                schema=self._database.catalogue.version,
                kept=kept.told(connection).text(),
                purge_due=any(known.get(each) for each in (meta.PURGE_DUE, meta.SEARCH_UNTIDY, meta.COPIES_DUE)),
            )

    def outbox(self, *, max_mutations: int, max_bytes: int, after_n: int = 0) -> list[Mutation]:
        """List unsent mutations in the order of ``n``, from ``after_n`` on (exclusive)."""
        with self._database.reading() as connection:
            limits = outbox.Limits(max_mutations, max_bytes)
            return outbox.mutations(connection, self._database.catalogue, limits, after_n=after_n)

    def take_receipts(self, receipts_: Sequence[Receipt]) -> Taken:
        """Clear mutations from the outbox by their ids and settle what is visible."""
        touched = Touched()
        with self._taking(touched) as connection:
            schema = self._database.schema
            waited = receipts.take_receipts(connection, schema, receipts_, now=self._database.now(), touched=touched)
            if waited:
                touched.add_any(notes.JOURNAL)
            done = [each.mutation for each in waited if each.outcome not in ATTENTION]
            stale = self._database.outbox_file.done(connection, done)
        if stale:
            self._database.outbox_file.tidy(self._database)
        taken = self._taken(touched, settled=len(waited))
        conflicts, attention = receipts.count(waited)
        return replace(taken, conflicts=conflicts, attention=attention, handed=self._handed(waited))

    def holds(self, echoes: Sequence[Echo]) -> bool:
        """Tell whether each of these records stands here at exactly that version."""
        with self._database.reading() as connection:
            return pages.holds(connection, self._database.schema, echoes)

    def take_page(self, page: PullAnswer) -> Taken:
        """Apply one page of the log, its cursor included."""
        touched = Touched()
        with self._taking(touched) as connection:
            schema = self._database.schema
            applied = pages.take_page(connection, schema, page, now=self._database.now(), touched=touched)
        return self._taken(touched, applied=applied)

    @property
    def catalogue(self) -> Catalogue:
        """What rows are checked by."""
        return self._database.catalogue

    def under_way(self) -> UnderWay | None:
        """Tell how far the manifest under way has come."""
        with self._database.reading() as connection:
            return chunks.under_way(connection)

    def take_manifest(self, manifest: Manifest) -> None:
        """Begin with a manifest, or go on with a newer one: chunks that it names and that are here count as here."""
        chunks.take_manifest(self._database, manifest)

    def take_slabs(self, missing: MissingChunk, slabs: Iterator[Slab], rest: ChunkEntry | None) -> Stored:
        """Store a chunk in several transactions; a save that waits goes first."""
        return chunks.take_slabs(self._database, missing, slabs, rest)

    def note_counts(self, counts: Counts) -> None:
        """Remember for the manifest under way how much there is at the office."""
        chunks.note_counts(self._database, counts)

    def finish_manifest(self) -> Iterator[None]:
        """Make indexes, hide what did not come, and remember the cursor, step by step."""
        return chunks.finish(self._database)

    def take_chunk(self, chunk: Chunk) -> None:
        """Apply one slice of a snapshot in several transactions; a save that waits for the writer goes first."""
        snapshots.take_chunk(self._database, chunk)

    def restart_snapshot(self, common: int | None = None) -> None:
        """Forget cursor and position, so that the next step is a snapshot from its start. Rows and outbox stay."""
        if common is None:
            snapshots.restart(self._database)
        else:
            offering.begin(self._database, common, parting=False)

    def marks(self) -> list[str]:
        """List cursors that this laptop has stood at, newest first, fewer the older they are."""
        with self._database.reading() as connection:
            return lineage.marks(connection)

    def stood_at(self) -> int:
        """Give the newest position that this laptop has stood at, 0 without any."""
        with self._database.reading() as connection:
            return lineage.stood_at(connection)

    def lineage(self, answer: HelloAnswer) -> Lineage:
        """Compare the own mutations with what the office says it has of them."""
        with self._database.reading() as connection:
            kin = lineage.compare(connection, answer)
        if kin.remember is not None:
            with self._database.writing_patiently() as connection:
                lineage.remember(connection, *kin.remember)
        return kin.lineage

    def seen(self, common: int, place: str) -> tuple[list[SeenLine], str]:
        """List what this laptop has seen beyond a log position, a page of it."""
        with self._database.reading() as connection:
            return testimony.seen(connection, self._database.schema, common, place)

    def offer_again(self, common: int) -> None:
        """Put mutations that took effect behind ``common`` back into the outbox, and begin again with a snapshot."""
        offering.begin(self._database, common, parting=True)

    def offer_behind(self, position: int) -> None:
        """Put mutations that took effect behind a position, where there are any, back into the outbox."""
        offering.begin_behind(self._database, position)

    def offer_some(self) -> bool:
        """Go on with what ``offer_again`` and others began, in one transaction; gives whether there is more."""
        # A disk that failed may be well again: what it kept of a refused save must not wait for the next save.
        self._database.outbox_file.take_back_left(self._database)
        return offering.go_on(self._database)

    def new_id(self) -> str:
        """Give the id under which this laptop goes on when it parts; the same one until ``part`` is called."""
        kept = self._database.meta.get(meta.NEXT_CLIENT_ID)
        if kept is None:
            kept = self._database.new_id()
            self._database.meta.set(meta.NEXT_CLIENT_ID, kept)
        return str(kept)

    def part(self, token: str) -> None:
        """Go on under the new id, with its token."""
        with self._database.writing_patiently() as connection:
            lineage.part(connection, token)
            self._database.outbox_file.write_again(connection)

    def purge(self) -> Iterator[Taken]:
        """Take off what the user may not see any more and no unsent edit speaks of, in several transactions."""
        yield from map(self._taken, purging.purge(self._database))
        if self._database.meta.get(meta.COPIES_DUE):
            self._remove_copies()
        for _step in purging.tidy(self._database):
            yield Taken()

    def _remove_copies(self) -> None:
        """Remove damaged copies, which hold what was just taken off; those that may not go yet are due again."""
        self._copies_removed += leftovers.remove(self._database, younger=True)
        due = True if leftovers.there(self._database) else None
        if self._database.meta.get(meta.COPIES_DUE) != due:
            self._database.meta.set(meta.COPIES_DUE, due)

    def digest(self) -> Sum | None:
        """Add up all rows as the office does; ``None`` while that cannot be compared."""
        with self._database.reading() as connection:
            waits = outbox.count(connection) and outbox.may_be_sent(connection, self._database.catalogue)
            if meta.read(connection, meta.CURSOR) is None or waits:
                return None
        return digests.whole(self._database)

    def differing(self, theirs: Mapping[str, Sum], after: str = "", upto: str | None = None) -> list[str]:
        """Name the scopes behind ``after``, up to ``upto``, of which this laptop does not hold what the office says."""
        return digests.differing(self._database, theirs, after, upto)

    def take_scope(self, scope: str, rows: Sequence[Row]) -> Taken:
        """Make a scope hold exactly these rows; own unsent edits stay."""
        touched = Touched()
        with self._taking(touched) as connection:
            applied = repairs.take_scope(connection, self._database.schema, scope, rows, touched)
        return self._taken(touched, applied=applied)

    def note_hello(self, answer: HelloAnswer) -> None:
        """Remember what hello tells about the office and this user; nothing is written where nothing changed."""
        with self._database.reading() as connection:
            known = meta.read_all(connection)
        offset = parse_instant(answer.server_time) - self._database.moment()
        offset_ms = int(offset.total_seconds() * 1000)
        news: dict[str, object] = {}
        if known.get(meta.ROLE) != answer.role:
            news[meta.ROLE] = answer.role
        if known.get(meta.OFFICE_SCHEMA) != answer.schema:
            news[meta.OFFICE_SCHEMA] = answer.schema
        if known.get(meta.EPOCH) != answer.epoch:
            news[meta.EPOCH] = answer.epoch
        if abs(offset_ms - int(known.get(meta.CLOCK_OFFSET_MS) or 0)) > _CLOCK_STEP_MS:
            news[meta.CLOCK_OFFSET_MS] = offset_ms
        if news:
            with self._database.writing_patiently() as connection:
                meta.write(connection, news)

    def note_run(self, run: SyncRun) -> None:
        """Write one sync into the history of syncs; of quiet ones that follow each other closely only the first.

        From time to time, after one that went through, what is old is removed.
        """
        now = self._database.moment()
        if not run.error and not (self._tidied_at and timedelta(0) <= now - self._tidied_at < _TIDY_EVERY):
            self._tidied_at = now
            retention.tidy(self._database)
            tidying.look_after(self._database, now)
            self._copies_removed += leftovers.remove(self._database, younger=False)
        data = dict(run.data)
        if self._copies_removed:
            data["copies_removed"], self._copies_removed = self._copies_removed, 0
        if not data and self._repeats_a_quiet_one(run):
            return
        figures = run.pushed, run.pulled, run.conflicts, run.attention, int(run.first)
        told = run.error, json.dumps(data, ensure_ascii=False)
        with self._database.writing_patiently() as connection:
            driver = raw(connection)
            number = driver.execute(_NOTE_RUN, (run.started_at, run.finished_at, *figures, *told)).lastrowid
            driver.execute("DELETE FROM sync_run WHERE n <= ?", (number - _KEPT_RUNS,))
            notes.note(connection, self._database.instance, {notes.SYNC_RUN: frozenset()})

    def _repeats_a_quiet_one(self, run: SyncRun) -> bool:
        """Tell whether writing a run down would only wait for the disk and say what is known already."""
        last, self._quiet_at = self._quiet_at, None
        if run.pushed or run.pulled or run.conflicts or run.attention or run.first or run.error or run.data:
            return False
        finished = parse_instant(run.finished_at)
        if last is not None and timedelta(0) <= finished - last < _QUIET_EVERY:
            self._quiet_at = last
            return True
        self._quiet_at = finished
        return False

    @contextmanager
    def _taking(self, touched: Touched) -> Iterator[Connection]:
        with self._database.writing_patiently() as connection, gate.opened(connection, GateMode.SYNC):
            yield connection
            notes.note(connection, self._database.instance, touched.records())

    def _handed(self, waited: Sequence[Receipt]) -> dict[str, int]:
        late = Counter(str(each.data.get("asked") or "") for each in waited if each.outcome is Outcome.LATE)
        if not late:
            return {}
        with self._database.reading() as connection:
            names = titles.user_names(connection, self._database.schema, late)
        return {names.get(user, ""): count for user, count in late.items()}

    def _taken(self, touched: Touched, *, applied: int = 0, settled: int = 0) -> Taken:
        records: Mapping[str, frozenset[str]] = touched.records()
        if "custom_field" in records:
            self._database.refresh_catalogue()
        return Taken(records=records, applied=applied, settled=settled)
