"""Finds the scopes in which a laptop differs from the office, and fetches them again."""

from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol, TypeVar

from sync.client.ports import Office, Replica, Taken
from sync.contract.digest import Sum
from sync.contract.wire import Row

T = TypeVar("T")

MAX_REPAIRS: Final = 500
"""More scopes than this are not mended one by one."""


class Ask(Protocol):
    """Makes one request and gives up when the sync is cancelled."""

    def __call__(self, request: Callable[[], T]) -> T:
        """Give the answer."""
        ...


class Repair:
    """One comparison that found a difference."""

    def __init__(self, replica: Replica, office: Office, ask: Ask, check_cancel: Callable[[], None]) -> None:
        """Work between these two; ``check_cancel`` raises when the sync was told to stop."""
        self._replica = replica
        self._office = office
        self._ask = ask
        self._check_cancel = check_cancel

    def differing(self) -> list[str]:
        """Name the scopes that differ; some of them when there are more than are mended one by one."""
        found: list[str] = []
        after = ""
        for answer in self._pages(self._office.scope_digests):
            theirs = {scope: Sum(rows, total) for scope, rows, total in answer.sums if rows}
            found += self._replica.differing(theirs, after, answer.after)
            after = answer.after or ""
            if len(found) > MAX_REPAIRS:
                break
        return found

    def mend(self, scope: str) -> Taken:
        """Fetch a scope and make the laptop hold just that."""
        rows: list[Row] = [
            row for answer in self._pages(lambda at: self._office.scope(scope, at)) for row in answer.rows
        ]
        return self._replica.take_scope(scope, rows)

    def _pages(self, fetch: Callable[[str | None], Any]) -> Iterator[Any]:
        after: str | None = None
        while True:
            self._check_cancel()
            answer = self._ask(lambda at=after: fetch(at))  # type: ignore[misc]
            yield answer
            if answer.after is None or answer.after == after:
                return
            after = answer.after
