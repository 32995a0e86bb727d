"""One act is one transaction: rows, journal and search change together, and say what they changed."""

import pytest

from desktop.domain.changes import ActKind, Origin
from desktop.domain.listing import Condition, Test
from desktop.store.database import Database
from sync.contract.errors import AppError, Code
from sync.contract.fields import Role
from sync.contract.wire import Op
from tests.store.laptops import USER, Laptop, account_row, applied, page, row


def refusal(code: Code) -> pytest.RaisesExc[AppError]:
    return pytest.RaisesExc(AppError, check=lambda error: error.code is code)


def test_created_record_shows_its_values_stamps_and_owner(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "  Acme ", "revenue": [120_050, "CNY"], "tags": ["b", "a", "b"]})

    values = laptop.shown("account", account).values
    assert values["name"] == "Acme"
    assert values["revenue"] == [120_050, "CNY"]
    assert values["tags"] == ["a", "b"]
    assert values["owner"] == values["created_by"] == values["updated_by"] == USER
    assert values["created_at"] == values["updated_at"]


def test_creation_becomes_one_mutation_without_stamps(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})

    (mutation,) = laptop.outbox()
    assert (mutation.op, mutation.record, mutation.n) == (Op.CREATE, account, 1)
    assert mutation.fields == {
        "name": "Acme",
        "kind": "company",
        "status": "prospect",
        "points": 0,
        "owner": USER,
    }


def test_change_records_old_new_and_the_rest_of_its_group(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme", "city": "上海", "province": "上海市"})

    laptop.change("account", account, city="北京")

    patch = laptop.outbox()[-1]
    assert patch.fields == {"city": "北京"}
    assert patch.was == {
        "address": None,
        "district": None,
        "city": "上海",
        "province": "上海市",
        "postcode": None,
        "country": None,
    }


def test_change_to_the_same_value_writes_nothing(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    before = laptop.table("SELECT * FROM journal"), laptop.table("SELECT * FROM command")

    with laptop.unit() as work:
        work.change("account", account, {"name": "Acme", "tags": []})

    assert (laptop.table("SELECT * FROM journal"), laptop.table("SELECT * FROM command")) == before
    assert work.changes().records == {}


def test_several_changes_of_a_record_in_one_unit_become_one_mutation(laptop: Laptop) -> None:
    with laptop.unit() as work:
        account = work.create("account", {"name": "Acme"})
        work.change("account", account, {"city": "上海"})
        work.change("account", account, {"city": "北京", "name": "Acme Ltd"})

    (mutation,) = laptop.outbox()
    assert mutation.op is Op.CREATE
    assert (mutation.fields["name"], mutation.fields["city"]) == ("Acme Ltd", "北京")


def test_change_there_and_back_in_one_unit_leaves_no_mutation(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})

    with laptop.unit() as work:
        work.change("account", account, {"city": "上海"})
        work.change("account", account, {"city": None})

    assert len(laptop.outbox()) == 1


def test_mutations_are_numbered_densely_across_units(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    for city in ("上海", "上海", "北京"):
        laptop.change("account", account, city=city)
    laptop.delete("account", account)

    assert [each.n for each in laptop.outbox()] == [1, 2, 3, 4]


def test_entries_of_a_grouped_unit_share_their_group(laptop: Laptop) -> None:
    with laptop.unit(grouped=True) as work:
        account = work.create("account", {"name": "Acme"})
        work.create("contact", {"name": "王芳", "account": account})

    groups = {each.group for each in laptop.outbox()}
    assert groups == {work.command_id}


def test_change_set_names_what_changed_and_who_asked(laptop: Laptop) -> None:
    asker = object()
    with laptop.unit(initiator=asker) as work:
        account = work.create("account", {"name": "Acme"})

    changes = work.changes()
    assert changes.origin is Origin.COMMAND
    assert changes.records == {"account": frozenset({account}), "journal": frozenset()}
    assert changes.initiator is asker
    assert changes.command == work.command_id


def test_record_with_an_id_that_exists_is_refused(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})

    with refusal(Code.ID_TAKEN), laptop.unit() as work:
        work.create("account", {"name": "Other"}, record_id=account)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, Code.VALUE_REQUIRED),
        ({"name": "x" * 201}, Code.VALUE_TOO_LONG),
        ({"name": "Acme", "tier": "z"}, Code.VALUE_NOT_A_CHOICE),
        ({"name": "Acme", "colour": "red"}, Code.UNKNOWN_FIELD),
        ({"name": "Acme", "created_at": "2026-01-01T00:00:00.000Z"}, Code.FIELD_READ_ONLY),
        ({"name": "Acme", "parent": "01900000-0000-7000-8000-000000000001"}, Code.REFERENCE_NOT_FOUND),
        ({"name": "Acme", "employees": -1}, Code.VALUE_OUT_OF_RANGE),
    ],
)
def test_illegal_values_are_refused(laptop: Laptop, values: dict[str, object], code: Code) -> None:
    with refusal(code):
        laptop.add("account", values)

    assert laptop.outbox() == []


