"""How long to wait before trying again; pure, chance and the present are given by the caller."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_RETRY_AFTER_S = 3600.0
"""A server may not silence a laptop for longer than this."""

_MAX_DOUBLINGS = 30


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential waiting with full jitter, so that laptops which failed together do not come back together."""

    base_s: float = 2.0
    cap_s: float = 300.0

    def delay_s(self, failures: int, *, chance: float, retry_after_s: float | None = None) -> float:
        """Give the wait in seconds after ``failures`` failures in a row (1 or more).

        ``chance`` is uniform in [0, 1). What the server asks for is never undercut: jitter is added to it.
        """
        doublings = min(max(failures, 1) - 1, _MAX_DOUBLINGS)
        jitter = chance * min(self.cap_s, self.base_s * 2.0**doublings)
        if retry_after_s is None:
            return jitter
        return min(max(retry_after_s, 0.0), MAX_RETRY_AFTER_S) + jitter


def parse_retry_after(text: str | None, now: datetime) -> float | None:
    """Read a ``Retry-After`` header, which holds seconds or an HTTP date; ``None`` where it is absent or unreadable."""
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), MAX_RETRY_AFTER_S)
    try:
        moment: datetime = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), MAX_RETRY_AFTER_S)
