"""Receipts of edits that were applied as they were, to the very row that stands here: nearly all receipts are such.

Nothing lies over such a row any more, and what it shows is what the office has; only the stamps and the version are the
office's to tell. So neither the whole row is read nor is it worked out anew what is visible.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from desktop.store.connections import raw
from desktop.store.incoming import Touched
from desktop.store.journal import DELETED, Key
from desktop.store.overlay import Overlays, RecordOverlay
from desktop.store.schema import Schema
from desktop.store.selecting import AMONG, listed
from desktop.store.writing import update_rows
from sync.contract.fields import LAST_STAMPS
from sync.contract.wire import Op, Receipt

_STAMPS = frozenset(LAST_STAMPS)
_ABSENT: tuple[Any, ...] = (None, None, None)
"""Stands for a row that is not here, or is not shown: no receipt fits it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An own entry that waits for its receipt."""

    n: int
    key: Key
    op: Op


Settled = tuple[Entry, Receipt]


def take_plain(
    connection: Connection, schema: Schema, settled: Sequence[Settled], overlays: Overlays, touched: Touched
) -> list[Settled]:
    """Settle the receipts that say nothing but stamps and version; gives the others. The gate must be open."""
    often = Counter(entry.key for entry, _ in settled)
    groups: dict[tuple[str, ...], list[Settled]] = {}
    others: list[Settled] = []
    for each in settled:
        entry, receipt = each
        name = entry.key[0]
        if often[entry.key] == 1 and _is_plain(schema, name, receipt) and _settles(receipt, overlays[entry.key]):
            groups.setdefault((name, *receipt.fields), []).append(each)
        else:
            others.append(each)
    for (name, *fields), group in groups.items():
        others += _take(connection, schema, (name, *fields), group, (overlays, touched))
    return others


def _is_plain(schema: Schema, name: str, receipt: Receipt) -> bool:
    """Tell whether a receipt may be one of these. What is no edit, or was asked about, tells no version before it."""
    return bool(receipt.before and not receipt.deleted and schema.codec(name).are_plain(receipt.fields))


def _settles(receipt: Receipt, overlay: RecordOverlay) -> bool:
    """Tell whether nothing lies over the record but what this receipt tells anew."""
    versions = receipt.versions
    return not overlay.unsent and all(
        name in receipt.fields and versions.get(name, receipt.seq) >= each.version
        for name, each in overlay.agreed.items()
    )


def _take(
    connection: Connection,
    schema: Schema,
    told: tuple[str, ...],
    group: Sequence[Settled],
    shared: tuple[Overlays, Touched],
) -> list[Settled]:
    """Settle receipts that tell the same fields of records of one type; gives those that do not fit their row."""
    overlays, touched = shared
    name, *fields = told
    table = schema.record(name).table
    asked = listed(entry.key[1] for entry, _ in group)
    there = {row[0]: row for row in raw(connection).execute(_select(table, tuple(fields)), (asked,)).fetchall()}
    others: list[Settled] = []
    changes: list[tuple[int, dict[str, Any]]] = []
    shown: list[str] = []
    for each in group:
        entry, receipt = each
        _, number, version, *here = there.get(entry.key[1], _ABSENT)
        news = _news(fields, here, receipt) if version == receipt.before else None
        if news is None:
            others.append(each)
            continue
        if news:
            shown.append(entry.key[1])
        changes.append((number, {**news, "version": receipt.versions.get(DELETED, receipt.before)}))
        overlays.drop(entry.key)
    update_rows(connection, table, changes)
    touched.add(name, shown)
    return others


def _news(fields: Sequence[str], here: Sequence[Any], receipt: Receipt) -> dict[str, Any] | None:
    """Give the stamps that the row lacks, ``None`` where it lacks anything else."""
    told = receipt.fields
    news = {name: told[name] for name, value in zip(fields, here, strict=True) if told[name] != value}
    # What the office told of an older version the row has had by now.
    news = {name: value for name, value in news.items() if receipt.versions.get(name, receipt.seq) >= receipt.before}
    return news if news.keys() <= _STAMPS else None


@lru_cache(maxsize=256)
def _select(table: str, fields: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{each}"' for each in ("id", "row", "version", *fields))
    return f"SELECT {columns} FROM {table} WHERE id {AMONG} AND deleted = 0 AND hidden = 0"  # noqa: S608 - our own names
