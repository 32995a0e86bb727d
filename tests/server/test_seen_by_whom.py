"""Every change of who works where, step by step: whom it gives which scope, from whom it takes one, and when."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from sync.contract.fields import Role
from sync.server.check import check
from sync.server.log import Writer
from sync.server.schema import SCOPE_EVENT, USER_SCOPE
from sync.server.scope import Gate, Unsettled, seen_among, shares_of
from tests.server.desk import Desk


@dataclass
class Town:
    """East above North, and West. Ids by name; a person's own scope is called ``~name``."""

    desk: Desk
    ids: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.ids[name]

    def add(self, writer: Writer, name: str, record_type: str, /, **values: str | None) -> None:
        self.ids[name] = writer.create(record_type, values)

    def names(self) -> dict[str, str]:
        people = {f"u:{each}": f"~{name}" for name, each in self.ids.items()}
        return {"*": "*", **{each: name for name, each in self.ids.items()}, **people}

    def told(self, after: int = 0) -> dict[str, int]:
        """Give what was granted (``+who what``) and revoked (``-``) behind a position, each with its own position."""
        event, names = SCOPE_EVENT.c, self.names()
        query = select(event.kind, event.user_id, event.scope, event.seq).where(event.seq > after).order_by(event.seq)
        with self.desk.log.storage.reading() as connection:
            return {
                f"{'+' if kind == 'grant' else '-'}{names[user]} {names[scope]}": seq
                for kind, user, scope, seq in connection.execute(query)
            }

    def seen(self) -> dict[tuple[str, str], int]:
        """Give who sees what, since when."""
        names = self.names()
        query = select(USER_SCOPE.c.user_id, USER_SCOPE.c.scope, USER_SCOPE.c.granted_seq)
        with self.desk.log.storage.reading() as connection:
            return {(names[user], names[scope]): seq for user, scope, seq in connection.execute(query)}


@pytest.fixture
def town(desk: Desk) -> Town:
    found = Town(desk, {})
    with desk.writing() as writer:
        for name, parent in (("east", None), ("north", "east"), ("west", None)):
            found.add(writer, name, "territory", name=name, parent=parent and found[parent])
        for name, role in (("root", Role.ADMIN), ("mia", Role.MANAGER), ("ana", None), ("wes", None), ("olga", None)):
            found.add(writer, name, "user", name=name, login=name, role=role and role.value)
        for user, territory in (("mia", "east"), ("ana", "north"), ("wes", "west")):
            found.add(writer, f"{user} in {territory}", "assignment", user=found[user], territory=found[territory])
        found.add(writer, "acme", "account", name="Acme", territory=found["north"], owner=found["olga"])
        found.add(writer, "bolt", "account", name="Bolt", owner=found["ana"])
    return found


Change = Callable[[Writer, Town], object]


def put(record_type: str, name: str, /, **values: str | None) -> Change:
    """Change a record; values that are names of records stand for their ids."""
    return lambda writer, town: writer.patch(
        record_type, town[name], {key: town.ids.get(str(value), value) for key, value in values.items()}
    )


def make(record_type: str, name: str, /, **values: str | None) -> Change:
    return lambda writer, town: town.add(
        writer, name, record_type, **{key: town.ids.get(str(value), value) for key, value in values.items()}
    )


def drop(record_type: str, name: str) -> Change:
    return lambda writer, town: writer.delete(record_type, town[name])


def bring_back(record_type: str, name: str) -> Change:
    return lambda writer, town: writer.restore(record_type, town[name])


def forget(record_type: str, name: str) -> Change:
    return lambda writer, town: writer.forget(record_type, town[name])


