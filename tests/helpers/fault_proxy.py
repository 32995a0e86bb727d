"""Stands between laptop and office and breaks the network on purpose, one request at a time.

    with FaultProxy(office.address) as proxy:
        proxy.next(LoseAnswer(), CutAnswer(after=100))     # the next two requests
        proxy.always(Blackhole())                          # every request after those, until told otherwise

It reads whole requests and whole answers, so that every fault hits exactly where it is aimed; only a stream of events
is carried as it comes. Without an office behind it, it answers what ``Answer`` says.
"""

import http
import http.client
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from types import TracebackType
from typing import BinaryIO, Self

_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Pass:
    """Carry the request there and the answer back."""


@dataclass(frozen=True, slots=True)
class CutRequest:
    """Break both connections after so many bytes of the request, its head included."""

    after: int


@dataclass(frozen=True, slots=True)
class LoseAnswer:
    """Let the office do its work, then break the connection."""


@dataclass(frozen=True, slots=True)
class Call:
    """Call something before the request is carried there, when it is there, and before its answer is carried back.

    An ``OSError`` of what is called breaks the connection.
    """

    before: Callable[[], None] = lambda: None
    sent: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Refuse:
    """Break the connection before the office hears of it."""


@dataclass(frozen=True, slots=True)
class Blackhole:
    """Take the request and never answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer in the office's place."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class CutAnswer:
    """Break the connection after so many bytes of the answer, its head included."""

    after: int
    of: Answer | None = None
    """What is answered in the office's place; without it, the office's own answer."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Keep an answer back until it is complete, as some proxies do; of a stream nothing ever arrives."""


@dataclass(frozen=True, slots=True)
class Stall:
    """Carry so many bytes of a stream, then fall silent without closing anything."""

    after: int


HTML = Answer(
    headers={"Content-Type": "text/html"}, body=b"<html><body>Please sign in to the hotel's network</body></html>"
)

Fault = Pass | Call | CutAnswer | CutRequest | LoseAnswer | Refuse | Blackhole | Answer | Hold | Stall


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it arrived, and how many bytes its answer had (0 where there was none)."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    size: int
    answer_size: int = 0


