"""The endpoints of files: pieces are written as they arrive and kept when the connection is cut; ranges go out."""

import functools
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import anyio
import msgspec
from anyio import CapacityLimiter, to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from sync.contract.blobs import (
    BLOB_TYPE,
    UPLOAD_LENGTH,
    UPLOAD_OFFSET,
    BlobAnswer,
    BlobRequest,
    BlobState,
    is_blob_name,
)
from sync.contract.errors import AppError, Code
from sync.server.blobs import Blobs, Upload
from sync.server.blobs_disk import BLOCK_BYTES
from sync.server.blobs_sweep import sweep
from sync.server.bodies import read_body
from sync.server.incidents import report
from sync.server.ranges import asked_range

T = TypeVar("T")

PATH: Final = "/v1/blobs"
ONE: Final = PATH + "/{sha256}"

_PIECE_S: Final = 30.0
_SWEEP_EVERY_S: Final = 86_400.0


Guarded = Callable[[str, Callable[[], Awaitable[Response]]], Awaitable[Response]]
"""Runs the work of a request, named for the log, and makes an answer of whatever goes wrong."""


class BlobEndpoints:
    """What each request about files does."""

    def __init__(
        self,
        blobs: Blobs,
        threads: CapacityLimiter,
        *,
        guarded: Guarded,
        token: Callable[[Request], str],
        wrote: Callable[[], None],
    ) -> None:
        """``token`` reads the caller's token; ``wrote`` is called when the log may have grown."""
        self._blobs = blobs
        self._threads = threads
        self._guarded = guarded
        self._token = token
        self._wrote = wrote
        self._swept_at: float | None = None

    def routes(self) -> list[Route]:
        """Give the routes."""
        ways = (
            (PATH, "POST", self._begin),
            (ONE, "PATCH", self._take),
            (ONE, "HEAD", self._tell),
            (ONE, "GET", self._give),
        )
        return [Route(path, self._endpoint(method, work), methods=[method]) for path, method, work in ways]

    def _endpoint(
        self, method: str, work: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await self._guarded(f"{method} {PATH}", lambda: work(request))

        return endpoint

    async def _begin(self, request: Request) -> Response:
        token, body = self._token(request), await read_body(request)
        try:
            asked = msgspec.json.decode(body, type=BlobRequest)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise AppError(Code.MESSAGE_UNREADABLE, str(error)) from None
        answer = self._stands(await self._run(self._blobs.begin, token, asked))
        if self._is_sweep_due():
            answer.background = BackgroundTask(self._run, self._sweep)
        return answer

    async def _take(self, request: Request) -> Response:
        offset = _number(request.headers.get(UPLOAD_OFFSET))
        upload = await self._run(self._blobs.upload_of, self._token(request), _name(request))
        await self._run(self._blobs.check_offset, upload, offset)
        try:
            await self._receive(request, upload, offset)
        finally:
            # Whatever arrived is kept: the laptop asks how much that is and goes on there.
            with anyio.CancelScope(shield=True):
                answer = await self._run(self._blobs.end_piece, upload)
        return self._stands(answer)

    async def _tell(self, request: Request) -> Response:
        answer = await self._run(self._blobs.standing, self._token(request), _name(request))
        return Response(None, 200, _standing_headers(answer))

    async def _give(self, request: Request) -> Response:
        sha256 = _name(request)
        size = await self._run(self._blobs.fetchable, self._token(request), sha256)
        start, end = asked_range(request, f'"{sha256}"', size)
        headers = {
            "ETag": f'"{sha256}"',
            "Accept-Ranges": "bytes",
            "Cache-Control": "private, no-store",
            "Content-Length": str(end - start),
            # A browser that is shown this address must neither guess a type nor open anything.
            "Content-Disposition": "attachment",
            "X-Content-Type-Options": "nosniff",
        }
        is_part = (start, end) != (0, size)
        if is_part:
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        blocks = self._blobs.disk.read(sha256, start, end)
        return StreamingResponse(blocks, 206 if is_part else 200, headers, BLOB_TYPE)

    async def _receive(self, request: Request, upload: Upload, offset: int) -> None:
        pending = bytearray()
        try:
            async for part in _parts(request):
                pending += part
                if offset + len(pending) > upload.size:
                    raise AppError(Code.MESSAGE_UNREADABLE, f"the file has {upload.size} bytes")
                if len(pending) >= BLOCK_BYTES:
                    offset = await self._write(upload, offset, pending)
        finally:
            if pending and offset + len(pending) <= upload.size:
                with anyio.CancelScope(shield=True):
                    await self._write(upload, offset, pending)

    async def _write(self, upload: Upload, offset: int, pending: bytearray) -> int:
        data = bytes(pending)
        pending.clear()
        await self._run(self._blobs.disk.write, upload.sha256, upload.caller.client, offset, data)
        return offset + len(data)

    def _is_sweep_due(self) -> bool:
        """Tell once a day that it is time; whoever brings a file pays for those that are gone."""
        now = time.monotonic()
        is_due = self._swept_at is None or now - self._swept_at >= _SWEEP_EVERY_S
        if is_due:
            self._swept_at = now
        return is_due

    def _sweep(self) -> None:
        try:
            sweep(self._blobs)
        except (AppError, SQLAlchemyError, OSError) as error:
            report("sweep of files", error)

    def _stands(self, answer: BlobAnswer) -> Response:
        if answer.state is BlobState.STORED:
            self._wrote()
        return Response(msgspec.json.encode(answer), 200, _standing_headers(answer), "application/json")

    async def _run(self, work: Callable[..., T], *arguments: Any) -> T:  # noqa: ANN401 - handed on as they are
        return await to_thread.run_sync(functools.partial(work, *arguments), limiter=self._threads)


async def _parts(request: Request) -> Any:  # noqa: ANN401 - an asynchronous generator of bytes
    stream = request.stream()
    while True:
        try:
            with anyio.fail_after(_PIECE_S):
                part = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise AppError(Code.MESSAGE_UNREADABLE, "the piece did not arrive in time") from None
        except ClientDisconnect:
            raise AppError(Code.MESSAGE_UNREADABLE, "the piece ended too early") from None
        yield part


def _standing_headers(answer: BlobAnswer) -> dict[str, str]:
    return {
        UPLOAD_OFFSET: str(answer.offset),
        UPLOAD_LENGTH: str(answer.size),
        "ETag": f'"{answer.sha256}"',
        "Cache-Control": "no-store",
    }


def _name(request: Request) -> str:
    name = str(request.path_params["sha256"])
    if not is_blob_name(name):
        raise AppError(Code.NOT_FOUND, "a file is named by the SHA-256 of its bytes")
    return name


def _number(text: str | None) -> int:
    if text is None or not (text.isascii() and text.isdecimal()):
        raise AppError(Code.MESSAGE_UNREADABLE, f"{UPLOAD_OFFSET} says where the piece belongs")
    return int(text[:15])
