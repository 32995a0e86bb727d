"""Undo and redo: one act at a time, after a restart too, never over what somebody else has written since."""

from contextlib import closing
from pathlib import Path

import pytest

from desktop.commands.accounts import AddAccount
from desktop.commands.activities import LogActivity
from desktop.commands.mass_edit import EditMany
from desktop.commands.opportunities import MoveOpportunityToStage
from desktop.commands.records import AddRecord, DeleteRecord, RestoreRecord, SetFields
from desktop.commands.undo import Leave, Redo, TakenBack, Undo
from desktop.domain.adjustments import Adjustment
from desktop.domain.changes import Origin
from desktop.store.notes import JOURNAL
from sync.contract.errors import AppError, Code
from tests.commands.laptop import BEN, Laptop, a_day, opened


@pytest.fixture
def account(laptop: Laptop) -> str:
    return laptop.add("account", name="Kestrel", phone="1", city="Hull", points=1)


def test_undo_brings_the_old_values_back_and_redo_the_new_ones(laptop: Laptop, account: str) -> None:
    laptop.run(SetFields("account", account, {"phone": "2", "city": None}))

    laptop.run(Undo())
    undone = laptop.values("account", account)
    laptop.run(Redo())
    redone = laptop.values("account", account)

    assert (undone["phone"], undone["city"]) == ("1", "Hull")
    assert (redone["phone"], redone.get("city")) == ("2", None)


def test_undo_goes_back_act_by_act_and_redo_forward_again(laptop: Laptop, account: str) -> None:
    seen = []
    for phone in ("2", "3", "4"):
        laptop.run(SetFields("account", account, {"phone": phone}))

    for command in (Undo(), Undo(), Undo(), Redo(), Redo(), Undo(), Redo(), Redo()):
        laptop.run(command)
        seen.append(laptop.value("account", account, "phone"))

    assert seen == ["3", "2", "1", "2", "3", "2", "3", "4"]


def test_new_act_leaves_nothing_to_redo(laptop: Laptop, account: str) -> None:
    laptop.run(SetFields("account", account, {"phone": "2"}))
    laptop.run(Undo())
    laptop.run(SetFields("account", account, {"city": "York"}))

    with pytest.raises(AppError) as refused:
        laptop.run(Redo())

    assert refused.value.code is Code.NOTHING_TO_REDO


def test_undo_survives_a_restart(laptop: Laptop, account: str, tmp_path: Path, key: bytes) -> None:
    laptop.run(SetFields("account", account, {"phone": "2"}))
    laptop.database.close()

    again = opened(tmp_path, key)
    with closing(again.database):
        again.run(Undo())

        assert again.value("account", account, "phone") == "1"


def test_undo_of_adding_deletes_and_redo_brings_back(laptop: Laptop) -> None:
    account = str(laptop.run(AddAccount({"name": "New"})).result)

    laptop.run(Undo())
    gone = laptop.ids("account")
    laptop.run(Redo())

    assert gone == []
    assert laptop.ids("account") == [account]


@pytest.mark.parametrize("command", [DeleteRecord, RestoreRecord])
def test_undo_of_deleting_or_restoring_is_the_other(
    laptop: Laptop, account: str, command: type[DeleteRecord] | type[RestoreRecord]
) -> None:
    if command is RestoreRecord:
        with laptop.by_hand(BEN) as work:
            work.delete("account", account)
    before = laptop.ids("account")
    laptop.run(command("account", account))

    laptop.run(Undo())

    assert laptop.ids("account") == before


def test_undo_of_a_visit_takes_the_last_visit_back_too(laptop: Laptop, account: str) -> None:
    laptop.run(LogActivity("visit", {"account": account, "at": a_day(5)}))

    laptop.run(Undo())

    assert laptop.ids("activity") == []
    assert laptop.value("account", account, "last_visit_at") is None


def test_undo_of_a_move_brings_the_whole_stage_back(laptop: Laptop) -> None:
    opportunity = laptop.add("opportunity", name="Ten ovens")
    before = laptop.values("opportunity", opportunity)
    laptop.run(MoveOpportunityToStage(opportunity, "lost"))

    laptop.run(Undo())

    after = laptop.values("opportunity", opportunity)
    assert {name: after.get(name) for name in ("stage", "status", "closed_on", "stage_since")} == {
        name: before.get(name) for name in ("stage", "status", "closed_on", "stage_since")
    }


