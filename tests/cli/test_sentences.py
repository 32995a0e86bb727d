"""What the command line says when it refuses: what is so, what is safe, what to do; never how it is made."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop.domain.listing import Listing
from desktop.store.unit_of_work import open_unit
from sync.contract.fields import Role
from sync.server.people import move_accounts
from tests.cli.conftest import Cli
from tests.helpers.small_world import Laptop, Person, Template, World


@pytest.fixture(scope="module")
def template_with_eve(tmp_path_factory: pytest.TempPathFactory) -> Template:
    people = (Person("ana"), Person("eve", Role.ADMIN))
    return Template(tmp_path_factory.mktemp("sentences"), people, ("ana", "eve"))


@pytest.fixture
def world(template_with_eve: Template) -> Iterator[World]:
    with closing(template_with_eve.world()) as opened:
        yield opened


def line_of(laptop: Laptop) -> Cli:
    return Cli(Path(laptop.database.file).parent)


def test_amount_in_another_currency_is_refused_as_it_was_typed(cli: Cli) -> None:
    deal = cli.add("opportunity", "name=Ovens", "amount=5 CNY")

    called = cli("set", "opportunity", deal, "amount+=1 USD")

    assert called.code == 2
    assert called.err == "“1.00 USD” does not fit amount, which takes: CNY. Nothing was changed.\n"


@pytest.mark.parametrize("argument", ["location=1", "location=100,0", "revenue=lots", "employees=2.5", "email=nobody"])
def test_value_that_does_not_fit_is_told_as_it_was_typed(cli: Cli, argument: str) -> None:
    called = cli("add", "account", "name=Kestrel", argument)

    assert called.code == 2
    assert called.err.startswith(f"“{argument.partition('=')[2]}” ")


@pytest.mark.parametrize("command", ["resend", "discard"])
def test_change_that_does_not_wait_is_told_by_its_id(cli: Cli, command: str) -> None:
    called = cli(command, "abcdefgh")

    assert called.code == 1
    assert called.err.startswith("No change with the id abcdefgh waits")


def test_child_of_an_account_that_moved_away_goes_on_to_a_colleague(world: World) -> None:
    ana, eve = world["ana"], world["eve"]
    (north,) = eve.reads.ids(Listing("territory"))
    account = eve.add("account", name="Kestrel", territory=north)
    eve.sync()
    ana.sync()
    ana.add("contact", name="Li Wei", account=account)
    move_accounts(world.office.log, [account], "South")

    report = ana.sync()

    assert dict(report.handed) == {"eve": 1}
    assert line_of(ana).json("attention") == []


def test_record_made_with_somebody_who_moved_away_is_told_what_is_safe(world: World) -> None:
    ana, eve = world["ana"], world["eve"]
    (north,) = eve.reads.ids(Listing("territory"))
    kept, account = (eve.add("account", name=name, territory=north) for name in ("Otter", "Kestrel"))
    contact = eve.add("contact", name="Li Wei", account=account)
    eve.sync()
    ana.sync()
    ana.add("opportunity", name="Ovens", account=kept, contact=contact)
    move_accounts(world.office.log, [account], "South")
    ana.sync()

    (told,) = line_of(ana).json("attention")
    shown = line_of(ana).ok("attention").out

    assert told["reason"].startswith("Your values are safe here. At the office, what contact names is not there")
    assert told["reason"] in shown


@pytest.mark.parametrize("name", ["_count", "a-b", "9lives", "x_"])
def test_name_that_no_field_can_have_is_told_how_names_are(world: World, name: str) -> None:
    called = line_of(world["eve"])("add", "custom_field", "record_type=account", f"name={name}", "type=text")

    assert called.code == 2
    assert "begins with a letter" in called.err


def test_custom_field_without_a_type_of_record_is_told_what_is_needed(world: World) -> None:
    called = line_of(world["eve"])("add", "custom_field", "name=count")

    assert (called.code, called.err) == (2, "record_type is needed. Nothing was changed.\n")


@pytest.mark.parametrize(
    ("arguments", "sign"), [(("--where", "tags<x"), "“<”"), (("--where", "revenue~5"), "“~”"), (("--sort", "tags"), "")]
)
def test_comparison_that_a_field_does_not_have_is_told_by_its_sign(
    cli: Cli, arguments: tuple[str, ...], sign: str
) -> None:
    called = cli("list", "account", *arguments)

    assert called.code == (2 if sign else 0)
    assert sign in called.err


def test_limit_that_is_no_number_is_told_without_names_of_the_program(cli: Cli) -> None:
    called = cli("list", "account", "--limit", "few")

    assert called.code == 2
    assert "not a whole number from 0: few" in called.err


def test_end_of_an_id_that_several_records_share_is_refused_with_the_candidates(world: World) -> None:
    ana = world["ana"]
    ids = [f"01a200a8-c6e6-7c87-8190-70dc{number:02d}abcdef" for number in range(7)]
    with open_unit(ana.database, actor=ana.user, role=Role.REP) as work:
        for each in ids[:2]:
            work.create("account", {"name": "Kestrel"}, record_id=each)
        for each in ids[2:]:
            work.create("contact", {"name": "Li Wei"}, record_id=each)
    cli = line_of(ana)

    two = cli("show", "account", "abcdef")
    five = cli("show", "contact", "abcdef")

    assert (two.code, two.out) == (1, "")
    assert two.err == (
        f"More than one account has an id that ends in abcdef: {ids[0]}, {ids[1]}. Give more of its characters.\n"
    )
    assert five.code == 1
    assert all(each in five.err for each in ids[2:])
    assert cli.json("show", "account", "00abcdef")["id"] == ids[0]
