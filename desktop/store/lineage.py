"""How this laptop's own mutations stand to those that the office has, and what follows when they part."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from desktop.store import journal, meta
from desktop.store.connections import raw
from sync.client.ports import Lineage
from sync.contract.errors import Code
from sync.contract.lineage import BEGIN, extend
from sync.contract.wire import HelloAnswer, Outcome

_NEWEST = 32
_MOST = 48
"""Positions kept: all of the newest ones, then ever fewer."""

_REMEMBER_EVERY = 1000
"""After so many mutations the lineage is remembered, so that the next comparison begins there."""

_AT = "SELECT outcome, code FROM journal WHERE client_n = ?"
_IDS = "SELECT mutation FROM journal WHERE client_n > ? AND client_n <= ? ORDER BY client_n"
_MARK = "INSERT INTO cursor_mark (seq, cursor) VALUES (?, ?) ON CONFLICT (seq) DO UPDATE SET cursor = excluded.cursor"
_ASKED = "(type <> 'conflict' OR base <= :common)"
"""Anything but answers to questions that were asked behind a position: the office asks anew where it must."""
_BEHIND = (
    "SELECT 1 FROM journal WHERE origin = 'local' AND seq > :common AND outcome IS NOT NULL AND purged = 0 "  # noqa: S608 - our own words
    f"AND {_ASKED} LIMIT 1"
)
_LOST = (
    f"origin = 'local' AND purged = 0 AND {_ASKED} "
    "AND outcome IN ('applied', 'merged', 'noop', 'conflict', 'late') "
    "AND (coalesce(seq, 0) > :common OR (coalesce(seq, 0) = 0 AND client_n > :known))"
)
"""Outcomes that left something at the office, a value or a question to somebody, behind a position."""
_RECORDS = (
    "SELECT record, count(*) FROM journal INDEXED BY journal_record "  # noqa: S608 - our own words
    f"WHERE record > :after AND {_LOST} GROUP BY record ORDER BY record LIMIT :most"
)
_OFFERED = (
    "SELECT n, mutation, type, record, op, old, new FROM journal "  # noqa: S608 - our own words
    f"WHERE record IN (SELECT value FROM json_each(:records)) AND {_LOST} ORDER BY n"
)
_OFFER = "UPDATE journal SET outcome = NULL, seq = NULL, code = NULL, data = NULL, settled = NULL WHERE n = ?"
_SEEN_MORE = (
    "SELECT n, mutation, older FROM journal WHERE outcome IS NULL AND origin = 'local' AND client_n IS NOT NULL "
    "AND base > ?"
)
_OF_THESE = f"{_SEEN_MORE} AND record IN (SELECT value FROM json_each(?))"  # noqa: S608 - our own words
_REBASE = "UPDATE journal SET base = ?, older = ? WHERE n = ?"
# In the words of the index of own numbers, from the newest one on: it ends at the first that it finds.
_KNOWN_N = (
    "SELECT COALESCE(max(client_n), 0) FROM journal INDEXED BY journal_client_n WHERE client_n IS NOT NULL "
    "AND origin = 'local' AND seq > 0 AND seq <= ? AND outcome IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Kin:
    """The result of a comparison; ``remember`` is worth keeping: a number and the lineage there."""

    lineage: Lineage
    remember: tuple[int, str] | None = None


def compare(connection: Connection, answer: HelloAnswer) -> Kin:
    """Compare what the office has under this laptop's id with the journal."""
    if meta.read(connection, meta.NEXT_CLIENT_ID) is not None:
        return Kin(Lineage.PARTED)
    following = raw(connection).execute(_AT, (answer.last_n + 1,)).fetchone()
    if following is not None and following[0] is not None:
        # The office never saw what could not even be read there, so its numbers end for good before that.
        unseen = following[0] == Outcome.QUARANTINED and following[1] != Code.INTERNAL
        return Kin(Lineage.PARTED if unseen else Lineage.LOST)
    begin, lineage = _remembered(connection)
    if answer.last_n < begin or (answer.last_n and not answer.lineage):
        # Nothing to compare with: an office of before keeps no lineage, and one that was just parted from begins anew.
        return Kin(Lineage.SAME)
    if lineage is None:
        same = answer.last_n <= journal.head_n(connection)
        return Kin(Lineage.SAME, (answer.last_n, answer.lineage)) if same else Kin(Lineage.PARTED)
    ids = [row[0] for row in raw(connection).execute(_IDS, (begin, answer.last_n))]
    lineage = extend(lineage, ids)
    if len(ids) != answer.last_n - begin or lineage != answer.lineage:
        return Kin(Lineage.PARTED)
    return Kin(Lineage.SAME, (answer.last_n, lineage) if len(ids) >= _REMEMBER_EVERY else None)


def remember(connection: Connection, number: int, lineage: str | None) -> None:
    """Let comparisons begin at a number; ``None`` takes over what the office has there, for a journal made anew."""
    meta.write(connection, {meta.LINEAGE: [number, lineage]})


