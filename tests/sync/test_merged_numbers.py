"""Accounts that were merged, and edits that add something: what was added to one is found at the other, once."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from desktop.commands.merging import MergeRecords
from desktop.domain.choosing import Choice
from tests.helpers import oracle
from tests.helpers.at_rest import rest, sync
from tests.helpers.small_world import Laptop, Person, Template, World


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("numbers"), (Person("ana"), Person("ben")), ("ana", "ben"))


@pytest.fixture
def world(template: Template) -> Iterator[World]:
    with closing(template.world()) as opened:
        yield opened


@pytest.fixture
def pair(world: World) -> tuple[str, str]:
    """Two accounts that are one customer, with five and three points; everybody has them."""
    ana = world["ana"]
    made = ana.add("account", name="Acme Ltd", points=5), ana.add("account", name="ACME Limited", points=3)
    sync(world, "ana", "ben")
    return made


def points(laptop: Laptop, account: str) -> int:
    return int((laptop.get("account", account) or {})["points"])


@pytest.mark.parametrize(("choice", "expected"), [(Choice.PROPOSED, 7), (Choice.CURRENT, 5)])
def test_number_raised_on_the_merged_account_is_asked_about_and_taken_up_once(
    world: World, pair: tuple[str, str], choice: Choice, expected: int
) -> None:
    ana, ben, (keep, drop) = world["ana"], world["ben"], pair
    # Somebody else's addition from before the merge is not this author's.
    ana.set("account", drop, points=4)
    ana.run(MergeRecords("account", keep, drop))
    ana.sync()

    ben.set("account", drop, points=5)
    sync(world, "ben", "ana", "ben")

    (question,) = ben.questions(keep)
    assert (question.field, points(ben, keep)) == ("points", 5)
    ben.choose(question.id, choice)
    sync(world, "ben", "ana")
    assert points(ana, keep) == expected
    rest(world)


def test_sum_that_is_kept_stays_though_it_is_what_somebody_else_arrived_at(world: World, pair: tuple[str, str]) -> None:
    ana, ben, (keep, drop) = world["ana"], world["ben"], pair
    ana.run(MergeRecords("account", keep, drop))
    ana.sync()
    ben.set("account", drop, points=5)
    sync(world, "ben", "ana", "ben")

    (question,) = ben.questions(keep)
    assert question.current == question.proposed
    ben.choose(question.id, Choice.CURRENT)

    assert points(ben, keep) == 5
    sync(world, "ben", "ana")
    rest(world)


def test_tags_that_others_put_on_the_merged_account_are_not_carried_along(world: World, pair: tuple[str, str]) -> None:
    ana, ben, (keep, drop) = world["ana"], world["ben"], pair
    ana.set("account", drop, tags=["gold"])
    ana.sync()
    ana.run(MergeRecords("account", keep, drop))
    ana.sync()

    ben.set("account", drop, tags=["blue"])
    sync(world, "ben", "ana")

    assert (ana.get("account", keep) or {})["tags"] == ["blue"]
    rest(world)


def test_last_tag_of_the_kept_account_is_taken_off_at_the_merged_one(world: World, pair: tuple[str, str]) -> None:
    ana, ben, (keep, drop) = world["ana"], world["ben"], pair
    ana.set("account", keep, tags=["blue"])
    ana.set("account", drop, tags=["blue", "red"])
    sync(world, "ana", "ben")
    ana.run(MergeRecords("account", keep, drop))
    ana.sync()

    ben.set("account", drop, tags=["red"])
    sync(world, "ben", "ana")

    assert (ana.get("account", keep) or {}).get("tags") is None
    rest(world)


def test_reference_to_a_merged_account_that_changes_nothing_leaves_the_record_as_it_was(
    world: World, pair: tuple[str, str]
) -> None:
    ana, (keep, drop) = world["ana"], pair
    contact = ana.add("contact", name="Kim", account=keep)
    ana.run(MergeRecords("account", keep, drop))
    sync(world, "ana")
    before = dict(oracle.laptop_rows(ana))["contact", contact]

    ana.set("contact", contact, account=drop)

    assert dict(oracle.laptop_rows(ana))["contact", contact] == before
    assert ana.unsent == 0
    rest(world)
