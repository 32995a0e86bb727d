"""What two people did at once, and what the office did not accept: chosen, sent again, put aside, taken back."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop.commands.attention import Discard, Resend
from desktop.commands.conflicts import ResolveConflict
from desktop.commands.undo import Redo, Undo
from desktop.domain.choosing import Answer, Choice
from desktop.domain.views import ConflictView
from sync.contract.errors import AppError, Code
from sync.contract.fields import Role
from sync.contract.wire import Outcome, Receipt
from tests.helpers.at_rest import sync
from tests.helpers.small_world import Laptop, Person, Template, World


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    people = (Person("ana"), Person("ben"), Person("eve", Role.MANAGER))
    return Template(tmp_path_factory.mktemp("choices"), people, ("ana", "ben", "eve"))


@pytest.fixture
def world(template: Template) -> Iterator[World]:
    with closing(template.world()) as opened:
        yield opened


@pytest.fixture
def account(world: World) -> str:
    made = world["ana"].add("account", name="Kestrel", phone="1")
    sync(world, "ana", "ben", "eve")
    return made


def clash(world: World, account: str, **values: object) -> ConflictView:
    """Let Ben and then Ana write different values; gives the choice that Ana is asked for."""
    world["ben"].set("account", account, **(values or {"phone": "2"}))
    world["ana"].set("account", account, phone="3")
    sync(world, "ben", "ana", "ana", "ben", "eve")
    (found,) = world["ana"].reads.conflicts()
    return found


def phones(world: World, account: str) -> set[object]:
    sync(world, "ana", "ben", "ana", "ben", "eve")
    return {(each.get("account", account) or {}).get("phone") for each in world.laptops}


@pytest.mark.parametrize(
    ("choice", "expected"), [(Choice.MINE, "3"), (Choice.THEIRS, "2"), (Answer({"phone": "9"}), "9")]
)
def test_choice_reaches_everybody_and_closes(
    world: World, account: str, choice: Choice | Answer, expected: str
) -> None:
    asked = clash(world, account)

    world["ana"].run(ResolveConflict(asked.id, choice))

    assert phones(world, account) == {expected}
    assert [each.reads.conflicts() for each in world.laptops] == [[], [], []]


@pytest.mark.parametrize(("name", "expected"), [("ana", "2"), ("ana-2", "3")])
def test_mine_is_the_value_of_this_laptop_where_both_were_written_by_one_user(
    tmp_path: Path, name: str, expected: str
) -> None:
    world = Template(tmp_path, (Person("ana"),), ("ana", "ana-2")).world()
    first, second = world["ana"], world["ana-2"]
    account = first.add("account", name="Kestrel", phone="1")
    for each in (first, second):
        each.sync()
    first.set("account", account, phone="2")
    second.set("account", account, phone="3")
    for each in (first, second, first):
        each.sync()
    (asked,) = world[name].reads.conflicts()

    world[name].run(ResolveConflict(asked.id, Choice.MINE))

    assert asked.yours == {"phone": expected}
    assert (world[name].get("account", account) or {})["phone"] == expected
    world.close()


def test_somebody_who_wrote_neither_says_current_or_proposed(world: World, account: str) -> None:
    asked = clash(world, account)

    with pytest.raises(AppError) as refused:
        world["eve"].run(ResolveConflict(asked.id, Choice.MINE))
    world["eve"].run(ResolveConflict(asked.id, Choice.PROPOSED))
    sync(world, "eve")

    assert refused.value.code is Code.VALUE_NOT_A_CHOICE
    assert phones(world, account) == {"3"}


def test_second_choice_of_the_same_question_is_told_who_was_first(world: World, account: str) -> None:
    asked = clash(world, account)
    world["ana"].run(ResolveConflict(asked.id, Choice.MINE))
    sync(world, "ana", "ben")

    with pytest.raises(AppError) as refused:
        world["ben"].run(ResolveConflict(asked.id, Choice.MINE))

    assert refused.value.code is Code.CHANGED_SINCE
    assert refused.value.data["by"] == "ana"


def three_values(world: World, account: str) -> ConflictView:
    """Let Ben's value stand against Ana's and Eve's, in one question; gives it as Ana sees it."""
    for name, phone in (("ben", "2"), ("ana", "3"), ("eve", "4")):
        world[name].set("account", account, phone=phone)
    sync(world, "ben", "ana", "eve", "ana", "ben", "eve")
    (found,) = world["ana"].reads.conflicts()
    return found


