"""The endpoints: method, path, what goes in, what comes out. The application and the OpenAPI document read this."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sync.contract.chunks import Manifest
from sync.contract.wire import (
    Chunk,
    Counts,
    Digest,
    HeadEvent,
    Health,
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
from sync.server.chunks import handle_manifest
from sync.server.events import handle_events
from sync.server.handlers import Call, Office


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One endpoint. ``query`` maps a parameter to its description; ``answer`` is ``None`` for an empty object.

    ``streams`` is for one that may go on answering, ``writes`` for one after which the log may be longer.
    """

    method: str
    path: str
    summary: str
    handle: Callable[[Office, Call], Any]
    answer: type | None
    request: type | None = None
    query: tuple[tuple[str, str], ...] = ()
    signed_in: bool = True
    streams: bool = False
    writes: bool = False


ENDPOINTS: Final = (
    Endpoint(
        method="POST",
        path="/v1/sign-in",
        summary="Trade a password for a token of one device.",
        handle=handlers.handle_sign_in,
        request=SignInRequest,
        answer=SignInAnswer,
        signed_in=False,
    ),
    Endpoint(
        method="POST",
        path="/v1/sign-out",
        summary="End the tokens of the calling device.",
        handle=handlers.handle_sign_out,
        answer=None,
    ),
    Endpoint(
        method="POST",
        path="/v1/sync/hello",
        summary="Say where a laptop stands and hear what to do next.",
        handle=handlers.handle_hello,
        request=HelloRequest,
        answer=HelloAnswer,
    ),
    Endpoint(
        method="POST",
        path="/v1/sync/part",
        summary="Ask for a token of its own for a laptop that was copied or set back.",
        handle=handlers.handle_part,
        request=PartRequest,
        answer=PartAnswer,
    ),
    Endpoint(
        method="POST",
        path="/v1/sync/witness",
        summary="Tell an office that was set back what a laptop had seen of it.",
        handle=handlers.handle_witness,
        request=WitnessRequest,
        answer=WitnessAnswer,
    ),
    Endpoint(
        method="POST",
        path="/v1/sync/push",
        summary="Hand in mutations; one receipt each.",
        handle=handlers.handle_push,
        request=PushRequest,
        answer=PushAnswer,
        writes=True,
    ),
    Endpoint(
        method="GET",
        path="/v1/sync/pull",
        summary="Fetch the log from a cursor on, ending on a transaction boundary.",
        handle=handlers.handle_pull,
        answer=PullAnswer,
        query=(
            ("cursor", "Where the last page or the snapshot ended."),
            ("limit", "About so many changes, at most 1000."),
            ("kept", "What the laptop still has of scopes that it lost (sync/contract/keeping.py)."),
            ("echoes", "1: what only this laptop has changed comes as echoes, which its receipts have told already."),
        ),
    ),
    Endpoint(
        method="GET",
        path="/v1/sync/manifest",
        summary="List everything the user may see as chunks, in the order in which to fetch them.",
        handle=handle_manifest,
        answer=Manifest,
    ),
    Endpoint(
        method="GET",
        path="/v1/sync/snapshot",
        summary="Fetch a slice of everything the user may see.",
        handle=handlers.handle_snapshot,
        answer=Chunk,
        query=(("after", "The token of the slice before; without it the snapshot begins."),),
    ),
    Endpoint(
        method="GET",
        path="/v1/sync/counts",
        summary="Count the live records per type that the user may see.",
        handle=handlers.handle_counts,
        answer=Counts,
    ),
    Endpoint(
        method="GET",
        path="/v1/sync/events",
        summary="Hear where the log ends: as a stream of events, after waiting for news, or at once.",
        handle=handle_events,
        answer=HeadEvent,
        query=(
            ("wait", "Seconds to wait for news, at most 25; answered as one JSON document, never as a stream."),
            ("after", "The position up to which everything is known; only what lies behind it is news."),
        ),
        streams=True,
    ),
    Endpoint(
        method="GET",
        path="/v1/sync/digest",
        summary="Add up the hashes of all rows that the user may see.",
        handle=handlers.handle_digest,
        answer=Digest,
    ),
    Endpoint(
        method="GET",
        path="/v1/sync/digest/scopes",
        summary="The same scope by scope.",
        handle=handlers.handle_scope_digests,
        answer=ScopeDigests,
        query=(("after", "The last scope of the page before."),),
    ),
    Endpoint(
        method="GET",
        path="/v1/sync/scope",
        summary="Fetch every row of one scope, so that what differs can be mended.",
        handle=handlers.handle_scope,
        answer=ScopeRows,
        query=(("scope", "The scope."), ("after", "Where the page before ended.")),
    ),
    Endpoint(
        method="GET",
        path="/v1/server",
        summary="What answers here.",
        handle=handlers.handle_health,
        answer=Health,
        signed_in=False,
    ),
    Endpoint(
        method="GET",
        path="/healthz",
        summary="Whether the server and its database answer.",
        handle=handlers.handle_health,
        answer=Health,
        signed_in=False,
    ),
)
