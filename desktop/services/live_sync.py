"""Keeps a profile live: listens to the office while it is there, and asks for a sync when there is news.

It begins to listen after a sync went through, follows new sign-ins, and notices when the laptop slept or changed
networks. Only hints come this way. Whatever is missed here comes with the next sync by the timer.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from desktop.services.sync_service import SyncService
from desktop.services.sync_status import StatusBoard, SyncStatus
from sync.client.listening import EventOffice, Listener, ListenerParts
from sync.client.surroundings import Reading, Surroundings
from sync.contract.wire import HeadEvent


@dataclass(frozen=True, slots=True)
class Door:
    """Where the office is and what lets this laptop in."""

    server: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveParts:
    """What listening is made of.

    ``door`` gives the profile's present server and token, ``connect`` makes a way there. ``known`` gives the position
    up to which the log was read, ``read`` a reading of clocks and network.
    """

    service: SyncService
    status: StatusBoard
    door: Callable[[], Door]
    connect: Callable[[Door], EventOffice]
    known: Callable[[], int]
    read: Callable[[], Reading]
    elapsed: Callable[[], float]
    chance: Callable[[], float]


class LiveSync:
    """Listens for a profile, from ``start`` to ``stop``. Thread-safe."""

    def __init__(self, parts: LiveParts) -> None:
        """Nothing runs before ``start``."""
        self._parts = parts
        self._lock = threading.Lock()
        self._door: Door | None = None
        self._held_back: HeadEvent | None = None
        self._was_running = False
        self._is_paused = False
        self._leave: Callable[[], None] = lambda: None
        self._surroundings = Surroundings(parts.read, self._come_back)
        self._listener = Listener(
            ListenerParts(
                connect=self._connect,
                known=parts.known,
                heard=self._hear,
                live=lambda now: parts.service.note_live(now=now),
                elapsed=parts.elapsed,
                chance=parts.chance,
            )
        )

    def start(self) -> None:
        """Listen from the next sync on that goes through."""
        self._leave = self._parts.status.subscribe(self._follow)
        self._surroundings.start()

    def pause(self) -> None:
        """Listen no more until ``resume``."""
        self._is_paused = True
        self._listener.rest()

    def resume(self) -> None:
        """Listen again from the next sync on that goes through."""
        self._is_paused = False

    def stop(self) -> None:
        """End for good; returns when nothing runs any more."""
        self._leave()
        self._surroundings.stop()
        self._listener.stop()

    def _connect(self) -> EventOffice:
        self._door = self._parts.door()
        return self._parts.connect(self._door)

    def _hear(self, event: HeadEvent) -> None:
        """Ask for a sync; while one runs, which may bring this very news, wait for its end."""
        with self._lock:
            if self._parts.status.current.running:
                self._held_back = event
                return
        self._parts.service.hear_office(event.spread_s)

    def _follow(self, status: SyncStatus) -> None:
        with self._lock:
            has_ended = self._was_running and not status.running
            self._was_running = status.running
            if not has_ended:
                return
            event, self._held_back = self._held_back, None
        if status.error is not None or not status.online:
            return
        if event is not None and event.head > self._parts.known():
            self._parts.service.hear_office(event.spread_s)
        if not self._is_paused:
            self._listen()

    def _listen(self) -> None:
        if self._door is not None and self._parts.door() != self._door:
            self._listener.reconnect()
        else:
            self._listener.wake()

    def _come_back(self) -> None:
        if not self._is_paused:
            self._listener.reconnect()
            self._parts.service.come_back()
