"""The first sync: fetches the chunks of a manifest that are still missing, and a new manifest when the old one expired.

An office from before there were manifests is asked for slices, one after the other, as it was built for.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Protocol

from sync.client.background import call_until_cancelled, fetched_ahead
from sync.client.cancel import CancelToken
from sync.client.chunk_lines import slabs_of
from sync.contract.catalogue import Catalogue
from sync.contract.chunks import ChunkBody, ChunkEntry, Manifest, Slab, is_chunk_name
from sync.contract.errors import AppError, Code
from sync.contract.wire import Chunk, Counts

log = logging.getLogger(__name__)

_MANIFESTS: Final = 5
"""So often a run begins with another manifest before it leaves the rest to the next one."""
_ASK_AFTER: Final = 3
"""After so many chunks, if more follow, it is asked how much there is: enough for the first screen comes first."""
_NAMES: Final = 5
"""So often a chunk may change while it is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingChunk:
    """A chunk of the manifest under way that is not here yet; ``n`` is its number in it."""

    n: int
    entry: ChunkEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """How far a manifest has come: ``done`` of ``total`` rows are here.

    ``is_counted`` when the office has said for this manifest how much there is.
    """

    cursor: str
    done: int
    total: int
    missing: list[MissingChunk]
    is_counted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What of a chunk was stored: its types, and its rows but for those that come once more with another chunk."""

    types: frozenset[str]
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstStep:
    """One answer that was stored: types that it brought, how many rows, and how far everything is."""

    types: frozenset[str]
    rows: int
    done: int
    total: int


class ChunkReplica(Protocol):
    """What a first sync needs of the laptop's database. Whatever is killed is done again, and harmless."""

    @property
    def catalogue(self) -> Catalogue:
        """What rows are checked by."""
        ...

    def under_way(self) -> UnderWay | None:
        """Tell how far the manifest under way has come; ``None`` when there is none."""
        ...

    def take_manifest(self, manifest: Manifest) -> None:
        """Begin with a manifest, or go on with a newer one: chunks that it names and that are here count as here."""
        ...

    def take_slabs(self, missing: MissingChunk, slabs: Iterator[Slab], rest: ChunkEntry | None) -> Stored:
        """Store a chunk in several transactions; a save that waits goes first.

        With the last one it counts as here, or ``rest`` as missing in its place.
        """
        ...

    def note_counts(self, counts: Counts) -> None:
        """Remember for the manifest under way how much there is, for whoever wants to see how much is still to come."""
        ...

    def finish_manifest(self) -> Iterator[None]:
        """Make indexes, hide what did not come, and remember the cursor; when no chunk is missing.

        It may be left after any step; the next one goes on.
        """
        ...

    def take_chunk(self, chunk: Chunk) -> None:
        """Apply one slice of a snapshot in several transactions; a save that waits for the writer goes first.

        The position is stored with the last one, the cursor with the last chunk. Repeating a chunk is harmless.
        """
        ...


class ChunkOffice(Protocol):
    """What a first sync needs of the office."""

    def manifest(self) -> Manifest:
        """List everything this user may see as chunks."""
        ...

    def chunk(self, entry: ChunkEntry, cursor: str) -> ChunkBody:
        """Fetch a chunk of the manifest with that cursor; what is given has the hash that the office told."""
        ...

    def counts(self) -> Counts:
        """Ask how many records of each type there are, and about how large they are."""
        ...

    def snapshot(self, after: str | None) -> Chunk:
        """Fetch a slice of everything this user may see."""
        ...


