"""Tells connected laptops that the log has grown: a stream for each, or a request that waits; never what changed.

What is not told in time costs nothing but time: a laptop also syncs by its own clock.
"""

import asyncio
import math
from collections.abc import MutableMapping
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any, Final

import anyio
import msgspec
from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sync.contract.errors import AppError, Code
from sync.contract.wire import EVENT_STREAM, MAX_WAIT_S, HeadEvent
from sync.server.auth import Caller, identify
from sync.server.bodies import pack
from sync.server.feed import Ear, Feed
from sync.server.handlers import Call, Office
from sync.server.heads import log_end
from sync.server.passwords import token_hash
from sync.server.schema import SHARD

_HEARTBEAT: Final = b":\n\n"
_LONGEST: Final = 18
"""Digits of a position."""


async def answer_events(feed: Feed, office: Office, call: Call, request: Request) -> Response:
    """Answer ``GET /v1/sync/events``: a stream, a request that waits, or the end of the log at once.

    Raises:
        AppError: ``SIGN_IN_ENDED``, ``SERVER_BUSY``, or ``MESSAGE_UNREADABLE``.
    """
    wait_s, after = _seconds(call.query.get("wait")), _position(call.query.get("after"))
    caller = await feed.run(partial(_identify, office, call.token))
    if wait_s is None and _takes_stream(request):
        return _Stream(feed, caller, token_hash(call.token))
    with feed.listening(caller, token_hash(call.token)) as ear:
        event = await feed.catch_up(ear)
        if wait_s is not None and event.head == after:
            event = await _wait(ear, event, wait_s)
    if ear.ended:
        raise AppError(Code.SERVER_BUSY, "waiting was ended; ask again")
    return pack(msgspec.json.encode(event), zstd=False)


def handle_events(office: Office, call: Call) -> HeadEvent:
    """Tell where the log ends; ``answer_events`` does the waiting."""
    _identify(office, call.token)
    return HeadEvent(shard=SHARD, head=log_end(office.log.storage))


class _Stream(Response):
    """An open answer with an event for each piece of news and a remark now and then; ends with the sign-in."""

    media_type = EVENT_STREAM

    def __init__(self, feed: Feed, caller: Caller, token: bytes) -> None:
        headers = {
            "Cache-Control": "no-store, no-transform",
            "Connection": "close",
            "X-Accel-Buffering": "no",
        }
        super().__init__(headers=headers)
        del self.headers["Content-Length"]
        self._feed = feed
        self._caller = caller
        self._token = token

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        with self._feed.listening(self._caller, self._token) as ear:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_until_gone, receive, ear)
                with suppress(AppError, DBAPIError):
                    await self._tell(ear, send)
                tasks.cancel_scope.cancel()
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _tell(self, ear: Ear, send: Send) -> None:
        event: HeadEvent | None = await self._feed.catch_up(ear)
        while not ear.ended:
            body = _HEARTBEAT if event is None else written(event)
            await send({"type": "http.response.body", "body": body, "more_body": True})
            event = await ear.next()


@lru_cache(maxsize=16)
def written(event: HeadEvent) -> bytes:
    """Write an event as it stands in a stream; the same one for all who are told of it."""
    return b"data: %b\n\n" % msgspec.json.encode(event)


async def _until_gone(receive: Receive, ear: Ear) -> None:
    message: MutableMapping[str, Any] = {}
    while message.get("type") != "http.disconnect":
        message = await receive()
    ear.end()


async def _wait(ear: Ear, event: HeadEvent, wait_s: float) -> HeadEvent:
    loop = asyncio.get_running_loop()
    until = loop.time() + wait_s
    while not ear.ended and (left := until - loop.time()) > 0:
        told = None
        with suppress(TimeoutError):
            async with asyncio.timeout(left):
                told = await ear.next()
        if told is not None and told.head != event.head:
            return told
    return replace(event, news=False)


def _identify(office: Office, token: str) -> Caller:
    with office.log.storage.reading() as connection:
        return identify(connection, token)


def _takes_stream(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return EVENT_STREAM in accepted or "*/*" in accepted


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        wait_s = float(text)
    except ValueError:
        wait_s = math.nan
    if not 0 <= wait_s < math.inf:
        raise AppError(Code.MESSAGE_UNREADABLE, "wait is a number of seconds")
    return min(wait_s, MAX_WAIT_S)


def _position(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST):
        raise AppError(Code.MESSAGE_UNREADABLE, "after is a position of the log")
    return int(text)
