"""What the database tells about files: which the office lacks, which should be here, which are named at all."""

from collections.abc import Generator, Iterable
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, Integer, case, func, literal, or_, select

from desktop.domain.holdings import Policy
from desktop.store.schema import Schema
from desktop.store.tables import frozen_scope, journal
from sync.client.blobs import Parcel
from sync.contract.blobs import BlobState, is_blob_name
from sync.contract.clock import instant_text, parse_instant
from sync.contract.file_classes import AGE_LIMITS_D, SIZE_LIMITS, FileClass
from sync.contract.wire import Op


def lacking(connection: Connection, schema: Schema) -> list[Parcel]:
    """List what the office does not hold though it knows the record, smallest first; not of revoked accounts.

    Of those no page tells any more that the bytes have come, so that they would be sent with every run.
    """
    rows = schema.table("attachment").c
    query = select(rows.sha256, rows.size_bytes).where(
        # Version 0: the office has not answered for the record yet, and would not take bytes that nothing names.
        rows.version > 0,
        rows.deleted == 0,
        rows.scope.not_in(select(frozen_scope.c.scope)),
        rows.sha256.is_not(None),
        or_(rows.blob_state.is_(None), rows.blob_state != BlobState.STORED.value),
    )
    return _parcels(connection.execute(query.order_by(rows.size_bytes, rows.id)).all())


def wanted(
    connection: Connection, schema: Schema, policy: Policy, *, user: str, since: str
) -> Generator[Parcel, None, None]:
    """Give what is at the office and comes by itself, newest first; ``since`` is the oldest instant that counts.

    Row by row: of many thousands that are chosen, few are looked at where many are not here yet.
    """
    rows = schema.table("attachment").c
    whose = [own for own, is_wanted in ((1, policy.own), (0, policy.others)) if is_wanted]
    query = select(rows.sha256, rows.size_bytes).where(
        *_at_office(schema),
        rows.size_bytes <= policy.max_bytes,
        rows.created_at >= since,
        _is_own(schema, user).in_(whose),
    )
    given: set[str] = set()
    with connection.execute(query.order_by(rows.created_at.desc(), rows.id)) as found:
        for sha256, size in found:
            if sha256 not in given and is_blob_name(sha256):
                given.add(sha256)
                yield Parcel(sha256, int(size or 0))


def classes(connection: Connection, schema: Schema, *, user: str, now: str) -> list[FileClass]:
    """Count the files that are at the office, by class; ``now`` is what their ages are counted from."""
    rows = schema.table("attachment").c
    files = (
        select(
            func.max(rows.size_bytes).label("size"),
            func.max(rows.created_at).label("made_at"),
            func.max(_is_own(schema, user)).label("own"),
        )
        .where(*_at_office(schema))
        .group_by(rows.sha256)
        .subquery()
    )
    size = case(*((files.c.size <= each, _number(each)) for each in SIZE_LIMITS[:-1]), else_=_number(SIZE_LIMITS[-1]))
    today = parse_instant(now)
    since = [(instant_text(today - timedelta(days=each)), each) for each in AGE_LIMITS_D[:-1]]
    age = case(*((files.c.made_at >= at, _number(each)) for at, each in since), else_=_number(AGE_LIMITS_D[-1]))
    grouped = select(size, age, files.c.own, func.count(), func.sum(files.c.size)).group_by(size, age, files.c.own)
    return [
        FileClass(size=limit, age_d=days, own=bool(own), files=number, bytes=int(total or 0))
        for limit, days, own, number, total in connection.execute(grouped)
    ]


def _at_office(schema: Schema) -> tuple[ColumnElement[bool], ...]:
    rows = schema.table("attachment").c
    return rows.hidden == 0, rows.blob_state == BlobState.STORED.value, rows.sha256.is_not(None)


def _is_own(schema: Schema, user: str) -> ColumnElement[int]:
    rows, accounts = schema.table("attachment").c, schema.table("account").c
    owner = select(accounts.owner).where(accounts.id == rows.account).scalar_subquery()
    return case((or_(rows.owner == user, owner == user), 1), else_=0)


def _number(value: int) -> ColumnElement[int]:
    # Written into the statement, so that it is the same one where it is grouped by.
    return literal(value, Integer, literal_execute=True)


def named(connection: Connection, schema: Schema) -> list[str]:
    """List the bytes that records of this laptop name, deleted ones too, because they may come back."""
    rows = schema.table("attachment").c
    return list(connection.scalars(select(rows.sha256).where(rows.sha256.is_not(None)).distinct()))


def named_where_seen(connection: Connection, schema: Schema) -> list[str]:
    """List the bytes that records name which did not leave with a revoked account."""
    rows = schema.table("attachment").c
    seen = rows.sha256.is_not(None), rows.scope.not_in(select(frozen_scope.c.scope))
    return list(connection.scalars(select(rows.sha256).where(*seen).distinct()))


def named_by_acts(connection: Connection) -> list[str]:
    """List the bytes that own changes name, of which the record may be gone and come back with an undo."""
    made = select(func.json_extract(journal.c.new, "$.sha256")).where(
        journal.c.type == "attachment", journal.c.op == Op.CREATE.value, journal.c.origin == "local"
    )
    return [each for each in connection.scalars(made) if each]


def _parcels(rows: Iterable[tuple[str, int | None]]) -> list[Parcel]:
    found = {str(sha256): Parcel(str(sha256), int(size or 0)) for sha256, size in rows}
    return [each for name, each in found.items() if is_blob_name(name)]
