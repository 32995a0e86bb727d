"""What stands in the outbox file: own journal entries with the acts they belong to, and whose they are.

An entry is its journal row as it is, so that one that comes back from the file is sent, undone and told like before.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop.store import meta
from desktop.store.connections import RawConnection
from desktop.store.outbox_file.frames import FIRST, TAG_BYTES, FrameCipher, Kind, Reading
from sync.contract.fields import Value
from sync.contract.wire import ATTENTION

Columns = dict[str, Any]
"""A row by the names of its columns."""

IDENTITY = (
    meta.CLIENT_ID,
    meta.SERVER,
    meta.USER_ID,
    meta.USER_NAME,
    meta.LOGIN,
    meta.ROLE,
    meta.TOKEN,
    meta.ORGANISATION,
    meta.CURRENCY,
)
"""What a profile needs to know about itself to go on without its database."""

ENTRY_COLUMNS = (
    "mutation", "client_n", "command", "bond", "type", "record", "op", "old", "new", "context", "base", "older",
    "schema", "actor", "at", "replaces",
)  # fmt: skip
ACT_COLUMNS = ("id", "label", "label_values", "at", "actor", "kind", "undoable", "target", "undone_by", "consent")

_ENTRIES = f"SELECT {', '.join(ENTRY_COLUMNS)} FROM journal"  # noqa: S608 - our own names
_ACTS = f"SELECT {', '.join(ACT_COLUMNS)} FROM command WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 - our own names
_NAMED = "mutation IN (SELECT value FROM json_each(?))"
_OWN = "origin = 'local' AND at IS NOT NULL"
_REFUSED = ", ".join(f"'{each.value}'" for each in sorted(ATTENTION))
# In the words of the partial index, so that a save does not go through the whole journal.
_SETTLED = (
    "SELECT mutation FROM journal WHERE settled = ? AND outcome IN ('rejected', 'quarantined', 'late') "  # noqa: S608
    f"AND outcome IN ({_REFUSED})"
)
_UNSENT = f"outcome IS NULL AND {_OWN}"
_ATTENTION = f"settled IS NULL AND outcome IS NOT NULL AND outcome IN ({_REFUSED}) AND {_OWN}"
_COUNT = (
    f"SELECT (SELECT count(*) FROM journal WHERE outcome IS NULL AND origin = 'local') "  # noqa: S608 - our own names
    f"+ (SELECT count(*) FROM journal WHERE {_ATTENTION})"
)


def of_act(driver: RawConnection, act: str) -> list[Columns]:
    """Read the entries that an act made."""
    return _rows(driver, ENTRY_COLUMNS, f"{_ENTRIES} WHERE command = ? AND {_OWN} ORDER BY n", act)


def of_mutations(driver: RawConnection, mutations: Sequence[str]) -> list[Columns]:
    """Read own entries by the ids of their mutations."""
    if not mutations:
        return []
    return _rows(driver, ENTRY_COLUMNS, f"{_ENTRIES} WHERE {_NAMED} AND {_OWN} ORDER BY n", json.dumps(list(mutations)))


def settled_by(driver: RawConnection, act: str) -> list[str]:
    """Name the mutations, not accepted by the office, that an act dealt with."""
    return [row[0] for row in driver.execute(_SETTLED, (act,))]


def kept(driver: RawConnection) -> list[Columns]:
    """Read all entries that belong into the file: without a receipt, or not accepted and not dealt with yet.

    The office gives the latter the same receipt again, so they come back as what they were.
    """
    sql = f"{_ENTRIES} WHERE {_UNSENT} UNION ALL {_ENTRIES} WHERE {_ATTENTION} ORDER BY client_n"
    return _rows(driver, ENTRY_COLUMNS, sql)


def count_kept(driver: RawConnection) -> int:
    """Count what ``kept`` would give."""
    return int(driver.execute(_COUNT).fetchone()[0])


def known_among(driver: RawConnection, mutations: Iterable[str]) -> set[str]:
    """Tell which of these mutations the journal holds as own ones, sent or not."""
    sql = "SELECT mutation FROM journal WHERE origin = 'local' AND mutation IN (SELECT value FROM json_each(?))"
    return {row[0] for row in driver.execute(sql, (json.dumps(list(mutations)),))}


def settled_among(driver: RawConnection, mutations: Iterable[str]) -> set[str]:
    """Tell which of these mutations the journal holds as own ones that have their receipt."""
    sql = (
        "SELECT mutation FROM journal WHERE origin = 'local' AND outcome IS NOT NULL "
        "AND mutation IN (SELECT value FROM json_each(?))"
    )
    return {row[0] for row in driver.execute(sql, (json.dumps(list(mutations)),))}


def acts_of(driver: RawConnection, rows: Iterable[Columns]) -> list[Columns]:
    """Read the acts to which entries belong."""
    wanted = list(dict.fromkeys(row["command"] for row in rows if row["command"]))
    return _rows(driver, ACT_COLUMNS, _ACTS, json.dumps(wanted)) if wanted else []


def identity(driver: RawConnection) -> dict[str, Value]:
    """Read whose database this is."""
    found = {key: json.loads(value) for key, value in driver.execute("SELECT key, value FROM meta")}
    return {name: found[name] for name in IDENTITY if name in found}


class FrameWriter:
    """Puts frames together, each after the one before."""

    def __init__(self, cipher: FrameCipher, before: bytes = FIRST) -> None:
        """Begin after the frame with the tag ``before``."""
        self._cipher = cipher
        self._parts: list[bytes] = []
        self.tag = before

    @property
    def content(self) -> bytes:
        """All frames so far."""
        return b"".join(self._parts)

    def identity(self, values: Mapping[str, Value]) -> None:
        """Tell whose file this is."""
        self._add(Kind.IDENTITY, _json(values))

    def entries(self, acts: Iterable[Columns], rows: Sequence[Columns]) -> None:
        """Write entries, those of an act together after it."""
        by_act: dict[str | None, list[Columns]] = {}
        for row in rows:
            by_act.setdefault(row["command"], []).append(row)
        told = {act["id"]: act for act in acts}
        for act_id, mine in by_act.items():
            self._add(Kind.ACT, _json({**told.get(act_id or "", {"id": act_id}), "entries": len(mine)}))
            for row in mine:
                mutation = str(row["mutation"]).encode()
                self._add(Kind.ENTRY, bytes((len(mutation),)) + mutation + _json(row))

    def done(self, mutations: Sequence[str]) -> None:
        """Tell that entries need not be kept any longer."""
        self._add(Kind.DONE, _json(list(mutations)))

    def _add(self, kind: Kind, body: bytes) -> None:
        frame = self._cipher.seal(kind, body, self.tag)
        self.tag = frame[-TAG_BYTES:]
        self._parts.append(frame)


@dataclass(slots=True)
class Content:
    """What a file says. ``live`` are the entries that are kept, by mutation, still packed.

    ``starts`` tells where the frame of each entry begins, ``lacking`` how many entries of each act are not there.
    """

    identity: dict[str, Value] = field(default_factory=dict)
    acts: dict[str, Columns] = field(default_factory=dict)
    live: dict[str, bytes] = field(default_factory=dict)
    gaps: int = 0
    cut: bool = False
    frames: int = 0
    starts: dict[str, int] = field(default_factory=dict)
    lacking: dict[str | None, int] = field(default_factory=dict)

    def cut_short(self, unknown: Sequence[str], since: int) -> frozenset[str]:
        """Name those of ``unknown`` that belong to a save which was cut off while it wrote them from ``since`` on.

        They are all there is from there, of one act, and not all of it: in whatever pieces a disk keeps what was not
        synced yet, the transaction behind it never committed.
        """
        fresh = frozenset(each for each in unknown if self.starts[each] >= since > 0)
        acts = {row["command"] for row in self.rows(fresh)}
        is_whole = len(acts) != 1 or self.lacking.get(acts.pop(), 1) <= 0
        return frozenset() if is_whole else fresh

    def rows(self, mutations: Iterable[str] | None = None) -> list[Columns]:
        """Unpack entries, in the order of their numbers."""
        wanted = self.live if mutations is None else [each for each in mutations if each in self.live]
        return sorted((json.loads(self.live[each]) for each in wanted), key=lambda row: int(row["client_n"] or 0))


def content_of(reading: Reading) -> Content:
    """Put together what the frames of a file say."""
    found = Content(gaps=len(reading.gaps), cut=reading.cut, frames=len(reading.frames))
    last: str | None = None
    for start, kind, body in ((each.start, each.kind, each.body) for each in reading.frames):
        if kind == Kind.IDENTITY:
            found.identity = json.loads(body)
        elif kind == Kind.ACT:
            act = json.loads(body)
            last = act["id"]
            found.acts[last], found.lacking[last] = act, act["entries"]
        elif kind == Kind.ENTRY:
            mutation, row = entry_of(body)
            found.live[mutation] = row
            found.starts[mutation] = start
            found.lacking[last] = found.lacking.get(last, 0) - 1
        elif kind == Kind.DONE:
            for mutation in json.loads(body):
                found.live.pop(mutation, None)
    found.cut = found.cut or (found.lacking.get(last, 0) > 0 and not found.gaps)
    return found


def entry_of(body: bytes) -> tuple[str, bytes]:
    """Take an entry's frame apart: the id of its mutation, and its row, still packed."""
    length = body[0]
    return body[1 : 1 + length].decode(), body[1 + length :]


def _rows(driver: RawConnection, names: Sequence[str], sql: str, *parameters: str) -> list[Columns]:
    return list(_named(names, driver.execute(sql, parameters)))


def _named(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[Columns]:
    return (dict(zip(names, row, strict=True)) for row in rows)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
