"""The one place that says where sending and receiving stands; every label reads it from here."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from desktop.domain.sync_figures import Figures
from sync.contract.errors import Code

__all__ = ["Figures", "StatusBoard", "SyncStatus", "Tone"]


class Tone(StrEnum):
    """What the sync status amounts to, the most pressing thing first found in this order."""

    FIRST = "first"
    """The first sync is under way or has still to be completed."""
    SENDING = "sending"
    """A sync is under way."""
    ATTENTION = "attention"
    """Only this user can help: sign in again, update the program, see to the disk, look at what was not accepted."""
    BUSY = "busy"
    """The office was reached last time and has no time now; it is tried again by itself."""
    OFFLINE = "offline"
    """The office was not reached last time; calm, nothing to do. A choice that is needed can wait."""
    CHOICE = "choice"
    """Two people wrote different values, and this user is asked."""
    WAITING = "waiting"
    """Changes will go out with the next sync."""
    SENT = "sent"
    """Everything is sent."""


_ONLY_THE_USER = frozenset(
    {
        Code.SIGN_IN_ENDED,
        Code.SIGN_IN_REFUSED,
        Code.CLIENT_TOO_OLD,
        Code.WRONG_USER,
        Code.INSECURE_ADDRESS,
        Code.DISK_FULL,
        Code.DISK_UNUSABLE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncStatus:
    """Where sending and receiving stands; immutable.

    ``online`` is the result of the last attempt. ``sending`` and ``first_sync`` are (done, total) while they run;
    ``first_sync`` keeps its last figures when it was interrupted. ``error`` is why the last attempt did not go
    through, ``retry_at`` the wire instant of the next one.
    """

    pending: int = 0
    conflicts: int = 0
    attention: int = 0
    last_sync_at: str | None = None
    complete: bool = True
    online: bool = False
    running: bool = False
    sending: tuple[int, int] | None = None
    first_sync: tuple[int, int] | None = None
    error: Code | None = None
    retry_at: str | None = None

    @property
    def tone(self) -> Tone:
        """What it all amounts to."""
        for tone, holds in (
            (Tone.FIRST, self.running and not self.complete),
            (Tone.SENDING, self.running and self.sending is not None),
            (Tone.ATTENTION, self.attention > 0 or self.error in _ONLY_THE_USER),
            (Tone.BUSY, not self.online and self.error is Code.SERVER_BUSY),
            (Tone.OFFLINE, not self.online),
            (Tone.CHOICE, self.conflicts > 0),
            (Tone.FIRST, not self.complete),
            (Tone.WAITING, self.pending > 0),
        ):
            if holds:
                return tone
        return Tone.SENT


class StatusBoard:
    """Holds the current status and announces each new one, on whatever thread it came about."""

    def __init__(self, figures: Callable[[], Figures], *, online: bool = False) -> None:
        """``figures`` asks the database; ``online`` is how the last attempt of an earlier run ended."""
        self._figures = figures
        self._lock = threading.Lock()
        self._listeners: list[Callable[[SyncStatus], None]] = []
        self._current = _with_figures(SyncStatus(online=online), figures())

    @property
    def current(self) -> SyncStatus:
        """The status now."""
        return self._current

    def subscribe(self, callback: Callable[[SyncStatus], None]) -> Callable[[], None]:
        """Call ``callback`` with every new status; gives a function that ends this."""
        with self._lock:
            self._listeners.append(callback)

        def leave() -> None:
            with self._lock:
                if callback in self._listeners:
                    self._listeners.remove(callback)

        return leave

    def refresh(self) -> None:
        """Ask the database again."""
        figures = self._figures()
        self.change(lambda status: _with_figures(status, figures))

    def change(self, edit: Callable[[SyncStatus], SyncStatus]) -> None:
        """Put up what ``edit`` makes of the current status; nobody is told when it is the same."""
        with self._lock:
            changed = edit(self._current)
            if changed == self._current:
                return
            self._current = changed
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(changed)


def _with_figures(status: SyncStatus, figures: Figures) -> SyncStatus:
    return replace(
        status,
        pending=figures.pending,
        conflicts=figures.conflicts,
        attention=figures.attention,
        last_sync_at=figures.last_sync_at,
        complete=figures.complete,
        first_sync=None if figures.complete else status.first_sync,
    )
