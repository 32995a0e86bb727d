"""Bodies in and out: counted while they are read, unpacked within a limit, packed where the other side can unpack."""

import io
from typing import Final

import anyio
import zstandard
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from sync.contract.errors import AppError, Code
from sync.contract.wire import MAX_PUSH_BYTES

MAX_BODY_BYTES: Final = 2 * MAX_PUSH_BYTES
"""A batch of mutations, with room for the last whole group and what stands around it."""

_READ_S: Final = 30.0
_DISCARDED_BYTES: Final = 4 * MAX_BODY_BYTES
_MAX_WINDOW: Final = 8 * 1024 * 1024
_SMALLEST_PACKED: Final = 512
_LEVEL: Final = 3


async def read_body(request: Request) -> bytes:
    """Read a request's body, unpacked.

    Raises:
        AppError: ``MESSAGE_TOO_LARGE``, or ``MESSAGE_UNREADABLE`` for an unknown or broken packing or one that does not
            arrive in time.
    """
    try:
        with anyio.fail_after(_READ_S):
            raw = await _collect(request)
    except TimeoutError:
        raise AppError(Code.MESSAGE_UNREADABLE, "the body did not arrive in time") from None
    except ClientDisconnect:
        raise AppError(Code.MESSAGE_UNREADABLE, "the body ended too early") from None
    packing = request.headers.get("content-encoding", "identity").strip().lower()
    if packing in {"", "identity"}:
        return raw
    if packing == "zstd":
        return _unpack(raw)
    raise AppError(Code.MESSAGE_UNREADABLE, "bodies may be packed with zstd only")


def takes_zstd(request: Request) -> bool:
    """Tell whether the caller can unpack zstd."""
    for each in request.headers.get("accept-encoding", "").split(","):
        name, _, weight = each.partition(";")
        if name.strip().lower() == "zstd":
            return weight.replace(" ", "") not in {"q=0", "q=0.0"}
    return False


def pack(body: bytes, *, zstd: bool) -> Response:
    """Make an answer of JSON text, packed where the caller takes it and it is worth it. Work for a thread."""
    headers = {"Vary": "Accept-Encoding", "Cache-Control": "no-store"}
    if zstd and len(body) >= _SMALLEST_PACKED:
        body = zstandard.ZstdCompressor(level=_LEVEL).compress(body)
        headers["Content-Encoding"] = "zstd"
    return Response(body, media_type="application/json", headers=headers)


async def _collect(request: Request) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > _DISCARDED_BYTES:
            break
        if size <= MAX_BODY_BYTES:
            parts.append(part)
        else:
            # Read on for a while, so that the caller is there to hear the refusal.
            parts.clear()
    if size > MAX_BODY_BYTES:
        raise AppError(Code.MESSAGE_TOO_LARGE, f"a body has at most {MAX_BODY_BYTES} bytes")
    return b"".join(parts)


def _unpack(raw: bytes) -> bytes:
    reader = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW).stream_reader(io.BytesIO(raw))
    parts: list[bytes] = []
    size = 0
    try:
        while part := reader.read(64 * 1024):
            size += len(part)
            if size > MAX_BODY_BYTES:
                raise AppError(Code.MESSAGE_TOO_LARGE, f"a body has at most {MAX_BODY_BYTES} bytes unpacked")
            parts.append(part)
    except zstandard.ZstdError:
        raise AppError(Code.MESSAGE_UNREADABLE, "the packing is broken") from None
    return b"".join(parts)
