"""What an office's receipt holds, whose time and ownership a record gets, and whom a question names."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import pytest

from sync.contract.catalogue import Catalogue
from sync.contract.clock import SystemClock, instant_text, new_id
from sync.contract.entities import CATALOGUE, SCHEMA_VERSION
from sync.contract.fields import Role
from sync.contract.upcasting import renamed
from sync.contract.wire import Op, Outcome, Receipt
from sync.server.applying import Applier
from sync.server.organisation import Organisation
from tests.server.desk import Desk, Laptop, outcomes

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Give one kind of database: what is decided here does not depend on it."""
    return sqlite_url


class StandingClock(SystemClock):
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW


@pytest.fixture
def account(ana: Laptop, ben: Laptop) -> str:
    """An account with an address that both have seen."""
    made = ana.create("account", name="Acme", phone="1", address="Road 1", city="北京")
    ana.sync()
    ben.sync()
    return made


ADDRESS = {"address", "district", "city", "province", "postcode", "country"}
STAMPS = {"updated_at", "updated_by"}


def versions(receipt: Receipt, *names: str) -> dict[str, int]:
    return {name: receipt.versions[name] for name in names}


# ---------------------------------------------------------------------------------------------- what a receipt holds


def test_receipt_of_a_creation_holds_the_groups_of_its_fields_as_of_its_position(ana: Laptop) -> None:
    ana.create("account", name="Acme", city="上海")

    receipt = ana.push_one()

    assert (receipt.outcome, receipt.missing, receipt.deleted, receipt.code) == (Outcome.APPLIED, False, False, "")
    assert receipt.fields == {**dict.fromkeys(ADDRESS), "name": "Acme", "city": "上海"}
    assert receipt.versions == dict.fromkeys({"name", "deleted"} | ADDRESS, receipt.seq)


def test_receipt_of_an_edit_holds_the_groups_of_its_fields_with_their_own_positions(ana: Laptop, account: str) -> None:
    ana.patch("account", account, city="上海")
    first = ana.push_one()
    ana.patch("account", account, province="广东")

    receipt = ana.push_one()

    assert receipt.seq > first.seq
    told = {name: value for name, value in receipt.fields.items() if name not in STAMPS}
    assert told == {**dict.fromkeys(ADDRESS), "address": "Road 1", "city": "上海", "province": "广东"}
    assert receipt.fields.keys() - told.keys() == {"updated_at", "updated_by"}
    assert versions(receipt, "city", "province", "deleted") == {
        "city": first.seq,
        "province": receipt.seq,
        "deleted": receipt.seq,
    }
    assert versions(receipt, "address", "district") == {"address": 0, "district": 0}


def test_receipt_of_an_edit_without_effect_brings_the_right_stamps(ana: Laptop, ben: Laptop, account: str) -> None:
    ben.patch("account", account, phone="2")
    theirs = ben.push_one()
    ana.patch("account", account, phone="2")

    receipt = ana.push_one()

    assert (receipt.outcome, receipt.seq) == (Outcome.NOOP, 0)
    assert receipt.fields.keys() == {"phone"} | STAMPS
    assert receipt.fields["updated_by"] == ben.user
    assert receipt.versions == dict.fromkeys({"phone", "deleted"} | STAMPS, theirs.seq)


def test_receipt_of_a_refusal_brings_what_there_is(ana: Laptop, account: str) -> None:
    ana.patch("account", account, tier="z")

    receipt = ana.push_one()

    assert (receipt.outcome, receipt.seq, receipt.missing) == (Outcome.REJECTED, 0, False)
    assert receipt.fields.keys() == {"tier"} | STAMPS
    assert receipt.versions["updated_at"] == ana.rows["account", account].version


def test_receipt_of_a_conflict_counts_the_question_as_its_effect(ana: Laptop, ben: Laptop, account: str) -> None:
    ben.patch("account", account, phone="3")
    theirs = ben.push_one()
    ana.patch("account", account, phone="2")

    receipt = ana.push_one()

    assert (receipt.outcome, receipt.fields["phone"]) == (Outcome.CONFLICT, "3")
    assert receipt.seq == theirs.seq + 1
    assert receipt.versions == dict.fromkeys({"phone", "deleted"} | STAMPS, theirs.seq)
    assert len(receipt.data["conflicts"]) == 1


def test_receipt_of_a_joined_value_has_no_stamps(ana: Laptop, account: str) -> None:
    ana.patch("account", account, points=3)
    ana.add(Op.PATCH, "account", account, fields={"points": 5}, was={"points": 0})

    _, receipt = ana.push()

    assert (receipt.outcome, receipt.fields) == (Outcome.MERGED, {"points": 8})