STEPS: list[tuple[Change, str]] = [
    (put("account", "acme", phone="1"), ""),
    (make("contact", "li", name="Li", account="acme"), ""),
    (put("account", "acme", owner="wes"), "-olga acme, +wes acme"),
    (put("account", "acme", territory="west"), "-ana acme, -mia acme"),
    (put("account", "acme", owner=None), ""),
    # Shares.
    (make("share", "share", account="acme", user="ana"), "+ana acme"),
    (put("share", "share", reason="holidays"), ""),
    (put("share", "share", user="olga"), "-ana acme, +olga acme"),
    (put("share", "share", account="bolt"), "-olga acme, +olga bolt"),
    (drop("share", "share"), "-olga bolt"),
    (bring_back("share", "share"), "+olga bolt"),
    (forget("share", "share"), "-olga bolt"),
    (drop("account", "acme"), ""),
    (bring_back("account", "acme"), ""),
    # Assignments.
    (make("assignment", "more", user="ana", territory="west"), "+ana acme"),
    (put("assignment", "more", user="olga"), "-ana acme, +olga acme"),
    (put("assignment", "more", territory="north"), "-olga acme, +mia ~olga"),
    (drop("assignment", "more"), "-mia ~olga"),
    # Territories.
    (put("account", "bolt", territory="north"), "+mia bolt"),
    (put("user", "wes", role="manager"), ""),
    (put("territory", "north", parent="west"), "-mia ~ana, -mia bolt, +wes ~ana, +wes bolt"),
    (put("territory", "north", name="Far North"), ""),
    (make("territory", "south", name="South", parent="west"), ""),
    (drop("territory", "west"), "-wes acme, -wes bolt, -wes ~ana"),
    (bring_back("territory", "west"), "+wes acme, +wes bolt, +wes ~ana"),
    # People.
    (put("user", "wes", phone="1"), ""),
    (put("user", "wes", role="rep"), "-wes bolt, -wes ~ana"),
    (put("user", "wes", role="admin"), "+wes bolt, +wes ~ana, +wes ~mia, +wes ~olga, +wes ~root"),
    (put("user", "wes", role="rep"), "-wes bolt, -wes ~ana, -wes ~mia, -wes ~olga, -wes ~root"),
    (drop("user", "ana"), "-ana *, -ana ~ana, -ana bolt"),
    (bring_back("user", "ana"), "+ana *, +ana ~ana, +ana bolt"),
    (make("user", "new", name="New", login="new"), "+new *, +new ~new, +root ~new"),
    (drop("account", "bolt"), ""),
    (forget("account", "bolt"), "-ana bolt, -root bolt"),
]


def split(expected: str) -> set[str]:
    return set(expected.split(", ")) - {""}


MERGES: list[tuple[Change, str]] = [
    (put("account", "acme", merged_into="bolt"), "-mia acme, -olga acme"),
    (put("account", "acme", owner="wes"), ""),
    (put("account", "bolt", owner="olga"), "-ana acme, -ana bolt, +olga acme, +olga bolt"),
    (make("share", "share", account="bolt", user="mia"), "+mia acme, +mia bolt"),
    (drop("share", "share"), "-mia acme, -mia bolt"),
    (make("share", "other", account="acme", user="mia"), ""),
    (put("user", "ana", role="admin"), "+ana acme, +ana bolt, +ana ~mia, +ana ~olga, +ana ~root, +ana ~wes"),
    (put("user", "ana", role="rep"), "-ana acme, -ana bolt, -ana ~mia, -ana ~olga, -ana ~root, -ana ~wes"),
    (put("account", "acme", merged_into=None), "+ana acme, +mia acme, +wes acme, -olga acme"),
]


@pytest.mark.parametrize("steps", [STEPS, MERGES], ids=["people and places", "merged accounts"])
def test_each_change_grants_and_revokes_what_follows_from_it_at_its_own_position(
    town: Town, steps: list[tuple[Change, str]]
) -> None:
    told, expected = {}, {}
    for number, (change, text) in enumerate(steps):
        with town.desk.writing() as writer:
            before = writer.seq
            change(writer, town)
            # What moves out of a scope takes a position more, before its own.
            position = writer.seq
        told[number] = town.told(before)
        expected[number] = dict.fromkeys(split(text), position)

    assert told == expected
    assert check(town.desk.log).damage == []


def test_new_office_shows_everybody_what_is_theirs(town: Town) -> None:
    everybody = {("*", name) for name in ("root", "mia", "ana", "wes", "olga")}
    own = {(f"~{name}", name) for _, name in everybody}
    above = {("~ana", "mia"), *((f"~{name}", "root") for _, name in everybody)}
    accounts = {("acme", each) for each in ("olga", "ana", "mia", "root")} | {("bolt", "ana"), ("bolt", "root")}

    assert {(scope, user) for user, scope in town.seen()} == everybody | own | above | accounts


def test_who_sees_what_is_known_with_the_position_at_which_it_was_granted(town: Town) -> None:
    with town.desk.writing() as writer:
        before = writer.seq
        writer.patch("account", town["acme"], {"owner": town["wes"]})

    assert town.seen()["wes", "acme"] == before + 1
    assert town.seen()["ana", "acme"] <= before