def remember_upto(connection: Connection, number: int) -> int:
    """Let comparisons begin at an own number or later; gives where they do, 0 where that is not known yet."""
    begin, lineage = _remembered(connection)
    if lineage is None or begin >= number:
        return 0 if lineage is None else begin
    ids = [row[0] for row in raw(connection).execute(_IDS, (begin, number))]
    if len(ids) != number - begin:
        return begin
    remember(connection, number, extend(lineage, ids))
    return number


def part(connection: Connection, token: str) -> None:
    """Go on under the new id: numbers go on too, the lineage begins anew."""
    values = {meta.CLIENT_ID: meta.read(connection, meta.NEXT_CLIENT_ID), meta.NEXT_CLIENT_ID: None}
    meta.write(connection, {**values, meta.TOKEN: token, meta.LINEAGE: [journal.head_n(connection), BEGIN]})


def took_effect_behind(connection: Connection, position: int) -> bool:
    """Tell whether any own edit took effect behind a position."""
    return raw(connection).execute(_BEHIND, {"common": position}).fetchone() is not None


@dataclass(frozen=True, slots=True)
class Behind:
    """What took effect behind the position ``common``.

    Where an outcome has no position (nothing had to be written), it counts as behind if its number is beyond ``known``.
    """

    common: int
    known: int


def known_upto(connection: Connection, common: int) -> int:
    """Give the number of the last own entry that took effect up to a position."""
    return int(raw(connection).execute(_KNOWN_N, (common,)).fetchone()[0])


def records_behind(connection: Connection, behind: Behind, after: str, entries: int) -> list[str]:
    """List records after an id with entries that took effect behind a position: of so many entries, or one record.

    Answers to questions that were asked behind it are not among them: the office that was set back asks anew where it
    must. Nor is what was taken off this laptop: of that only the numbers are left.
    """
    asked = {"after": after, "most": entries, "common": behind.common, "known": behind.known}
    found: list[str] = []
    for record, count in raw(connection).execute(_RECORDS, asked).fetchall():
        entries -= count
        if found and entries < 0:
            break
        found.append(record)
    return found


def offer_again(connection: Connection, behind: Behind, records: Sequence[str]) -> list[dict[str, Any]]:
    """Put entries of these records back into the outbox, and give what they wrote. The gate must be open."""
    driver = raw(connection)
    asked = {"records": json.dumps(records), "common": behind.common, "known": behind.known}
    names = "n", "mutation", "type", "record", "op", "old", "new"
    offered = [dict(zip(names, row, strict=True)) for row in driver.execute(_OFFERED, asked)]
    driver.executemany(_OFFER, [(each["n"],) for each in offered])
    return offered


def rebase(connection: Connection, common: int, records: Sequence[str] | None = None) -> list[str]:
    """Let unsent entries claim to have seen no more than what the office still has; gives those that did. Gate open.

    With ``records`` only entries of these.
    """
    driver = raw(connection)
    if records is None:
        found = driver.execute(_SEEN_MORE, (common,)).fetchall()
    else:
        found = driver.execute(_OF_THESE, (common, json.dumps(records))).fetchall()
    driver.executemany(_REBASE, [(common, _capped(older, common), n) for n, _mutation, older in found])
    return [row[1] for row in found]


def mark(connection: Connection, seq: int, cursor: str) -> None:
    """Remember a position that this laptop stands at."""
    driver = raw(connection)
    driver.execute(_MARK, (seq, cursor))
    kept = driver.execute("SELECT seq FROM cursor_mark ORDER BY seq DESC").fetchall()
    if len(kept) > _MOST:
        driver.executemany("DELETE FROM cursor_mark WHERE seq = ?", kept[_NEWEST + 1 :: 2])


def marks(connection: Connection) -> list[str]:
    """List the remembered positions, newest first."""
    found = raw(connection).execute("SELECT cursor FROM cursor_mark ORDER BY seq DESC")
    return [cursor for (cursor,) in found]


def stood_at(connection: Connection) -> int:
    """Give the newest remembered position, 0 without any."""
    return int(raw(connection).execute("SELECT coalesce(max(seq), 0) FROM cursor_mark").fetchone()[0])


def forget_marks(connection: Connection, common: int) -> None:
    """Forget positions in a history that is no more."""
    raw(connection).execute("DELETE FROM cursor_mark WHERE seq > ?", (common,))


def _remembered(connection: Connection) -> tuple[int, str | None]:
    kept = meta.read(connection, meta.LINEAGE)
    if not isinstance(kept, list):
        return 0, BEGIN
    return int(kept[0]), None if kept[1] is None else str(kept[1])


def _capped(older: str | None, common: int) -> str:
    return json.dumps({name: min(int(seen), common) for name, seen in journal.loads(older).items()})
