"""What follows from whose a record is: hidden with its account, frozen with a revoked scope."""

from collections.abc import Collection

from sqlalchemy import Connection

from desktop.store import aliases
from desktop.store.connections import raw
from desktop.store.schema import Schema
from desktop.store.selecting import AMONG, listed
from desktop.store.tables import GONE_SCOPE

ACCOUNT = aliases.ACCOUNT

_FROZEN = "SELECT 1 FROM frozen_scope WHERE scope = ?"
_UNFREEZE = f"DELETE FROM frozen_scope WHERE scope {AMONG}"  # noqa: S608 - our own names


def is_frozen(connection: Connection, scope: str) -> bool:
    """Tell whether records of a scope may be read but not written."""
    if scope == GONE_SCOPE:
        return True
    return raw(connection).execute(_FROZEN, (scope,)).fetchone() is not None


def frozen_scopes(connection: Connection) -> frozenset[str]:
    """List the scopes that were revoked and are still kept."""
    return frozenset(scope for (scope,) in raw(connection).execute("SELECT scope FROM frozen_scope"))


def unfreeze(connection: Connection, scopes: Collection[str]) -> None:
    """Let records of these scopes be written again: the office has sent some, so the user sees them."""
    if scopes:
        raw(connection).execute(_UNFREEZE, (listed(scopes),))


def propagate(connection: Connection, schema: Schema, account_id: str) -> set[str]:
    """Hide or show everything in an account's scope after the account was deleted or restored, aliases included.

    Gives the types of which rows changed. The account's own row must hold its new state; the gate must be open.
    """
    return aliases.settle(connection, schema, [account_id])


def deleted_accounts(connection: Connection, scopes: Collection[str]) -> frozenset[str]:
    """Tell which of these scopes are accounts that are deleted, or merged into one that is."""
    return aliases.gone(connection, scopes)
