"""The ASGI application: reads bodies, runs handlers on threads, makes problem+json of every refusal."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

import anyio
import msgspec
from anyio import CapacityLimiter, to_thread
from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sync.contract.errors import AppError, Code
from sync.contract.wire import PROTOCOL, PROTOCOL_HEADER
from sync.server import openapi
from sync.server.blobs import Blobs
from sync.server.blobs_disk import BlobDisk, default_folder
from sync.server.blobs_http import BlobEndpoints
from sync.server.bodies import pack, read_body, takes_zstd
from sync.server.chunk_cache import ChunkCache
from sync.server.chunk_cache import default_folder as chunk_folder
from sync.server.chunk_http import chunk_route
from sync.server.chunks import Chunks
from sync.server.events import answer_events
from sync.server.feed import Feed
from sync.server.handlers import Call, Office
from sync.server.incidents import report
from sync.server.problems import problem, unexpected
from sync.server.routes import ENDPOINTS, Endpoint
from sync.server.storage import is_passing

_HANDLER_S: Final = 120.0
_THREADS: Final = 16

_Message = MutableMapping[str, Any]
_Send = Callable[[_Message], Awaitable[None]]
_Receive = Callable[[], Awaitable[_Message]]
_Asgi = Callable[[MutableMapping[str, Any], _Receive, _Send], Awaitable[None]]


def create_app(office: Office, feed: Feed | None = None) -> _Asgi:
    """Build the application over the office's parts; closing those, and the feed, is up to the caller."""
    heard = feed or Feed(office.log.storage)
    threads = CapacityLimiter(_THREADS)
    routes = [Route(each.path, _endpoint(office, heard, each, threads), methods=[each.method]) for each in ENDPOINTS]
    described = msgspec.json.encode(openapi.document(office.version))

    async def describe(request: Request) -> Response:
        return pack(described, zstd=takes_zstd(request))

    routes.append(Route(openapi.PATH, describe, methods=["GET"]))
    blobs = Blobs(office.log, BlobDisk(office.files or default_folder(office.log.storage.url)))
    routes.append(chunk_route(_chunks(office), threads, guarded=_guarded, token=_bearer))
    routes += BlobEndpoints(blobs, threads, guarded=_guarded, token=_bearer, wrote=heard.nudge).routes()
    app = Starlette(routes=routes, exception_handlers={HTTPException: _not_here})
    return _with_protocol(app)


def _chunks(office: Office) -> Chunks:
    folder = office.chunks or chunk_folder(office.log.storage.url)
    return Chunks(office.log, ChunkCache(folder, most_bytes=office.chunk_bytes))


def _endpoint(
    office: Office, feed: Feed, each: Endpoint, threads: CapacityLimiter
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        body = await read_body(request) if each.method == "POST" else b""
        call = Call(_bearer(request) if each.signed_in else "", body, dict(request.query_params))
        if each.streams:
            return await answer_events(feed, office, call, request)
        zstd = takes_zstd(request)

        def work() -> Response:
            return pack(msgspec.json.encode(each.handle(office, call)), zstd=zstd)

        with anyio.fail_after(_HANDLER_S):
            done = await to_thread.run_sync(work, limiter=threads, abandon_on_cancel=True)
        if each.writes:
            feed.nudge()
        return done

    async def endpoint(request: Request) -> Response:
        return await _guarded(f"{each.method} {each.path}", lambda: answer(request))

    return endpoint


async def _guarded(name: str, work: Callable[[], Awaitable[Response]]) -> Response:
    """Run the work of a request and make a problem of whatever goes wrong."""
    try:
        return await work()
    except AppError as error:
        return problem(_as_told(error))
    except TimeoutError:
        return problem(AppError(Code.SERVER_BUSY, "this took too long"))
    except DBAPIError as error:
        if is_passing(error):
            return problem(AppError(Code.SERVER_BUSY, "the database is busy"))
        return _unforeseen(name, error)
    except Exception as error:  # noqa: BLE001 - the edge of a request: the next one must not suffer
        return _unforeseen(name, error)


def _as_told(error: AppError) -> AppError:
    """Say to a laptop that the office is ill, not that something is wrong with the laptop or with what it sent."""
    if error.code not in {Code.DATABASE_UNUSABLE, Code.DATABASE_NEWER, Code.DATABASE_BUSY, Code.DISK_FULL}:
        return error
    return AppError(Code.SERVER_BUSY, "the office's database is not there")


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise AppError(Code.SIGN_IN_ENDED, "a token is needed: Authorization: Bearer ...")
    return token.strip()


def _unforeseen(name: str, error: Exception) -> Response:
    return problem(unexpected(report(name, error)))


async def _not_here(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return problem(AppError(Code.NOT_FOUND, "there is nothing under this address and method"), status=status)


def _with_protocol(app: Starlette) -> _Asgi:
    name, value = PROTOCOL_HEADER.lower().encode(), PROTOCOL.encode()

    async def wrapped(scope: MutableMapping[str, Any], receive: _Receive, send: _Send) -> None:
        async def send_marked(message: _Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (name, value)]
            await send(message)

        await app(scope, receive, send_marked)

    return wrapped
