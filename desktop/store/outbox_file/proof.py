"""Whether everything that a copy of the outbox file ever held is known to have its receipt, what is damaged included.

What cannot be read is told by its number: new entries stand in the file in the order of their numbers, and the journal
holds all numbers without gaps. So between what can be read before a damaged place and after it there can be no other
edits than those of the numbers between, as long as the journal counts as the file does.
"""

import json
from collections.abc import Iterator

from desktop.store.connections import RawConnection
from desktop.store.outbox_file.entries import content_of, entry_of, settled_among
from desktop.store.outbox_file.frames import Kind, Reading

_NUMBERS = (
    "SELECT mutation, client_n FROM journal "
    "WHERE origin = 'local' AND mutation IN (SELECT value FROM json_each(?)) AND outcome IS NOT NULL"
)
_SETTLED_BETWEEN = (
    "SELECT count(*) FROM journal WHERE origin = 'local' AND outcome IS NOT NULL AND client_n > ? AND client_n <= ?"
)


def is_settled(driver: RawConnection, reading: Reading) -> bool:
    """Tell whether no edit in a file can be one of which this laptop has no receipt."""
    live = content_of(reading).live
    if set(live) - settled_among(driver, live):
        return False
    return not reading.gaps or _explains(driver, reading)


def _explains(driver: RawConnection, reading: Reading) -> bool:
    """Tell whether the journal has every edit that can have stood in the damaged places."""
    numbers = list(_numbers(reading))
    last_start, last = max(((start, number) for start, _, number in numbers), key=lambda one: one[1], default=(-1, 0))
    if last_start < max(reading.gaps):
        # Nothing tells how many came after it.
        return False
    wanted = {mutation: number for _, mutation, number in numbers}
    known = dict(driver.execute(_NUMBERS, (json.dumps(list(wanted)),)).fetchall())
    if known != wanted:
        return False
    before = max((number for start, _, number in numbers if start < min(reading.gaps)), default=0)
    return int(driver.execute(_SETTLED_BETWEEN, (before, last)).fetchone()[0]) == last - before


def _numbers(reading: Reading) -> Iterator[tuple[int, str, int]]:
    """Give of every entry that can be read, also those that were done with, where it stands, its id and its number."""
    for frame in reading.frames:
        if frame.kind == Kind.ENTRY:
            mutation, row = entry_of(frame.body)
            yield frame.start, mutation, int(json.loads(row)["client_n"] or 0)
