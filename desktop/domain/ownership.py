"""Whose a new record is; pure. The office decides from it who sees the record."""

from collections.abc import Iterable

from sync.contract.fields import RecordType, Scope, Value, Values


def owned_fields(record: RecordType, values: Values, *, user: str, territory: str | None) -> dict[str, Value]:
    """Say what a new record gets that its author did not enter: the author as owner, an account also a territory.

    Shared records (tags, stages) have no owner.
    """
    found: dict[str, Value] = {}
    if record.scope in {Scope.ACCOUNT, Scope.ACCOUNT_ROOT} and values.get("owner") is None:
        found["owner"] = user
    if record.scope is Scope.ACCOUNT_ROOT and territory is not None and "territory" not in values:
        found["territory"] = territory
    return found


def first_territory(assignments: Iterable[Values]) -> str | None:
    """Name a user's first territory: that of the earliest assignment, whose id sorts first."""
    earliest = min(assignments, key=lambda each: str(each["id"]), default=None)
    return None if earliest is None else str(earliest["territory"])
