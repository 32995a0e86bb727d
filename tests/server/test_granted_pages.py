"""Grants and revocations a page at a time: each told once, with every row once, whatever the size of a page."""

from collections import Counter
from dataclasses import dataclass, field

import pytest
from sqlalchemy import Connection, delete, insert

from sync.contract.keeping import KeptScopes
from sync.server.chain import Delivery
from sync.server.grants import Reader, Told, deliver
from sync.server.schema import SCOPE_EVENT, SHARD
from sync.server.scope import GRANT
from tests.server.desk import Desk

SIZES = {"a": 1, "b": 4, "c": 12, "d": 2, "e": 30, "f": 1, "g": 7}
"""Accounts and how many rows each has, itself included."""


@dataclass
class Window:
    """A stretch of the log in which somebody was granted most of the accounts."""

    desk: Desk
    user: str
    start: int = 0
    ids: dict[str, str] = field(default_factory=dict)

    def move(self, name: str, territory: str) -> int:
        """Move an account; gives the position."""
        with self.desk.writing() as writer:
            return writer.patch("account", self.ids[name], {"territory": self.ids[territory]})

    def pages(self, limit: int, *, until: int | None = None) -> list[Told]:
        """Fetch page after page."""
        found: list[Told] = []
        with self.desk.log.storage.reading() as connection:
            at: Delivery | None = Delivery(self.end if until is None else until)
            while at is not None:
                found.append(deliver(self.reader(connection), self.start, at, limit))
                at = found[-1].next
        return found

    def reader(self, connection: Connection) -> Reader:
        """Ask as somebody of whom nothing is known."""
        return Reader(connection, self.user, 0, KeptScopes())

    @property
    def end(self) -> int:
        with self.desk.writing() as writer:
            return writer.seq


@pytest.fixture
def window(desk: Desk) -> Window:
    found = Window(desk, desk.user("ana", territories=("North",)))
    with desk.writing() as writer:
        for name in ("North", "West"):
            found.ids[name] = (writer.find("territory", "name", name) or [writer.create("territory", {"name": name})])[
                0
            ]
        for name in ("f", "g"):
            found.ids[name] = writer.create("account", {"name": name, "territory": found.ids["North"]})
        found.start = writer.seq
    with desk.writing() as writer:
        for name, size in SIZES.items():
            if name not in found.ids:
                found.ids[name] = writer.create("account", {"name": name, "territory": found.ids["North"]})
            for number in range(size - 1):
                kind, key = ("contact", "name") if number % 2 else ("task", "title")
                writer.create(kind, {key: f"{name}{number}", "account": found.ids[name]})
    found.move("f", "West")
    return found


def rows_of(pages: list[Told]) -> Counter[tuple[str, str]]:
    return Counter((each.type, each.id) for page in pages for each in page.rows)


@pytest.mark.parametrize("limit", [1, 4, 5, 13, 31, 1000])
def test_pages_of_any_size_tell_each_grant_and_row_once(window: Window, limit: int) -> None:
    pages = window.pages(limit)
    granted = [each.scope for page in pages for each in page.granted]
    names = {each: name for name, each in window.ids.items()}

    assert sorted(granted) == sorted(window.ids[name] for name in "abcde")
    assert [names[each.scope] for page in pages for each in page.revoked] == ["f"]
    rows = rows_of(pages)
    assert set(rows.values()) == {1}
    assert len(rows) == sum(SIZES[name] for name in "abcde")
    assert max(len(page.rows) for page in pages) <= limit
    assert all(each.rows or each.granted or each.revoked for each in pages)


@pytest.mark.parametrize("limit", [3, 13])
def test_rows_come_with_or_after_the_grant_of_their_scope(window: Window, limit: int) -> None:
    told: set[str] = set()
    for page in window.pages(limit):
        told |= {each.scope for each in page.granted}
        assert {each.row.scope for each in page.rows} <= told


def test_few_rows_come_in_as_few_pages_as_they_fit_into(window: Window) -> None:
    total = sum(SIZES[name] for name in "abcde")

    assert [len(window.pages(each)) for each in (total, total + 1)] == [1, 1]
    assert len(window.pages(total - 1)) == 2


def test_grants_and_revocations_are_told_with_their_positions(window: Window) -> None:
    (page,) = window.pages(1000)
    with window.desk.writing() as writer:
        last = {name: writer.get("account", each) for name, each in window.ids.items() if name in SIZES}

    positions = {each.scope: each.seq for each in page.granted}
    positions.update((each.scope, each.seq) for each in page.revoked)
    assert positions == {each.id: each.version for name, each in last.items() if each is not None and name != "g"}
    assert all((each.type, each.id) == (each.row.type, each.row.id) for each in page.rows)


def test_only_the_last_of_a_window_counts(window: Window) -> None:
    at = window.move("a", "West")
    window.move("b", "West")
    back = window.move("b", "North")

    (page,) = window.pages(1000)

    assert {each.scope: each.seq for each in page.granted}[window.ids["b"]] == back
    assert {each.scope: each.seq for each in page.revoked}[window.ids["a"]] == at
    assert window.ids["a"] not in {each.scope for each in page.granted}


