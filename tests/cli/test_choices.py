"""Choices, refused changes and figures, as scripts read them."""

from pathlib import Path

import pytest

from sync.contract.errors import Code
from sync.contract.wire import Outcome, Receipt
from tests.cli.conftest import Cli
from tests.helpers.small_world import Person, Template, World


def clash(world: World, **values: object) -> tuple[Cli, str]:
    """Let Ben and then Ana write different values; gives Ana's command line and the account."""
    account = world["ana"].add("account", name="Kestrel", phone="1", city="Hull")
    for name in ("ana", "ben"):
        world[name].sync()
    world["ben"].set("account", account, **(values or {"phone": "2"}))
    world["ana"].set("account", account, **dict.fromkeys(values or {"phone": "2"}, "3"))
    for name in ("ben", "ana", "ana"):
        world[name].sync()
    return Cli(Path(world["ana"].database.file).parent), account


def test_conflict_is_told_from_the_user_s_side(world: World) -> None:
    cli, account = clash(world)

    (found,) = cli.json("conflicts")

    expected = {"type": "account", "record": account, "field": "phone", "before": "1", "yours": "3", "theirs": "2"}
    assert {name: found[name] for name in expected} == expected
    assert (found["current"], found["proposed"], found["asked"]) == ("2", "3", True)
    assert (found["by"], found["by_name"]) == (world["ben"].user, "ben")
    assert found["at"] is not None


def test_resolve_takes_a_side_by_the_end_of_an_id(world: World) -> None:
    cli, account = clash(world)
    (found,) = cli.json("conflicts")

    cli.ok("resolve", found["id"][-6:], "mine")

    assert cli.json("conflicts") == []
    assert cli.json("show", "account", account)["phone"] == "3"


@pytest.mark.parametrize(("word", "side"), [("mine", "yours"), ("theirs", "theirs")])
def test_resolve_of_a_conflict_between_others_takes_what_the_list_shows(tmp_path: Path, word: str, side: str) -> None:
    names = ("ana", "ben", "eve")
    with Template(tmp_path, [Person(each) for each in names], names).world() as world:
        _, account = clash(world)
        world["eve"].sync()
        cli = Cli(Path(world["eve"].database.file).parent)
        (found,) = cli.json("conflicts")

        cli.ok("resolve", found["id"], word)

        assert cli.json("show", "account", account)["phone"] == found[side]


def test_resolve_takes_a_value_of_one_s_own(world: World) -> None:
    cli, account = clash(world)
    (found,) = cli.json("conflicts")

    cli.ok("resolve", found["id"], "+86 755 1234 5678")

    assert cli.json("show", "account", account)["phone"] == "+86 755 1234 5678"


def test_resolve_of_several_fields_takes_them_by_name(world: World) -> None:
    cli, account = clash(world, address="Quay 1", city="York")
    (found,) = cli.json("conflicts")

    cli.ok("resolve", found["id"], "address=Quay 7", "city=Leeds")

    assert found["theirs"] == {"address": "Quay 1", "city": "York"}
    shown = cli.json("show", "account", account)
    assert (shown["address"], shown["city"]) == ("Quay 7", "Leeds")


def test_value_of_one_more_colleague_is_told_and_chosen_by_name(tmp_path: Path) -> None:
    names = ("ana", "ben", "eve")
    with Template(tmp_path, [Person(each) for each in names], names).world() as world:
        account = world["ana"].add("account", name="Kestrel", phone="1")
        for name in names:
            world[name].sync()
        for name, phone in (("ben", "2"), ("ana", "3"), ("eve", "4")):
            world[name].set("account", account, phone=phone)
        for name in (*("ben", "ana", "eve"), "ana"):
            world[name].sync()
        cli = Cli(Path(world["ana"].database.file).parent)
        (found,) = cli.json("conflicts")
        refused = cli("resolve", found["id"], "--of", "nobody")

        cli.ok("resolve", found["id"], "--of", "Eve")

        assert [(each["values"], each["by_name"]) for each in found["others"]] == [("4", "eve")]
        assert refused.code == 2
        assert cli.json("show", "account", account)["phone"] == "4"


def test_resolve_without_an_answer_is_a_usage_error(world: World) -> None:
    cli, _ = clash(world)
    (found,) = cli.json("conflicts")

    assert cli("resolve", found["id"]).code == 2


def test_resolved_conflict_cannot_be_resolved_again(world: World) -> None:
    cli, _ = clash(world)
    (found,) = cli.json("conflicts")
    cli.ok("resolve", found["id"], "theirs")

    called = cli("resolve", found["id"], "mine")

    assert called.code == 1
    assert "ana" in called.err


def test_human_list_of_conflicts_says_how_to_choose(world: World) -> None:
    cli, _ = clash(world)

    out = cli.ok("conflicts").out

    assert "Kestrel" in out
    assert "roundsman resolve ID" in out


