"""Ways in which such programs have failed elsewhere, played through here: accents, repetition, slow answers."""

import pytest

from sync.contract.errors import AppError
from tests.helpers import oracle
from tests.helpers.small_world import Laptop, World

COMPOSED, APART = "Café Zoë", "Cafe\u0301 Zoe\u0308"


def step(world: World) -> None:
    for laptop in (*world.laptops, *world.laptops):
        laptop.sync()


def account_of(world: World) -> str:
    account = world["ana"].add("account", name="Heron Ltd", phone="110", description="one\ntwo")
    step(world)
    return account


def value(laptop: Laptop, account: str, name: str) -> object:
    return (laptop.get("account", account) or {})[name]


# ------------------------------------------------------------------------------------------ accents


def test_text_written_with_composed_and_separate_accents_is_one_text_and_asks_nobody(world: World) -> None:
    account, ana, ben = account_of(world), world["ana"], world["ben"]

    ana.set("account", account, city=COMPOSED, description=f"{COMPOSED}\ntwo", tags=[COMPOSED])
    ana.sync()
    ben.set("account", account, city=APART, description=f"{APART}\ntwo", tags=[APART])
    step(world)

    assert ben.questions(account) == ana.questions(account) == []
    assert value(ben, account, "city") == value(ana, account, "city") == COMPOSED
    assert value(ben, account, "description") == f"{COMPOSED}\ntwo"
    assert value(ben, account, "tags") == [COMPOSED]
    for each in world.laptops:
        oracle.check_equals_office(each.office, each)


def test_text_is_kept_as_it_was_typed(world: World) -> None:
    account, ana, ben = account_of(world), world["ana"], world["ben"]
    typed = f"{APART} \U0001f600 \u05e9\u05dc\u05d5\u05dd \u4f60\u597d\u200d"

    ana.set("account", account, city=typed)
    step(world)

    assert value(ben, account, "city") == typed
    oracle.check(world)


@pytest.mark.parametrize("typed", ["half \ud800 a pair", "nothing \x00 here"])
def test_text_that_no_database_can_keep_is_refused_where_it_is_typed(world: World, typed: str) -> None:
    account, ana = account_of(world), world["ana"]

    with pytest.raises(AppError):
        ana.set("account", account, city=typed)

    assert ana.unsent == 0


# ------------------------------------------------------------------------------------------ repetition


def test_person_who_clashes_again_and_again_is_asked_once(world: World) -> None:
    account, ana, ben = account_of(world), world["ana"], world["ben"]
    for turn in range(5):
        ana.set("account", account, phone=f"12{turn}")
        ben.set("account", account, phone=f"13{turn}")
        ana.sync()
        ben.sync()
    step(world)

    (question,) = ben.questions(account)

    assert question.yours == {"phone": "134"}
    assert value(ana, account, "phone") == "124"


# ------------------------------------------------------------------------------------------ slow answers


def test_edit_made_while_the_receipt_of_an_earlier_one_is_on_its_way_is_not_taken_for_sent(world: World) -> None:
    account, ana = account_of(world), world["ana"]
    ana.set("account", account, phone="120")

    def edit_once(name: str) -> None:
        if name == "push":
            ana.office.after = lambda _: None
            ana.set("account", account, phone="130")

    ana.office.after = edit_once
    ana.sync()
    seen_at_once = value(ana, account, "phone")
    step(world)

    assert seen_at_once == "130"
    assert {value(world[name], account, "phone") for name in ("ana", "ana-2", "ben")} == {"130"}
    oracle.check(world)


def test_position_only_grows_and_stands_where_a_transaction_ended(world: World) -> None:
    ana, ben = world["ana"], world["ben"]
    for turn in range(4):
        account = ana.add("account", name=f"Heron {turn}")
        ana.set("account", account, phone="1")
        ana.sync()
    seen: list[int] = []
    ben.office.pull_limit = 1
    ben.office.before = lambda _: seen.append(ben.replica.standing().seq)

    ben.sync()

    assert seen == sorted(seen)
    assert len(set(seen)) > 2
    step(world)
    oracle.check(world)