def test_receipt_tells_whether_the_record_is_deleted(ana: Laptop, account: str) -> None:
    ana.delete("account", account)
    ana.restore("account", account)

    deleted, restored = ana.push()

    assert [(each.deleted, each.fields) for each in (deleted, restored)] == [(True, {}), (False, {})]
    assert [each.versions for each in (deleted, restored)] == [{"deleted": deleted.seq}, {"deleted": restored.seq}]


def test_record_made_for_a_colleague_is_taken_without_a_word_about_it(ana: Laptop, ben: Laptop) -> None:
    ana.create("task", title="Call", owner=ben.user)

    receipt = ana.push_one()

    assert (receipt.outcome, receipt.missing, receipt.fields, receipt.versions) == (Outcome.APPLIED, False, {}, {})
    assert receipt.seq > 0


@dataclass(frozen=True)
class RenamedPhone(Organisation):
    """An organisation whose office calls the telephone of accounts a phone since the last version."""

    @cached_property
    def catalogue(self) -> Catalogue:
        step = renamed("account", "telephone", "phone")
        return Catalogue(CATALOGUE, version=SCHEMA_VERSION + 1, upcasts={SCHEMA_VERSION: step})


@pytest.mark.parametrize("seen", [True, False])
def test_receipt_tells_an_older_laptop_the_value_that_was_taken_under_its_own_name(
    desk: Desk, ana: Laptop, ben: Laptop, account: str, *, seen: bool
) -> None:
    ben.patch("account", account, phone="3")
    ben.push()
    ana.pull()
    edit = ana.add(
        Op.PATCH,
        "account",
        account,
        fields={"telephone": "5", "tier": "a"},
        was={"telephone": "3"},
        schema=SCHEMA_VERSION,
        base=ana.seq if seen else 0,
    )
    with desk.writing() as writer:
        writer.organisation = RenamedPhone(writer.organisation.records)
        applier = Applier(writer, user=ana.user, client=ana.client_id, role=Role.REP)
        applier.prefetch([edit])
        receipt = applier.apply(edit)

    told = {"telephone": "5"} if seen else {}
    stamps = {name: receipt.fields[name] for name in STAMPS & receipt.fields.keys()}
    assert receipt.outcome is (Outcome.APPLIED if seen else Outcome.CONFLICT)
    assert receipt.fields == {"tier": "a", **told, **stamps}
    assert {name: receipt.versions[name] for name in told} == dict.fromkeys(told, receipt.seq)
    assert desk.values("account", account)["phone"] == told.get("telephone", "3")


def test_each_clash_of_an_edit_is_a_question_and_the_rest_is_written(
    desk: Desk, ana: Laptop, ben: Laptop, account: str
) -> None:
    ben.patch("account", account, phone="3", city="上海")
    ben.push()
    ana.patch("account", account, phone="2", city="深圳", website="acme.cn")

    receipt = ana.push_one()

    asked = {each["field"]: each["id"] for each in desk.conflicts()}
    assert asked.keys() == {"phone", "address"}
    assert set(receipt.data["conflicts"]) == set(asked.values())
    assert desk.values("account", account)["website"] == "acme.cn"


# ---------------------------------------------------------------------------------------------- whose and when


def test_record_belongs_to_its_author_where_nothing_else_is_said(desk: Desk, ana: Laptop, ben: Laptop) -> None:
    ana.pull()
    made = {
        "account": ana.create("account", name="A"),
        "account of another": ana.create("account", name="B", owner=ben.user, territory=desk.territory("North")),
        "contact": ana.create("contact", name="C"),
        "contact of another": ana.create("contact", name="D", owner=ben.user),
        "tag": ana.create("tag", name="vip"),
    }

    ana.push()

    found = {name: desk.values(name.split()[0], each) for name, each in made.items()}
    assert {name: each.get("owner") for name, each in found.items()} == {
        "account": ana.user,
        "account of another": ben.user,
        "contact": ana.user,
        "contact of another": ben.user,
        "tag": None,
    }
    assert {name for name, each in found.items() if "territory" in each} == {"account", "account of another"}


def test_territory_that_is_named_is_kept(desk: Desk, ana: Laptop) -> None:
    boss = desk.laptop("boss", role=Role.ADMIN, territories=("West",))
    account = boss.create("account", name="A", territory=desk.territory("North"))

    boss.push()

    assert desk.values("account", account)["territory"] == desk.territory("North")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (NOW + timedelta(minutes=5), None),
        (NOW + timedelta(minutes=5, milliseconds=1), NOW),
        (NOW - timedelta(days=400), None),
        (NOW - timedelta(days=400, milliseconds=1), NOW),
        (NOW - timedelta(days=1), None),
    ],
)
def test_time_of_a_laptop_is_believed_where_it_can_be_true(
    desk: Desk, ana: Laptop, at: datetime, expected: datetime | None
) -> None:
    desk.log.clock = StandingClock()
    record = ana.add(Op.CREATE, "tag", new_id(), fields={"name": "vip"}, at=instant_text(at)).record

    ana.push()

    values = desk.values("tag", record)
    assert (values["created_at"], values["updated_at"]) == (instant_text(expected or at), instant_text(NOW))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-20T16:59:00+08:00", "2026-11-20T08:59:00.000Z"),
        ("yesterday", instant_text(NOW)),
        ("", instant_text(NOW)),
        ("0001-01-01T00:00:00+14:00", instant_text(NOW)),
    ],
)
def test_time_is_kept_in_its_normal_form(desk: Desk, ana: Laptop, at: str, expected: str) -> None:
    desk.log.clock = StandingClock()
    record = ana.add(Op.CREATE, "tag", new_id(), fields={"name": "vip"}, at=at).record

    ana.push()

    assert desk.values("tag", record)["created_at"] == expected