def refuse(world: World) -> tuple[Cli, str, str]:
    ana = world["ana"]
    account = ana.add("account", name="Kestrel", phone="1")
    ana.sync()
    ana.set("account", account, phone="7", revenue=[100, "CNY"])
    (mutation,) = ana.replica.outbox(max_mutations=10, max_bytes=100_000)
    receipt = Receipt(
        mutation=mutation.id,
        outcome=Outcome.REJECTED,
        fields={"phone": "1", "revenue": None},
        code=Code.NOT_PERMITTED,
        data={"type": "account"},
    )
    ana.replica.take_receipts([receipt])
    return Cli(Path(ana.database.file).parent), account, mutation.id


def test_attention_shows_values_and_reason(world: World) -> None:
    cli, account, mutation = refuse(world)

    (found,) = cli.json("attention")

    assert (found["id"], found["type"], found["record"], found["op"]) == (mutation, "account", account, "patch")
    assert found["values"] == {"phone": "7", "revenue": "1.00 CNY"}
    assert (found["code"], found["outcome"]) == ("not_permitted", "rejected")
    assert "role" in found["reason"]


def test_resend_makes_a_new_edit(world: World) -> None:
    cli, account, mutation = refuse(world)

    cli.ok("resend", mutation[-6:])

    assert cli.json("attention") == []
    shown = cli.json("show", "account", account)
    assert (shown["phone"], shown["pending"]) == ("7", ["phone", "revenue"])


def test_discard_leaves_the_record_and_can_be_undone(world: World) -> None:
    cli, account, mutation = refuse(world)

    cli.ok("discard", mutation)
    after = cli.json("attention")
    cli.ok("undo")

    assert after == []
    assert len(cli.json("attention")) == 1
    assert cli.json("show", "account", account)["phone"] == "1"


def test_undo_tells_what_stays_and_why(world: World) -> None:
    ana, ben = world["ana"], world["ben"]
    account = ana.add("account", name="Kestrel", phone="1", website="a.example")
    ana.sync()
    ana.set("account", account, phone="2", website="b.example")
    for each in (ana, ben):
        each.sync()
    ben.set("account", account, phone="3")
    for each in (ben, ana):
        each.sync()

    cli = Cli(Path(ana.database.file).parent)
    asked, called = cli("undo"), cli("undo", "--rest", "--json")

    assert (asked.code, called.code) == (1, 0)
    assert "ben has changed phone since. Nothing was taken back." in asked.err
    assert called.document["kept"] == [{"type": "account", "record": account, "field": "phone", "by": "ben"}]
    assert "Phone stays as it is: ben has changed it since." in called.err


def test_status_has_exactly_the_promised_keys_and_asks_no_network(world: World) -> None:
    cli, _ = clash(world)

    found = cli.json("status")

    keys = {"online", "pending", "conflicts", "attention", "last_sync", "server", "user", "schema", "rows", "ledger"}
    assert found.keys() == keys | {"files_unsent", "choices", "held", "copies"}
    assert found["ledger"]["recorded"] == found["ledger"]["confirmed"] + found["ledger"]["waiting"] > 0
    assert (found["conflicts"], found["user"], found["rows"]["account"]) == (1, "ana", 1)
    assert found["last_sync"] is not None


def test_status_counts_choices_by_record_as_the_window_does(world: World) -> None:
    ana, ben = world["ana"], world["ben"]
    account = ana.add("account", name="Kestrel", phone="1", website="a.example")
    for each in (ana, ben):
        each.sync()
    ben.set("account", account, phone="2", website="b.example")
    ana.set("account", account, phone="3", website="c.example")
    for each in (ben, ana, ana, ben):
        each.sync()
    hers, his = (Cli(Path(each.database.file).parent) for each in (ana, ben))

    found = hers.json("status")

    assert (found["conflicts"], found["choices"]) == (2, ana.reads.sync_figures().conflicts) == (2, 1)
    assert ["needing", "a", "choice", "1"] in [line.split() for line in hers.ok("status").out.splitlines()]
    assert his.json("status")["choices"] == 0


def test_doctor_puts_wrong_sums_right(world: World) -> None:
    ana = world["ana"]
    account = ana.add("account", name="Kestrel")
    ana.sync()
    with ana.database.writing() as connection:
        connection.exec_driver_sql("UPDATE scope_digest SET total = total + 1 WHERE scope = ?", (account,))
    cli = Cli(Path(ana.database.file).parent)

    found, again = (
        next(each for each in cli.json("doctor")["checks"] if each["name"] == "counts")["found"] for _ in range(2)
    )

    assert (found, again) == ("sums", "right")


def test_pending_counts_what_is_not_sent(world: World) -> None:
    cli = Cli(Path(world["ana"].database.file).parent)
    before = cli.json("status")["pending"]

    cli.add("task", "title=Call")

    assert cli.json("status")["pending"] == before + 1


def test_human_status_names_the_user(world: World) -> None:
    assert "ana" in Cli(Path(world["ana"].database.file).parent).ok("status").out
