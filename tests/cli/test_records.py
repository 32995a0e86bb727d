"""Records on the command line: what scripts give and get."""

from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.helpers.small_world import World


def test_add_prints_only_the_id_and_show_finds_it_by_its_end(cli: Cli) -> None:
    account = cli.add("account", "name=Kestrel Foods", "phone=+44 20 7946 0018")

    shown = cli.json("show", "account", account[-6:])

    assert len(account) == 36
    assert (shown["id"], shown["name"], shown["phone"]) == (account, "Kestrel Foods", "+44 20 7946 0018")


def test_show_gives_every_field_and_what_is_not_sent_yet(cli: Cli) -> None:
    account = cli.add("account", "name=Kestrel")

    shown = cli.json("show", "account", account)

    names = {"external_id", "owner", "created_at", "created_by", "updated_at", "updated_by", "territory", "x_machines"}
    assert names <= shown.keys()
    assert {"name", "owner"} <= set(shown["pending"])
    assert shown["deleted"] is False
    assert shown["website"] is None
    assert "history" not in shown


def test_show_with_history_tells_old_and_new(cli: Cli) -> None:
    account = cli.add("account", "name=Kestrel", "phone=1")
    cli.ok("set", "account", account, "phone=2")

    (latest, first) = cli.json("show", "account", account, "--history")["history"]

    assert latest["fields"] == {"phone": ["1", "2"]}
    assert first["fields"]["name"] == [None, "Kestrel"]
    assert latest["by_name"] == "ana"


def test_set_clears_adds_and_takes_away(cli: Cli) -> None:
    account = cli.add("account", "name=Kestrel", "phone=1", "tags=a,b", "points=2")

    cli.ok("set", "account", account, "phone=", "tags+=c", "tags-=a", "points+=3", "x_machines=4")

    shown = cli.json("show", "account", account)
    assert (shown["phone"], shown["tags"], shown["points"], shown["x_machines"]) == (None, ["b", "c"], 5, 4)


def test_amount_without_currency_takes_the_present_one_else_the_organisation_s(cli: Cli) -> None:
    account = cli.add("account", "name=Kestrel", "revenue=1200.5", "credit_limit=10 USD")

    cli.ok("set", "account", account, "credit_limit=20")

    shown = cli.json("show", "account", account)
    assert (shown["revenue"], shown["credit_limit"]) == ("1200.50 CNY", "20.00 USD")


def test_reference_takes_the_end_of_an_id(cli: Cli) -> None:
    account = cli.add("account", "name=Kestrel")

    contact = cli.add("contact", "name=Li Wei", f"account={account[-8:]}")

    assert cli.json("show", "contact", contact)["account"] == account


def test_won_opportunity_says_when_it_was_closed(cli: Cli) -> None:
    opportunity = cli.add("opportunity", "name=Ten ovens", "amount=4500 CNY")

    cli.ok("set", "opportunity", opportunity, "status=won")

    shown = cli.json("show", "opportunity", opportunity)
    assert (shown["stage"], shown["status"]) == ("won", "won")
    assert shown["closed_on"] is not None


def test_list_filters_sorts_and_limits(cli: Cli) -> None:
    for name, tier, points in (("Merlin", "a", 3), ("Kestrel", "a", 1), ("Osprey", "b", 2)):
        cli.add("account", f"name={name}", f"tier={tier}", f"points={points}")

    def names(*arguments: str) -> list[str]:
        return [each["name"] for each in cli.json("list", "account", *arguments)]

    assert names("--sort", "name") == ["Kestrel", "Merlin", "Osprey"]
    assert names("--sort", "-points", "--limit", "2") == ["Merlin", "Osprey"]
    assert names("--where", "tier=a", "--where", "points>1") == ["Merlin"]
    assert names("--where", "tier!=a") == ["Osprey"]
    assert names("--where", "name~RL") == ["Merlin"]
    assert names("--where", "points<=2", "--sort", "name") == ["Kestrel", "Osprey"]
    assert names("--where", "phone!=") == []
    assert len(names("--where", "phone=")) == 3


def test_list_of_nothing_is_an_empty_array(cli: Cli) -> None:
    assert cli.json("list", "account") == []


def test_deleted_record_leaves_the_list_and_restore_brings_it_back(cli: Cli) -> None:
    account = cli.add("account", "name=Kestrel")

    cli.ok("delete", "account", account)
    after = cli.json("list", "account")
    deleted = cli.json("list", "account", "--deleted")
    cli.ok("restore", "account", account)

    assert after == []
    assert [each["id"] for each in deleted] == [account]
    assert len(cli.json("list", "account")) == 1


