"""Questions stay true while people go on working: what is shown as theirs is what the record holds."""

import pytest

from desktop.domain.choosing import Choice
from tests.helpers import oracle
from tests.helpers.histories import History
from tests.helpers.small_world import Laptop, World


def phone(laptop: Laptop, account: str) -> str:
    return str((laptop.get("account", account) or {})["phone"])


def northerners(world: World) -> list[Laptop]:
    return [world[name] for name in ("ana", "ana-2", "ben")]


def step(world: World) -> None:
    for laptop in (*world.laptops, *world.laptops):
        laptop.sync()


@pytest.fixture
def asked(world: World) -> str:
    """An account of which Ana wrote 120 as its phone, and Ben, who is asked, 130."""
    ana, ben = world["ana"], world["ben"]
    account = ana.add("account", name="Heron Ltd", phone="110")
    step(world)
    ana.set("account", account, phone="120")
    ana.sync()
    ben.set("account", account, phone="130")
    step(world)
    assert len(ben.questions(account)) == 1
    return account


@pytest.fixture
def overwritten(world: World) -> str:
    """An account of which Ben has changed the phone from 110 to 120, as only the office knows yet."""
    account = world["ana"].add("account", name="Heron Ltd", phone="110")
    step(world)
    world["ben"].set("account", account, phone="120")
    world["ben"].sync()
    return account


def test_colleagues_next_edit_is_what_the_question_shows(world: World, asked: str) -> None:
    world["ana"].set("account", asked, phone="140")
    step(world)

    (question,) = world["ben"].questions(asked)

    assert (question.theirs, question.yours, question.before) == ({"phone": "140"}, {"phone": "130"}, {"phone": "110"})


def test_choosing_theirs_keeps_what_the_colleague_wrote_last(world: World, asked: str) -> None:
    world["ana"].set("account", asked, phone="140")
    step(world)

    world["ben"].choose(world["ben"].questions(asked)[0].id, Choice.THEIRS)
    step(world)

    assert {phone(each, asked) for each in northerners(world)} == {"140"}
    assert not world["ben"].questions(asked)


def test_colleague_who_comes_round_closes_the_question(world: World, asked: str) -> None:
    world["ana"].set("account", asked, phone="130")
    step(world)

    assert not world["ben"].questions(asked)
    assert {phone(each, asked) for each in northerners(world)} == {"130"}


def test_choice_that_had_not_seen_a_newer_edit_asks_anew(world: World, asked: str) -> None:
    world["ana"].set("account", asked, phone="140")
    world["ana"].sync()

    world["ben"].choose(world["ben"].questions(asked)[0].id, Choice.MINE)
    step(world)

    (question,) = world["ben"].questions(asked)
    assert (question.theirs, question.yours) == ({"phone": "140"}, {"phone": "130"})
    assert phone(world["ana"], asked) == "140"


def test_second_laptop_of_the_asked_person_may_answer_and_the_first_answer_stands(world: World) -> None:
    first, second, ben = world["ana"], world["ana-2"], world["ben"]
    account = ben.add("account", name="Heron Ltd", phone="110")
    step(world)
    ben.set("account", account, phone="120")
    ben.sync()
    first.set("account", account, phone="130")
    step(world)

    first.choose(first.questions(account)[0].id, Choice.MINE)
    second.choose(second.questions(account)[0].id, Choice.THEIRS)
    step(world)

    assert {phone(each, account) for each in northerners(world)} == {"130"}
    assert not second.questions(account)
    History(world, 0).heal()
    oracle.check(world)


def test_asked_person_who_writes_another_value_has_answered(world: World, asked: str) -> None:
    world["ben"].set("account", asked, phone="150")
    step(world)

    assert {phone(each, asked) for each in northerners(world)} == {"150"}
    assert not world["ben"].questions(asked)


def test_edits_in_a_row_that_meet_one_edit_are_one_question_with_the_last_value(world: World) -> None:
    ana, ben = world["ana"], world["ben"]
    account = ana.add("account", name="Heron Ltd", phone="110")
    step(world)
    ana.set("account", account, phone="120")
    ana.sync()
    for number in range(5):
        ben.set("account", account, phone=f"13{number}")
    step(world)

    (question,) = ben.questions(account)

    assert (question.theirs, question.yours, question.before) == ({"phone": "120"}, {"phone": "134"}, {"phone": "110"})


def test_question_about_an_address_shows_all_that_was_written_of_it(world: World) -> None:
    ana, ben = world["ana"], world["ben"]
    account = ana.add("account", name="Heron Ltd", address="Road 1", city="Suzhou")
    step(world)
    ana.set("account", account, address="Road 2", city="Wuxi")
    ana.sync()
    ben.set("account", account, address="Road 2", city="Nanjing")
    step(world)

    (question,) = ben.questions(account)

    assert question.yours == {"address": "Road 2", "city": "Nanjing"}
    assert question.theirs == {"address": "Road 2", "city": "Wuxi"}


def test_two_laptops_of_one_person_that_know_nothing_of_each_other_are_both_heard(
    world: World, overwritten: str
) -> None:
    ana, other = world["ana"], world["ana-2"]
    ana.set("account", overwritten, phone="130")
    other.set("account", overwritten, phone="140")
    ana.sync()
    other.sync()
    step(world)

    (question,) = ana.questions(overwritten)

    said = [question.yours, question.theirs, *(each.values for each in question.others)]
    assert sorted(str(each["phone"]) for each in said) == ["120", "130", "140"]


def test_edit_that_another_laptop_of_its_author_has_not_seen_does_not_give_up_what_is_asked(
    world: World, overwritten: str
) -> None:
    ana, other = world["ana"], world["ana-2"]
    other.sync()
    ana.set("account", overwritten, phone="130")
    ana.sync()
    other.set("account", overwritten, phone="140")
    other.sync()
    step(world)

    (question,) = ana.questions(overwritten)

    assert (question.theirs, question.yours) == ({"phone": "140"}, {"phone": "130"})


def test_person_who_writes_another_value_on_another_laptop_gives_up_what_they_see_asked_there(
    world: World, overwritten: str
) -> None:
    ana, other = world["ana"], world["ana-2"]
    ana.set("account", overwritten, phone="130")
    ana.sync()
    other.sync()
    other.set("account", overwritten, phone="140")
    step(world)

    assert not ana.questions(overwritten)
    assert {phone(each, overwritten) for each in northerners(world)} == {"140"}
