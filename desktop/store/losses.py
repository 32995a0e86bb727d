"""Counts what a unit of work takes out of sight, by the figures that triggers keep: no record is read for it."""

from sqlalchemy import Connection

from desktop.domain.losses import Loss
from desktop.store.connections import raw
from desktop.store.schema import Schema
from sync.contract.fields import Scope


class Losses:
    """What one unit of work deletes, account by account with all that goes with it."""

    def __init__(self, connection: Connection, schema: Schema) -> None:
        """Count nothing yet: most units delete nothing."""
        self._connection = connection
        self._schema = schema
        self._before: dict[str, int] | None = None

    def expect(self) -> None:
        """Remember what is there, before the first deletion."""
        if self._before is None:
            self._before = self._shown()

    def loss(self) -> Loss:
        """Give what is gone since."""
        if self._before is None:
            return Loss()
        now = self._shown()
        gone = {name: count - now[name] for name, count in self._before.items() if count > now[name]}
        return Loss(gone, self._before)

    def _shown(self) -> dict[str, int]:
        # A question goes with its record and is none of its own.
        rows = raw(self._connection).execute("SELECT type, shown FROM row_count")
        known = self._schema.catalogue
        return {name: shown for name, shown in rows if name in known and known[name].scope is not Scope.INHERITED}