def test_search_finds_chinese_and_latin_words(cli: Cli) -> None:
    account = cli.add("account", "name=霜野制冷 Hoarfield")

    found = [cli.json("search", text) for text in ("霜野", "hoarfield")]

    assert [[(each["type"], each["id"]) for each in one] for one in found] == [[("account", account)]] * 2
    assert found[0][0].keys() == {"type", "id", "title", "matched"}


def test_text_after_two_dashes_may_begin_with_one(cli: Cli) -> None:
    account = cli.add("account", "name=Kestrel -x4")

    found = cli("search", "--json", "--", "-x4")

    assert [each["id"] for each in found.document] == [account]


def test_undo_and_redo_work_across_calls(cli: Cli) -> None:
    account = cli.add("account", "name=Kestrel")

    cli.ok("undo")
    gone = cli.json("list", "account")
    cli.ok("redo")

    assert gone == []
    assert [each["id"] for each in cli.json("list", "account")] == [account]


def test_history_without_a_record_lists_the_acts_newest_first(cli: Cli) -> None:
    account = cli.add("account", "name=Kestrel")
    cli.ok("set", "account", account, "phone=1")
    cli.ok("undo")

    told = [(each["kind"], each["act"], each["undone"]) for each in cli.json("history", "--limit", "3")]

    assert told == [
        ("undo", "Taken back: Kestrel changed", False),
        ("do", "Kestrel changed", True),
        ("do", "Kestrel added", False),
    ]


def test_human_history_tells_acts_and_changes(cli: Cli) -> None:
    account = cli.add("account", "name=Kestrel")
    cli.ok("set", "account", account, "phone=1")

    assert "Kestrel changed" in cli.ok("history").out
    assert "phone" in cli.ok("history", "account", account).out


def test_table_is_aligned_whatever_the_script(cli: Cli) -> None:
    for name in ("霜野", "Kestrel"):
        cli.add("account", f"name={name}", "city=Hull")

    head, first, second = cli.ok("list", "account", "--sort", "name").out.splitlines()

    column = head.index("status")
    assert first.index("prospect") == column
    assert second.index("prospect") == column - len("霜野")  # two columns a character


def test_set_to_what_is_so_says_so(cli: Cli) -> None:
    account = cli.add("account", "name=Kestrel")

    assert "nothing was changed" in cli.ok("set", "account", account, "name=Kestrel").out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("frobnicate",), 2, "frobnicate"),
        (("list",), 2, "TYPE"),
        (("list", "account", "--colour"), 2, "--colour"),
        (("list", "invoice"), 2, "invoice"),
        (("list", "account", "--where", "colour=red"), 2, "colour"),
        (("list", "account", "--where", "colour"), 2, "colour"),
        (("list", "account", "--sort", "-colour"), 2, "colour"),
        (("list", "account", "--limit", "many"), 2, "many"),
        (("add", "account", "name"), 2, "FIELD=VALUE"),
        (("add", "account", "name=A", "colour=red"), 2, "colour"),
        (("add", "account", "name=A", "revenue=lots"), 2, "lots"),
        (("add", "account", "name=A", "tier=z"), 2, "a, b, c"),
        (("add", "account", f"name={'x' * 300}"), 2, "300"),
        (("add", "account", "name=A", "employees=-1"), 2, "employees"),
        (("add", "account", "name=A", "customer_since=soon"), 2, "soon"),
        (("add", "account", "phone=1"), 2, "name"),
        (("add", "account", "name=A", "tags+=x"), 2, "tags+=x"),
        (("add", "account", "name=A", "created_at=2026-01-01"), 1, "created_at"),
        (("add", "contact", "name=A", "account=abcdefgh"), 1, "abcdefgh"),
        (("add", "product", "name=A"), 1, "product"),
        (("show", "account", "abcdefgh"), 1, "abcdefgh"),
        (("set", "account", "abcdefgh", "name=B"), 1, "abcdefgh"),
        (("delete", "account", "abcdefgh"), 1, "abcdefgh"),
        (("delete", "account", "\udcffabcdefgh"), 1, "abcdefgh"),
        (("undo",), 1, ""),
        (("redo",), 1, ""),
        (("resolve", "abcdefgh", "mine"), 1, "abcdefgh"),
        (("resend", "abcdefgh"), 1, "abcdefgh"),
        (("discard", "abcdefgh"), 1, "abcdefgh"),
        (("history", "account"), 2, "ID"),
    ],
)
def test_wrong_call_is_2_and_refusal_is_1_with_a_sentence_and_nothing_on_stdout(
    cli: Cli, arguments: tuple[str, ...], code: int, words: str
) -> None:
    called = cli(*arguments)

    assert (called.code, called.out) == (code, "")
    assert words in called.err
    assert "Traceback" not in called.err
    assert "{" not in called.err
    assert cli.json("list", "account") == []


