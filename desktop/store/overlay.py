"""What lies over the office's rows: own unsent values, and the office's values that are known ahead of a pull.

Visible is the last unsent value of a field, else what the office agreed to, else the row. The row always holds what is
visible; ``agreed`` holds the office's value where the two differ, or where a receipt told more than the last pull did.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from desktop.store.connections import raw
from desktop.store.journal import Key, Unsent, unsent_of
from sync.contract.fields import Value
from sync.contract.wire import Row

_AGREED = (
    "SELECT a.type, a.record, a.field, a.value, a.version FROM json_each(?) AS k CROSS JOIN agreed AS a "
    "ON a.type = k.value ->> 0 AND a.record = k.value ->> 1"
)
_ANYTHING = (
    "SELECT EXISTS (SELECT 1 FROM agreed) OR EXISTS (SELECT 1 FROM journal WHERE outcome IS NULL AND origin = 'local')"
)
_KNOWN = "SELECT EXISTS (SELECT 1 FROM agreed)"
_COME_DOWN = "UPDATE agreed SET version = ?1 WHERE type = ?2 AND record = ?3 AND version > ?1"
_DELETE = "DELETE FROM agreed WHERE type = ? AND record = ? AND field = ?"
_KEEP = (
    "INSERT INTO agreed (type, record, field, value, version) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (type, record, field) DO UPDATE SET value = excluded.value, version = excluded.version"
)


@dataclass(frozen=True, slots=True)
class Agreed:
    """The office's value of a field, and the log position up to which that is known."""

    value: Value
    version: int


@dataclass(slots=True)
class RecordOverlay:
    """What lies over one record's row. ``reached`` is the version of which receipts have told all, 0 for the row's."""

    unsent: list[Unsent] = field(default_factory=list)
    agreed: dict[str, Agreed] = field(default_factory=dict)
    reached: int = 0

    def covered(self) -> dict[str, Value]:
        """Give the visible value of each field with an unsent edit (and ``deleted``)."""
        shown: dict[str, Value] = {}
        for entry in self.unsent:
            shown.update(entry.covers())
        return shown

    def learn(self, name: str, value: Value, version: int, *, known: int) -> None:
        """Take over the office's value unless more is known already; ``known`` is the position of the row itself."""
        have = self.agreed.get(name)
        if version >= (have.version if have is not None else known):
            self.agreed[name] = Agreed(value, version)

    def forget_pulled(self, version: int) -> None:
        """Drop what the row, pulled up to ``version``, tells as well, unless an unsent edit covers it."""
        covered = self.covered()
        self.agreed = {name: each for name, each in self.agreed.items() if name in covered or each.version > version}


def come_down(connection: Connection, rows: Iterable[Row]) -> None:
    """Let nothing that is known of these records claim a later position than they have at the office now.

    For rows that were read after every receipt that is here: one that tells more is of a lost history.
    """
    driver = raw(connection)
    if driver.execute(_KNOWN).fetchone()[0]:
        driver.executemany(_COME_DOWN, [(each.version, each.type, each.id) for each in rows])


class Overlays:
    """The overlays of some records, read together and written back together."""

    def __init__(self, connection: Connection, keys: Iterable[Key]) -> None:
        """Read the overlays of these records."""
        from msgspec.json import decode

        self._connection = connection
        self._by_key: dict[Key, RecordOverlay] = {}
        wanted = list(dict.fromkeys(keys)) if raw(connection).execute(_ANYTHING).fetchone()[0] else []
        for key, entries in unsent_of(connection, wanted).items():
            self._by_key[key] = RecordOverlay(unsent=entries)
        listed = json.dumps(wanted)
        for record_type, record, name, value, version in raw(connection).execute(_AGREED, (listed,)):
            self[record_type, record].agreed[name] = Agreed(decode(value), version)
        self._before = {key: dict(one.agreed) for key, one in self._by_key.items()}

    def __getitem__(self, key: Key) -> RecordOverlay:
        """Give the overlay of a record, an empty one where nothing lies over it."""
        one = self._by_key.get(key)
        if one is None:
            one = self._by_key[key] = RecordOverlay()
        return one

    def over(self, key: Key) -> RecordOverlay | None:
        """Give the overlay of a record, ``None`` where nothing lies over it."""
        one = self._by_key.get(key)
        return one if one is not None and (one.unsent or one.agreed) else None

    def drop(self, key: Key) -> None:
        """Forget what the office agreed to about a record that is no more."""
        self[key].agreed = {}

    def save(self) -> None:
        """Write back what changed."""
        from msgspec.json import encode

        kept: list[tuple[str, str, str, str, int]] = []
        gone: list[tuple[str, str, str]] = []
        for key, one in self._by_key.items():
            before = self._before.get(key, {})
            if before == one.agreed:
                continue
            for name, each in one.agreed.items():
                if before.get(name) != each:
                    kept.append((*key, name, encode(each.value).decode(), each.version))
            gone += [(*key, name) for name in before if name not in one.agreed]
        driver = raw(self._connection)
        driver.executemany(_DELETE, gone)
        driver.executemany(_KEEP, kept)
