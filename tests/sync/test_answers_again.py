"""Answers to questions that an office lost when it was set back: they come again where it still asks."""

from pathlib import Path

import pytest

from desktop.domain.choosing import Choice
from tests.helpers import oracle
from tests.helpers.small_world import Laptop, World
from tests.sync.test_set_back import first, settle

pytestmark = pytest.mark.allow_logs("the office was set back", "fetching everything anew")


def asked(world: World) -> tuple[str, str]:
    """Let Ana be asked about a phone that Ben changed as well; gives the account and the question."""
    ana, ben = world["ana"], world["ben"]
    account = first(ana, "account")
    ana.set("account", account, phone="1")
    ben.set("account", account, phone="2")
    settle(ben, ana)
    (question,) = ana.questions(account)
    return account, question.id


def answer(laptop: Laptop, question: str) -> None:
    laptop.choose(question, Choice.MINE)
    laptop.sync()


def test_answer_to_a_question_that_the_office_still_has_comes_again(world: World, tmp_path: Path) -> None:
    ana, ben = world["ana"], world["ben"]
    account, question = asked(world)
    backup = world.backup_office(tmp_path / "asked")
    answer(ana, question)
    settle(ben)

    world.set_back_office(backup)
    settle(ana, ben, *world.laptops)

    assert (ana.questions(account), ben.questions(account)) == ([], [])
    assert (ben.get("account", account) or {})["phone"] == "1"
    oracle.check(world)


def test_question_that_was_asked_after_the_backup_is_asked_anew(world: World, tmp_path: Path) -> None:
    ana, ben = world["ana"], world["ben"]
    backup = world.backup_office(tmp_path / "before")
    account, question = asked(world)
    answer(ana, question)
    settle(ben)

    world.set_back_office(backup)
    settle(ben, ana)

    (anew,) = ana.questions(account)
    assert (anew.id != question, anew.current, anew.proposed) == (True, {"phone": "2"}, {"phone": "1"})
    answer(ana, anew.id)
    settle(ben)
    assert (ben.get("account", account) or {})["phone"] == "1"
    assert ana.reads.attention() == []