def test_record_types_of_the_office_are_not_for_reps(laptop: Laptop) -> None:
    with refusal(Code.NOT_PERMITTED):
        laptop.add("product", {"name": "Pump"})


def test_change_of_a_missing_record_is_refused(laptop: Laptop) -> None:
    with refusal(Code.RECORD_NOT_FOUND):
        laptop.change("account", "01900000-0000-7000-8000-000000000001", name="Acme")


def test_change_of_a_deleted_record_is_refused(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    laptop.delete("account", account)

    with refusal(Code.RECORD_DELETED):
        laptop.change("account", account, name="Acme Ltd")


def test_reference_to_a_deleted_record_is_refused(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    laptop.delete("account", account)

    with refusal(Code.REFERENCE_NOT_FOUND):
        laptop.add("contact", {"name": "王芳", "account": account})


def test_deleting_twice_records_it_once(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    laptop.delete("account", account)
    laptop.delete("account", account)

    assert [each.op for each in laptop.outbox()] == [Op.CREATE, Op.DELETE]


def test_deleting_an_account_hides_what_is_in_it_and_restoring_shows_it_again(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    contact = laptop.add("contact", {"name": "王芳", "account": account})
    gone_before = laptop.add("contact", {"name": "李强", "account": account})
    laptop.delete("contact", gone_before)

    laptop.delete("account", account)
    hidden = laptop.ids("contact"), laptop.shown("contact", contact).hidden
    laptop.restore("account", account)

    assert hidden == ([], True)
    assert laptop.ids("contact") == [contact]
    assert not any(each.record == contact and each.op is not Op.CREATE for each in laptop.outbox())


def test_restoring_what_is_in_a_deleted_account_keeps_it_hidden(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    contact = laptop.add("contact", {"name": "王芳", "account": account})
    laptop.delete("contact", contact)
    laptop.delete("account", account)

    laptop.restore("contact", contact)

    assert laptop.ids("contact") == []


def test_moving_a_record_to_another_account_moves_its_scope(laptop: Laptop) -> None:
    first = laptop.add("account", {"name": "First"})
    second = laptop.add("account", {"name": "Second"})
    task = laptop.add("task", {"title": "Call", "account": first})

    laptop.change("task", task, account=second)
    moved = laptop.shown("task", task).scope
    laptop.change("task", task, account=None)

    assert moved == second
    assert laptop.shown("task", task).scope == f"u:{USER}"


def test_stage_sets_status_and_the_day_it_was_closed(laptop: Laptop) -> None:
    for key, status, position in (("new", "open", 1), ("won", "won", 2)):
        laptop.add("stage", {"key": key, "name": key, "status": status, "position": position}, role=Role.ADMIN)
    deal = laptop.add("opportunity", {"name": "Pumps"})
    begun = laptop.shown("opportunity", deal).values["stage"]

    laptop.change("opportunity", deal, stage="won")

    values = laptop.shown("opportunity", deal).values
    assert begun == "new"
    assert (values["status"], values["closed_on"]) == ("won", "2026-11-21")


def test_counts_follow_every_change(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    laptop.add("contact", {"name": "王芳", "account": account})
    laptop.delete("account", account)

    assert laptop.table("SELECT type, live, shown FROM row_count WHERE live > 0 OR shown > 0") == [("contact", 1, 0)]


def test_base_is_what_the_author_had_seen(laptop: Laptop) -> None:
    account = "01900000-0000-7000-8000-000000000001"
    laptop.replica.take_page(page(account_row(account, 40), seq=30))

    laptop.change("account", account, name="Newer than the cursor")
    laptop.replica.take_page(page(seq=90))
    laptop.change("account", account, city="上海")

    assert [(each.base, each.older) for each in laptop.outbox()] == [(40, {}), (90, {})]


def test_older_names_fields_that_an_own_pending_value_hid(laptop: Laptop) -> None:
    account = "01900000-0000-7000-8000-000000000001"
    laptop.replica.take_page(page(account_row(account, 10), seq=10))
    laptop.change("account", account, phone="1", city="上海")
    laptop.replica.take_page(page(account_row(account, 20, phone="9"), seq=20))

    laptop.change("account", account, phone="2", email="a@b.cn")
    laptop.change("account", account, province="上海市")

    assert [each.older for each in laptop.outbox()] == [{}, {"phone": 10}, {"city": 10}]


def test_older_goes_back_to_the_first_of_several_pending_edits(laptop: Laptop) -> None:
    account = "01900000-0000-7000-8000-000000000001"
    laptop.replica.take_page(page(account_row(account, 10), seq=10))
    laptop.change("account", account, phone="1")
    laptop.replica.take_page(page(seq=20))
    laptop.change("account", account, phone="2")
    laptop.replica.take_page(page(seq=30))

    laptop.change("account", account, phone="3")

    assert laptop.outbox()[-1].older == {"phone": 10}


def test_older_reaches_behind_an_edit_that_was_answered_meanwhile(laptop: Laptop) -> None:
    account = "01900000-0000-7000-8000-000000000001"
    laptop.replica.take_page(page(account_row(account, 10), seq=10))
    laptop.change("account", account, phone="1")
    (first,) = laptop.outbox()
    laptop.replica.take_page(page(account_row(account, 15, phone="9"), seq=20))
    laptop.change("account", account, phone="2")
    laptop.replica.take_receipts([applied(first, 21)])
    laptop.replica.take_page(page(seq=30))

    laptop.change("account", account, phone="3")

    assert [each.older for each in laptop.outbox()] == [{"phone": 10}, {"phone": 10}]


def test_undo_is_remembered_as_such_and_takes_its_target_off_the_list(laptop: Laptop) -> None:
    with laptop.unit(label="commands.added") as added:
        account = added.create("account", {"name": "Acme"})

    with laptop.unit(kind=ActKind.UNDO, target=added.command_id, origin=Origin.UNDO) as undone:
        for step in undone.steps(added.command_id):
            undone.delete(step.type, step.record)

    assert laptop.shown("account", account).deleted
    assert undone.changes().origin is Origin.UNDO
    kinds = laptop.table("SELECT kind, target, undone_by FROM command ORDER BY n")
    assert kinds == [("do", None, undone.command_id), ("undo", added.command_id, None)]


def test_steps_of_an_act_hold_old_and_new_values_newest_first(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme", "phone": "1"})
    with laptop.unit() as work:
        work.change("account", account, {"phone": None})
        contact = work.create("contact", {"name": "王芳", "account": account})

    with laptop.unit() as later:
        steps = later.steps(work.command_id)

    assert [(each.record, each.op) for each in steps] == [(contact, Op.CREATE), (account, Op.PATCH)]
    assert (steps[1].old, steps[1].new) == ({"phone": "1"}, {"phone": None})


def test_unit_reads_its_own_writes(laptop: Laptop) -> None:
    with laptop.unit() as work:
        account = work.create("account", {"name": "Acme", "city": "上海"})
        got = work.get("account", account)
        found = [each["id"] for each in work.select("account", [Condition("city", Test.EQ, "上海")])]

    assert got is not None
    assert (got["name"], got["deleted"], got["version"], got["scope"]) == ("Acme", False, 0, account)
    assert found == [account]


def test_records_of_a_revoked_account_are_read_only(laptop: Laptop) -> None:
    from sync.contract.wire import Granted, Revoked

    account, contact = "01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000002"
    rows = account_row(account, 1), row("contact", contact, 2, scope=account, name="王芳", account=account)
    laptop.replica.take_page(page(*rows, seq=2))
    laptop.replica.take_page(page(seq=3, revoked=(Revoked(scope=account, seq=3),)))

    for act in (
        lambda: laptop.change("contact", contact, name="Other"),
        lambda: laptop.delete("account", account),
        lambda: laptop.add("task", {"title": "Call", "account": account}),
    ):
        with refusal(Code.RECORD_READ_ONLY):
            act()
    frozen = laptop.shown("contact", contact).frozen
    laptop.replica.take_page(page(*rows, seq=4, granted=(Granted(scope=account, seq=4),)))
    laptop.change("contact", contact, name="Other")

    assert frozen
    assert laptop.shown("contact", contact).values["name"] == "Other"


def test_opening_a_unit_inside_a_unit_is_a_programming_error(laptop: Laptop) -> None:
    with laptop.unit(), pytest.raises(RuntimeError, match="must not open another"):
        laptop.add("account", {"name": "Acme"})


def test_custom_field_is_there_for_the_next_unit(laptop: Laptop) -> None:
    definition = {"record_type": "account", "name": "machines", "type": "number"}
    laptop.add("custom_field", definition, role=Role.ADMIN)

    account = laptop.add("account", {"name": "Acme", "x_machines": 12})

    assert laptop.shown("account", account).values["x_machines"] == 12
    assert laptop.outbox()[-1].fields["x_machines"] == 12


def test_catalogue_of_another_open_database_learns_of_custom_fields_by_the_tail(laptop: Laptop) -> None:
    other: Database = Database.open(laptop.database.file, bytes(range(32)), clock=laptop.database.clock, create=False)
    with other:
        head = other.journal_head()
        definition = {"record_type": "account", "name": "machines", "type": "number"}
        laptop.add("custom_field", definition, role=Role.ADMIN)

        other.journal_tail(head)

        assert "x_machines" in other.catalogue["account"].fields
