"""The endpoint of chunks: packed bytes that never change under one address, whole or in ranges."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import anyio
from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sync.contract.chunks import CHUNK_REST, CHUNK_TYPE, ChunkEntry, rest_header
from sync.contract.wire import PROBLEM_TYPE, Problem
from sync.server.chunk_cache import Kept
from sync.server.chunks import Chunks
from sync.server.ranges import asked_range

PATH: Final = "/v1/sync/chunks/{name}"
_BUILD_S: Final = 120.0

Guarded = Callable[[str, Callable[[], Awaitable[Response]]], Awaitable[Response]]
"""Runs the work of a request, named for the log, and makes an answer of whatever goes wrong."""


def chunk_route(
    chunks: Chunks, threads: CapacityLimiter, *, guarded: Guarded, token: Callable[[Request], str]
) -> Route:
    """Give the route; ``token`` reads the caller's token."""

    async def answer(request: Request) -> Response:
        asked = (
            token(request),
            str(request.path_params["name"]),
            request.query_params.get("place", ""),
            request.query_params.get("cursor", ""),
        )
        with anyio.fail_after(_BUILD_S):
            kept = await to_thread.run_sync(chunks.chunk, *asked, limiter=threads, abandon_on_cancel=True)
        return _response(request, kept)

    async def endpoint(request: Request) -> Response:
        return await guarded(f"GET {PATH}", lambda: answer(request))

    return Route(PATH, endpoint, methods=["GET"])


def _response(request: Request, kept: Kept) -> Response:
    size = len(kept.data)
    start, end = asked_range(request, kept.etag, size)
    headers = {
        "ETag": kept.etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        **_rest(kept.rest),
    }
    if (start, end) == (0, size):
        return Response(kept.data, 200, headers, CHUNK_TYPE)
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return Response(kept.data[start:end], 206, headers, CHUNK_TYPE)


def _rest(rest: ChunkEntry | None) -> dict[str, str]:
    return {} if rest is None else {CHUNK_REST: rest_header(rest)}


def paths(schemas: dict[type, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Give the operation as OpenAPI describes it; ``schemas`` has ``Problem``."""
    rows = {"schema": {"type": "string", "format": "binary"}}
    names = ("name", "path", "Its name."), ("place", "query", "Where it lies."), ("cursor", "query", "The manifest's.")
    operation = {
        "summary": "Fetch a chunk of a manifest, or one range of its bytes: zstd over lines of JSON.",
        "operationId": "chunk",
        "security": [{"device": []}],
        "parameters": [
            {"name": name, "in": where, "required": True, "description": text, "schema": {"type": "string"}}
            for name, where, text in names
        ],
        "responses": {
            "200": {"description": "The chunk.", "content": {CHUNK_TYPE: rows}},
            "206": {"description": "The range.", "content": {CHUNK_TYPE: rows}},
            "default": {
                "description": "Refused, or not possible now.",
                "content": {PROBLEM_TYPE: {"schema": schemas[Problem]}},
            },
        },
    }
    return {PATH: {"get": operation}}
