"""A laptop and an office in memory, for what the engine does when one of them misbehaves; they know the ports only."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec
import zstandard

from sync.client.first_sync import MissingChunk, Stored, UnderWay
from sync.client.ports import Lineage, Standing, SyncRun, Taken
from sync.contract.catalogue import Catalogue
from sync.contract.chunks import CHUNK_END, ChunkBody, ChunkEntry, Manifest, Slab
from sync.contract.digest import Sum
from sync.contract.entities import CATALOGUE
from sync.contract.errors import AppError, Code
from sync.contract.wire import (
    ATTENTION,
    Action,
    Chunk,
    Counts,
    Digest,
    Echo,
    HelloAnswer,
    HelloRequest,
    Mutation,
    Op,
    Outcome,
    PartAnswer,
    PartRequest,
    PullAnswer,
    PushAnswer,
    PushRequest,
    Receipt,
    Row,
    ScopeDigests,
    ScopeRows,
)
from sync.contract.witness import SeenLine, WitnessAnswer, WitnessRequest

USER = "u"


def edit(n: int, *, group: str | None = None, user: str = USER) -> Mutation:
    return Mutation(
        id=f"m{n}",
        n=n,
        type="account",
        record="a",
        op=Op.PATCH,
        base=0,
        fields={"phone": str(n)},
        group=group,
        user=user,
    )


def page(seq: int, *, head: int, more: bool = False, cursor: str = "", echoes: Sequence[Echo] = ()) -> PullAnswer:
    return PullAnswer(
        rows=[],
        changes=[],
        gone=[],
        granted=[],
        revoked=[],
        cursor=cursor or f"c{seq}",
        seq=seq,
        head=head,
        more=more,
        echoes=list(echoes),
    )


@dataclass
class FakeReplica:
    """Keeps the outbox, the receipts and the position."""

    mutations: list[Mutation] = field(default_factory=list)
    cursor: str | None = "c5"
    seq: int = 5
    sum: Sum | None = field(default_factory=Sum)
    mended: list[str] = field(default_factory=list)
    lineages: list[Lineage] = field(default_factory=list)
    offered: list[int] = field(default_factory=list)
    parted: list[str] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    pages: list[PullAnswer] = field(default_factory=list)
    chunks: list[Chunk] = field(default_factory=list)
    runs: list[SyncRun] = field(default_factory=list)
    manifest: Manifest | None = None
    here: list[str] = field(default_factory=list)
    renamed: dict[int, ChunkEntry] = field(default_factory=dict)
    slabs: list[Slab] = field(default_factory=list)
    restarts: int = 0
    counted: Counts | None = None
    counted_for: str | None = None
    after: str | None = None
    started: bool = False

    def standing(self) -> Standing:
        return Standing(
            client_id="laptop",
            cursor=self.cursor,
            seq=self.seq,
            head_n=len(self.mutations) + len(self.receipts),
            unsent=len(self.mutations),
            snapshot_after=self.after,
            snapshot_started=self.started,
            schema=1,
        )

    def outbox(self, *, max_mutations: int, max_bytes: int, after_n: int = 0) -> list[Mutation]:
        found: list[Mutation] = []
        for each in self.mutations:
            if each.n <= after_n:
                continue
            goes_with_last = bool(found) and each.group is not None and each.group == found[-1].group
            if len(found) >= max_mutations and not goes_with_last:
                break
            found.append(each)
        return found

    def take_receipts(self, receipts: Sequence[Receipt]) -> Taken:
        ids = {each.mutation for each in receipts}
        known = [each for each in receipts if any(one.id == each.mutation for one in self.mutations)]
        self.receipts += known
        self.mutations = [each for each in self.mutations if each.id not in ids]
        return Taken(
            settled=len(known),
            attention=sum(each.outcome in ATTENTION for each in known),
            conflicts=sum(each.outcome is Outcome.CONFLICT for each in known),
        )

    def holds(self, echoes: Sequence[Echo]) -> bool:
        return all(each.version <= self.seq for each in echoes)

    def take_page(self, page: PullAnswer) -> Taken:
        self.pages.append(page)
        self.cursor, self.seq = page.cursor, page.seq
        return Taken(applied=len(page.rows))

    def take_chunk(self, chunk: Chunk) -> None:
        self.chunks.append(chunk)
        self.started, self.after = True, chunk.after
        if chunk.after is None:
            self.started, self.cursor, self.seq = False, chunk.cursor, chunk.seq

    @property
    def catalogue(self) -> Catalogue:
        return CATALOGUE

    def under_way(self) -> UnderWay | None:
        if self.manifest is None:
            return None
        missing = [
            MissingChunk(n=n, entry=self.renamed.get(n, each))
            for n, each in enumerate(self.manifest.chunks)
            if each.name not in self.here
        ]
        is_counted = self.counted_for == self.manifest.cursor
        return UnderWay(
            cursor=self.manifest.cursor, done=0, total=self.manifest.rows, missing=missing, is_counted=is_counted
        )

    def take_manifest(self, manifest: Manifest) -> None:
        self.manifest, self.started = manifest, True

    def take_slabs(self, missing: MissingChunk, slabs: Iterator[Slab], rest: ChunkEntry | None) -> Stored:
        taken = list(slabs)
        self.slabs += taken
        if rest is None:
            self.here.append(missing.entry.name)
            if self.manifest is not None:
                self.here.append(self.manifest.chunks[missing.n].name)
        else:
            self.renamed[missing.n] = rest
        return Stored(types=frozenset(each.type for each in taken), rows=sum(each.rows for each in taken))

    def note_counts(self, counts: Counts) -> None:
        self.counted = counts
        self.counted_for = None if self.manifest is None else self.manifest.cursor

    def finish_manifest(self) -> Iterator[None]:
        yield
        assert self.manifest is not None
        self.cursor, self.seq, self.started = self.manifest.cursor, self.manifest.seq, False
        self.manifest = None

    def marks(self) -> list[str]:
        return []

    def stood_at(self) -> int:
        return 0

    def lineage(self, answer: HelloAnswer) -> Lineage:
        return self.lineages.pop(0) if self.lineages else Lineage.SAME

    def offer_again(self, common: int) -> None:
        self.offered.append(common)
        self.restart_snapshot()

    def offer_behind(self, position: int) -> None:
        """Nothing took effect behind the cursor."""

    def offer_some(self) -> bool:
        return False

    def new_id(self) -> str:
        return "new"

    def purge(self) -> Iterator[Taken]:
        return iter(())

    def part(self, token: str) -> None:
        self.parted.append(token)

    def seen(self, _common: int, _place: str) -> tuple[list[SeenLine], str]:
        return [], ""

    def restart_snapshot(self, common: int | None = None) -> None:
        self.restarts += 1
        self.cursor, self.seq, self.after, self.started = None, 0, None, False

    def digest(self) -> Sum | None:
        return None if self.mutations else self.sum

    def differing(self, theirs: Mapping[str, Sum], after: str = "", upto: str | None = None) -> list[str]:
        assert (after, upto) == ("", None)
        ours = {} if self.sum is None else {"a": self.sum}
        return [scope for scope in ours.keys() | theirs.keys() if ours.get(scope) != theirs.get(scope)]

    def take_scope(self, scope: str, rows: Sequence[Row]) -> Taken:
        self.mended.append(scope)
        return Taken(applied=len(rows))

    def note_hello(self, answer: HelloAnswer) -> None:
        pass

    def note_run(self, run: SyncRun) -> None:
        self.runs.append(run)


@dataclass
class FakeOffice:
    """Answers by simple rules; a test replaces the rule that it is about."""

    head: int = 5
    action: Action = Action.PULL
    user_id: str = USER
    max_mutations: int = 200
    calls: list[str] = field(default_factory=list)
    pushed: list[list[int]] = field(default_factory=list)
    on_push: Callable[[PushRequest], None] = lambda _: None
    on_pull: Callable[[str], PullAnswer] | None = None
    on_snapshot: Callable[[str | None], Chunk] | None = None
    manifests: list[Manifest] | None = None
    """What is given, one after the other; ``None`` for an office from before there were manifests."""
    on_chunk: Callable[[ChunkEntry, str], ChunkBody] = lambda entry, _cursor: chunk_body(entry.name[:1])
    on_counts: Callable[[], None] = lambda: None
    sum: Sum = field(default_factory=Sum)
    compared_at: int | None = None
    answered: Callable[[list[Receipt]], list[Receipt]] = lambda receipts: receipts

    def hello(self, request: HelloRequest) -> HelloAnswer:
        self.calls.append("hello")
        return HelloAnswer(
            action=self.action,
            epoch="e",
            head=self.head,
            last_n=0,
            server_time="2026-11-20T09:00:00.000Z",
            role="rep",
            schema=1,
            user_id=self.user_id,
            max_mutations=self.max_mutations,
        )

    def part(self, request: PartRequest) -> PartAnswer:
        self.calls.append(f"part {request.client_id} {request.last_n}")
        return PartAnswer(token="other")

    def witness(self, request: WitnessRequest) -> WitnessAnswer:
        self.calls.append("witness")
        return WitnessAnswer(lines=len(request.lines))

    def push(self, request: PushRequest) -> PushAnswer:
        self.calls.append("push")
        self.pushed.append([each.n for each in request.mutations])
        self.on_push(request)
        self.head += len(request.mutations)
        receipts = [Receipt(mutation=each.id, outcome=Outcome.APPLIED, seq=self.head) for each in request.mutations]
        return PushAnswer(receipts=self.answered(receipts), head=self.head)

    def pull(self, cursor: str, limit: int, kept: str = "", *, echoes: bool = False) -> PullAnswer:
        self.calls.append("pull" if echoes else "pull whole")
        return self.on_pull(cursor) if self.on_pull else page(self.head, head=self.head)

    def manifest(self) -> Manifest:
        if self.manifests is None:
            raise AppError(Code.NOT_FOUND)
        self.calls.append("manifest")
        return self.manifests.pop(0)

    def chunk(self, entry: ChunkEntry, cursor: str) -> ChunkBody:
        self.calls.append(f"chunk {entry.name[:1]}")
        return self.on_chunk(entry, cursor)

    def counts(self) -> Counts:
        self.calls.append("counts")
        self.on_counts()
        return Counts(seq=self.head, counts={"account": 1})

    def snapshot(self, after: str | None) -> Chunk:
        self.calls.append("snapshot")
        if self.on_snapshot:
            return self.on_snapshot(after)
        return last_chunk(self.head)

    def digest(self) -> Digest:
        self.calls.append("digest")
        seq = self.head if self.compared_at is None else self.compared_at
        return Digest(seq=seq, rows=self.sum.rows, total=self.sum.total)

    def scope_digests(self, after: str | None) -> ScopeDigests:
        self.calls.append("scope_digests")
        return ScopeDigests(seq=self.head, sums=[("a", self.sum.rows, self.sum.total)], after=None)

    def scope(self, scope: str, after: str | None) -> ScopeRows:
        self.calls.append(f"scope {scope}")
        return ScopeRows(seq=self.head, rows=[], after=None)


def manifest_of(*letters: str, seq: int = 5) -> Manifest:
    entries = [ChunkEntry(name=each * 64, place=each, rows=1) for each in letters]
    return Manifest(cursor=f"c{seq}", seq=seq, rows=len(entries), chunks=entries)


def chunk_body(record_id: str, rest: ChunkEntry | None = None) -> ChunkBody:
    slab = Slab(type="account", columns=["name"], values=[[record_id], [record_id], [1], [False], ["A"]])
    return ChunkBody(data=zstandard.compress(msgspec.json.encode(slab) + b"\n" + CHUNK_END), rest=rest)


def last_chunk(seq: int) -> Chunk:
    row = ["a", "a", 1, False]
    return Chunk(type="account", columns=[], rows=[row], after=None, cursor=f"c{seq}", seq=seq, done=1, total=1)


def chunk(number: int, of: int) -> Chunk:
    return replace(last_chunk(of), after=str(number + 1), cursor=None, done=number, total=of)


def refuse(code: Code) -> None:
    raise AppError(code)
