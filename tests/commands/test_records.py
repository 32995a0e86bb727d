"""Adding, changing, deleting and restoring records of any type."""

from pathlib import Path

import pytest

from desktop.commands.accounts import AddAccount
from desktop.commands.activities import LogActivity
from desktop.commands.bus import Bus
from desktop.commands.opportunities import MoveOpportunityToStage
from desktop.commands.records import AddRecord, DeleteRecord, RestoreRecord, SetFields
from desktop.commands.tasks import CompleteTask, ReopenTask
from desktop.domain.adjustments import Adjustment
from sync.contract.errors import AppError, Code
from sync.contract.fields import Role
from tests.commands.laptop import ANA, BEN, NORTH, Laptop, a_day, new_key, opened


def test_added_account_belongs_to_the_user_and_the_user_s_first_territory(laptop: Laptop) -> None:
    account = str(laptop.run(AddAccount({"name": "Kestrel"})).result)

    values = laptop.values("account", account)
    assert (values["owner"], values["territory"]) == (ANA, NORTH)


def test_added_record_is_told_by_its_title(laptop: Laptop) -> None:
    command = AddRecord("contact", {"name": "Li Wei"})

    laptop.run(command)

    assert (command.label, command.label_values) == ("commands.added", {"title": "Li Wei"})


def test_added_record_is_published_after_the_commit(laptop: Laptop) -> None:
    done = laptop.run(AddRecord("task", {"title": "Call"}))

    assert laptop.published == [done.changes]
    assert done.changes.records["task"] == {done.result}


@pytest.mark.allow_logs(r"a commit could not be told")
@pytest.mark.parametrize("failure", [MemoryError(), RuntimeError("can't start new thread")])
def test_record_that_is_saved_is_not_called_refused_when_nobody_can_be_told(laptop: Laptop, failure: Exception) -> None:
    def lack(_changes: object) -> None:
        raise failure

    done = Bus(laptop.database, laptop.reads, lack).run(AddRecord("task", {"title": "Call"}))

    assert laptop.values("task", str(done.result))["title"] == "Call"


def test_record_without_what_is_required_is_refused_and_nothing_is_written(laptop: Laptop) -> None:
    with pytest.raises(AppError) as refused:
        laptop.run(AddRecord("contact", {"phone": "1"}))

    assert refused.value.code is Code.VALUE_REQUIRED
    assert laptop.ids("contact") == []
    assert laptop.published == []


def test_record_of_a_type_that_the_role_may_not_write_is_refused(laptop: Laptop) -> None:
    with pytest.raises(AppError) as refused:
        laptop.run(AddRecord("product", {"name": "CR-40"}))

    assert refused.value.code is Code.NOT_PERMITTED


def test_unknown_type_is_refused(laptop: Laptop) -> None:
    with pytest.raises(AppError) as refused:
        laptop.run(AddRecord("invoice", {"name": "1"}))

    assert refused.value.code is Code.UNKNOWN_TYPE


def test_set_fields_changes_only_what_is_named(laptop: Laptop) -> None:
    account = laptop.add("account", name="Kestrel", phone="1", city="Hull")

    laptop.run(SetFields("account", account, {"phone": "2", "city": None}))

    values = laptop.values("account", account)
    assert (values["name"], values["phone"], values.get("city")) == ("Kestrel", "2", None)


def test_set_fields_works_adjustments_out_from_the_present_value(laptop: Laptop) -> None:
    account = laptop.add("account", name="Kestrel", points=5, tags=["a"])
    more = {"points": (Adjustment(3),), "tags": (Adjustment(["b"]), Adjustment(["a"], take_away=True))}

    laptop.run(SetFields("account", account, {}, more))

    values = laptop.values("account", account)
    assert (values["points"], values["tags"]) == (8, ["b"])


def test_set_fields_to_what_is_so_changes_nothing(laptop: Laptop) -> None:
    account = laptop.add("account", name="Kestrel")

    done = laptop.run(SetFields("account", account, {"name": "Kestrel"}))

    assert not done.changes.records
    assert laptop.published == []


def test_set_fields_of_a_record_that_is_not_there_is_refused(laptop: Laptop) -> None:
    with pytest.raises(AppError) as refused:
        laptop.run(SetFields("account", "nowhere", {"name": "x"}))

    assert refused.value.code is Code.RECORD_NOT_FOUND


def test_set_fields_refuses_a_reference_to_nothing(laptop: Laptop) -> None:
    account = laptop.add("account", name="Kestrel")

    with pytest.raises(AppError) as refused:
        laptop.run(SetFields("account", account, {"parent": "nowhere"}))

    assert refused.value.code is Code.REFERENCE_NOT_FOUND


def test_deleted_account_hides_its_records_and_restoring_brings_them_back(laptop: Laptop) -> None:
    account = laptop.add("account", name="Kestrel")
    contact = laptop.add("contact", name="Li Wei", account=account)

    laptop.run(DeleteRecord("account", account))
    hidden = laptop.ids("contact")
    laptop.run(RestoreRecord("account", account))

    assert hidden == []
    assert laptop.ids("contact") == [contact]


def test_deleted_record_cannot_be_changed(laptop: Laptop) -> None:
    account = laptop.add("account", name="Kestrel")
    laptop.run(DeleteRecord("account", account))

    with pytest.raises(AppError) as refused:
        laptop.run(SetFields("account", account, {"name": "x"}))

    assert refused.value.code is Code.RECORD_DELETED


