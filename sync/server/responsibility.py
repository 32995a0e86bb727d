"""Who has a record now, and so is asked about it."""

from collections.abc import Iterable
from typing import Final

from sync.contract.fields import Role
from sync.server.merged import root_of
from sync.server.organisation import is_account, person_of
from sync.server.rows import Record
from sync.server.scope import shares_of
from sync.server.writer import Writer

_LAST_ASKED: Final = {Role.MANAGER: 1, Role.ADMIN: 2}
"""Who leads has others to work on the customers, and is asked where there is nobody else."""


class Responsibility:
    """Answers within one transaction; shares are asked of the database, all else is as the transaction leaves it."""

    def __init__(self, writer: Writer) -> None:
        """Look at what ``writer`` is about to write."""
        self._writer = writer
        self._organisation = writer.organisation
        self._known: dict[tuple[object, ...], str | None] = {}

    def of(self, subject: Record, *, besides: str | None = None) -> str | None:
        """Name who has a record: its owner, its account's owner, who works the territory, who else sees it.

        ``besides`` is left out: who asks cannot be asked. ``None`` where nobody is left.
        """
        if self._organisation is not self._writer.organisation:
            self._organisation, self._known = self._writer.organisation, {}
        account = self.account_of(subject.scope)
        key = subject.scope, subject.values.get("owner"), 0 if account is None else account.version, besides
        if key not in self._known:
            viewers = self._viewers(subject.scope) - {besides}
            may = [subject.values.get("owner"), *self._ranked(subject.scope, viewers)]
            self._known[key] = self._first(may, viewers)
        return self._known[key]

    def of_both(self, scope: str, other: str) -> str | None:
        """Name who has a scope, of those who see the other one too."""
        both = self._viewers(scope) & self._viewers(other)
        return self._first(self._ranked(scope, both), both)

    def account_of(self, scope: str) -> Record | None:
        """Give the account of a scope, or what it was merged into; ``None`` for the scope of a person."""
        return self._writer.get("account", root_of(self._writer, scope)) if is_account(scope) else None

    def _first(self, may: Iterable[str | None], viewers: frozenset[str]) -> str | None:
        return next((each for each in may if each in viewers and self._organisation.is_active(each)), None)

    def _viewers(self, scope: str) -> frozenset[str]:
        account = self.account_of(scope)
        if account is None:
            return self._writer.organisation.viewers_of_person(person_of(scope) or "")
        shared_with = shares_of(self._writer.connection, [account.id]).get(account.id, set())
        return self._writer.organisation.viewers_of_account(account.values, shared_with)

    def _ranked(self, scope: str, viewers: Iterable[str]) -> list[str | None]:
        """Put those who see a scope in order, the account's owner before all."""
        organisation, account = self._writer.organisation, self.account_of(scope)
        values = {} if account is None else account.values

        def rank(user: str) -> tuple[bool, int, str]:
            role = organisation.role(user) or Role.REP
            return values.get("territory") not in organisation.territories_of(user), _LAST_ASKED.get(role, 0), user

        return [values.get("owner"), *sorted(viewers, key=rank)]