class FaultProxy:
    """A proxy on a free port of this machine; ``seen`` lists every request in order."""

    def __init__(self, upstream: str = "") -> None:
        self.upstream = upstream
        self.seen: list[Seen] = []
        self.connections = 0
        self._lock = threading.Lock()
        self._arrived = threading.Condition(self._lock)
        self._next: deque[Fault] = deque()
        self._always: Fault = Pass()
        self._closing = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._start(self._accept)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def next(self, *faults: Fault) -> None:
        """Break the next requests, one fault each."""
        with self._lock:
            self._next.extend(faults)

    def always(self, fault: Fault) -> None:
        """Break every request from now on for which nothing else was asked."""
        with self._lock:
            self._always = fault

    def forget(self) -> None:
        """Take back what was asked for requests that did not come."""
        with self._lock:
            self._next.clear()

    def drop(self) -> None:
        """Break every connection that is open now, as sleep and another network do."""
        with self._lock:
            left = tuple(self._open)
        for each in left:
            _shut(each)

    def wait_for_path(self, part: str, times: int = 1, timeout_s: float = 60) -> bool:
        """Wait until so many requests have arrived with a path that holds ``part``; tells whether they did."""
        with self._arrived:
            return self._arrived.wait_for(lambda: sum(part in each.path for each in self.seen) >= times, timeout_s)

    def wait_for(self, requests: int, timeout_s: float = 60) -> bool:
        """Wait until so many requests have arrived; tells whether they did."""
        with self._arrived:
            return self._arrived.wait_for(lambda: len(self.seen) >= requests, timeout_s)

    def close(self) -> None:
        """Break all connections and end all threads."""
        self._closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop()
        for thread in self._threads:
            thread.join()

    def _start(self, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=run, name="fault-proxy")
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.add(client)
            self._start(partial(self._serve, client))

    def _serve(self, client: socket.socket) -> None:
        try:
            with client.makefile("rb") as stream:
                while self._carry(client, stream):
                    continue
        except OSError:
            return
        finally:
            with self._lock:
                self._open.discard(client)
            client.close()

    def _carry(self, client: socket.socket, stream: BinaryIO) -> bool:
        """Deal with one request; tells whether the connection may carry another."""
        head = _read_head(stream)
        if not head:
            return False
        body = stream.read(_length(head))
        fault = self._fault()
        if _is_stream(head) and isinstance(fault, Pass | Call | Hold | Stall):
            self._note(head, body, None)
            self._carry_stream(client, fault, head + body)
            return False
        answer = self._answer(fault, head, body)
        self._note(head, body, answer)
        if isinstance(fault, Blackhole):
            self._closing.wait()
        if answer is None:
            _reset(client)
            return False
        if isinstance(fault, CutAnswer):
            client.sendall(answer[: fault.after])
            _reset(client)
            return False
        client.sendall(answer)
        return True

    def _fault(self) -> Fault:
        with self._lock:
            return self._next.popleft() if self._next else self._always

    def _answer(self, fault: Fault, head: bytes, body: bytes) -> bytes | None:
        match fault:
            case Answer(status, headers, content) | CutAnswer(of=Answer(status, headers, content)):
                return _as_bytes(status, headers, content)
            case Refuse() | Blackhole():
                return None
            case CutRequest(after):
                self._send_part((head + body)[:after])
                return None
            case Call():
                fault.before()
                answer = self._forward(head, body, fault.sent)
                fault.after()
                return answer
            case _:
                answer = self._forward(head, body)
                return None if isinstance(fault, LoseAnswer) else answer

    def _forward(self, head: bytes, body: bytes, sent: Callable[[], None] = lambda: None) -> bytes | None:
        method, path, headers = _parsed(head)
        upstream = http.client.HTTPConnection(self.upstream.partition("//")[2], timeout=60)
        try:
            upstream.request(method, path, body or None, headers)
            sent()
            answer = upstream.getresponse()
            return _as_bytes(answer.status, dict(answer.getheaders()), answer.read())
        except (OSError, http.client.HTTPException):
            return None
        finally:
            upstream.close()

    def _send_part(self, part: bytes) -> None:
        with self._dial() as upstream:
            upstream.sendall(part)
            _reset(upstream)

    def _dial(self) -> socket.socket:
        host, _, port = self.upstream.partition("//")[2].partition(":")
        return socket.create_connection((host, int(port)), timeout=10)

    def _carry_stream(self, client: socket.socket, fault: Fault, request: bytes) -> None:
        """Carry bytes back as they come, until either side ends or ``drop`` is called."""
        left = {Hold: 0, Stall: fault.after if isinstance(fault, Stall) else 0}.get(type(fault))
        with self._dial() as upstream:
            upstream.settimeout(None)
            with self._lock:
                self._open.add(upstream)
            try:
                upstream.sendall(request)
                while part := upstream.recv(4096):
                    passed = part if left is None else part[:left]
                    client.sendall(passed)
                    left = None if left is None else left - len(passed)
            finally:
                with self._lock:
                    self._open.discard(upstream)

    def _note(self, head: bytes, body: bytes, answer: bytes | None) -> None:
        method, path, headers = _parsed(head)
        size = len(head) + len(body)
        with self._lock:
            self.seen.append(Seen(method, path, headers, body, size, len(answer or b"")))
            self._arrived.notify_all()


def _read_head(stream: BinaryIO) -> bytes:
    lines = []
    while line := stream.readline():
        lines.append(line)
        if line == b"\r\n":
            return b"".join(lines)
    return b""


def _parsed(head: bytes) -> tuple[str, str, dict[str, str]]:
    first, *rest = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    headers = dict(line.split(": ", maxsplit=1) for line in rest if line)
    return method, path, {name.title(): value for name, value in headers.items()}


def _is_stream(head: bytes) -> bool:
    return _parsed(head)[2].get("Accept") == "text/event-stream"


def _length(head: bytes) -> int:
    return int(_parsed(head)[2].get("Content-Length", 0))


def _as_bytes(status: int, headers: dict[str, str], body: bytes) -> bytes:
    kept = {
        name.title(): value
        for name, value in headers.items()
        if name.lower() not in {"transfer-encoding", "content-length", "connection"}
    }
    lines = [f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in kept.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def _reset(connection: socket.socket) -> None:
    """Close so that the other side sees a broken connection, not an orderly end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    connection.close()


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):  # it was closed already
        connection.shutdown(socket.SHUT_RDWR)