def test_undo_takes_all_of_an_act_on_many_records_back(laptop: Laptop) -> None:
    accounts = [laptop.add("account", name=name) for name in "ABC"]
    laptop.run(EditMany("account", accounts, {"tier": "a"}))

    result = laptop.run(Undo()).result

    assert isinstance(result, TakenBack)
    assert result.records == 3
    assert {laptop.value("account", each, "tier") for each in accounts} == {None}


def test_undo_of_what_was_partly_changed_since_is_refused_with_the_reason(laptop: Laptop, account: str) -> None:
    laptop.run(SetFields("account", account, {"phone": "2", "city": "York"}))
    _changed_by_ben(laptop, account, phone="3")
    laptop.run(SetFields("account", account, {"tier": "a"}))
    laptop.run(Undo())

    refused = _refused(laptop, Undo())

    values = laptop.values("account", account)
    assert refused.code is Code.UNDO_PARTLY
    assert refused.data["stays"] == [{"type": "account", "field": "phone", "by": "Ben", "count": 1}]
    assert refused.data["left"] == 1
    assert (values["phone"], values["city"]) == ("3", "York")


def test_rest_of_many_records_is_counted_by_what_stays(laptop: Laptop) -> None:
    accounts = [laptop.add("account", name=name) for name in "ABCD"]
    laptop.run(EditMany("account", accounts, {"tier": "a"}))
    for each in accounts[:2]:
        _changed_by_ben(laptop, each, tier="b")

    refused = _refused(laptop, Undo())
    laptop.run(Undo(rest=True))

    assert refused.data["stays"] == [{"type": "account", "field": "tier", "by": "Ben", "count": 2}]
    assert refused.data["left"] == 2
    assert [laptop.value("account", each, "tier") for each in accounts] == ["b", "b", None, None]


def test_act_that_was_left_makes_way_for_the_one_before_and_is_taken_back_by_name(laptop: Laptop, account: str) -> None:
    laptop.run(SetFields("account", account, {"tier": "a"}))
    named = laptop.run(SetFields("account", account, {"phone": "2", "city": "York"}))
    _changed_by_ben(laptop, account, phone="3")

    laptop.run(Leave(_refused(laptop, Undo()).data["command"]))
    laptop.run(Undo())
    before = laptop.values("account", account)
    laptop.run(Undo(named.command_id, rest=True))

    assert (before.get("tier"), before["city"]) == (None, "York")
    assert laptop.value("account", account, "city") == "Hull"


def test_undo_leaves_what_somebody_changed_since_and_takes_the_rest_back(laptop: Laptop, account: str) -> None:
    laptop.run(SetFields("account", account, {"phone": "2", "city": "York"}))
    with laptop.by_hand(BEN) as work:
        work.change("account", account, {"phone": "3"})

    result = laptop.run(Undo(rest=True)).result

    values = laptop.values("account", account)
    assert (values["phone"], values["city"]) == ("3", "Hull")
    assert isinstance(result, TakenBack)
    assert [(each.field, each.by) for each in result.kept] == [("phone", "Ben")]


def _changed_by_ben(laptop: Laptop, account: str, **changes: object) -> None:
    with laptop.by_hand(BEN) as work:
        work.change("account", account, changes)


def _refused(laptop: Laptop, command: Undo | Redo) -> AppError:
    with pytest.raises(AppError) as refused:
        laptop.run(command)
    return refused.value


def test_undo_of_what_was_wholly_changed_since_is_refused_by_act_and_reason(laptop: Laptop, account: str) -> None:
    laptop.run(SetFields("account", account, {"phone": "2"}))
    _changed_by_ben(laptop, account, phone="3")

    refused = _refused(laptop, Undo())

    assert refused.code is Code.UNDO_PASSED_OVER
    assert refused.data["act"] == {"label": "commands.changed", "values": {"title": "Kestrel"}}
    changed = {"type": "account", "field": "phone", "by": "Ben"}
    assert refused.data["reason"] == {"code": Code.CHANGED_SINCE, "data": changed}
    assert laptop.value("account", account, "phone") == "3"


def test_act_that_cannot_be_taken_back_does_not_stand_before_older_ones(laptop: Laptop, account: str) -> None:
    laptop.run(SetFields("account", account, {"city": "York"}))
    laptop.run(SetFields("account", account, {"phone": "2"}))
    _changed_by_ben(laptop, account, phone="3")
    _refused(laptop, Undo())

    laptop.run(Undo())
    undone = laptop.values("account", account)
    laptop.run(Redo())
    redone = laptop.values("account", account)

    assert (undone["phone"], undone["city"]) == ("3", "Hull")
    assert (redone["phone"], redone["city"]) == ("3", "York")
    assert _refused(laptop, Redo()).code is Code.NOTHING_TO_REDO