def test_grant_that_was_taken_back_behind_the_window_is_not_told(window: Window) -> None:
    until = window.end
    window.move("e", "West")
    again = window.end
    window.move("e", "North")

    at_once, while_away = window.pages(1000, until=until), window.pages(1000, until=again)

    told = [{each.scope for page in pages for each in page.granted} for pages in (at_once, while_away)]
    assert window.ids["e"] not in told[0] | told[1]
    assert {each.scope for page in while_away for each in page.revoked} == {window.ids["e"], window.ids["f"]}
    assert not any(row.type == "account" and row.id == window.ids["e"] for page in at_once for row in page.rows)


def test_window_ends_where_it_was_said_and_begins_behind_what_is_known(window: Window) -> None:
    with window.desk.writing() as writer:
        late = writer.create("account", {"name": "late", "territory": window.ids["North"]})
        position = writer.seq

    def granted(start: int, until: int) -> set[str]:
        window.start = start
        return {each.scope for page in window.pages(1000, until=until) for each in page.granted}

    begun = window.start
    assert late not in granted(begun, position - 1)
    assert granted(position - 1, position) == {late}
    assert granted(position, position) == set()


def test_somebody_new_is_granted_what_everybody_shares(window: Window) -> None:
    window.start = 0
    pages = window.pages(5)

    kinds = Counter(row.type for page in pages for row in page.rows)
    assert {each.scope for page in pages for each in page.granted} >= {"*", f"u:{window.user}"}
    assert kinds["account"] == len(SIZES) - 1
    assert (kinds["user"], kinds["stage"], kinds["territory"], kinds["organisation"]) == (1, 7, 2, 1)
    assert set(rows_of(pages).values()) == {1}


def test_scope_that_is_lost_between_two_of_its_pages_brings_no_more_rows(window: Window) -> None:
    limit = 5

    def first_of_e(connection: Connection) -> Delivery:
        at = Delivery(window_end)
        while True:
            page = deliver(window.reader(connection), window.start, at, limit)
            assert page.next is not None
            at = page.next
            if at.scope == window.ids["e"] and at.kind >= 0:
                return at

    window_end = window.end
    with window.desk.log.storage.reading() as connection:
        at: Delivery | None = first_of_e(connection)
    window.move("e", "West")
    rows = []
    with window.desk.log.storage.reading() as connection:
        while at is not None:
            page = deliver(window.reader(connection), window.start, at, limit)
            rows += page.rows
            at = page.next

    assert window.ids["e"] not in {each.row.scope for each in rows}


def test_more_accounts_than_are_looked_at_together_are_all_granted(desk: Desk) -> None:
    user = desk.user("ana", territories=("North",))
    north, start = desk.territory("North"), 0
    with desk.writing() as writer:
        start = writer.seq
    with desk.log.loading() as loader:
        made = {loader.create("account", {"name": str(number), "territory": north}) for number in range(1005)}

    window = Window(desk, user, start)
    pages = window.pages(5000)

    assert {each.scope for page in pages for each in page.granted} == made
    assert set(rows_of(pages).values()) == {1}
    assert len(rows_of(pages)) == len(made)
    assert [len(page.granted) for page in pages] == [1000, 5]


def test_only_what_was_lost_and_came_back_within_the_window_comes_since_then(window: Window) -> None:
    window.move("g", "West")
    window.move("g", "North")
    with window.desk.log.storage.reading() as connection:
        reader = Reader(connection, window.user, 0, KeptScopes(window.start))
        told = deliver(reader, window.start, Delivery(window.end), 1000)

    since = {each.scope: each.since for each in told.granted}
    assert since.pop(window.ids["g"]) == window.start
    assert set(since.values()) == {0}


def test_record_that_left_while_its_account_was_lost_is_told_to_be_gone(window: Window) -> None:
    with window.desk.writing() as writer:
        ids = {
            name: writer.create("contact", {"name": name, "account": window.ids["g"]}) for name in ("leaves", "moves")
        }
        window.start = writer.seq
    window.move("g", "West")
    with window.desk.writing() as writer:
        writer.patch("contact", ids["leaves"], {"account": window.ids["f"]})
        writer.patch("contact", ids["moves"], {"account": window.ids["a"]})
    window.move("g", "North")

    with window.desk.log.storage.reading() as connection:
        reader = Reader(connection, window.user, 0, KeptScopes(window.start))
        told = deliver(reader, window.start, Delivery(window.end), 1000)

    assert [(each.type, each.id) for each in told.gone] == [("contact", ids["leaves"])]


def page_of_what_was_kept(window: Window, others: int) -> int:
    """Ask for a page of grants as somebody with so many other grants in the past; gives what it costs SQLite."""
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    with window.desk.log.storage.writing() as connection:
        event = {"shard": SHARD, "user_id": window.user, "kind": GRANT}
        rows = [{**event, "seq": 1, "scope": f"other {number}"} for number in range(others)]
        connection.execute(insert(SCOPE_EVENT), rows)
    with window.desk.log.storage.reading() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        reader = Reader(connection, window.user, 0, KeptScopes(window.start))
        driver.set_progress_handler(step, 100)
        told = deliver(reader, window.start, Delivery(window.end), 1000)
        driver.set_progress_handler(None, 0)
    assert told.granted
    return steps


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_page_of_grants_costs_the_same_however_much_its_reader_was_granted_before(window: Window) -> None:
    few = page_of_what_was_kept(window, 1)
    with window.desk.log.storage.writing() as connection:
        connection.execute(delete(SCOPE_EVENT).where(SCOPE_EVENT.c.scope.like("other %")))
    many = page_of_what_was_kept(window, 20_000)

    assert many < 2 * few
