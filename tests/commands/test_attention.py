"""What the office did not accept: mended, sent again with all that hung on it, put aside, and taken back."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from desktop.commands.attention import Discard, Mend, Resend
from desktop.commands.records import DeleteManyRecords
from desktop.commands.undo import Undo
from desktop.domain.views import AttentionView
from desktop.store.unit_of_work import open_unit
from sync.contract import rules
from sync.contract.brake import FEW
from sync.contract.errors import AppError, Code
from sync.contract.fields import Role
from sync.contract.wire import Mutation, Op, Outcome, Receipt
from sync.server import applying
from tests.helpers.small_world import Laptop, Person, Template, World

pytestmark = pytest.mark.allow_logs("mutation ")
POISON = "Poison"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("attention"), (Person("ana"), Person("ben")), ("ana", "ben"))


@pytest.fixture
def world(template: Template) -> Iterator[World]:
    with closing(template.world()) as opened:
        yield opened


@pytest.fixture
def ana(world: World) -> Laptop:
    return world["ana"]


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the office's code break on every new record that carries the word."""
    sound = rules.check_new

    def check(record: Any, values: Mapping[str, Any], **more: Any) -> Any:
        if POISON in values.values():
            raise RuntimeError(POISON)
        return sound(record, values, **more)

    monkeypatch.setattr(applying, "check_new", check)


def listed(laptop: Laptop) -> dict[str, AttentionView]:
    """Give what was not accepted by the record it is about."""
    return {each.record: each for each in laptop.reads.attention()}


def outbox(laptop: Laptop) -> list[Mutation]:
    return laptop.replica.outbox(max_mutations=100, max_bytes=1_000_000)


def customer_with_people(ana: Laptop) -> tuple[str, str, str]:
    """Make a customer that the office breaks on, a person of it, edited later, and a task of both."""
    account = ana.add("account", name=POISON, phone="1")
    person = ana.add("contact", name="Li", account=account)
    ana.set("contact", person, phone="7")
    task = ana.add("task", title="Call", account=account, contact=person)
    return account, person, task


@pytest.mark.usefixtures("poison")
def test_what_hangs_on_a_record_that_was_not_accepted_waits_for_it(ana: Laptop) -> None:
    account, person, task = customer_with_people(ana)

    report = ana.sync()

    first = listed(ana)[account]
    assert (report.pushed, report.attention) == (4, 4)
    assert (first.outcome, first.together, first.waits_for) == (Outcome.QUARANTINED, 3, None)
    assert first.error_id
    assert {listed(ana)[each].waits_for for each in (person, task)} == {first.id}
    assert listed(ana)[task].titles[account] == POISON


@pytest.mark.usefixtures("poison")
def test_mended_record_brings_everything_that_waited_for_it_to_the_office(world: World, ana: Laptop) -> None:
    account, person, task = customer_with_people(ana)
    ana.sync()
    first = listed(ana)[account]

    ana.run(Mend(first.id, {"name": "Kestrel"}))
    sent = {each.record: each for each in outbox(ana)}
    for each in (ana, world["ben"]):
        each.sync()

    assert ana.reads.attention() == []
    assert sent[account].replaces == [first.id]
    assert len(sent[person].replaces) == 2
    seen = world["ben"]
    values = [seen.get(kind, each) or {} for kind, each in (("account", account), ("contact", person), ("task", task))]
    assert [each.get("phone") for each in values[:2]] == ["1", "7"]
    assert (values[0]["name"], values[1]["account"], values[2]["contact"]) == ("Kestrel", account, person)


@pytest.mark.usefixtures("poison")
def test_what_is_put_aside_with_what_hung_on_it_comes_back_with_undo(ana: Laptop) -> None:
    account, *_ = customer_with_people(ana)
    ana.sync()

    ana.run(Discard(listed(ana)[account].id))
    aside = ana.reads.attention()
    ana.run(Undo())

    assert aside == []
    assert len(ana.reads.attention()) == 4


