"""Rules: permissions, required fields, scopes and what follows from an edit; and ids and instants."""

import re
from typing import Any

import pytest

from sync.contract.catalogue import Catalogue
from sync.contract.clock import instant_text, new_id, parse_instant
from sync.contract.entities import CATALOGUE
from sync.contract.errors import AppError, Code
from sync.contract.fields import FieldType, Role
from sync.contract.rules import (
    check_fields,
    check_new,
    check_stage,
    consequences,
    may_write,
    scope_of,
    writable_fields,
)
from sync.contract.values import columns

STAGES: list[dict[str, Any]] = [
    {"key": "survey", "position": 2, "status": "open"},
    {"key": "qualify", "position": 1, "status": "open"},
    {"key": "won", "position": 8, "status": "won"},
    {"key": "lost", "position": 9, "status": "lost"},
]
NOW = "2026-11-20T09:00:00.000Z"
DEAL = CATALOGUE["opportunity"]


def refused(code: Code) -> Any:
    return pytest.raises(AppError, check=lambda refusal: refusal.code is code)


def test_new_record_gets_defaults_and_keeps_what_was_said() -> None:
    values = check_new(CATALOGUE["account"], {"name": " Kestrel Foods ", "tier": "b"}, role=Role.REP)

    assert values["name"] == "Kestrel Foods"
    assert (values["status"], values["tier"], values["points"]) == ("prospect", "b", 0)


def test_new_record_without_a_required_field_is_refused() -> None:
    with refused(Code.VALUE_REQUIRED):
        check_new(CATALOGUE["contact"], {"phone": "0755 8812"})


def test_required_field_cannot_be_emptied() -> None:
    with refused(Code.VALUE_REQUIRED):
        check_fields(CATALOGUE["contact"], {"name": "  "})


def test_unknown_field_is_refused_with_the_known_ones() -> None:
    with refused(Code.UNKNOWN_FIELD):
        check_fields(CATALOGUE["account"], {"colour": "red"})


def test_stamps_belong_to_the_mechanism() -> None:
    with refused(Code.FIELD_READ_ONLY):
        check_fields(CATALOGUE["account"], {"updated_at": NOW}, role=Role.ADMIN)


@pytest.mark.parametrize("kind", ["user", "territory", "product", "stage", "custom_field"])
def test_rep_may_not_write_what_the_organisation_decides(kind: str) -> None:
    with refused(Code.NOT_PERMITTED):
        check_new(CATALOGUE[kind], {"name": "x", "login": "x", "key": "x", "record_type": "account"}, role=Role.REP)


def test_rep_may_settle_a_choice_but_not_write_its_values() -> None:
    conflict = CATALOGUE["conflict"]

    assert check_fields(conflict, {"state": "resolved"}, role=Role.REP) == {"state": "resolved"}
    with refused(Code.FIELD_READ_ONLY):
        check_fields(conflict, {"current": "x"}, role=Role.REP)


@pytest.mark.parametrize(
    ("kind", "values", "scope"),
    [
        ("account", {"owner": "u1"}, "r1"),
        ("contact", {"account": "a1", "owner": "u1"}, "a1"),
        ("contact", {"owner": "u1"}, "u:u1"),
        ("product", {}, "*"),
    ],
)
def test_scope_is_the_account_else_the_owner(kind: str, values: dict[str, Any], scope: str) -> None:
    assert scope_of(CATALOGUE[kind], "r1", values) == scope


def test_new_deal_starts_at_the_first_open_stage() -> None:
    found = consequences(DEAL, {}, {"name": "x"}, STAGES, now=NOW)

    assert found == {"stage": "qualify", "status": "open", "stage_since": NOW}


def test_deal_marked_won_moves_to_the_won_stage_and_closes() -> None:
    found = consequences(DEAL, {"stage": "survey", "status": "open"}, {"status": "won"}, STAGES, now=NOW)

    assert found == {"stage": "won", "stage_since": NOW, "closed_on": "2026-11-20"}


def test_closed_deal_moved_back_opens_again() -> None:
    current = {"stage": "won", "status": "won", "closed_on": "2026-11-01"}

    assert consequences(DEAL, current, {"stage": "survey"}, STAGES, now=NOW) == {
        "status": "open",
        "stage_since": NOW,
        "closed_on": None,
    }


def test_closing_day_that_was_given_is_kept() -> None:
    found = consequences(DEAL, {"status": "open"}, {"status": "won", "closed_on": "2026-10-01"}, STAGES, now=NOW)

    assert "closed_on" not in found


def test_stage_that_does_not_exist_is_refused() -> None:
    with refused(Code.VALUE_NOT_A_CHOICE):
        consequences(DEAL, {}, {"stage": "moon"}, STAGES, now=NOW)


def test_custom_field_is_a_field_like_any_other() -> None:
    definition = {"record_type": "account", "name": "door_count", "type": "number", "label": "Doors", "searched": True}
    record = CATALOGUE.with_custom([definition])["account"]

    assert record.fields["x_door_count"].type is FieldType.NUMBER
    assert check_fields(record, {"x_door_count": 46}) == {"x_door_count": 46}
    assert "x_door_count" not in {field.name for field in record.stored_fields}


