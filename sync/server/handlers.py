"""What each endpoint does; plain functions of the office's parts and one call, run on worker threads."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import Connection, text

from sync.contract.clock import parse_instant
from sync.contract.entities import SCHEMA_VERSION
from sync.contract.errors import AppError, Code
from sync.contract.keeping import KeptScopes
from sync.contract.wire import (
    MAX_PULL_ROWS,
    Action,
    Counts,
    Digest,
    Health,
    HelloAnswer,
    HelloRequest,
    PartAnswer,
    PartRequest,
    ScopeDigests,
    SignInAnswer,
    SignInRequest,
)
from sync.contract.witness import WitnessAnswer, WitnessRequest
from sync.server import lineages
from sync.server.auth import Caller, end_tokens, identify, read_organisation_record, sign_in
from sync.server.bulk import run_for_rows
from sync.server.chain import Cursor, Head
from sync.server.chunk_cache import DEFAULT_BYTES
from sync.server.counting import count
from sync.server.digests import ScopePage, digest, scope_digests, scope_rows
from sync.server.lineages import part
from sync.server.log import Log
from sync.server.passwords import Passwords
from sync.server.pull import Puller, check_cursor, pull
from sync.server.push import Taken, push
from sync.server.recording import read_head
from sync.server.snapshot import SnapshotSlice, snapshot
from sync.server.witness import take_down

T = TypeVar("T")

_SUPPORTED_SINCE: Final = max(1, SCHEMA_VERSION - 2)
"""Laptops with an older catalogue still hand their edits in, but are asked to update."""

_SEEN_EVERY: Final = timedelta(minutes=1)
_SEEN: Final = text("UPDATE client SET last_seen = :last_seen WHERE client_id = :client_id")
_SEEN_AT: Final = text(
    "UPDATE client SET last_seen = :last_seen, acked_cursor = :acked_cursor WHERE client_id = :client_id"
)


@dataclass(frozen=True, slots=True)
class Office:
    """The parts that requests are answered with.

    ``files`` is their folder, the database's own without it; ``chunks`` is that of built chunks, which takes at most
    ``chunk_bytes``.
    """

    log: Log
    passwords: Passwords
    version: str
    files: Path | None = None
    chunks: Path | None = None
    chunk_bytes: int = DEFAULT_BYTES


@dataclass(frozen=True, slots=True)
class Call:
    """One request: the token (empty without one), the body, the query."""

    token: str
    body: bytes
    query: dict[str, str]


def handle_sign_in(office: Office, call: Call) -> SignInAnswer:
    """Trade a password for a token of one device."""
    return sign_in(office.log, office.passwords, _read(call.body, SignInRequest))


def handle_sign_out(office: Office, call: Call) -> dict[str, Any]:
    """End the tokens of the calling device."""
    with office.log.storage.writing() as connection:
        end_tokens(connection, identify(connection, call.token).client, office.log.now())
    return {}


def handle_hello(office: Office, call: Call) -> HelloAnswer:
    """Tell a laptop where the office stands and what to do next."""
    request = _read(call.body, HelloRequest)
    with office.log.storage.reading() as connection:
        caller = identify(connection, call.token)
        if caller.client != request.client_id:
            raise AppError(Code.WRONG_USER, "this token belongs to another device")
        head = read_head(connection)
        cursor, action = _next_action(connection, request, head)
        last_n, lineage = lineages.known(connection, caller.client)
        common = _common(connection, request, cursor)
    _note_seen(office.log, caller, 0 if cursor is None else cursor.seq)
    return HelloAnswer(
        action=action,
        epoch=head.epoch,
        head=head.seq,
        last_n=last_n,
        lineage=lineage,
        common=common,
        server_time=office.log.now(),
        role=caller.role,
        schema=SCHEMA_VERSION,
        user_id=caller.user,
    )


def handle_part(office: Office, call: Call) -> PartAnswer:
    """Give a laptop that is not the one of its token any more a token of its own."""
    with office.log.storage.reading() as connection:
        caller = identify(connection, call.token)
    return part(office.log, caller, _read(call.body, PartRequest))


def handle_witness(office: Office, call: Call) -> WitnessAnswer:
    """Take down what a laptop has seen of a log that is no more."""
    with office.log.storage.reading() as connection:
        caller = identify(connection, call.token)
    return take_down(office.log, caller, _read(call.body, WitnessRequest))


def handle_push(office: Office, call: Call) -> Taken:
    """Take mutations in; one receipt each."""
    with office.log.storage.reading() as connection:
        caller = identify(connection, call.token)
    return push(office.log, caller, call.body)


def handle_pull(office: Office, call: Call) -> msgspec.Raw:
    """Give the log from a cursor on."""
    limit = _number(call.query.get("limit"), MAX_PULL_ROWS)
    kept = KeptScopes.read(call.query.get("kept", ""))
    with office.log.storage.reading() as connection:
        caller = identify(connection, call.token)
        client = caller.client if call.query.get("echoes") == "1" else ""
        puller = Puller(user=caller.user, client=client, kept=kept)
        return pull(connection, puller, call.query.get("cursor", ""), limit)


def handle_snapshot(office: Office, call: Call) -> SnapshotSlice:
    """Give a slice of everything the user may see."""
    with office.log.storage.reading() as connection:
        caller = identify(connection, call.token)
        catalogue = office.log.organisation(connection).catalogue
        return snapshot(connection, caller.user, catalogue, call.query.get("after") or None)


def handle_counts(office: Office, call: Call) -> Counts:
    """Count what the user may see."""
    with office.log.storage.reading() as connection:
        return count(connection, identify(connection, call.token).user, office.log.now())


def handle_digest(office: Office, call: Call) -> Digest:
    """Add up what the user may see."""
    with office.log.storage.reading() as connection:
        return digest(connection, identify(connection, call.token).user)


def handle_scope_digests(office: Office, call: Call) -> ScopeDigests:
    """Add up what the user may see, scope by scope."""
    with office.log.storage.reading() as connection:
        caller = identify(connection, call.token)
        return scope_digests(connection, caller.user, call.query.get("after", ""))


def handle_scope(office: Office, call: Call) -> ScopePage:
    """Give the rows of one scope."""
    with office.log.storage.reading() as connection:
        caller = identify(connection, call.token)
        return scope_rows(connection, caller.user, call.query.get("scope", ""), call.query.get("after", ""))


def handle_health(office: Office, _call: Call) -> Health:
    """Tell what answers here; fails when the database does not answer."""
    with office.log.storage.reading() as connection:
        organisation = read_organisation_record(connection)
    return Health(
        ok=True,
        organisation=str(organisation.get("name", "")),
        version=office.version,
        schema=SCHEMA_VERSION,
        server_time=office.log.now(),
    )


def _next_action(connection: Connection, request: HelloRequest, head: Head) -> tuple[Cursor | None, Action]:
    if request.schema < _SUPPORTED_SINCE:
        return None, Action.UPGRADE
    if request.cursor is None:
        return None, Action.SNAPSHOT
    try:
        cursor = Cursor.read(request.cursor)
        check_cursor(connection, cursor, head)
    except AppError:
        # A cursor that cannot be read is of another history as well.
        return None, Action.DIVERGED
    if cursor.seq < head.min_cursor:
        return cursor, Action.SNAPSHOT
    at_head = cursor.seq == head.seq and cursor.delivery is None
    return cursor, Action.NOTHING if at_head else Action.PULL


def _common(connection: Connection, request: HelloRequest, cursor: Cursor | None) -> int:
    """Tell up to where this log is the one that the laptop knew."""
    return lineages.common(connection, request.marks) if cursor is None else cursor.seq


def _note_seen(log: Log, caller: Caller, acked: int) -> None:
    if log.clock.now() - parse_instant(caller.last_seen) < _SEEN_EVERY:
        return
    seen = {"client_id": caller.client, "last_seen": log.now(), "acked_cursor": acked}
    try:
        with log.storage.writing(wait_s=0) as connection:
            run_for_rows(connection, _SEEN_AT if acked else _SEEN, [seen])
    except AppError as busy:
        # A later hello notes it; this one need not wait behind somebody's import.
        if busy.code is not Code.SERVER_BUSY:
            raise


def _read(body: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AppError(Code.MESSAGE_UNREADABLE, str(error)) from None


def _number(text: str | None, default: int) -> int:
    if not text:
        return default
    if not (text.isascii() and text.isdecimal()):
        raise AppError(Code.MESSAGE_UNREADABLE, "limit is a whole number")
    return int(text[:9])