@pytest.mark.usefixtures("poison")
def test_mending_taken_back_lists_everything_again_and_can_be_repeated(world: World, ana: Laptop) -> None:
    account, person, _ = customer_with_people(ana)
    ana.sync()
    first = listed(ana)[account]
    ana.run(Mend(first.id, {"name": "Kestrel"}))
    ana.sync()

    ana.run(Undo())
    ana.sync()
    again = listed(ana)[account]
    ana.run(Mend(again.id, {"name": "Merlin"}))
    for each in (ana, world["ben"]):
        each.sync()

    assert again.together == 3
    assert (world["ben"].get("account", account) or {})["name"] == "Merlin"
    assert (world["ben"].get("contact", person) or {})["phone"] == "7"


def test_record_whose_id_is_taken_goes_under_another_one_and_what_points_to_it_follows(
    world: World, ana: Laptop
) -> None:
    account, person, task = customer_with_people(ana)
    codes = [Code.ID_TAKEN, Code.REFERENCE_NOT_FOUND, Code.RECORD_NOT_FOUND, Code.REFERENCE_NOT_FOUND]
    ana.replica.take_receipts(
        [
            Receipt(mutation=each.id, outcome=Outcome.REJECTED, missing=True, code=code, data={})
            for each, code in zip(outbox(ana), codes, strict=True)
        ]
    )

    made = ana.run(Resend(listed(ana)[account].id))

    assert made != account
    assert (ana.get("contact", person) or {})["account"] == made
    assert (ana.get("task", task) or {})["account"] == made
    assert ana.reads.attention() == []


def test_what_has_a_fault_of_its_own_stays_on_the_list(ana: Laptop) -> None:
    account, person, task = customer_with_people(ana)
    codes = [Code.INTERNAL, Code.NOT_PERMITTED, Code.RECORD_NOT_FOUND, Code.REFERENCE_NOT_FOUND]
    ana.replica.take_receipts(
        [
            Receipt(mutation=each.id, outcome=Outcome.REJECTED, missing=True, code=code, data={})
            for each, code in zip(outbox(ana), codes, strict=True)
        ]
    )

    ana.run(Resend(listed(ana)[account].id))

    assert {each.record for each in ana.reads.attention()} == {person, task}
    assert (ana.get("account", account) or {})["name"] == POISON


def test_deletion_has_nothing_to_mend(ana: Laptop) -> None:
    account = ana.add("account", name="Kestrel")
    ana.sync()
    ana.delete("account", account)
    (mutation,) = outbox(ana)
    ana.replica.take_receipts([Receipt(mutation=mutation.id, outcome=Outcome.REJECTED, code=Code.NOT_PERMITTED)])

    with pytest.raises(AppError) as refused:
        ana.run(Mend(mutation.id, {"name": "Merlin"}))

    assert refused.value.code is Code.NOTHING_TO_MEND


def test_patch_of_what_is_not_here_any_more_makes_no_new_record(ana: Laptop) -> None:
    _, person, _ = customer_with_people(ana)
    mutations = outbox(ana)
    ana.replica.take_receipts(
        [
            Receipt(mutation=each.id, outcome=Outcome.REJECTED, missing=True, code=Code.RECORD_NOT_FOUND)
            for each in mutations
        ]
    )
    (patch,) = (each for each in mutations if each.op is Op.PATCH)

    with pytest.raises(AppError) as refused:
        ana.run(Resend(patch.id))

    assert refused.value.code is Code.RECORD_NOT_FOUND
    assert ana.get("contact", person) is None


# ---------------------------------------------------------------------------------------- deleting very much


def people(ana: Laptop, count: int = FEW) -> list[str]:
    made = [ana.add("contact", name=f"Person {number}") for number in range(count)]
    ana.sync()
    return made