def test_custom_field_may_be_named_with_its_prefix() -> None:
    definition = {"record_type": "account", "name": "x_doors", "type": "number"}

    (field,) = CATALOGUE.with_custom([definition])["account"].custom_fields

    assert field.name == "x_doors"


def test_oldest_of_two_custom_fields_with_one_name_counts() -> None:
    older = {"record_type": "account", "name": "doors", "type": "number", "position": 2}
    newer = {"record_type": "account", "name": "doors", "type": "text", "position": 1}

    (field,) = CATALOGUE.with_custom([older, newer])["account"].custom_fields

    assert field.type is FieldType.NUMBER


def test_custom_field_of_a_record_type_that_does_not_exist_is_refused() -> None:
    with refused(Code.VALUE_NOT_A_CHOICE):
        check_new(CATALOGUE["custom_field"], {"record_type": "castle", "name": "doors"}, role=Role.ADMIN)


def test_custom_field_nobody_can_type_is_passed_over() -> None:
    wild = [{"record_type": "account", "name": "Drop Table"}, {"record_type": "moon", "name": "ok"}]

    assert not any(record.custom_fields for record in CATALOGUE.with_custom(wild))


def test_catalogue_columns_never_collide() -> None:
    reserved = {"id", "scope", "version", "deleted", "hidden", "custom", "fv", "deleted_seq"}
    for record in CATALOGUE:
        names = [column.name for field in record.stored_fields for column in columns(field)]
        assert len(names) == len(set(names))
        assert not reserved & set(names)


def test_catalogue_references_name_existing_types() -> None:
    targets = {field.target for record in CATALOGUE for field in record.fields.values() if field.target}

    assert targets <= {record.name for record in CATALOGUE}


def test_catalogue_of_one_name_refuses_another() -> None:
    with refused(Code.UNKNOWN_TYPE):
        Catalogue([])["account"]


def test_ids_are_version_7_and_differ() -> None:
    made = {new_id() for _ in range(1000)}

    assert len(made) == 1000
    assert all(
        re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", each) for each in made
    )


def test_instant_text_is_utc_of_fixed_width() -> None:
    assert instant_text(parse_instant("2026-11-20T17:41:00+08:00")) == "2026-11-20T09:41:00.000Z"


@pytest.mark.parametrize(
    ("kind", "values"), [("contact", {"account": None, "owner": ""}), ("conflict", {"owner": "u1"})]
)
def test_scope_of_what_belongs_to_nobody_is_refused(kind: str, values: dict[str, Any]) -> None:
    with refused(Code.VALUE_REQUIRED):
        scope_of(CATALOGUE[kind], "r1", values)


@pytest.mark.parametrize(("kind", "role", "expected"), [("account", Role.REP, True), ("user", Role.REP, False)])
def test_role_says_what_may_be_written_at_all(kind: str, role: Role, *, expected: bool) -> None:
    assert may_write(CATALOGUE[kind], role) is expected


def test_fields_that_may_be_changed_are_those_of_the_role_without_stamps() -> None:
    names = {each.name for each in writable_fields(CATALOGUE["conflict"], Role.REP)}

    assert "state" in names
    assert not names & {"current", "updated_at", "created_by"}


def test_custom_field_keeps_its_name_and_type_when_its_label_changes() -> None:
    assert check_fields(CATALOGUE["custom_field"], {"label": "Doors"}, role=Role.ADMIN) == {"label": "Doors"}


def test_status_without_a_stage_of_its_own_leaves_the_stage() -> None:
    stages = [each for each in STAGES if each["status"] != "lost"]

    found = consequences(DEAL, {"stage": "survey", "status": "open"}, {"status": "lost"}, stages, now=NOW)

    assert found == {"closed_on": "2026-11-20"}


def test_task_that_is_done_says_when_and_forgets_when_it_is_not() -> None:
    task = CATALOGUE["task"]

    assert consequences(task, {}, {"done": True}, (), now=NOW) == {"done_at": NOW}
    assert consequences(task, {"done_at": NOW}, {"done": False}, (), now=NOW) == {"done_at": None}
    assert consequences(task, {}, {"title": "x"}, (), now=NOW) == {}


def test_records_without_rules_have_no_consequences() -> None:
    assert consequences(CATALOGUE["account"], {}, {"name": "x"}, STAGES, now=NOW) == {}


def test_any_stage_will_do_where_the_organisation_has_none() -> None:
    check_stage({"stage": "moon"}, [])
    check_stage({"stage": None}, STAGES)


def test_unknown_stage_is_refused_with_the_known_ones() -> None:
    with pytest.raises(AppError) as caught:
        check_stage({"stage": "moon"}, STAGES)

    assert caught.value.data == {"field": "stage", "value": "moon", "known": "survey, qualify, won, lost"}
