"""What lies over the office's rows: own unsent values, and the office's values that are known ahead of a pull.

Visible is the last unsent value of a field, else what the office agreed to, else the row. The row always holds what is
visible; ``agreed`` holds the office's value where the two differ, or where a receipt told more than the last pull did.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, delete, text
from sqlalchemy.dialects.sqlite import insert

from desktop.store.journal import Key, Unsent, unsent_of
from desktop.store.tables import agreed as table
from sync.contract.fields import Value

_AGREED = text(
    "SELECT a.type, a.record, a.field, a.value, a.version FROM json_each(:keys) AS k CROSS JOIN agreed AS a "
    "ON a.type = k.value ->> 0 AND a.record = k.value ->> 1"
)
_DELETE = delete(table).where(
    table.c.type == bindparam("gone_type"),
    table.c.record == bindparam("gone_record"),
    table.c.field == bindparam("gone_field"),
)


@dataclass(frozen=True, slots=True)
class Agreed:
    """The office's value of a field, and the log position up to which that is known."""

    value: Value
    version: int


@dataclass(slots=True)
class RecordOverlay:
    """What lies over one record's row."""

    unsent: list[Unsent] = field(default_factory=list)
    agreed: dict[str, Agreed] = field(default_factory=dict)

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


class Overlays:
    """The overlays of some records, read together and written back together."""

    def __init__(self, connection: Connection, keys: Iterable[Key]) -> None:
        """Read the overlays of these records."""
        self._connection = connection
        self._by_key: dict[Key, RecordOverlay] = {}
        wanted = list(dict.fromkeys(keys))
        for key, entries in unsent_of(connection, wanted).items():
            self._by_key[key] = RecordOverlay(unsent=entries)
        listed = json.dumps([list(key) for key in wanted])
        for each in connection.execute(_AGREED, {"keys": listed}):
            one = self[each.type, each.record]
            one.agreed[each.field] = Agreed(json.loads(each.value), each.version)
        self._before = {key: dict(one.agreed) for key, one in self._by_key.items()}

    def __getitem__(self, key: Key) -> RecordOverlay:
        """Give the overlay of a record, an empty one where nothing lies over it."""
        return self._by_key.setdefault(key, RecordOverlay())

    def touches(self, key: Key) -> bool:
        """Tell whether anything lies over a record."""
        one = self._by_key.get(key)
        return one is not None and bool(one.unsent or one.agreed)

    def drop(self, key: Key) -> None:
        """Forget what the office agreed to about a record that is no more."""
        self[key].agreed = {}

    def save(self) -> None:
        """Write back what changed."""
        kept: list[dict[str, Any]] = []
        gone: list[dict[str, Any]] = []
        for (record_type, record), one in self._by_key.items():
            before = self._before.get((record_type, record), {})
            kept += [
                {"type": record_type, "record": record, "field": name, **_columns(each)}
                for name, each in one.agreed.items()
                if before.get(name) != each
            ]
            gone += [
                {"gone_type": record_type, "gone_record": record, "gone_field": name}
                for name in before
                if name not in one.agreed
            ]
        if gone:
            self._connection.execute(_DELETE, gone)
        if kept:
            statement = insert(table)
            changed = {"value": statement.excluded.value, "version": statement.excluded.version}
            self._connection.execute(
                statement.on_conflict_do_update(index_elements=["type", "record", "field"], set_=changed), kept
            )


def _columns(each: Agreed) -> dict[str, Any]:
    text_value = json.dumps(each.value, ensure_ascii=False, separators=(",", ":"))
    return {"value": text_value, "version": each.version}
