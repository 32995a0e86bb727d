"""How a laptop hears of the office's news while it is connected; pure: no network, no clock, no chance of its own.

``LiveState.way`` says how to listen, ``after_attempt`` what comes after that has ended. A stream is tried first. Where
something between laptop and office keeps answers back until they are complete, requests that wait take its place for a
while; where the office cannot be heard at all, the timer of the syncs is what remains.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from sync.client.backoff import Backoff
from sync.contract.errors import AppError, Code, Retry

SILENT_S = 35.0
"""A stream that says nothing for so long is gone: more than two heartbeats, and longer than a waiting request takes."""

SETTLED_S = 10.0
"""A stream that lived for so long was a good one; shorter ones are tried again later and later."""

WAITS_BEFORE_STREAM = 24
"""So many waiting requests, about ten minutes, before a stream is tried again."""

_RESTING = frozenset({Code.NOT_FOUND, Code.WRONG_USER, Code.NOT_PERMITTED})


class Way(StrEnum):
    """How the office is listened to."""

    STREAM = "stream"
    WAIT = "wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveState:
    """What is known of the ways to the office.

    ``failures`` counts attempts in a row that came to nothing, ``waits`` the waiting requests still to be made before a
    stream is tried again.
    """

    failures: int = 0
    waits: int = 0

    @property
    def way(self) -> Way:
        """The way to try next."""
        return Way.WAIT if self.waits else Way.STREAM


@dataclass(frozen=True, slots=True)
class Told:
    """A stream told something before it ended, after ``lived_s`` seconds."""

    lived_s: float


@dataclass(frozen=True, slots=True)
class Deaf:
    """A stream was open and nothing came through."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A waiting request was answered; ``early`` without news long before the time that was asked for."""

    early: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """There was no way to the office, or it refused."""

    error: AppError


Outcome = Told | Deaf | Answered | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """What to do before the next attempt.

    Wait ``seconds``, or until something changes where that is ``None``. ``firm_s`` is how long not even a change may
    end the wait, because the office asked for it.
    """

    seconds: float | None = 0.0
    firm_s: float = 0.0


def after_attempt(state: LiveState, outcome: Outcome, *, chance: float, backoff: Backoff) -> tuple[LiveState, Pause]:
    """Choose what comes after an attempt; ``chance`` is uniform in [0, 1)."""
    match outcome:
        case Told(lived_s):
            failures = 0 if lived_s >= SETTLED_S else state.failures + 1
            # Laptops that lost their streams together, because the office restarted, do not come back together.
            return LiveState(failures=failures), Pause(seconds=backoff.delay_s(max(1, failures), chance=chance))
        case Deaf():
            return replace(state, waits=WAITS_BEFORE_STREAM), Pause()
        case Answered(early):
            if early:
                # Somebody answers in the office's place without waiting.
                return _failed(state, chance, backoff)
            return LiveState(waits=state.waits - 1), Pause()
        case Refused(error):
            return _refused(state, error, chance, backoff)


def _refused(state: LiveState, error: AppError, chance: float, backoff: Backoff) -> tuple[LiveState, Pause]:
    if error.retry in {Retry.REAUTH, Retry.UPGRADE} or error.code in _RESTING:
        return LiveState(), Pause(seconds=None)
    asked_s = error.data.get("retry_after_s")
    if not isinstance(asked_s, int | float):
        return _failed(state, chance, backoff)
    failures = state.failures + 1
    seconds = backoff.delay_s(failures, chance=chance, retry_after_s=asked_s)
    return LiveState(failures=failures), Pause(seconds=seconds, firm_s=seconds)


def _failed(state: LiveState, chance: float, backoff: Backoff) -> tuple[LiveState, Pause]:
    failures = state.failures + 1
    return LiveState(failures=failures), Pause(seconds=backoff.delay_s(failures, chance=chance))
