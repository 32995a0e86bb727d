"""A record that somebody made in an account they had lost: its new owner takes it up, whatever type it is of."""

from collections.abc import Iterator

import pytest

from desktop.commands.files import AttachFile, FileFacts
from desktop.domain.choosing import Choice
from sync.contract.entities import CATALOGUE
from sync.contract.fields import FieldType, RecordType, Role, Scope
from sync.contract.rules import may_write
from tests.helpers import oracle
from tests.helpers.sample_values import sample_record
from tests.helpers.small_world import Laptop, Person, Template, World

_IN_ACCOUNTS = [
    each for each in CATALOGUE if each.scope is Scope.ACCOUNT and "account" in each.fields and may_write(each, Role.REP)
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    people = [Person("ana", Role.REP, ("North",)), Person("cleo", Role.REP, ("South",))]
    with Template(tmp_path_factory.mktemp("taken-up"), people, ["ana", "cleo"]).world() as world:
        yield world


def made_in(laptop: Laptop, account: str, record: RecordType) -> str:
    """Make a record of a type in an account."""
    if record.name == "attachment":
        facts = FileFacts(sha256="a" * 64, size=7, name="offer.pdf", media_type="application/pdf")
        return str(laptop.run(AttachFile("account", account, facts)))
    references = {each.name for each in record.fields.values() if each.type is FieldType.REFERENCE}
    values = sample_record(record, 1, Role.REP)
    keyed = {each.name: each.choices_from for each in record.fields.values() if each.choices_from}
    values |= {name: first_key(laptop, kind) for name, kind in keyed.items()}
    plain = {name: value for name, value in values.items() if name not in references}
    if "user" in references:
        plain["user"] = laptop.user
    return laptop.add(record.name, **{**plain, "account": account})


def first_key(laptop: Laptop, record_type: str) -> str:
    return min(str(each["key"]) for (kind, _), each in oracle.laptop_rows(laptop) if kind == record_type)


def give(world: World, account: str) -> None:
    """Give an account to Cleo in the South."""
    with world.office.log.writing() as writer:
        territory, owner = writer.find("territory", "name", "South")[0], writer.find("user", "login", "cleo")[0]
        writer.patch("account", account, {"territory": territory, "owner": owner})


@pytest.mark.parametrize("record", _IN_ACCOUNTS, ids=lambda record: record.name)
def test_record_made_too_late_is_taken_up_by_the_new_owner(world: World, record: RecordType) -> None:
    ana, cleo = world["ana"], world["cleo"]
    account = ana.add("account", name="Acme")
    ana.sync()
    made = made_in(ana, account, record)
    give(world, account)

    ana.sync()
    cleo.sync()
    (question,) = [each for each in cleo.reads.conflicts() if each.record == made]
    cleo.choose(question.id, Choice.PROPOSED)
    cleo.sync()

    assert cleo.reads.attention() == []
    assert (cleo.get(record.name, made) or {})["account"] == account
    oracle.check_equals_office(cleo.office, cleo)
