"""A push asks the database as often for many edits as for few: what they need is read together."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from sync.contract.clock import new_id
from sync.contract.wire import Op, Outcome
from sync.server import statements
from tests.server.desk import Desk, Laptop
from tests.simulate.patching import patched


@contextmanager
def counting() -> Iterator[list[str]]:
    """List the statements that are run in the block; on SQLite most go past SQLAlchemy."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    def noting(run: Callable[..., Any]) -> Callable[..., Any]:
        def ask(connection: Connection, sql: str, *rest: Any) -> Any:
            if connection.dialect.name == "sqlite":
                asked.append(sql)
            return run(connection, sql, *rest)

        return ask

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with (
            patched(statements, "rows", noting(statements.rows)),
            patched(statements, "run_many", noting(statements.run_many)),
        ):
            yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def customers(desk: Desk, count: int) -> list[tuple[str, str]]:
    """Make accounts in the North with a contact each."""
    with desk.writing() as writer:
        north = writer.find("territory", "name", "North")[0]
        found = []
        for number in range(count):
            account = writer.create("account", {"name": f"Account {number}", "territory": north})
            found.append((account, writer.create("contact", {"name": f"Contact {number}", "account": account})))
    return found


def statements_for(desk: Desk, ana: Laptop, count: int) -> list[str]:
    """Count what is asked for edits, additions and refusals in many accounts."""
    known = customers(desk, count)
    ana.pull()
    ana.add(Op.CREATE, "spaceship", new_id())
    for account, contact in known:
        ana.patch("contact", contact, phone="1")
        ana.patch("account", account, phone="1")
        ana.create("activity", kind="note", account=account, contact=contact)
        ana.patch("account", account, tier="none")
    with counting() as asked:
        receipts = ana.push(size=200)

    outcomes = [each.outcome for each in receipts]
    refused, taken = Outcome.REJECTED, Outcome.APPLIED
    assert outcomes == [refused, *[taken, taken, taken, refused] * count]
    return asked


def test_push_asks_no_more_often_for_many_edits_than_for_few(desk: Desk, ana: Laptop) -> None:
    few, many = statements_for(desk, ana, 2), statements_for(desk, ana, 20)

    assert few
    assert len(many) <= len(few)