def test_changes_of_one_transaction_are_settled_together(town: Town) -> None:
    with town.desk.writing() as writer:
        before = writer.seq
        town.add(writer, "nova", "account", name="Nova", owner=town["ana"])
        writer.create("share", {"account": town["nova"], "user": town["olga"]})
        writer.patch("account", town["acme"], {"owner": town["wes"]})
        writer.patch("account", town["acme"], {"owner": town["olga"]})

    assert town.told(before).keys() == split("+ana nova, +olga nova, +root nova")


def test_change_that_is_taken_back_grants_nothing(town: Town) -> None:
    with town.desk.writing() as writer:
        before = writer.seq
        mark = writer.mark()
        writer.patch("account", town["acme"], {"owner": town["wes"]})
        writer.patch("user", town["olga"], {"role": "admin"})
        town.add(writer, "nova", "account", name="Nova", owner=town["ana"])
        writer.go_back(mark)
        writer.patch("account", town["bolt"], {"phone": "1"})

    assert town.told(before) == {}


# ---------------------------------------------------------------------------------------------- while it is written


def gates(writer: Writer, town: Town, names: Iterable[str]) -> dict[str, Gate]:
    return {name: Gate(writer.connection, town[name]) for name in names}


@pytest.mark.parametrize("asked_before", [False, True])
def test_gate_tells_each_scope_to_exactly_those_who_see_it(town: Town, *, asked_before: bool) -> None:
    scopes = {"*": "*", "acme": town["acme"], "bolt": town["bolt"], "~ana": f"u:{town['ana']}", "nobody's": "none"}
    with town.desk.writing() as writer:
        by_user = gates(writer, town, ("root", "mia", "ana", "wes"))
        if asked_before:
            for gate in by_user.values():
                gate.prefetch([town["acme"], "none"])
                gate.prefetch([town["bolt"]])
        seen = {
            user: {name for name, scope in scopes.items() if gate.sees(scope, writer.organisation)}
            for user, gate in by_user.items()
        }

    assert seen == {
        "root": set(scopes),
        "mia": {"*", "acme", "~ana"},
        "ana": {"*", "acme", "bolt", "~ana"},
        "wes": {"*"},
    }


def test_gate_shows_a_changed_account_to_its_new_viewers_and_to_those_it_is_shared_with(town: Town) -> None:
    with town.desk.writing() as writer:
        writer.create("share", {"account": town["acme"], "user": town["olga"]})
    with town.desk.writing() as writer:
        values = {"territory": town["west"], "owner": town["ana"]}
        seen = {
            user
            for user, gate in gates(writer, town, ("root", "mia", "ana", "wes", "olga")).items()
            if gate.sees_account(town["acme"], values, writer.organisation)
        }

    assert seen == {"root", "wes", "ana", "olga"}


def test_shares_are_listed_by_account_without_the_deleted_ones(town: Town) -> None:
    with town.desk.writing() as writer:
        for account, user in (("acme", "wes"), ("acme", "ana"), ("bolt", "wes")):
            town.add(writer, f"{account} {user}", "share", account=town[account], user=town[user])
        writer.delete("share", town["acme ana"])
    with town.desk.log.storage.reading() as connection:
        found = shares_of(connection, [town["acme"], town["bolt"], "none"])
        only = shares_of(connection, [town["bolt"]])

    assert found == {town["acme"]: {town["wes"]}, town["bolt"]: {town["wes"]}}
    assert only == {town["bolt"]: {town["wes"]}}


def test_scopes_that_one_sees_are_told_apart_from_those_of_others(town: Town) -> None:
    with town.desk.log.storage.reading() as connection:
        asked = [town["acme"], town["bolt"], "*", "none"]

        assert seen_among(connection, town["mia"], asked) == {town["acme"], "*"}
        assert seen_among(connection, town["mia"], []) == set()


def test_copy_of_what_is_unsettled_is_not_reached_by_later_marks() -> None:
    first = Unsettled({"a": 1}, {"u": 2}, {"n"})

    copied = first.copy()
    first.scopes["b"], first.users["v"] = 3, 4
    first.new_accounts.add("m")

    assert copied == Unsettled({"a": 1}, {"u": 2}, {"n"})