def test_deleting_very_much_at_once_is_refused_until_it_is_agreed_to(ana: Laptop) -> None:
    made = people(ana)
    command = DeleteManyRecords("contact", made)

    with pytest.raises(AppError) as refused:
        ana.run(command)
    there = [ana.get("contact", each) for each in made]
    command.consent = True
    ana.run(command)

    assert (refused.value.code, refused.value.data) == (Code.MASS_DELETION, {"count": FEW, "gone": {"contact": FEW}})
    assert None not in there
    assert [ana.get("contact", each) for each in made] == [None] * FEW
    assert [each.consent for each in outbox(ana)] == [FEW] * FEW


def test_agreed_deletion_reaches_everybody(world: World, ana: Laptop) -> None:
    made = people(ana)
    command = DeleteManyRecords("contact", made)
    command.consent = True
    ana.run(command)

    assert ana.sync().attention == 0
    assert ana.reads.attention() == []


def test_customer_counts_with_all_that_is_hidden_with_it(ana: Laptop) -> None:
    account = ana.add("account", name="Kestrel")
    for number in range(FEW):
        ana.add("contact", name=f"Person {number}", account=account)

    with pytest.raises(AppError) as refused:
        ana.delete("account", account)

    assert refused.value.data["gone"] == {"account": 1, "contact": FEW}


def held_deletion(ana: Laptop, made: list[str]) -> None:
    """Delete as a program does that does not ask, and let the office hold it."""
    with open_unit(ana.database, actor=ana.user, role=Role.REP, label="commands.deleted_many") as work:
        for each in made:
            work.delete("contact", each)
    ana.sync()


def test_held_deletion_is_one_thing_to_decide_and_everything_is_there_meanwhile(ana: Laptop) -> None:
    made = people(ana)

    held_deletion(ana, made)

    waiting = ana.reads.attention()
    (first,) = (each for each in waiting if each.waits_for is None)
    assert (first.is_held, first.together, len(waiting)) == (True, FEW - 1, FEW)
    assert None not in [ana.get("contact", each) for each in made]
    assert ana.sync().attention == 0


def test_held_deletion_goes_through_as_a_whole_once_it_is_agreed_to(ana: Laptop) -> None:
    made = people(ana)
    held_deletion(ana, made)
    command = Resend(ana.reads.attention()[3].id)

    with pytest.raises(AppError) as refused:
        ana.run(command)
    command.consent = True
    ana.run(command)
    report = ana.sync()

    assert refused.value.code is Code.MASS_DELETION
    assert (report.pushed, report.attention) == (FEW, 0)
    assert ana.reads.attention() == []
    assert [ana.get("contact", each) for each in made] == [None] * FEW


def test_held_deletion_put_aside_keeps_everything(ana: Laptop) -> None:
    made = people(ana)
    held_deletion(ana, made)

    ana.run(Discard(ana.reads.attention()[0].id))

    assert ana.reads.attention() == []
    assert None not in [ana.get("contact", each) for each in made]
    assert ana.sync().pushed == 0


def test_word_of_the_author_lies_in_the_outbox_file_too(ana: Laptop) -> None:
    command = DeleteManyRecords("contact", people(ana))
    command.consent = True
    ana.run(command)

    acts = ana.database.outbox_file.read().acts.values()

    assert [each["consent"] for each in acts if each["label"] == "commands.deleted_many"] == [FEW]


def test_word_of_the_author_comes_back_where_the_database_is_an_older_one(
    world: World, ana: Laptop, tmp_path: Path
) -> None:
    command = DeleteManyRecords("contact", people(ana))
    backup = world.backup_of(ana, tmp_path / "backup")
    command.consent = True
    ana.run(command)
    ana.close()
    for each in ana.folder.glob("roundsman.db*"):
        each.unlink()
    for each in backup.glob("roundsman.db*"):
        shutil.copy2(each, ana.folder)

    ana.reopen()

    assert [each.consent for each in outbox(ana)] == [FEW] * FEW