# ---------------------------------------------------------------------------------------------- whom a question names


def asked(desk: Desk) -> dict[str, Any]:
    (question,) = desk.conflicts()
    return question


def test_question_names_the_latest_of_those_who_wrote_the_group(
    desk: Desk, ana: Laptop, ben: Laptop, account: str
) -> None:
    cora = desk.laptop("cora", territories=("North",))
    ben.patch("account", account, city="上海")
    ben.push()
    cora.pull()
    cora.patch("account", account, address="Road 2")
    theirs = cora.patch("account", account, province="广东")
    cora.push()
    edit = ana.patch("account", account, address="Road 9", city="深圳")

    ana.push()

    found = asked(desk)
    assert (found["current_by"], found["current_at"]) == (cora.user, theirs.at)
    assert (found["proposed_by"], found["proposed_at"], found["asked"]) == (ana.user, edit.at, ana.user)
    assert found["mutation"] == edit.id


def test_question_about_a_deletion_names_who_worked_and_who_deleted(
    desk: Desk, ana: Laptop, ben: Laptop, account: str
) -> None:
    deletion = ana.delete("account", account)
    ana.push()
    edit = ben.patch("account", account, phone="5")
    ben.push()

    found = asked(desk)
    assert (found["current_by"], found["current_at"]) == (ben.user, edit.at)
    assert (found["proposed_by"], found["proposed_at"], found["asked"]) == (ana.user, deletion.at, ana.user)
    assert (found["current"], found["proposed"]) == ({"deleted": False}, {"deleted": True})


def test_record_that_is_moved_into_a_deleted_account_brings_that_back(
    desk: Desk, ana: Laptop, ben: Laptop, account: str
) -> None:
    contact = ben.create("contact", name="Li")
    ben.sync()
    ana.delete("account", account)
    ana.push()
    ben.patch("contact", contact, account=account)

    receipt = ben.push_one()

    ana.pull()
    assert receipt.outcome is Outcome.APPLIED
    assert not ana.rows["account", account].deleted
    assert (asked(desk)["record"], asked(desk)["asked"]) == (account, ana.user)


def test_edit_that_follows_a_question_of_the_same_push_is_shown_in_it(
    desk: Desk, ana: Laptop, ben: Laptop, account: str
) -> None:
    ben.patch("account", account, phone="3")
    ben.push()
    before = ana.seq
    ana.patch("account", account, phone="2")
    ana.add(Op.PATCH, "account", account, fields={"phone": "4"}, was={"phone": "3"}, base=before + 100)

    assert outcomes(ana.push()) == [Outcome.CONFLICT, Outcome.APPLIED]
    assert desk.conflicts() == []


def test_answer_of_the_one_who_is_asked_to_what_was_answered_meanwhile_changes_nothing(
    desk: Desk, ana: Laptop, ben: Laptop, account: str
) -> None:
    ben.patch("account", account, phone="3")
    ben.push()
    ana.patch("account", account, phone="2")
    ana.sync()
    ben.pull()
    question = asked(desk)["id"]
    ana.patch("conflict", question, state="resolved", resolution={"phone": "2"})
    again = ana.patch("conflict", question, state="resolved", resolution={"phone": "9"})
    late = ben.patch("conflict", question, state="resolved", resolution={"phone": "3"})

    mine, theirs = ana.push(), ben.push()

    assert [each.mutation for each in (*mine, *theirs)][1:] == [again.id, late.id]
    assert outcomes([*mine, *theirs]) == [Outcome.APPLIED, Outcome.APPLIED, Outcome.NOOP]
    assert desk.values("conflict", question)["resolution"] == {"phone": "9"}


def test_edit_of_a_question_that_is_no_answer_leaves_it_open(
    desk: Desk, ana: Laptop, ben: Laptop, account: str
) -> None:
    ben.patch("account", account, phone="3")
    ben.push()
    ana.patch("account", account, phone="2")
    ana.sync()
    ana.patch("conflict", asked(desk)["id"], external_id="Q-1")

    assert ana.push_one().outcome is Outcome.APPLIED
    assert (asked(desk)["external_id"], asked(desk)["proposed"]) == ("Q-1", {"phone": "2"})
