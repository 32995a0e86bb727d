"""Which revoked scopes are still whole here, and up to which log position: so that they need not come again.

What is known of a scope is what was known when the log had last been read to its end: from the revocation on the office
tells nothing of it, although the laptop hears of that only with a later page. A scope that was granted whole since then
was not known at that time, and may be half told when it is lost again.
"""

from collections.abc import Iterable

from sqlalchemy import Connection

from desktop.store import meta
from sync.contract.keeping import KeptScopes
from sync.contract.wire import PullAnswer


def told(connection: Connection) -> KeptScopes:
    """Give what the office is told with a pull."""
    known = meta.read_all(connection)
    return KeptScopes(int(known.get(meta.WHOLE_SEQ) or 0), dict(known.get(meta.KEPT_SCOPES) or {}))


def take_page(connection: Connection, page: PullAnswer) -> None:
    """Note what a page grants, revokes and ends, after its scopes and rows were taken."""
    before = told(connection)
    scopes = {
        scope: known for scope, known in before.scopes.items() if scope not in {one.scope for one in page.granted}
    }
    granted = {each.scope: each.seq for each in page.granted}
    lost = [each.scope for each in page.revoked if each.seq > granted.get(each.scope, -1)]
    being_told = list(meta.read(connection, meta.BEING_TOLD) or ())
    if before.whole:
        half = set(being_told)
        scopes |= {scope: before.whole for scope in lost if scope not in scopes and scope not in half}
    news: dict[str, object] = {}
    if scopes != before.scopes:
        news[meta.KEPT_SCOPES] = scopes or None
    news |= _being_told(page, being_told)
    if not page.more:
        news[meta.WHOLE_SEQ] = page.seq
    if news:
        meta.write(connection, news)


def _being_told(page: PullAnswer, before: list[str]) -> dict[str, object]:
    """Give what to remember of scopes that came whole since the log was last read to its end."""
    if not page.more:
        return {meta.BEING_TOLD: None} if before else {}
    fresh = [each.scope for each in page.granted if not each.since]
    return {meta.BEING_TOLD: [*before, *fresh]} if fresh else {}


def forget(connection: Connection, scopes: Iterable[str]) -> None:
    """Note that scopes are not whole any more, before the first of their records goes."""
    before = told(connection).scopes
    gone = set(scopes)
    left = {scope: known for scope, known in before.items() if scope not in gone}
    if left != before:
        meta.write(connection, {meta.KEPT_SCOPES: left or None})


def forget_all(connection: Connection) -> None:
    """Note that positions mean something else from now on, or that nothing is known."""
    meta.write(connection, {meta.KEPT_SCOPES: None, meta.WHOLE_SEQ: None, meta.BEING_TOLD: None})
