"""Notices that the laptop slept or changed networks, from readings taken every few seconds.

A machine that sleeps stops one of its two clocks or both for a while: more time has passed than was waited for. Another
network gives another address of one's own. Neither is told by an open connection, which merely stays silent.
"""

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from sync.client.address import is_loopback

READ_EVERY_S = 5.0

_GAP_S: Final = 20.0
"""A machine that is merely busy is late by less."""

_OUTSIDE: Final = (("192.0.2.1", socket.AF_INET), ("2001:db8::1", socket.AF_INET6))
"""Addresses that belong to nobody; nothing is sent to them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Seconds of the wall clock, seconds that never go back, and one's own addresses towards the outside."""

    wall: float
    elapsed: float
    address: str


def came_back(before: Reading, now: Reading, waited_s: float) -> bool:
    """Tell whether the laptop slept between two readings, or has come into a network since.

    A wall clock that was set forward looks like sleep, which costs one sync; one that was set back looks like nothing.
    """
    slept = max(now.wall - before.wall, now.elapsed - before.elapsed) - waited_s > _GAP_S
    return slept or (bool(now.address) and now.address != before.address)


def own_addresses(server: str) -> str:
    """Give this machine's own addresses towards the outside, as its routes say; empty without a network.

    An office on this very machine needs no network, and nothing is looked up for it.
    """
    if is_loopback(urlsplit(server).hostname or ""):
        return "here"
    return " ".join(filter(None, (_own_address(*each) for each in _OUTSIDE)))


class Surroundings:
    """Takes a reading every few seconds on a thread of its own and calls ``back`` when the laptop came back."""

    def __init__(self, read: Callable[[], Reading], back: Callable[[], None]) -> None:
        """Nothing runs before ``start``."""
        self._read = read
        self._back = back
        self._last: Reading | None = None
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def look(self, waited_s: float) -> bool:
        """Take one reading; tells whether the laptop came back since the last one, ``waited_s`` seconds ago."""
        before, self._last = self._last, self._read()
        if before is None or not came_back(before, self._last, waited_s):
            return False
        self._back()
        return True

    def start(self) -> None:
        """Look from now on."""
        self._thread = threading.Thread(target=self._run, name="surroundings", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more; returns when the thread has ended."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        self.look(0.0)
        while not self._stopped.wait(READ_EVERY_S):
            self.look(READ_EVERY_S)


def _own_address(outside: str, family: socket.AddressFamily) -> str:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((outside, 9))
            address: str = probe.getsockname()[0]
            return address
    except OSError:
        return ""
