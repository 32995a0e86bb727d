"""Runs the application on a socket until the process is told to end."""

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Final

import uvicorn

from sync.contract.errors import AppError, Code
from sync.server.app import create_app
from sync.server.daily import Housekeeping
from sync.server.feed import Feed
from sync.server.handlers import Office
from sync.server.log import Log
from sync.server.storage import Storage
from sync.server.workers import Workers

_GRACE_S: Final = 2
"""The whole end takes 5 s at most, also on a machine that has much else to do."""
_KEEP_ALIVE_S: Final = 75
_BACKLOG: Final = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where to listen; port 0 takes any free one. With ``cert`` and ``key`` (files) it is https."""

    host: str
    port: int
    cert: Path | None = None
    key: Path | None = None


class _Announcing(uvicorn.Server):
    """Tells when it takes requests, and ends the streams before it waits for what is under way."""

    def __init__(self, config: uvicorn.Config, feed: Feed, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._feed = feed
        self._announce = announce
        self._told_to_end = False

    def take_signal(self, _number: int, _frame: FrameType | None) -> None:
        """End as soon as it has begun, if a signal comes before uvicorn listens to them.

        After its own clean end uvicorn raises the signal once more; by then there is nothing left to end.
        """
        self._told_to_end = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.should_exit = self.should_exit or self._told_to_end
        if self.started:
            self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Streams go on for as long as they are let; what is left then are requests, which end by themselves.
        await self._feed.close()
        await super().shutdown(sockets)


def serve(office: Office, address: Address, say: Callable[[str], None]) -> None:
    """Listen, say so in one line with the real port, and serve until SIGTERM or SIGINT.

    Requests under way get two seconds to end.

    Raises:
        AppError: ``SERVER_UNREACHABLE`` when the port is taken, ``FILE_UNREADABLE`` for unusable certificates.
    """
    with _listen(address) as listener:
        _serve_on(listener, office, address, say)
    _leave_stuck_threads()


def serve_with_workers(office: Office, address: Address, count: int, say: Callable[[str], None]) -> None:
    """Serve with several processes until SIGTERM or SIGINT; ``office`` is closed here and opened by each of them.

    Raises:
        AppError: as ``serve``.
    """
    url, clock = office.log.storage.url.render_as_string(hide_password=False), office.log.clock
    # Connections must not be shared between processes.
    office.log.close()

    def work(listener: socket.socket, begun: Callable[[str], None]) -> None:
        # Nothing is asked of the database here, so a worker can begin while the database is away.
        own = replace(office, log=Log(Storage(url), clock))
        _serve_on(listener, own, address, begun)
        _leave_stuck_threads()

    with _listen(address) as listener:
        Workers(listener, work, count).run(say)


def _serve_on(listener: socket.socket, office: Office, address: Address, say: Callable[[str], None]) -> None:
    host, port = listener.getsockname()[:2]
    scheme = "http" if address.cert is None else "https"
    shown = f"[{host}]" if ":" in host else host
    feed = Feed(office.log.storage)
    config = uvicorn.Config(
        create_app(office, feed),
        log_config=None,
        log_level=logging.WARNING,
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=_GRACE_S,
        timeout_keep_alive=_KEEP_ALIVE_S,
        ssl_certfile=None if address.cert is None else str(address.cert),
        ssl_keyfile=None if address.key is None else str(address.key),
    )
    try:
        config.load()
    except OSError as error:
        raise AppError(Code.FILE_UNREADABLE, f"the certificate cannot be used: {error}") from None
    server = _Announcing(config, feed, lambda: say(f"Listening on {scheme}://{shown}:{port}"))
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, server.take_signal)
    keeper = Housekeeping(office)
    keeper.start()
    server.run([listener])
    keeper.end()


def _leave_stuck_threads() -> None:
    """End the process at once if a request still waits for the database; its transaction goes back by itself."""
    others = set(threading.enumerate()) - {threading.main_thread()}
    if any(each.is_alive() and not each.daemon for each in others):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _listen(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    # With the protocol named, asyncio sends small answers at once instead of waiting 40 ms for more.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address.host, address.port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise AppError(
            Code.SERVER_UNREACHABLE, f"cannot listen on {address.host}:{address.port}: {error.strerror}"
        ) from None
    return listener