class FirstSync:
    """One run of it."""

    def __init__(self, replica: ChunkReplica, office: ChunkOffice, cancel: CancelToken | None) -> None:
        """Fetch from ``office`` into ``replica`` until ``cancel`` is set."""
        self._replica = replica
        self._office = office
        self._cancel = cancel

    def steps(self, after: str | None) -> Iterator[FirstStep]:
        """Go on to the end, giving every answer once it is stored. ``after`` is where slices had come.

        Raises:
            AppError: what went wrong; everything stored until then stands.
            CancelledError: the token was set.
        """
        if after is None:
            try:
                yield from self._by_manifest()
            except AppError as refusal:
                if refusal.code is not Code.NOT_FOUND:
                    raise
            else:
                return
        yield from self._by_slices(after)

    def _by_manifest(self) -> Iterator[FirstStep]:
        for attempt in range(_MANIFESTS):
            if attempt or self._replica.under_way() is None:
                self._replica.take_manifest(call_until_cancelled(self._office.manifest, self._cancel))
            try:
                yield from self._fetch_missing()
            except AppError as refusal:
                if refusal.code is not Code.SNAPSHOT_EXPIRED or attempt + 1 == _MANIFESTS:
                    raise
            else:
                for _step in self._replica.finish_manifest():
                    if self._cancel is not None:
                        self._cancel.check()
                return

    def _fetch_missing(self) -> Iterator[FirstStep]:
        under_way = self._replica.under_way()
        if under_way is None or not under_way.missing:
            return
        done, total = under_way.done, under_way.total
        belt = _Fetching(self._office, under_way)
        for missing, body in fetched_ahead(belt.fetch, None, belt.following, self._cancel):
            if (counts := belt.told()) is not None:
                self._replica.note_counts(counts)
            stored = self._replica.take_slabs(missing, slabs_of(body.data, self._replica.catalogue), body.rest)
            done = min(done + stored.rows, total)
            yield FirstStep(types=stored.types, rows=stored.rows, done=done, total=total)

    def _by_slices(self, after: str | None) -> Iterator[FirstStep]:
        for chunk in fetched_ahead(self._office.snapshot, after, lambda each: each.after, self._cancel):
            self._replica.take_chunk(chunk)
            total = max(chunk.total, chunk.done)
            yield FirstStep(types=frozenset({chunk.type}), rows=len(chunk.rows), done=chunk.done, total=total)


class _Fetching:
    """Fetches what is missing, in order, and what follows a chunk in its place directly after it."""

    def __init__(self, office: ChunkOffice, under_way: UnderWay) -> None:
        self._office = office
        self._cursor = under_way.cursor
        self._left = deque(under_way.missing)
        self._fetched = 0
        self._is_counted = under_way.is_counted
        self._told: deque[Counts] = deque()

    def fetch(self, _key: str | None) -> tuple[MissingChunk, ChunkBody]:
        """Fetch the next one; once the opening is here, ask how much there is altogether, unless it is known."""
        missing = self._left.popleft()
        entry, body = _renamed(missing.entry, self._whole)
        if body.rest is not None:
            self._left.appendleft(MissingChunk(n=missing.n, entry=body.rest))
        self._fetched += 1
        if self._fetched == _ASK_AFTER and self._left and not self._is_counted:
            self._ask_counts()
        return MissingChunk(n=missing.n, entry=entry), body

    def following(self, _fetched: tuple[MissingChunk, ChunkBody]) -> str | None:
        """Tell whether anything is left."""
        return "next" if self._left else None

    def told(self) -> Counts | None:
        """Give what the office said of how much there is; once."""
        return self._told.popleft() if self._told else None

    def _ask_counts(self) -> None:
        try:
            self._told.append(self._office.counts())
        except AppError as refusal:
            # Nothing depends on it; if the office is out of reach, the next chunk says so.
            log.info("how much there is stays unknown: %s", refusal.code.value)

    def _whole(self, entry: ChunkEntry) -> ChunkBody:
        try:
            return self._office.chunk(entry, self._cursor)
        except AppError as refusal:
            if refusal.code is not Code.CHUNK_DAMAGED:
                raise
        return self._office.chunk(entry, self._cursor)


def _renamed(entry: ChunkEntry, fetch: Callable[[ChunkEntry], ChunkBody]) -> tuple[ChunkEntry, ChunkBody]:
    """Fetch a chunk, under the name that it has now when its rows have changed."""
    for _ in range(_NAMES):
        try:
            return entry, fetch(entry)
        except AppError as refusal:
            name = str(refusal.data.get("name", ""))
            if refusal.code is not Code.CHUNK_CHANGED or not is_chunk_name(name):
                raise
            entry = replace(entry, name=name)
    raise AppError(Code.SNAPSHOT_EXPIRED, "a chunk changes faster than it can be fetched")