def test_set_without_anything_to_set_is_a_wrong_call(cli: Cli) -> None:
    account = cli.add("account", "name=Kestrel")

    assert cli("set", "account", account).code == 2
    assert cli("set", "account", account, "name+=x").code == 2


def test_help_goes_to_stdout(cli: Cli) -> None:
    assert "resolve" in cli.ok("--help").out
    assert "--where" in cli.ok("list", "--help").out


def test_folder_without_a_profile_says_how_to_make_one(cli: Cli) -> None:
    called = cli("--profile", str(cli.profile / "none"), "status")

    assert called.code == 1
    assert "roundsman init" in called.err
    assert not (cli.profile / "none").exists()


def test_profile_may_stand_after_the_command(cli: Cli) -> None:
    assert cli("status", "--profile", str(cli.profile / "none")).code == 1


def test_sentence_is_in_the_language_of_the_settings(cli: Cli) -> None:
    from desktop.system.settings import LANGUAGE, Settings

    Settings(cli.profile / "settings.json").set(LANGUAGE, "zh_TW")

    assert "沒有可以復原的了" in cli("undo").err


def test_add_with_the_external_id_of_another_record_is_refused_and_names_it(cli: Cli) -> None:
    kestrel = cli.add("account", "name=Kestrel", "external_id=k1")

    called = cli("add", "account", "name=Kestrel Foods", "external_id=k1")

    assert (called.code, called.out) == (1, "")
    assert "Kestrel" in called.err
    assert kestrel in called.err
    assert len(cli.json("list", "account")) == 1


def test_external_id_may_be_given_again_for_another_type_source_or_after_a_delete(cli: Cli) -> None:
    account = cli.add("account", "name=Kestrel", "external_id=k1")

    cli.add("contact", "name=Li Wei", "external_id=k1")
    cli.add("account", "name=Kestrel", "external_id=k1", "external_source=erp")
    cli.ok("delete", "account", account)
    cli.add("account", "name=Kestrel Foods", "external_id=k1")

    assert len(cli.json("list", "account")) == 2


def test_set_to_the_external_id_of_another_record_is_refused(cli: Cli) -> None:
    cli.add("account", "name=Kestrel", "external_id=k1")
    merlin = cli.add("account", "name=Merlin")

    assert cli("set", "account", merlin, "external_id=k1").code == 1


def test_external_id_that_two_laptops_gave_offline_stays_with_both_records(world: World) -> None:
    ana, ben = world["ana"], world["ben"]
    first = ana.add("account", name="Kestrel", external_id="k1")
    second = ben.add("account", name="Kestrel Foods", external_id="k1")

    for each in (ana, ben, ana):
        each.sync()

    for laptop in (ana, ben):
        assert (laptop.get("account", first) or {})["name"] == "Kestrel"
        assert (laptop.get("account", second) or {})["name"] == "Kestrel Foods"
    ana.set("account", second, phone="1", external_id="k1")
    assert (ana.get("account", second) or {})["phone"] == "1"


def test_undo_of_what_a_colleague_changed_since_names_the_act_and_the_reason_once(world: World) -> None:
    ana, ben = world["ana"], world["ben"]
    account = ana.add("account", name="Kestrel")
    for laptop in (ana, ben):
        laptop.sync()
    ana.set("account", account, city="York")
    ana.set("account", account, phone="2")
    ana.sync()
    ben.sync()
    ben.set("account", account, phone="3")
    for laptop in (ben, ana):
        laptop.sync()
    cli = Cli(Path(ana.database.file).parent)
    ana.database.close()

    first = cli("undo")
    second = cli("undo")

    assert (first.code, first.out) == (1, "")
    assert "Kestrel changed" in first.err
    assert "ben has changed phone since" in first.err
    assert second.code == 0
    shown = cli.json("show", "account", account)
    assert (shown["phone"], shown["city"]) == ("3", None)