def test_two_who_lost_against_one_value_are_asked_in_one_question_each_with_the_own_value_first(
    world: World, account: str
) -> None:
    three_values(world, account)

    (ana,), (ben,), (eve,) = (world[name].reads.conflicts() for name in ("ana", "ben", "eve"))

    assert (ana.yours, ana.theirs, [each.values for each in ana.others]) == (
        {"phone": "3"},
        {"phone": "2"},
        [{"phone": "4"}],
    )
    assert (eve.yours, eve.theirs, [each.by_name for each in eve.others]) == ({"phone": "4"}, {"phone": "2"}, ["ana"])
    assert [each.asked for each in (ana, ben, eve)] == [True, False, True]


@pytest.mark.parametrize(("name", "phone"), [("ana", "3"), ("ben", "2"), ("eve", "4")])
def test_any_of_three_values_can_be_chosen_by_any_of_the_three(
    world: World, account: str, name: str, phone: str
) -> None:
    asked = three_values(world, account)
    other = next((each for each in asked.others if each.by_name == name), None)
    side = {"ana": Choice.MINE, "ben": Choice.THEIRS}

    world["ana"].run(ResolveConflict(asked.id, Answer(other.values) if other else side[name]))

    assert phones(world, account) == {phone}
    assert [each.reads.conflicts() for each in world.laptops] == [[], [], []]


def test_choice_taken_back_opens_the_question_again(world: World, account: str) -> None:
    asked = clash(world, account)
    ana = world["ana"]
    ana.run(ResolveConflict(asked.id, Choice.MINE))

    ana.undo()

    assert [each.id for each in ana.reads.conflicts()] == [asked.id]
    assert (ana.get("account", account) or {})["phone"] == "2"


def test_choice_to_delete_deletes_and_to_keep_keeps(world: World) -> None:
    first, second = (world["ana"].add("account", name=name) for name in ("Kestrel", "Merlin"))
    sync(world, "ana", "ben")
    for each in (first, second):
        world["ben"].set("account", each, phone="2")
        world["ana"].delete("account", each)
    sync(world, "ben", "ana", "ana")
    asked = {each.record: each for each in world["ana"].reads.conflicts()}

    world["ana"].run(ResolveConflict(asked[first].id, Choice.MINE))
    world["ana"].run(ResolveConflict(asked[second].id, Choice.THEIRS))
    sync(world, "ana", "ben")

    assert world["ben"].get("account", first) is None
    assert world["ben"].get("account", second) is not None


def refuse_next(laptop: Laptop, account: str) -> str:
    """Let the office refuse a change of the phone; gives the mutation's id."""
    laptop.set("account", account, phone="7")
    (mutation,) = laptop.replica.outbox(max_mutations=10, max_bytes=100_000)
    receipt = Receipt(
        mutation=mutation.id, outcome=Outcome.REJECTED, fields={"phone": "1"}, code=Code.NOT_PERMITTED, data={}
    )
    laptop.replica.take_receipts([receipt])
    return mutation.id


# The refusal is made up on the laptop, so the office looks as if it had been set back.
@pytest.mark.allow_logs("the office was set back", "fetching everything anew")
def test_values_that_were_not_accepted_are_kept_and_go_out_again(world: World, account: str) -> None:
    ana = world["ana"]
    mutation = refuse_next(ana, account)
    waiting = [(each.id, dict(each.values)) for each in ana.reads.attention()]

    ana.run(Resend(mutation))

    assert waiting == [(mutation, {"phone": "7"})]
    assert ana.reads.attention() == []
    assert phones(world, account) == {"7"}


