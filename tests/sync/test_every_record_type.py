"""For every record type of the catalogue that a laptop may write: what one laptop does arrives on the other."""

from collections.abc import Iterator
from typing import Any

import pytest

from sync.contract.entities import CATALOGUE
from sync.contract.fields import FieldType, Merge, RecordType, Role, Scope
from sync.contract.rules import may_write, writable_fields
from tests.helpers import oracle
from tests.helpers.sample_values import sample_record, sample_value
from tests.helpers.small_world import Laptop, Person, Template, World

ROLE = Role.ADMIN
_WRITTEN = [record for record in CATALOGUE if may_write(record, ROLE) and record.scope is not Scope.INHERITED]


@pytest.fixture(scope="module")
def two_administrators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two administrators, who may write everything that a laptop can."""
    people = [Person("ana", ROLE, ()), Person("ben", ROLE, ())]
    folder = tmp_path_factory.mktemp("administrators")
    with Template(folder, people, ["ana", "ben"]).world() as world:
        yield world


@pytest.fixture
def both(two_administrators: World) -> tuple[Laptop, Laptop]:
    return two_administrators["ana"], two_administrators["ben"]


def values_for(laptop: Laptop, record: RecordType, number: int) -> dict[str, Any]:
    """Give a value for every field that may be written; references point to new records of their types."""
    values = sample_record(record, number, ROLE)
    for field in writable_fields(record, ROLE):
        if field.type is FieldType.REFERENCE and field.target not in {None, record.name}:
            values[field.name] = target_for(laptop, str(field.target), number)
        elif field.choices_from is not None:
            values[field.name] = first_key(laptop, field.choices_from, number)
    if record.name == "custom_field":
        values |= {"record_type": "account", "name": f"extra_{number}", "type": "text"}
    if record.name == "user":
        values |= {"login": f"login-{number}", "role": "rep", "active": True}
    return values


def target_for(laptop: Laptop, record_type: str, number: int) -> str:
    if record_type == "user":
        return laptop.user
    record = CATALOGUE[record_type]
    required = {each.name: sample_value(each, number) for each in record.fields.values() if each.required}
    return laptop.add(record_type, **required)


def first_key(laptop: Laptop, record_type: str, number: int) -> str:
    rows = sorted(each["key"] for (kind, _), each in oracle.laptop_rows(laptop) if kind == record_type)
    return str(rows[number % len(rows)])


def step(*laptops: Laptop) -> None:
    for each in (*laptops, *laptops):
        each.sync()


def written(record: RecordType, values: dict[str, Any] | None) -> dict[str, Any]:
    """Give what a person has written, without what the mechanism adds."""
    names = {each.name for each in writable_fields(record, ROLE)}
    return {name: value for name, value in (values or {}).items() if name in names}


@pytest.mark.parametrize("record", _WRITTEN, ids=lambda record: record.name)
def test_record_with_all_its_fields_travels(both: tuple[Laptop, Laptop], record: RecordType) -> None:
    ana, ben = both
    values = values_for(ana, record, 1)
    made = ana.add(record.name, **values)

    step(ana, ben)

    there = written(record, ben.get(record.name, made))
    assert there == written(record, ana.get(record.name, made))
    assert there | values == there
    oracle.check_equals_office(ben.office, ben)


@pytest.mark.parametrize("record", _WRITTEN, ids=lambda record: record.name)
def test_edit_of_every_field_travels(both: tuple[Laptop, Laptop], record: RecordType) -> None:
    ana, ben = both
    made = ana.add(record.name, **values_for(ana, record, 2))
    step(ana, ben)
    changes = values_for(ben, record, 3)
    if record.name == "custom_field":
        changes = {"label": "another", "searched": False}

    ben.set(record.name, made, **changes)
    step(ben, ana)

    there = written(record, ana.get(record.name, made))
    assert there == written(record, ben.get(record.name, made))
    assert there | changes == there
    assert not ana.questions(made)


# Account and owner decide who sees a record; a custom field keeps its type, because values of it may be stored.
_KEPT = frozenset({"account", "owner", "type"})


@pytest.mark.parametrize("record", _WRITTEN, ids=lambda record: record.name)
def test_emptied_fields_travel(both: tuple[Laptop, Laptop], record: RecordType) -> None:
    ana, ben = both
    made = ana.add(record.name, **values_for(ana, record, 4))
    step(ana, ben)
    optional = {
        each.name: None
        for each in writable_fields(record, ROLE)
        if not each.required and each.name not in _KEPT and each.merge is not Merge.COUNTER
    }

    ana.set(record.name, made, **optional)
    step(ana, ben)

    there = written(record, ben.get(record.name, made))
    assert there == written(record, ana.get(record.name, made))
    assert not optional.keys() & there.keys() - {"stage", "status", "closed_on"}


@pytest.mark.parametrize("record", _WRITTEN, ids=lambda record: record.name)
def test_deletion_and_return_travel(both: tuple[Laptop, Laptop], record: RecordType) -> None:
    ana, ben = both
    made = ana.add(record.name, **values_for(ana, record, 5))
    step(ana, ben)
    before = written(record, ben.get(record.name, made))

    ana.delete(record.name, made)
    step(ana, ben)
    gone = ben.get(record.name, made)
    ben.restore(record.name, made)
    step(ben, ana)

    assert gone is None
    assert written(record, ana.get(record.name, made)) == before


def test_custom_field_holds_values_on_both(both: tuple[Laptop, Laptop]) -> None:
    ana, ben = both
    ana.add("custom_field", record_type="account", name="valves", type="number", label="Valves")
    account = ana.add("account", name="Kestrel Foods")
    step(ana, ben)

    ben.set("account", account, x_valves=12)
    step(ben, ana)
    ana.set("account", account, phone="110")
    ben.set("account", account, x_valves=13)
    step(ana, ben)

    for laptop in both:
        values = laptop.get("account", account) or {}
        assert (values["x_valves"], values["phone"]) == (13, "110")
    oracle.check_equals_office(ana.office, ana)
