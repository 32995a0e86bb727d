"""A unit of work that checks everything and writes nothing, on a reading connection: how much would an edit change?"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from desktop.domain.changes import Origin
from desktop.store.database import Database
from desktop.store.sealing import Act
from desktop.store.unit_of_work import UnitOfWork
from sync.contract.fields import Role


class Rehearsal(UnitOfWork):
    """Changes are checked against what is there and forgotten. It cannot create: the connection does not write."""

    def _update(self, type: str, record_id: str, columns: Mapping[str, Any]) -> None:  # noqa: A002 - as there
        """Write nothing."""

    def _settle(self, accounts: Iterable[str | None]) -> None:
        """Settle nothing."""


@contextmanager
def rehearsal(database: Database, *, actor: str, role: Role) -> Iterator[Rehearsal]:
    """Open a rehearsal over one state of the database; it holds up neither saves nor a sync."""
    act = Act(id=database.new_id(), actor=actor, now=database.now(), chance=database.clock.chance)
    with database.reading() as connection:
        yield Rehearsal(database, connection, act, role, Origin.COMMAND)
