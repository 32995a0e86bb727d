"""Edits between versions of the catalogue: read as a newer program would have recorded them, held for an older one."""

from dataclasses import replace
from typing import Any

import pytest

from sync.contract.catalogue import Catalogue
from sync.contract.entities import CATALOGUE
from sync.contract.fields import Field, RecordType, Role
from sync.contract.rules import check_fields
from sync.contract.upcasting import held_back, newer_fields, removed, renamed, told_under_another_name, upcast
from sync.contract.wire import Mutation, Op

NEWER = RecordType(name="plan", table="plans", family="x", title=("name",), since=2, own_fields=(Field(name="name"),))
ACCOUNT = replace(
    CATALOGUE["account"],
    own_fields=(
        Field(name="name"),
        Field(name="motto", since=2),
        Field(name="tier", choices=("a", "d"), newer_choices=(("d", 2),)),
        Field(name="terms", since=2, group="terms"),
        Field(name="payment_terms", group="terms", stands_for="terms"),
    ),
)
KNOWN = {"account": ACCOUNT, "plan": NEWER}


def edit(number: int = 1, **given: Any) -> Mutation:
    known: dict[str, Any] = {
        "id": f"m{number}",
        "n": number,
        "type": "account",
        "record": "r",
        "op": Op.PATCH,
        "base": 0,
    }
    return Mutation(**{**known, **given})


def held(*mutations: Mutation) -> set[str]:
    return set(held_back(mutations, KNOWN, 1))


def test_steps_run_in_order_from_the_version_of_the_edit() -> None:
    steps = {1: renamed("account", "a", "b"), 2: renamed("account", "b", "c")}

    assert upcast(edit(fields={"a": 1}, schema=1), steps, 3).fields == {"c": 1}
    assert upcast(edit(fields={"b": 1}, schema=2), steps, 3).fields == {"c": 1}
    assert upcast(edit(fields={"a": 1}, schema=3), steps, 3).fields == {"a": 1}


def test_edit_of_a_newer_program_stays_as_it_is() -> None:
    newer = edit(fields={"a": 1}, schema=5)

    assert upcast(newer, {1: renamed("account", "a", "b")}, 3) == newer


def test_rename_takes_what_the_author_saw_along() -> None:
    old = edit(fields={"a": 1, "x": 2}, was={"a": 0, "x": 1}, older={"a": 7})

    read = renamed("account", "a", "b")(old)

    assert (read.fields, read.was, read.older) == ({"b": 1, "x": 2}, {"b": 0, "x": 1}, {"b": 7})
    assert renamed("contact", "a", "b")(old) == old


def test_removed_name_is_left_out() -> None:
    read = removed("account", "a")(edit(fields={"a": 1, "b": 2}, was={"a": 0, "b": 0}))

    assert (read.fields, read.was) == ({"b": 2}, {"b": 0})


@pytest.mark.parametrize(
    ("values", "late"),
    [
        ({"name": "x", "motto": "y"}, {"motto"}),
        ({"tier": "d"}, {"tier"}),
        ({"tier": "a"}, set()),
        ({"tier": None, "name": None}, set()),
    ],
)
def test_what_an_older_office_cannot_take_is_told_apart(values: dict[str, Any], late: set[str]) -> None:
    assert newer_fields(ACCOUNT, values, 1) == late
    assert newer_fields(ACCOUNT, values, 2) == frozenset()


def test_newer_name_need_not_wait_where_the_older_one_goes_along() -> None:
    both = {"terms": "x", "payment_terms": "x"}

    assert told_under_another_name(ACCOUNT, both, 1) == {"terms"}
    assert told_under_another_name(ACCOUNT, {"terms": "x"}, 1) == frozenset()


@pytest.mark.parametrize("given", [{"terms": "x"}, {"payment_terms": "x"}, {"terms": "x", "payment_terms": "y"}])
def test_both_names_of_a_field_always_hold_the_same(given: dict[str, str]) -> None:
    assert check_fields(ACCOUNT, given, role=Role.REP) == {"terms": "x", "payment_terms": "x"}


def test_only_what_depends_on_a_newer_edit_waits_with_it() -> None:
    waits = edit(1, fields={"motto": "x", "name": "y"})

    assert held(waits, edit(2, fields={"tier": "a"}), edit(3, record="other", fields={"name": "z"})) == {"m1"}
    assert held(waits, edit(2, fields={"name": "z"}), edit(3, fields={"name": "w"})) == {"m1", "m2", "m3"}
    assert held(edit(1, type="plan", op=Op.CREATE), edit(2, type="plan"), edit(3)) == {"m1", "m2"}


def test_group_waits_as_a_whole() -> None:
    assert held(edit(1, group="g"), edit(2), edit(3, group="g", fields={"motto": "x"})) == {"m1", "m3"}


def test_everything_waits_behind_a_record_that_cannot_be_made_yet() -> None:
    made = edit(1, op=Op.CREATE, fields={"name": "x", "motto": "y"})

    assert held(made, edit(2, record="other"), edit(3, type="contact", fields={"account": "r"})) == {"m1", "m2", "m3"}


def test_catalogue_with_custom_fields_reads_edits_as_without() -> None:
    catalogue = Catalogue([ACCOUNT], version=2, upcasts={1: renamed("account", "a", "name")})

    assert catalogue.with_custom([]).read(edit(fields={"a": 1})).fields == {"name": 1}