def test_act_that_was_passed_over_stays_so_after_a_restart(
    laptop: Laptop, account: str, tmp_path: Path, key: bytes
) -> None:
    laptop.run(SetFields("account", account, {"city": "York"}))
    laptop.run(SetFields("account", account, {"phone": "2"}))
    _changed_by_ben(laptop, account, phone="3")
    _refused(laptop, Undo())
    laptop.database.close()

    again = opened(tmp_path, key)
    with closing(again.database):
        again.run(Undo())

        assert again.value("account", account, "city") == "Hull"


def test_last_act_passed_over_leaves_nothing_to_undo_and_says_so_to_the_screens(laptop: Laptop, account: str) -> None:
    laptop.run(SetFields("account", account, {"phone": "2"}))
    _changed_by_ben(laptop, account, phone="3")
    laptop.published.clear()

    _refused(laptop, Undo())

    assert laptop.reads.undoable() is None
    assert laptop.reads.redoable() is None
    assert [each.touches((JOURNAL,)) for each in laptop.published] == [True]
    assert _refused(laptop, Undo()).code is Code.NOTHING_TO_UNDO


def test_undo_of_what_a_colleague_took_back_is_passed_over(laptop: Laptop, account: str) -> None:
    laptop.run(SetFields("account", account, {"phone": "2"}))
    made = str(laptop.run(AddAccount({"name": "New"})).result)
    with laptop.by_hand(BEN) as work:
        work.delete("account", made)

    reason = _refused(laptop, Undo()).data["reason"]
    laptop.run(Undo())

    assert reason["code"] == Code.AS_IT_WAS
    assert laptop.value("account", account, "phone") == "1"


def test_undo_in_a_record_that_a_colleague_deleted_is_passed_over(laptop: Laptop, account: str) -> None:
    other = laptop.add("account", name="Merlin", phone="1")
    laptop.run(SetFields("account", other, {"phone": "2"}))
    task = str(laptop.run(AddRecord("task", {"title": "Call", "account": account})).result)
    laptop.run(SetFields("task", task, {"title": "Visit"}))
    with laptop.by_hand(BEN) as work:
        work.delete("account", account)

    for _ in range(2):
        assert _refused(laptop, Undo()).code is Code.UNDO_PASSED_OVER
    laptop.run(Undo())

    assert laptop.value("account", other, "phone") == "1"


def test_undo_of_a_named_act_that_was_changed_since_is_refused_and_not_passed_over(
    laptop: Laptop, account: str
) -> None:
    named = laptop.run(SetFields("account", account, {"phone": "2"}))
    _changed_by_ben(laptop, account, phone="3")

    assert _refused(laptop, Undo(named.command_id)).code is Code.CHANGED_SINCE
    _changed_by_ben(laptop, account, phone="2")
    laptop.run(Undo())

    assert laptop.value("account", account, "phone") == "1"


def test_undo_of_given_points_keeps_those_given_since(laptop: Laptop, account: str) -> None:
    laptop.run(SetFields("account", account, {}, {"points": (Adjustment(5),)}))
    with laptop.by_hand(BEN) as work:
        work.change("account", account, {"points": 16})

    laptop.run(Undo())

    assert laptop.value("account", account, "points") == 11


def test_undo_of_a_named_act_leaves_later_acts_alone(laptop: Laptop, account: str) -> None:
    named = laptop.run(SetFields("account", account, {"phone": "2"}))
    laptop.run(SetFields("account", account, {"city": "York"}))

    laptop.run(Undo(named.command_id))

    values = laptop.values("account", account)
    assert (values["phone"], values["city"]) == ("1", "York")


def test_undo_of_an_act_that_was_taken_back_is_refused(laptop: Laptop, account: str) -> None:
    named = laptop.run(SetFields("account", account, {"phone": "2"}))
    laptop.run(Undo())

    with pytest.raises(AppError):
        laptop.run(Undo(named.command_id))

    assert laptop.value("account", account, "phone") == "1"


def test_undo_without_any_act_is_refused(laptop: Laptop) -> None:
    with pytest.raises(AppError) as refused:
        laptop.run(Undo())

    assert refused.value.code is Code.NOTHING_TO_UNDO


def test_undo_tells_its_origin_and_is_an_edit_that_goes_out(laptop: Laptop, account: str) -> None:
    laptop.run(SetFields("account", account, {"phone": "2"}))

    done = laptop.run(Undo())

    assert done.changes.origin is Origin.UNDO
    assert [entry.outcome for entry in laptop.reads.history("account", account)[:2]] == [None, None]
