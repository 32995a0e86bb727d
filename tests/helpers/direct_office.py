"""The real office without a network: requests go to the real handlers of the server, encoded as on the wire."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec

from sync.contract.chunks import ChunkBody, ChunkEntry, Manifest
from sync.contract.clock import Clock
from sync.contract.errors import AppError, Code
from sync.contract.wire import (
    Chunk,
    Counts,
    Digest,
    HelloAnswer,
    HelloRequest,
    PartAnswer,
    PartRequest,
    PullAnswer,
    PushAnswer,
    PushRequest,
    ScopeDigests,
    ScopeRows,
    SignInAnswer,
    SignInRequest,
)
from sync.contract.witness import WitnessAnswer, WitnessRequest
from sync.server import handlers
from sync.server.chunk_cache import ChunkCache
from sync.server.chunks import Chunks, handle_manifest
from sync.server.handlers import Call, Office
from sync.server.log import open_log
from sync.server.passwords import Passwords

T = TypeVar("T")

ADDRESS = "http://127.0.0.1:9"


def open_office(url: str, clock: Clock) -> Office:
    """Open the office's database; ``office.log.close()`` ends it."""
    return Office(open_log(url, clock), Passwords(), "test")


class DirectOffice:
    """One device's way to the office; implements ``sync.client.ports.Office`` and signing in.

    ``before`` and ``after`` are called around each request with its name; what they raise is what the network did.
    ``carry`` takes their place where a request may come twice or late: it is given the name and what delivers it.
    """

    address = ADDRESS

    def __init__(self, office: Office, token: str = "") -> None:
        self.office = office
        self._token = token
        self.before: Callable[[str], None] = lambda _: None
        self.after: Callable[[str], None] = lambda _: None
        self.carry: Callable[[str, Callable[[], bytes]], bytes] = self._carry
        self.pull_limit: int | None = None

    def sign_in(self, request: SignInRequest) -> SignInAnswer:
        return self._ask("sign_in", handlers.handle_sign_in, SignInAnswer, request)

    def sign_out(self) -> None:
        self._ask("sign_out", handlers.handle_sign_out, dict, {})

    def hello(self, request: HelloRequest) -> HelloAnswer:
        return self._ask("hello", handlers.handle_hello, HelloAnswer, request)

    def part(self, request: PartRequest) -> PartAnswer:
        answer = self._ask("part", handlers.handle_part, PartAnswer, request)
        self._token = answer.token
        return answer

    def witness(self, request: WitnessRequest) -> WitnessAnswer:
        return self._ask("witness", handlers.handle_witness, WitnessAnswer, request)

    def push(self, request: PushRequest) -> PushAnswer:
        return self._ask("push", handlers.handle_push, PushAnswer, request)

    def pull(self, cursor: str, limit: int, kept: str = "", *, echoes: bool = False) -> PullAnswer:
        query = {"cursor": cursor, "limit": str(self.pull_limit or limit), "kept": kept, "echoes": str(int(echoes))}
        return self._ask("pull", handlers.handle_pull, PullAnswer, query=query)

    def manifest(self) -> Manifest:
        return self._ask("manifest", handle_manifest, Manifest)

    def chunk(self, entry: ChunkEntry, cursor: str) -> ChunkBody:
        answers: list[ChunkBody] = []

        def deliver() -> bytes:
            chunks = Chunks(self.office.log, ChunkCache(Path(), most_bytes=0))
            kept = chunks.chunk(self._token, entry.name, entry.place, cursor)
            answers.append(ChunkBody(data=kept.data, rest=kept.rest))
            return kept.data

        self.carry("chunk", deliver)
        return answers[-1]

    def snapshot(self, after: str | None) -> Chunk:
        query = {} if after is None else {"after": after}
        return self._ask("snapshot", handlers.handle_snapshot, Chunk, query=query)

    def digest(self) -> Digest:
        return self._ask("digest", handlers.handle_digest, Digest)

    def scope_digests(self, after: str | None) -> ScopeDigests:
        query = {} if after is None else {"after": after}
        return self._ask("scope_digests", handlers.handle_scope_digests, ScopeDigests, query=query)

    def scope(self, scope: str, after: str | None) -> ScopeRows:
        query = {"scope": scope} if after is None else {"scope": scope, "after": after}
        return self._ask("scope", handlers.handle_scope, ScopeRows, query=query)

    def counts(self) -> Counts:
        return self._ask("counts", handlers.handle_counts, Counts)

    def close(self) -> None:
        """Nothing is open."""

    def _ask(
        self,
        name: str,
        handle: Callable[[Office, Call], Any],
        kind: type[T],
        message: object = None,
        *,
        query: dict[str, str] | None = None,
    ) -> T:
        assert len(urlencode(query or {})) < 8000, "this would not fit into an address"
        body = b"" if message is None else msgspec.json.encode(message)
        call = Call(self._token, body, query or {})
        answer = self.carry(name, lambda: msgspec.json.encode(handle(self.office, call)))
        return msgspec.json.decode(answer, type=kind)

    def _carry(self, name: str, deliver: Callable[[], bytes]) -> bytes:
        self.before(name)
        answer = deliver()
        self.after(name)
        return answer


def unreachable(_name: str) -> None:
    """Stand for a network that is not there."""
    raise AppError(Code.SERVER_UNREACHABLE)
