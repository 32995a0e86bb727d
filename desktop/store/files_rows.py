"""What the database tells about files: which the office lacks, which should be here, which are named at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, func, or_, select

from desktop.store.schema import Schema
from desktop.store.tables import frozen_scope, journal
from sync.client.blobs import Parcel
from sync.contract.blobs import BlobState, is_blob_name
from sync.contract.wire import Op

_MIB: Final = 1_048_576
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Which files come by themselves; all others when somebody opens them.

    Those of accounts of the user's own, no larger than ``max_bytes`` and no older than ``max_age``.
    """

    max_bytes: int = 5 * _MIB
    max_age: timedelta = timedelta(days=180)


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


def wanted(connection: Connection, schema: Schema, policy: Policy, *, user: str, since: str) -> list[Parcel]:
    """List what is at the office and comes by itself, newest first; ``since`` is the oldest instant that counts."""
    rows, accounts = schema.table("attachment").c, schema.table("account").c
    owner = select(accounts.owner).where(accounts.id == rows.account).scalar_subquery()
    query = select(rows.sha256, rows.size_bytes).where(
        rows.hidden == 0,
        rows.blob_state == BlobState.STORED.value,
        rows.sha256.is_not(None),
        rows.size_bytes <= policy.max_bytes,
        rows.created_at >= since,
        or_(rows.owner == user, owner == user),
    )
    return _parcels(connection.execute(query.order_by(rows.created_at.desc(), rows.id).limit(_AT_ONCE)).all())


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
