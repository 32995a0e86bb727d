"""Opens many streams of events on a server and measures how soon each hears: ``python -m tests.bench.herd_task``.

Writes one JSON document. Reading goes by one loop over all sockets, so that the time measured is the server's.
"""

import json
import os
import resource
import secrets
import selectors
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import insert, select

from sync.contract.clock import SystemClock, new_id
from sync.server.log import Log, open_log
from sync.server.passwords import token_hash
from sync.server.schema import CLIENT, ENTITY_TABLES, TOKEN

_QUIET_S = 20.0
_GIVE_UP_S = 60.0
_CHANGES = 20
_PAUSE_S = 0.3
_TICK = os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Arguments: the database's URL, the server's address and process id, the number of streams."""
    url, address, pid, many = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    log = open_log(url, SystemClock())
    herd = _Herd(address)
    try:
        for token in _tokens(log, many):
            herd.add(token)
        found: dict[str, Any] = {"quiet_cpu": _quiet_cpu(herd, pid)}
        turns = [_change(log, herd, pid, turn) for turn in range(_CHANGES)]
    finally:
        herd.close()
        log.close()
    found["milliseconds"] = [each for turn, _cpu in turns for each in turn]
    found["longest"] = [max(turn) for turn, _cpu in turns]
    found["fan_out_cpu_ms"] = [cpu * 1000 for _turn, cpu in turns]
    json.dump(found, sys.stdout)
    return 0


class _Herd:
    """Many open streams."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._sockets: list[socket.socket] = []
        self._selector = selectors.DefaultSelector()

    def add(self, token: str) -> None:
        parts = urlsplit(self._address)
        opened = socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 80))
        self._sockets.append(opened)
        opened.sendall(
            f"GET /v1/sync/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n"
            f"Authorization: Bearer {token}\r\n\r\n".encode()
        )
        got = b""
        while b"data:" not in got:
            part = opened.recv(4096)
            if not part:
                raise ConnectionError(got.decode(errors="replace"))
            got += part
        self._selector.register(opened, selectors.EVENT_READ)

    def hear(self, until: float, count: int | None = None) -> list[float]:
        """Read until a time, or until so many streams have told an event; gives when each did."""
        at: dict[int, float] = {}
        while (left := until - time.monotonic()) > 0 and (count is None or len(at) < count):
            for key, _ in self._selector.select(left):
                part = os.read(key.fd, 4096)
                if not part:
                    raise ConnectionError("a stream ended")
                if b"data:" in part:
                    at.setdefault(key.fd, time.monotonic())
        return list(at.values())

    def size(self) -> int:
        return len(self._sockets)

    def close(self) -> None:
        self._selector.close()
        for each in self._sockets:
            each.close()


def _tokens(log: Log, many: int) -> list[str]:
    """Sign that many laptops in, without the work that a password costs."""
    users = ENTITY_TABLES["user"].c
    with log.storage.writing() as connection:
        people = list(connection.scalars(select(users.id).where(users.deleted_seq.is_(None))))
        made = [(secrets.token_urlsafe(32), new_id(), people[n % len(people)]) for n in range(many)]
        now = log.now()
        client = {"device": "bench", "schema_v": 1, "last_n": 0, "acked_cursor": 0, "first_seen": now, "last_seen": now}
        connection.execute(insert(CLIENT), [{"client_id": id_, "user_id": user, **client} for _, id_, user in made])
        valid = {"created_at": now, "revoked_at": None}
        hashed = [{"hash": token_hash(text), "client_id": id_, "user_id": user, **valid} for text, id_, user in made]
        connection.execute(insert(TOKEN), hashed)
    return [text for text, _, _ in made]


def _quiet_cpu(herd: _Herd, pid: int) -> float:
    """Give the server's share of one core while nothing happens."""
    began, used = time.monotonic(), _cpu_s(pid)
    herd.hear(began + _QUIET_S)
    return (_cpu_s(pid) - used) / (time.monotonic() - began)


def _change(log: Log, herd: _Herd, pid: int, turn: int) -> tuple[list[float], float]:
    """Commit something that everybody sees; gives the milliseconds until each stream told it, and the CPU it took."""
    committed: list[float] = []

    def commit() -> None:
        with log.writing() as writer:
            writer.create("product", {"name": f"Herd {turn}"})
        committed.append(time.monotonic())

    herd.hear(time.monotonic() + _PAUSE_S)
    used = _cpu_s(pid)
    thread = threading.Thread(target=commit)
    thread.start()
    heard = herd.hear(time.monotonic() + _GIVE_UP_S, herd.size())
    thread.join()
    if len(heard) < herd.size():
        raise TimeoutError(f"{len(heard)} of {herd.size()} streams told the change")
    return [(each - committed[0]) * 1000 for each in heard], _cpu_s(pid) - used


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


if __name__ == "__main__":
    sys.exit(main())
