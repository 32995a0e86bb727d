"""What follows from whose a record is: hidden with its account, frozen with a revoked scope."""

from collections.abc import Collection

from sqlalchemy import Connection, delete, select, update

from desktop.store.schema import Schema
from desktop.store.selecting import among
from desktop.store.tables import GONE_SCOPE, frozen_scope
from sync.contract.fields import Scope

ACCOUNT = "account"


def is_frozen(connection: Connection, scope: str) -> bool:
    """Tell whether records of a scope may be read but not written."""
    if scope == GONE_SCOPE:
        return True
    found = connection.execute(select(frozen_scope.c.scope).where(frozen_scope.c.scope == scope)).scalar()
    return found is not None


def frozen_scopes(connection: Connection) -> frozenset[str]:
    """List the scopes that were revoked and are still kept."""
    return frozenset(connection.execute(select(frozen_scope.c.scope)).scalars())


def unfreeze(connection: Connection, scopes: Collection[str]) -> None:
    """Let records of these scopes be written again: the office has sent some, so the user sees them."""
    if scopes:
        connection.execute(delete(frozen_scope).where(among(frozen_scope.c.scope, scopes)))


def propagate(connection: Connection, schema: Schema, account_id: str) -> set[str]:
    """Hide or show everything in an account's scope after the account was deleted or restored.

    Gives the types of which rows changed. The account's own row must hold its new state; the gate must be open.
    """
    account = schema.table(ACCOUNT)
    gone = bool(connection.execute(select(account.c.deleted).where(account.c.id == account_id)).scalar())
    touched = set()
    for record in schema.catalogue:
        if record.scope not in {Scope.ACCOUNT, Scope.INHERITED}:
            continue
        table = schema.table(record.name)
        wanted = 1 if gone else table.c.deleted
        changing = update(table).where(table.c.scope == account_id, table.c.hidden != wanted).values(hidden=wanted)
        if connection.execute(changing).rowcount:
            touched.add(record.name)
    return touched


def deleted_accounts(connection: Connection, schema: Schema, scopes: Collection[str]) -> frozenset[str]:
    """Tell which of these scopes are accounts that are deleted."""
    account = schema.table(ACCOUNT)
    found = select(account.c.id).where(among(account.c.id, scopes), account.c.deleted == 1)
    return frozenset(connection.execute(found).scalars())
