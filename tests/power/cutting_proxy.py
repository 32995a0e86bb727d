"""Carries bytes between a laptop and the office, and breaks everything after exactly so many of them."""

import socket
import struct
import threading
from contextlib import suppress
from enum import Enum
from types import TracebackType
from typing import Self

_RESET = struct.pack("ii", 1, 0)
_STEP = 65_536


class Way(Enum):
    """The way in which the bytes go that are counted."""

    THERE = "request"
    BACK = "answer"


class CuttingProxy:
    """A proxy on a free port of this machine. Knows nothing of what the bytes mean.

    ``carried`` counts what has gone through in each way. After ``cut`` it carries so many bytes more in one way, over
    however many connections, then breaks all connections and takes no more, until ``mend``.
    """

    def __init__(self, upstream: str) -> None:
        """``upstream`` is the office's address."""
        host, _, port = upstream.partition("//")[2].partition(":")
        self._upstream = (host, int(port))
        self._lock = threading.Lock()
        self._left: dict[Way, int | None] = dict.fromkeys(Way)
        self._politely = False
        self.carried = dict.fromkeys(Way, 0)
        self._broken = False
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._accepting = threading.Thread(target=self._accept, name="cutting-proxy")
        self._accepting.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.mend()
        self._break()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        for each in self._threads:
            each.join()

    def cut(self, way: Way, after: int, *, politely: bool) -> None:
        """Break after so many more bytes that way; ``politely`` ends the connections, else they are reset."""
        with self._lock:
            self._left[way] = after
            self._politely = politely

    def mend(self) -> bool:
        """Carry everything again; tells whether anything had been broken."""
        with self._lock:
            was_broken, self._broken = self._broken, False
            self._left = dict.fromkeys(Way)
        return was_broken

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                refused = self._broken
            if refused:
                _end(client, politely=False)
                continue
            office = socket.create_connection(self._upstream)
            pair = (client, office)
            with self._lock:
                self._pairs.add(pair)
                self._threads = [each for each in self._threads if each.is_alive()]
            for way, source, sink in ((Way.THERE, client, office), (Way.BACK, office, client)):
                thread = threading.Thread(target=self._carry, args=(way, source, sink, pair), name="cutting-proxy")
                self._threads.append(thread)
                thread.start()

    def _carry(
        self, way: Way, source: socket.socket, sink: socket.socket, pair: tuple[socket.socket, socket.socket]
    ) -> None:
        with suppress(OSError):  # it was broken, by either side
            while data := source.recv(_STEP):
                allowed, cut = self._allowed(way, len(data))
                sink.sendall(data[:allowed])
                if cut:
                    self._break()
                    return
        with self._lock:
            self._pairs.discard(pair)
        for each in pair:
            _end(each, politely=True)

    def _allowed(self, way: Way, size: int) -> tuple[int, bool]:
        with self._lock:
            if self._broken:
                return 0, True
            left = self._left[way]
            cut = left is not None and size > left
            allowed = left if cut and left is not None else size
            self.carried[way] += allowed
            self._broken = cut
            if left is not None:
                self._left[way] = left - allowed
            return allowed, cut

    def _break(self) -> None:
        with self._lock:
            pairs, self._pairs = self._pairs, set()
        for pair in pairs:
            for each in pair:
                _end(each, politely=self._politely)


def _end(connection: socket.socket, *, politely: bool) -> None:
    """End a connection so that both its other side and a thread that reads from it notice."""
    with suppress(OSError):  # it has ended
        if not politely:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            # Another thread may be reading: only after it has let go does closing reset the connection.
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
