"""Organisations that add hundreds of fields of their own to a record: they work like the built-in ones."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sync.contract.fields import Role
from tests.cli.conftest import Cli
from tests.helpers.small_world import Person, Template, World

FIELDS = 200
_TYPES = ("text", "number", "money", "date", "tags")
_VALUES = {"text": "word{}", "number": "{}", "money": "{}.50 CNY", "date": "2026-11-20", "tags": "a{},b"}


def _fill(world: World) -> None:
    with world.office.log.writing() as writer:
        for number in range(FIELDS):
            kind = _TYPES[number % len(_TYPES)]
            own = {"name": f"own_{number}", "type": kind, "label": f"Own {number}", "searched": kind == "text"}
            writer.create("custom_field", {"record_type": "account", **own})
    for each in world.laptops:
        each.sync()


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Template:
    people = (Person("ana"), Person("ben"), Person("eve", Role.ADMIN))
    return Template(tmp_path_factory.mktemp("wide"), people, ("ana", "ben"), fill=_fill)


@pytest.fixture
def world(wide: Template) -> Iterator[World]:
    with closing(wide.world()) as opened:
        yield opened


def _typed() -> list[str]:
    kinds = (_TYPES[number % len(_TYPES)] for number in range(FIELDS))
    return [f"x_own_{number}={_VALUES[kind].format(number)}" for number, kind in enumerate(kinds)]


def test_record_with_hundreds_of_custom_fields_is_added_shown_listed_searched_and_changed(world: World) -> None:
    cli = Cli(Path(world["ana"].database.file).parent)
    account = cli.add("account", "name=Kestrel", *_typed())
    cli.add("account", "name=Merlin", "x_own_1=7")

    shown = cli.json("show", "account", account)
    (listed,) = cli.json("list", "account", "--where", "x_own_196=196", "--sort", "x_own_1")
    (found,) = cli.json("search", "word195")
    cli.ok("set", "account", account, "x_own_196=5", "x_own_199+=c", "x_own_0=")

    assert [shown[f"x_own_{number}"] for number in (0, 196, 197, 198)] == ["word0", 196, "197.50 CNY", "2026-11-20"]
    assert listed == {name: shown[name] for name in listed}
    assert found["id"] == account
    changed = cli.json("show", "account", account, "--history")
    assert (changed["x_own_196"], changed["x_own_199"], changed["x_own_0"]) == (5, ["a199", "b", "c"], None)
    assert set(changed["history"][0]["fields"]) == {"x_own_196", "x_own_199", "x_own_0"}


def test_hundreds_of_custom_fields_reach_a_colleague_and_join_field_by_field(world: World) -> None:
    ana, ben = world["ana"], world["ben"]
    cli = Cli(Path(ana.database.file).parent)
    account = cli.add("account", "name=Kestrel", *_typed())
    for laptop in (ana, ben):
        laptop.sync()
    ana.set("account", account, x_own_0="Ana", x_own_5="both")
    ben.set("account", account, x_own_10="Ben", x_own_5="both")

    for laptop in (ana, ben, ana):
        laptop.sync()

    for laptop in (ana, ben):
        values = laptop.get("account", account) or {}
        assert (values["x_own_0"], values["x_own_10"], values["x_own_5"]) == ("Ana", "Ben", "both")
        assert len([name for name in values if name.startswith("x_own_")]) == FIELDS
        assert not laptop.questions()


def test_export_of_hundreds_of_custom_fields_comes_back_unchanged(world: World, tmp_path: Path) -> None:
    cli = Cli(Path(world["ana"].database.file).parent)
    cli.add("account", "name=Kestrel", *_typed())
    file = tmp_path / "rows.csv"

    cli.ok("export", "account", "--to", str(file))
    back = cli.json("import", str(file), "--as", "account")

    assert (back["unchanged"], back["refused"]) == (1, [])