def test_values_put_aside_are_off_the_list_until_that_is_taken_back(world: World, account: str) -> None:
    ana = world["ana"]
    mutation = refuse_next(ana, account)
    lengths = []

    for command in (Discard(mutation), Undo(), Redo(), Undo()):
        ana.run(command)
        lengths.append(len(ana.reads.attention()))

    assert lengths == [0, 1, 0, 1]
    assert (ana.get("account", account) or {})["phone"] == "1"


def test_sending_again_taken_back_asks_for_attention_again(world: World, account: str) -> None:
    ana = world["ana"]
    mutation = refuse_next(ana, account)
    ana.run(Resend(mutation))

    ana.undo()

    assert [each.id for each in ana.reads.attention()] == [mutation]
    assert (ana.get("account", account) or {})["phone"] == "1"


@pytest.mark.parametrize("command", [Resend, Discard])
def test_change_that_needs_no_attention_is_refused(
    world: World, account: str, command: type[Resend] | type[Discard]
) -> None:
    with pytest.raises(AppError) as refused:
        world["ana"].run(command("nowhere"))

    assert refused.value.code is Code.NOTHING_TO_ATTEND


def test_undo_after_a_sync_is_an_edit_that_reaches_everybody(world: World, account: str, tmp_path: Path) -> None:
    world["ana"].set("account", account, phone="5")
    before = phones(world, account)

    world["ana"].undo()

    assert before == {"5"}
    assert phones(world, account) == {"1"}


def test_undo_after_a_colleague_s_edit_came_is_refused_by_name(world: World, account: str) -> None:
    world["ana"].set("account", account, phone="5")
    sync(world, "ana", "ben")
    world["ben"].set("account", account, phone="6")
    sync(world, "ben", "ana")

    with pytest.raises(AppError) as refused:
        world["ana"].undo()

    assert refused.value.code is Code.UNDO_PASSED_OVER
    assert refused.value.data["reason"]["data"]["by"] == "ben"


def test_redo_of_what_a_colleague_changed_since_makes_way_for_the_one_before(world: World, account: str) -> None:
    ana, ben = world["ana"], world["ben"]
    ana.set("account", account, city="York")
    ana.set("account", account, phone="5")
    ana.undo()
    ana.undo()
    ana.run(Redo())
    ana.undo()
    sync(world, "ana", "ben")
    ben.set("account", account, city="Hull")
    sync(world, "ben", "ana")

    with pytest.raises(AppError) as refused:
        ana.run(Redo())
    ana.run(Redo())

    assert refused.value.code is Code.REDO_PASSED_OVER
    values = ana.get("account", account) or {}
    assert (values["city"], values["phone"]) == ("Hull", "5")


def test_redo_of_what_a_colleague_changed_in_part_is_refused_with_the_reason_and_does_the_rest(
    world: World, account: str
) -> None:
    ana, ben = world["ana"], world["ben"]
    ana.set("account", account, city="York", phone="5")
    ana.undo()
    sync(world, "ana", "ben")
    ben.set("account", account, city="Hull")
    sync(world, "ben", "ana")

    with pytest.raises(AppError) as refused:
        ana.run(Redo())
    ana.run(Redo(rest=True))

    assert refused.value.code is Code.REDO_PARTLY
    assert [(each["field"], each["by"]) for each in refused.value.data["stays"]] == [("address", "ben")]
    values = ana.get("account", account) or {}
    assert (values["city"], values["phone"]) == ("Hull", "5")


def test_undo_names_who_changed_the_field_not_who_changed_the_record_last(world: World, account: str) -> None:
    ana, ben = world["ana"], world["ben"]
    ana.set("account", account, city="York", phone="5")
    sync(world, "ana", "ben")
    ben.set("account", account, city="Hull")
    sync(world, "ben", "ana")
    ana.set("account", account, website="https://kestrel.example")
    ana.undo()

    with pytest.raises(AppError) as refused:
        ana.run(Undo())

    assert [(each["field"], each["by"]) for each in refused.value.data["stays"]] == [("address", "ben")]
