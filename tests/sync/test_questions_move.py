"""Questions, references and merged accounts when an account goes to somebody else."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from desktop.commands.merging import MergeRecords
from desktop.domain.choosing import Choice
from desktop.domain.listing import Condition, Listing, Test
from sync.contract.wire import Outcome, PushRequest
from tests.helpers import oracle
from tests.helpers.at_rest import rest, sync
from tests.helpers.small_world import Laptop, Person, Template, World


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    people = (
        Person("ana"),
        Person("ben"),
        Person("cleo", territories=("South",)),
        Person("dora", territories=("North", "South")),
    )
    return Template(tmp_path_factory.mktemp("moving"), people, ("ana", "ben", "cleo", "dora"))


@pytest.fixture
def world(template: Template) -> Iterator[World]:
    with closing(template.world()) as opened:
        yield opened


def give(world: World, account: str, to: str, territory: str) -> None:
    """Give an account to somebody in a territory."""
    with world.office.log.writing() as writer:
        place, owner = writer.find("territory", "name", territory)[0], writer.find("user", "login", to)[0]
        writer.patch("account", account, {"territory": place, "owner": owner})


def as_merged(world: World, keep: str | None, drop: str) -> None:
    """Merge two accounts, or part them, as somebody does who sees both."""
    with world.office.log.writing() as writer:
        writer.patch("account", drop, {"merged_into": keep})


def shown(laptop: Laptop) -> list[str]:
    ids = laptop.reads.ids(Listing("account"))
    return sorted(str(each["name"]) for each in laptop.reads.rows("account", ids))


def people_of(laptop: Laptop, account: str) -> list[str]:
    ids = laptop.reads.ids(Listing("contact", (Condition("account", Test.EQ, account),)))
    return sorted(str(each["name"]) for each in laptop.reads.rows("contact", ids))


@pytest.fixture
def pair(world: World) -> tuple[str, str]:
    """Two accounts in the North, each with a contact."""
    ana = world["ana"]
    keep, drop = ana.add("account", name="Acme Ltd", phone="1"), ana.add("account", name="ACME Limited", email="a@b.cn")
    for each, name in ((keep, "Kim"), (drop, "Dan")):
        ana.add("contact", name=name, account=each)
    ana.sync()
    return keep, drop


def asked_of(laptop: Laptop) -> list[tuple[str, str]]:
    return sorted((each.record, each.field) for each in laptop.reads.conflicts(only_asked=True))


def clash(world: World, account: str) -> None:
    """Let Ana and Ben change one field without having seen each other; Ben is asked."""
    world["ana"].set("account", account, phone="2")
    world["ben"].set("account", account, phone="3")
    sync(world, "ana", "ben")
    assert asked_of(world["ben"]) == [(account, "phone")]


def test_question_goes_to_the_new_owner_when_who_is_asked_loses_the_account(world: World) -> None:
    ana, ben, cleo = world["ana"], world["ben"], world["cleo"]
    account = ana.add("account", name="Acme", phone="1")
    sync(world, "ana", "ben")
    clash(world, account)

    give(world, account, "cleo", "South")
    sync(world, "ben", "ana", "cleo")

    assert asked_of(ben) == asked_of(ana) == []
    assert asked_of(cleo) == [(account, "phone")]
    (question,) = cleo.questions(account)
    assert (question.current, question.proposed, question.proposed_by) == ({"phone": "2"}, {"phone": "3"}, ben.user)
    cleo.choose(question.id, Choice.PROPOSED)
    cleo.sync()
    rest(world)


@pytest.mark.parametrize("seen", [False, True], ids=["out of sight", "in sight"])
def test_question_about_a_record_that_moves_goes_to_who_has_it_unless_who_is_asked_sees_it(
    world: World, *, seen: bool
) -> None:
    ana, ben, cleo, dora = (world[each] for each in ("ana", "ben", "cleo", "dora"))
    account = ana.add("account", name="Acme")
    contact = ana.add("contact", name="Li", account=account, phone="1")
    other = dora.add("account", name="Other")
    sync(world, "ana", "dora", "ben")
    give(world, other, *(("ana", "North") if seen else ("cleo", "South")))
    ana.set("contact", contact, phone="2")
    ben.set("contact", contact, phone="3")
    sync(world, "ana", "ben", "dora", "cleo")
    assert asked_of(ben) == [(contact, "phone")]

    dora.set("contact", contact, account=other)
    sync(world, "dora", "ben", "cleo")

    assert asked_of(ben) == ([(contact, "phone")] if seen else [])
    assert asked_of(cleo) == ([] if seen else [(contact, "phone")])
    rest(world)


def test_question_stays_with_who_is_asked_as_long_as_they_see_it(world: World) -> None:
    ana, ben = world["ana"], world["ben"]
    account = ana.add("account", name="Acme", phone="1")
    sync(world, "ana", "ben")
    clash(world, account)

    give(world, account, "ana", "North")
    sync(world, "ana", "ben")

    assert asked_of(ben) == [(account, "phone")]
    rest(world)


def test_each_of_several_who_are_asked_is_replaced_for_itself(world: World) -> None:
    ana, ben, dora, cleo = world["ana"], world["ben"], world["dora"], world["cleo"]
    account = ana.add("account", name="Acme", phone="1")
    sync(world, "ana", "ben", "dora")
    ben.set("account", account, phone="3")
    dora.set("account", account, phone="4")
    ana.set("account", account, phone="2")
    sync(world, "ana", "ben", "dora")

    give(world, account, "cleo", "South")
    sync(world, "ben", "dora", "cleo")

    assert asked_of(dora) == asked_of(cleo) == [(account, "phone")]
    (question,) = cleo.questions(account)
    assert {question.proposed_by, *(each.by for each in question.others)} == {ben.user, dora.user}
    rest(world)


# ------------------------------------------------------------------------------------------ references


def test_record_in_view_that_is_moved_to_an_account_lost_meanwhile_is_asked_about(world: World) -> None:
    ana, dora = world["ana"], world["dora"]
    mine, lost = ana.add("account", name="Mine"), ana.add("account", name="Lost")
    contact = ana.add("contact", name="Li", account=mine, phone="1")
    sync(world, "ana", "dora")
    give(world, lost, "cleo", "South")
    ana.set("contact", contact, account=lost, phone="2")

    sync(world, "ana", "dora", "cleo")

    assert ana.reads.attention() == []
    values = ana.get("contact", contact) or {}
    # What does not point there holds; only who sees both can say where the contact belongs.
    assert (values["account"], values["phone"]) == (mine, "2")
    assert asked_of(dora) == [(contact, "account")]
    assert asked_of(ana) == []
    (question,) = dora.questions(contact)
    assert (question.proposed, question.proposed_by) == ({"account": lost}, ana.user)
    dora.choose(question.id, Choice.PROPOSED)
    sync(world, "dora", "cleo", "ana")
    assert (world["cleo"].get("contact", contact) or {})["account"] == lost
    assert ana.get("contact", contact) is None
    rest(world)


def test_edit_of_nothing_else_is_late_and_its_author_is_told_who_is_asked(world: World) -> None:
    ana, dora = world["ana"], world["dora"]
    mine, lost = ana.add("account", name="Mine"), ana.add("account", name="Lost")
    sync(world, "ana", "dora")
    give(world, lost, "cleo", "South")
    ana.set("account", mine, parent=lost)

    report = ana.sync()
    dora.sync()

    assert dict(report.handed) == {"dora": 1}
    assert next(each.outcome for each in ana.reads.history("account", mine)) is Outcome.LATE
    assert "parent" not in (ana.get("account", mine) or {})
    assert asked_of(dora) == [(mine, "parent")]
    rest(world)


def test_reference_to_what_its_author_never_saw_is_refused_as_before(world: World) -> None:
    ana, cleo = world["ana"], world["cleo"]
    mine = ana.add("account", name="Mine")
    ana.sync()
    hidden = cleo.add("account", name="Hidden")
    cleo.sync()
    ana.set("account", mine, city="Here")
    batch = ana.replica.outbox(max_mutations=10, max_bytes=1_000_000)

    forged = [replace(each, fields={"parent": hidden}) for each in batch]
    client = ana.database.meta.client_id
    answer = ana.office.push(PushRequest(client_id=client, mutations=forged))

    assert [(each.outcome, each.code) for each in answer.receipts] == [(Outcome.REJECTED, "reference_not_found")]


# ------------------------------------------------------------------------------------------ merged


def test_merged_account_is_seen_by_exactly_those_who_see_the_kept_one(world: World, pair: tuple[str, str]) -> None:
    ana, cleo, (_, drop) = world["ana"], world["cleo"], pair
    keep = cleo.add("account", name="South Acme")
    cleo.sync()
    as_merged(world, keep, drop)
    ana.set("account", drop, email="late@b.cn")
    ana.add("contact", name="Late", account=drop)

    sync(world, "ana", "cleo")

    assert ana.get("account", drop) is None
    assert people_of(cleo, keep) == ["Dan"]
    asked = {each.field: each.proposed for each in cleo.reads.conflicts() if each.asked}
    assert asked.keys() == {"email", "created"}
    assert asked["email"] == {"email": "late@b.cn"}
    assert [each.record for each in cleo.reads.conflicts() if each.field == "email"] == [keep]
    (made,) = [each for each in cleo.reads.conflicts() if each.field == "created"]
    cleo.choose(made.id, Choice.PROPOSED)
    assert people_of(cleo, keep) == ["Dan", "Late"]
    cleo.sync()
    as_merged(world, None, drop)
    sync(world, "cleo", "ana")
    assert shown(cleo) == ["South Acme"]
    assert people_of(ana, drop) == ["Dan"]
    rest(world)


def test_kept_account_that_changes_hands_takes_what_was_merged_into_it_along(
    world: World, pair: tuple[str, str]
) -> None:
    ana, cleo, (keep, drop) = world["ana"], world["cleo"], pair
    third = ana.add("account", name="Third")
    ana.run(MergeRecords("account", drop, third))
    ana.run(MergeRecords("account", keep, drop))
    ana.sync()

    give(world, keep, "cleo", "South")
    sync(world, "ana", "cleo")

    assert shown(ana) == []
    assert people_of(cleo, keep) == ["Dan", "Kim"]
    assert dict(oracle.laptop_rows(cleo))["account", third]["merged_into"] == drop
    rest(world)
