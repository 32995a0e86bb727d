"""What a push promises: one receipt each, exactly once, whatever comes back twice, broken, or from the wrong hands."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from sync.contract.clock import new_id
from sync.contract.errors import AppError, Code
from sync.contract.fields import Role
from sync.contract.wire import MAX_PUSH_MUTATIONS, Op, Outcome, PushAnswer, PushRequest
from sync.server.chain import Cursor
from sync.server.check import check
from sync.server.handlers import Call, handle_push
from sync.server.schema import CHANGE_LOG, MUTATION
from tests.server.desk import Desk, Laptop, outcomes


def send_raw(desk: Desk, laptop: Laptop, mutations: list[Any], *, client: str | None = None) -> PushAnswer:
    """Hand in mutations as plain JSON, however odd."""
    body = msgspec.json.encode({"client_id": client or laptop.client_id, "mutations": mutations})
    answer = msgspec.json.encode(handle_push(desk.office, Call(laptop.token, body, {})))
    return msgspec.json.decode(answer, type=PushAnswer)


def plain(laptop: Laptop, **more: Any) -> dict[str, Any]:
    """Give a mutation that would be taken, as plain JSON."""
    laptop.create("account", name="Plain")
    return {**msgspec.to_builtins(laptop.waiting.pop()), **more}


def log_lines(desk: Desk) -> list[tuple[int, str | None]]:
    with desk.log.storage.reading() as connection:
        return [
            (seq, mutation) for seq, mutation in connection.execute(select(CHANGE_LOG.c.seq, CHANGE_LOG.c.mutation))
        ]


def test_mutation_handed_in_again_takes_effect_once_and_gets_the_same_receipt(desk: Desk, ana: Laptop) -> None:
    account = ana.create("account", name="Acme", points=1)
    ana.patch("account", account, points=3)
    batch = list(ana.waiting)

    first = ana.send(batch)
    again = ana.send(batch)

    assert again.receipts == first.receipts
    assert again.head == first.head


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(splits=st.lists(st.integers(1, 6), min_size=1, max_size=12), repeat=st.integers(0, 3))
def test_counter_is_exact_under_any_split_and_repetition(
    desk: Desk, ana: Laptop, splits: list[int], repeat: int
) -> None:
    account = ana.create("account", name="Acme", points=0)
    ana.push()
    for _ in splits:
        ana.add(Op.PATCH, "account", account, fields={"points": 1}, was={"points": 0})
    waiting, ana.waiting = ana.waiting, []

    for size in [*splits, *splits[:repeat], 6]:
        for start in range(0, len(waiting), size):
            ana.send(waiting[start : start + size])

    assert desk.values("account", account)["points"] == len(splits)


def test_mutation_twice_in_one_batch_takes_effect_once(desk: Desk, ana: Laptop) -> None:
    account = ana.create("account", name="Acme", points=0)
    ana.push()
    ana.patch("account", account, points=1)
    (mutation,) = ana.waiting

    receipts = ana.send([mutation, mutation]).receipts

    assert receipts[0] == receipts[1]
    assert desk.values("account", account)["points"] == 1


def test_receipt_of_somebody_else_is_not_given_away(desk: Desk, ana: Laptop) -> None:
    eve = desk.laptop("eve", territories=("South",))
    ana.create("account", name="Secret")
    (mutation,) = ana.waiting
    ana.push()

    (receipt,) = eve.send([mutation]).receipts

    assert (receipt.outcome, receipt.code, receipt.fields) == (Outcome.REJECTED, Code.ID_TAKEN, {})


def test_mutation_of_another_user_is_refused(desk: Desk, ana: Laptop, ben: Laptop) -> None:
    ben.create("account", name="Acme")

    (receipt,) = ana.send(ben.waiting).receipts

    assert (receipt.outcome, receipt.code) == (Outcome.REJECTED, Code.WRONG_USER)


def test_push_for_another_device_is_refused_as_a_whole(desk: Desk, ana: Laptop, ben: Laptop) -> None:
    with pytest.raises(AppError) as refused:
        send_raw(desk, ana, [plain(ana)], client=ben.client_id)

    assert refused.value.code is Code.WRONG_USER


@pytest.mark.parametrize("cursor", ["nonsense", Cursor("another", 1, 1, "").text()])
def test_push_of_another_history_is_refused_as_a_whole(desk: Desk, ana: Laptop, cursor: str) -> None:
    ana.create("account", name="Acme")
    request = PushRequest(client_id=ana.client_id, mutations=ana.waiting, cursor=ana.cursor)

    with pytest.raises(AppError) as refused:
        ana.office.push(replace(request, cursor=cursor))

    assert refused.value.code is Code.CURSOR_DIVERGED
    assert [each.outcome for each in ana.office.push(request).receipts] == [Outcome.APPLIED]


def test_too_many_mutations_are_refused_as_a_whole(desk: Desk, ana: Laptop) -> None:
    with pytest.raises(AppError) as refused:
        send_raw(desk, ana, [plain(ana) for _ in range(MAX_PUSH_MUTATIONS + 1)])

    assert refused.value.code is Code.MESSAGE_TOO_LARGE


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"type": "spaceship"}, Code.UNKNOWN_TYPE, id="unknown type"),
        pytest.param({"fields": {"name": "A", "warp": 9}}, Code.UNKNOWN_FIELD, id="field of a newer program"),
        pytest.param({"fields": {}}, Code.VALUE_REQUIRED, id="required field absent"),
        pytest.param({"fields": {"name": "x" * 201}}, Code.VALUE_TOO_LONG, id="too long"),
        pytest.param({"fields": {"name": "A", "tier": "z"}}, Code.VALUE_NOT_A_CHOICE, id="no choice"),
        pytest.param({"fields": {"name": "A\0"}}, Code.VALUE_UNREADABLE, id="zero character"),
        pytest.param({"fields": {"name": ["A"]}}, Code.VALUE_UNREADABLE, id="wrong kind"),
        pytest.param({"record": "not-an-id"}, Code.VALUE_UNREADABLE, id="unreadable id"),
        pytest.param({"op": "explode"}, Code.MESSAGE_UNREADABLE, id="unknown operation"),
        pytest.param({"op": "move_out"}, Code.MESSAGE_UNREADABLE, id="operation of the office"),
        pytest.param({"n": 2**70}, Code.MESSAGE_UNREADABLE, id="number too large"),
        pytest.param({"base": "seven"}, Code.MESSAGE_UNREADABLE, id="base that is no number"),
        pytest.param({"command": "\0"}, Code.MESSAGE_UNREADABLE, id="zero character in an id"),
        pytest.param({"fields": {"name": "A", "owner": new_id()}}, Code.REFERENCE_NOT_FOUND, id="unknown reference"),
        pytest.param({"op": "patch", "record": new_id()}, Code.RECORD_NOT_FOUND, id="unknown record"),
        pytest.param({"type": "product"}, Code.NOT_PERMITTED, id="not this role's"),
        pytest.param({"type": "conflict"}, Code.NOT_PERMITTED, id="question made up"),
        pytest.param(
            {"type": "opportunity", "fields": {"name": "A", "stage": "nope"}}, Code.VALUE_NOT_A_CHOICE, id="stage"
        ),
    ],
)
def test_mutation_that_cannot_be_taken_is_refused_alone(
    desk: Desk, ana: Laptop, change: dict[str, Any], code: Code
) -> None:
    before, after = plain(ana), plain(ana)

    receipts = send_raw(desk, ana, [before, plain(ana, **change), after]).receipts

    assert outcomes(receipts) == [Outcome.APPLIED, Outcome.REJECTED, Outcome.APPLIED]
    assert receipts[1].code == code
    assert len(log_lines(desk)) == max(seq for seq, _ in log_lines(desk))


def test_mutation_without_an_id_makes_the_request_unreadable(desk: Desk, ana: Laptop) -> None:
    with pytest.raises(AppError) as refused:
        send_raw(desk, ana, [{"op": "create"}])

    assert refused.value.code is Code.MESSAGE_UNREADABLE


def test_stamps_that_a_laptop_sends_are_passed_over(desk: Desk, ana: Laptop) -> None:
    account = ana.create("account", name="Acme", created_by=new_id(), updated_at="2001-01-01T00:00:00.000Z")

    outcome = ana.push_one().outcome

    assert outcome is Outcome.APPLIED
    values = desk.values("account", account)
    assert (values["created_by"], values["updated_by"]) == (ana.user, ana.user)
    assert values["updated_at"] > "2020"


@pytest.mark.parametrize("at", ["1999-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z", "yesterday", ""])
def test_time_that_cannot_be_true_is_replaced_by_the_offices(desk: Desk, ana: Laptop, at: str) -> None:
    ana.add(Op.CREATE, "account", account := new_id(), fields={"name": "Acme"}, at=at)

    ana.push()

    created_at = desk.values("account", account)["created_at"]
    assert created_at == desk.values("account", account)["updated_at"]


def test_every_mutation_is_kept_as_it_came_with_its_receipt(desk: Desk, ana: Laptop) -> None:
    odd = plain(ana, type="spaceship", fields={"warp": 9})

    send_raw(desk, ana, [odd])

    with desk.log.storage.reading() as connection:
        payload = connection.scalar(select(MUTATION.c.payload).where(MUTATION.c.mutation_id == odd["id"]))
    assert msgspec.json.decode(payload or "") == odd
    assert check(desk.log).damage == []


def test_client_whose_user_is_disabled_is_refused(desk: Desk, ana: Laptop) -> None:
    with desk.writing() as writer:
        writer.patch("user", ana.user, {"active": False})
    ana.create("account", name="Acme")

    with pytest.raises(AppError) as refused:
        ana.push()

    assert refused.value.code is Code.SIGN_IN_ENDED


# ---------------------------------------------------------------------------------------------- groups


def test_group_of_which_one_is_refused_is_held_as_a_whole(desk: Desk, ana: Laptop) -> None:
    group = new_id()
    account = new_id()
    ana.add(Op.CREATE, "account", account, fields={"name": "Acme"}, group=group)
    ana.create("account", name="Between")
    ana.add(Op.CREATE, "contact", new_id(), fields={"name": "Li", "account": account, "warp": 1}, group=group)
    ana.add(Op.CREATE, "task", new_id(), fields={"title": "Call", "account": account}, group=group)

    receipts = ana.push()

    assert outcomes(receipts) == [Outcome.REJECTED, Outcome.APPLIED, Outcome.REJECTED, Outcome.REJECTED]
    assert [each.code for each in receipts] == [Code.GROUP_HELD, "", Code.UNKNOWN_FIELD, Code.GROUP_HELD]
    assert [each.missing for each in receipts] == [True, False, True, True]
    assert desk.values("account", account) == {}
    assert check(desk.log).damage == []


def test_group_whose_members_are_all_good_is_taken(desk: Desk, ana: Laptop) -> None:
    group = new_id()
    account = new_id()
    ana.add(Op.CREATE, "account", account, fields={"name": "Acme"}, group=group)
    ana.add(Op.CREATE, "contact", new_id(), fields={"name": "Li", "account": account}, group=group)

    assert outcomes(ana.push()) == [Outcome.APPLIED, Outcome.APPLIED]


def test_mutation_that_needs_a_held_one_is_refused(desk: Desk, ana: Laptop) -> None:
    group = new_id()
    account = new_id()
    ana.add(Op.CREATE, "account", account, fields={"name": "Acme"}, group=group)
    ana.create("contact", name="Li", account=account)
    ana.add(Op.CREATE, "contact", "broken", fields={"name": "Li"}, group=group)

    receipts = ana.push()

    assert receipts[1].code == Code.REFERENCE_NOT_FOUND


# ---------------------------------------------------------------------------------------------- poison


@pytest.mark.allow_logs("mutation .* broke under")
def test_mutation_that_breaks_the_office_is_set_aside_alone(
    desk: Desk, ana: Laptop, caplog: pytest.LogCaptureFixture
) -> None:
    account = ana.create("account", name="Acme", tags=["a"])
    ana.push()
    ana.create("account", name="Before")
    # What the author is said to have seen is no list of tags, and nothing looks at it before the merge.
    ana.add(Op.PATCH, "account", account, fields={"tags": ["secret"]}, was={"tags": 5})
    ana.create("account", name="After")

    receipts = ana.push()

    assert outcomes(receipts) == [Outcome.APPLIED, Outcome.QUARANTINED, Outcome.APPLIED]
    assert receipts[1].data["error_id"] in caplog.text
    assert "secret" not in caplog.text
    assert receipts[1].fields["tags"] == ["a"]
    assert check(desk.log).damage == []


@pytest.mark.allow_logs("taking it apart", "mutation .* broke under")
def test_mutation_that_the_database_refuses_is_set_aside_alone(desk: Desk, ana: Laptop) -> None:
    with desk.log.storage.writing() as connection:
        connection.execute(text("CREATE UNIQUE INDEX only_once ON tags (name)"))
    for name in ("one", "two", "one", "three"):
        ana.create("tag", name=name)

    receipts = ana.push()

    assert outcomes(receipts) == [Outcome.APPLIED, Outcome.APPLIED, Outcome.QUARANTINED, Outcome.APPLIED]
    assert check(desk.log).damage == []


# ---------------------------------------------------------------------------------------------- defaults


def test_account_made_by_a_rep_gets_the_first_territory_and_the_rep_as_owner(desk: Desk) -> None:
    rep = desk.laptop("rep", territories=("West", "East"))
    account = rep.create("account", name="Acme")

    rep.push()

    values = desk.values("account", account)
    assert values["territory"] == desk.territory("West")
    assert values["owner"] == rep.user


def test_account_made_by_somebody_without_territory_has_none(desk: Desk) -> None:
    admin = desk.laptop("root", role=Role.ADMIN)
    account = admin.create("account", name="Acme")

    admin.push()

    assert "territory" not in desk.values("account", account)


def test_login_that_somebody_has_is_refused(desk: Desk, ana: Laptop) -> None:
    admin = desk.laptop("root", role=Role.ADMIN)
    admin.create("user", name="Other Ana", login="ANA")

    assert admin.push_one().code == Code.ID_TAKEN


def test_custom_field_is_taken_merged_and_delivered_like_a_built_in_one(desk: Desk, ana: Laptop, ben: Laptop) -> None:
    boss = desk.laptop("boss", role=Role.MANAGER, territories=("North",))
    boss.create("custom_field", record_type="account", name="colour", type="text")
    boss.push()
    account = ana.create("account", name="Acme", x_colour="red")
    ana.sync()
    ben.sync()
    ben.patch("account", account, x_colour="green")
    ben.push()
    ana.patch("account", account, x_colour="blue")

    receipt = ana.push_one()

    ana.pull()
    fresh = desk.device("ana", ana.user)
    assert receipt.outcome is Outcome.CONFLICT
    assert ana.value("account", account, "x_colour") == "green"
    assert fresh.value("account", account, "x_colour") == "green"