def test_logged_visit_moves_last_visit_and_last_contact_forward(laptop: Laptop) -> None:
    account = laptop.add("account", name="Kestrel", last_visit_at=a_day(1))
    contact = laptop.add("contact", name="Li Wei", account=account)

    command = LogActivity("visit", {"account": account, "contact": contact, "at": a_day(5)})
    laptop.run(command)

    assert laptop.value("account", account, "last_visit_at") == a_day(5)
    assert laptop.value("contact", contact, "last_contacted_at") == a_day(5)
    assert command.label == "commands.logged.visit"


def test_visit_logged_late_leaves_a_later_one(laptop: Laptop) -> None:
    account = laptop.add("account", name="Kestrel", last_visit_at=a_day(9))

    laptop.run(LogActivity("visit", {"account": account, "at": a_day(5)}))

    assert laptop.value("account", account, "last_visit_at") == a_day(9)


def test_activity_without_a_time_happened_now(laptop: Laptop) -> None:
    activity = str(laptop.run(LogActivity("note", {"body": "Long\ntext"})).result)

    assert str(laptop.value("activity", activity, "at")).startswith("2026-11-20T09:")


def test_activity_moved_to_a_later_day_moves_the_last_visit(laptop: Laptop) -> None:
    account = laptop.add("account", name="Kestrel")
    activity = str(laptop.run(LogActivity("visit", {"account": account, "at": a_day(5)})).result)

    laptop.run(SetFields("activity", activity, {"at": a_day(7)}))

    assert laptop.value("account", account, "last_visit_at") == a_day(7)


def test_completed_task_says_when_and_reopening_forgets_it(laptop: Laptop) -> None:
    task = laptop.add("task", title="Call")

    laptop.run(CompleteTask(task))
    done_at = laptop.value("task", task, "done_at")
    laptop.run(ReopenTask(task))

    assert done_at is not None
    assert (laptop.value("task", task, "done"), laptop.value("task", task, "done_at")) == (False, None)


def test_moved_opportunity_takes_the_status_of_its_stage(laptop: Laptop) -> None:
    opportunity = laptop.add("opportunity", name="Ten ovens")
    command = MoveOpportunityToStage(opportunity, "won")

    laptop.run(command)

    values = laptop.values("opportunity", opportunity)
    assert (values["stage"], values["status"], values["closed_on"]) == ("won", "won", "2026-11-20")
    assert command.label_values == {"title": "Ten ovens", "stage": "Won"}


def test_opportunity_added_in_a_closing_stage_takes_its_status(laptop: Laptop) -> None:
    added = str(laptop.run(AddRecord("opportunity", {"name": "Ten ovens", "stage": "won"})).result)

    values = laptop.values("opportunity", added)
    assert (values["stage"], values["status"], values["closed_on"]) == ("won", "won", "2026-11-20")


def test_opportunity_cannot_move_to_a_stage_that_is_not_there(laptop: Laptop) -> None:
    opportunity = laptop.add("opportunity", name="Ten ovens")

    with pytest.raises(AppError) as refused:
        laptop.run(MoveOpportunityToStage(opportunity, "nowhere"))

    assert refused.value.code is Code.VALUE_NOT_A_CHOICE


def test_act_of_the_user_is_the_user_s_in_the_history(laptop: Laptop) -> None:
    account = laptop.add("account", name="Kestrel", owner=BEN)

    laptop.run(SetFields("account", account, {"phone": "2"}))

    latest = laptop.reads.history("account", account)[0]
    assert (latest.by, latest.by_name, latest.fields, latest.label) == (
        ANA,
        "Ana",
        {"phone": (None, "2")},
        "commands.changed",
    )


def test_command_before_signing_in_is_refused(laptop: Laptop) -> None:
    laptop.database.meta.set("user_id", None)

    with pytest.raises(AppError) as refused:
        laptop.run(AddRecord("task", {"title": "Call"}))

    assert refused.value.code is Code.PROFILE_MISSING


def test_refused_value_says_whose_field_it_was_for(laptop: Laptop) -> None:
    with pytest.raises(AppError) as refused:
        laptop.run(AddRecord("account", {"name": "x" * 300}))

    assert refused.value.code is Code.VALUE_TOO_LONG
    assert (refused.value.data["type"], refused.value.data["field"]) == ("account", "name")


def test_second_custom_field_of_one_name_is_refused_and_the_first_keeps_its_type(tmp_path: Path) -> None:
    laptop = opened(tmp_path, new_key(), role=Role.ADMIN)
    field = {"record_type": "account", "name": "doors", "type": "number"}
    first = str(laptop.run(AddRecord("custom_field", field)).result)

    with pytest.raises(AppError) as taken:
        laptop.run(AddRecord("custom_field", {**field, "name": "x_doors", "type": "text"}))
    with pytest.raises(AppError) as fixed:
        laptop.run(SetFields("custom_field", first, {"type": "text"}))

    assert taken.value.code is Code.FIELD_NAME_TAKEN
    assert fixed.value.code is Code.FIELD_FIXED
    laptop.database.close()


def test_one_who_waits_for_a_save_is_told_before_the_others(laptop: Laptop) -> None:
    published: list[int] = []

    laptop.bus.run(AddRecord("task", {"title": "Call"}), saved=lambda: published.append(len(laptop.published)))

    assert published == [0]
    assert len(laptop.published) == 1


def test_one_who_waits_for_a_save_hears_nothing_of_a_refused_one(laptop: Laptop) -> None:
    told: list[str] = []

    with pytest.raises(AppError):
        laptop.bus.run(AddRecord("task", {}), saved=lambda: told.append("saved"))

    assert told == []
