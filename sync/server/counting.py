"""Counts what a user may see, and says about how large it is: a laptop asks once, while its first sync runs."""

from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, Integer, String, Table, and_, case, cast, func, literal, or_, select

from sync.contract.blobs import BlobState
from sync.contract.clock import instant_text, parse_instant
from sync.contract.file_classes import AGE_LIMITS_D, SIZE_LIMITS, FileClass
from sync.contract.wire import Counts
from sync.server.recording import read_head
from sync.server.schema import ENTITY_TABLES
from sync.server.scope import joined

_SAMPLE_ROWS: Final = 64
_ACCOUNTS: Final = ENTITY_TABLES["account"]
_FILES: Final = ENTITY_TABLES["attachment"]


def count(connection: Connection, user: str, now: str) -> Counts:
    """Count records by type that a user may see and that are not deleted themselves, be their account or not.

    How large they are is worked out from some of them. ``now`` is what the ages of files are counted from.
    """
    counts = {}
    for kind, table in ENTITY_TABLES.items():
        live = select(func.count()).select_from(joined(table, user)).where(table.c.deleted_seq.is_(None))
        counts[kind] = connection.scalar(live) or 0
    sizes = {kind: round(number * _mean_size(connection, user, ENTITY_TABLES[kind])) for kind, number in counts.items()}
    return Counts(seq=read_head(connection).seq, counts=counts, bytes=sizes, files=_file_classes(connection, user, now))


def _mean_size(connection: Connection, user: str, table: Table) -> float:
    """Tell how many characters the values of a record have, in the mean of some that the user sees."""
    seen = select(*table.c).select_from(joined(table, user)).where(table.c.deleted_seq.is_(None))
    rows = connection.execute(seen.limit(_SAMPLE_ROWS)).all()
    return sum(len(str(value)) for row in rows for value in row if value is not None) / max(1, len(rows))


def _file_classes(connection: Connection, user: str, now: str) -> list[FileClass]:
    rows = _FILES.c
    is_own = or_(rows.owner == user, _ACCOUNTS.c.owner == user)
    seen = joined(_FILES, user).outerjoin(_ACCOUNTS, _ACCOUNTS.c.id == rows.account)
    # The same bytes may be named by several records: they travel once, as the newest and dearest of them.
    files = (
        select(
            func.max(rows.size_bytes).label("size"),
            func.max(cast(rows.created_at, String)).label("made_at"),
            func.max(case((is_own, 1), else_=0)).label("own"),
        )
        .select_from(seen)
        .where(and_(rows.deleted_seq.is_(None), rows.blob_state == BlobState.STORED.value, rows.sha256.is_not(None)))
        .group_by(rows.sha256)
        .subquery()
    )
    size, age = _size_class(files.c.size), _age_class(files.c.made_at, now)
    grouped = select(size, age, files.c.own, func.count(), func.sum(files.c.size)).group_by(size, age, files.c.own)
    return [
        FileClass(size=int(limit), age_d=int(days), own=bool(own), files=int(number), bytes=int(total or 0))
        for limit, days, own, number, total in connection.execute(grouped.order_by(size, age, files.c.own))
    ]


def _size_class(size: ColumnElement[int]) -> ColumnElement[int]:
    return case(*((size <= each, _number(each)) for each in SIZE_LIMITS[:-1]), else_=_number(SIZE_LIMITS[-1]))


def _age_class(made_at: ColumnElement[str], now: str) -> ColumnElement[int]:
    today = parse_instant(now)
    since = [(instant_text(today - timedelta(days=each)), each) for each in AGE_LIMITS_D[:-1]]
    return case(*((made_at >= at, _number(each)) for at, each in since), else_=_number(AGE_LIMITS_D[-1]))


def _number(value: int) -> ColumnElement[int]:
    # Written into the statement, so that it is the same one where it is grouped by.
    return literal(value, Integer, literal_execute=True)
