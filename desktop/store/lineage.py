"""How this laptop's own mutations stand to those that the office has, and what follows when they part."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, select, update

from desktop.store import journal, meta
from desktop.store.connections import raw
from desktop.store.tables import journal as table
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
_BEHIND = (
    "SELECT 1 FROM journal WHERE origin = 'local' AND seq > ? AND outcome IS NOT NULL AND type <> 'conflict' "
    "AND purged = 0 LIMIT 1"
)
_KNOWN_N = (
    "SELECT COALESCE(max(client_n), 0) FROM journal WHERE origin = 'local' AND seq > 0 AND seq <= ? "
    "AND outcome IS NOT NULL"
)
_TOOK_EFFECT = tuple(
    each.value for each in (Outcome.APPLIED, Outcome.MERGED, Outcome.NOOP, Outcome.CONFLICT, Outcome.LATE)
)
"""Outcomes that left something at the office: a value, or a question to somebody."""
_UNSENT = table.c.outcome.is_(None), table.c.origin == journal.LOCAL, table.c.client_n.is_not(None)


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
    return raw(connection).execute(_BEHIND, (position,)).fetchone() is not None


def offer_again(connection: Connection, common: int) -> list[dict[str, Any]]:
    """Put entries that took effect behind a position back into the outbox, and give what they wrote. Gate open.

    Where an outcome has no position (nothing had to be written), it counts as behind if it came after all that are not.
    Answers to questions are not among them: the office that was set back asks anew where it must. Nor is what was taken
    off this laptop: of that only the numbers are left.
    """
    known = raw(connection).execute(_KNOWN_N, (common,)).fetchone()[0]
    seq = func.coalesce(table.c.seq, 0)
    lost = (
        table.c.origin == journal.LOCAL,
        or_(seq > common, and_(seq == 0, table.c.client_n > known)),
        table.c.outcome.in_(_TOOK_EFFECT),
        table.c.type != "conflict",
        table.c.purged == 0,
    )
    wrote = select(table.c.type, table.c.record, table.c.op, table.c.old, table.c.new).where(*lost).order_by(table.c.n)
    offered = [dict(row) for row in connection.execute(wrote).mappings()]
    nothing = dict.fromkeys(("outcome", "seq", "code", "data", "settled"))
    connection.execute(update(table).where(*lost).values(nothing))
    return offered


def rebase(connection: Connection, common: int) -> None:
    """Let unsent entries claim to have seen no more than what the office still has. The gate must be open."""
    entries = connection.execute(select(table.c.n, table.c.base, table.c.older).where(*_UNSENT)).all()
    capped = [
        {"entry": each.n, "seen": min(each.base or 0, common), "hidden": _capped(each.older, common)}
        for each in entries
        if (each.base or 0) > common
    ]
    if capped:
        changing = update(table).where(table.c.n == bindparam("entry"))
        connection.execute(changing.values(base=bindparam("seen"), older=bindparam("hidden")), capped)


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


def _remembered(connection: Connection) -> tuple[int, str | None]:
    kept = meta.read(connection, meta.LINEAGE)
    if not isinstance(kept, list):
        return 0, BEGIN
    return int(kept[0]), None if kept[1] is None else str(kept[1])


def _capped(older: str | None, common: int) -> str:
    return json.dumps({name: min(int(seen), common) for name, seen in journal.loads(older).items()})
