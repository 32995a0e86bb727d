"""CSV files in and out: mapped, rehearsed, repeatable, with broken rows told by line."""

import csv
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.helpers.small_world import Person, Template


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rows.csv"


def test_import_adds_rows_and_a_second_time_changes_nothing(cli: Cli, file: Path) -> None:
    file.write_text("name,city,external_id,revenue\nKestrel,Hull,k1,1200.50\nMerlin,York,m1,7 USD\n")

    first = cli.json("import", str(file), "--as", "account")
    second = cli.json("import", str(file), "--as", "account")

    assert (first["created"], first["changed"], first["unchanged"], first["refused"]) == (2, 0, 0, [])
    assert (second["created"], second["changed"], second["unchanged"]) == (0, 0, 2)
    rows = cli.json("list", "account", "--sort", "name")
    assert [each["revenue"] for each in rows] == ["1200.50 CNY", "7.00 USD"]


def test_import_changes_the_record_with_the_external_id(cli: Cli, file: Path) -> None:
    account = cli.add("account", "name=Old", "external_id=k1", "phone=1")
    file.write_text("name,external_id\nNew,k1\n")

    cli.ok("import", str(file), "--as", "account")

    shown = cli.json("show", "account", account)
    assert (shown["name"], shown["phone"]) == ("New", "1")


def test_one_undo_takes_a_whole_import_back(cli: Cli, file: Path) -> None:
    file.write_text("name\n" + "".join(f"Account {number}\n" for number in range(30)))
    cli.ok("import", str(file), "--as", "account")

    cli.ok("undo")

    assert cli.json("list", "account") == []


def test_dry_run_tells_the_same_and_writes_nothing(cli: Cli, file: Path) -> None:
    file.write_text("name,tier\nKestrel,a\nMerlin,z\n")

    called = cli("import", str(file), "--as", "account", "--dry-run", "--json")

    assert called.code == 1
    assert (called.document["created"], called.document["dry_run"]) == (1, True)
    assert [each["line"] for each in called.document["refused"]] == [3]
    assert cli.json("list", "account") == []
    assert cli("undo").code == 1


def test_broken_rows_are_told_by_line_and_the_others_are_taken(cli: Cli, file: Path) -> None:
    file.write_text('name,employees\nKestrel,5\nMerlin\nOsprey,many\n"Heron,3\nPlover,4\n')

    called = cli("import", str(file), "--as", "account")

    assert called.code == 1
    assert sorted(each["name"] for each in cli.json("list", "account")) == ["Kestrel", "Plover"]
    told = called.err.splitlines()
    assert [line.split()[1] for line in told] == ["3", "4", "5"]
    assert "many" in told[1]


def test_columns_are_mapped_by_name_label_or_map(cli: Cli, file: Path) -> None:
    file.write_text("Firma,Phone,city,Colour\nKestrel,1,Hull,red\n")

    report = cli.json("import", str(file), "--as", "account", "--map", "name=Firma")

    (row,) = cli.json("list", "account")
    assert (row["name"], row["phone"], row["city"]) == ("Kestrel", "1", "Hull")
    assert report["ignored"] == ["Colour"]


@pytest.mark.parametrize("mapping", ["colour=Firma", "name=Company", "name"])
def test_map_to_nothing_is_a_wrong_call(cli: Cli, file: Path, mapping: str) -> None:
    file.write_text("Firma\nKestrel\n")

    assert cli("import", str(file), "--as", "account", "--map", mapping).code == 2


def test_references_of_rows_are_ids_that_exist(cli: Cli, file: Path) -> None:
    account = cli.add("account", "name=Kestrel")
    file.write_text(f"name,account\nLi Wei,{account[-8:]}\nWang Fang,abcdefgh\n")

    called = cli("import", str(file), "--as", "contact")

    assert called.code == 1
    assert [each["account"] for each in cli.json("list", "contact")] == [account]
    assert "abcdefgh" in called.err


def test_chinese_file_of_an_old_spreadsheet_is_read(cli: Cli, file: Path) -> None:
    file.write_bytes("name,city\n霜野制冷设备有限公司,深圳\n".encode("gb18030"))

    cli.ok("import", str(file), "--as", "account")

    assert [each["name"] for each in cli.json("list", "account")] == ["霜野制冷设备有限公司"]


def test_file_in_a_wrong_encoding_is_refused_with_a_sentence(cli: Cli, file: Path) -> None:
    file.write_bytes(b"name\nCaf\xe9 au lait\n")

    called = cli("import", str(file), "--as", "account")

    assert (called.code, called.out) == (1, "")
    assert str(file) in called.err


def test_export_comes_back_unchanged(cli: Cli, file: Path) -> None:
    cli.add("account", "name==1+1", "phone=+86 755", "tags=a,b", "revenue=5", "x_machines=3", "description=one\ntwo")
    cli.add("account", "name=霜野", "location=22.5,114.1")

    written = cli.json("export", "account", "--to", str(file))
    back = cli.json("import", str(file), "--as", "account")

    assert written["rows"] == 2
    assert (back["created"], back["changed"], back["unchanged"], back["refused"]) == (0, 0, 2, [])


def test_export_guards_formulas_and_takes_conditions(cli: Cli, file: Path) -> None:
    cli.add("account", "name==HYPERLINK(1)", "tier=a")
    cli.add("account", "name=Merlin", "tier=b")

    cli.ok("export", "account", "--to", str(file), "--where", "tier=a")

    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["name"] for row in rows] == ["'=HYPERLINK(1)"]


def test_export_takes_the_place_of_yesterday_s(cli: Cli, file: Path) -> None:
    file.write_text("yesterday's")

    cli.ok("export", "account", "--to", str(file))

    assert "yesterday's" not in file.read_text()


def test_export_into_a_folder_that_is_not_there_says_so(cli: Cli, file: Path) -> None:
    called = cli("export", "account", "--to", str(file.parent / "none" / "rows.csv"))

    assert called.code == 1
    assert "cannot be written" in called.err


@pytest.fixture
def abroad(tmp_path: Path) -> Cli:
    """Return a laptop of another organisation, where the user, the territory and every record have other ids."""
    elsewhere = Template(tmp_path / "abroad", (Person("zoe", territories=("East",)),), ("zoe",))
    with closing(elsewhere.world()) as world:
        folder = Path(world["zoe"].database.file).parent
    shutil.copytree(folder, tmp_path / "zoe")
    return Cli(tmp_path / "zoe")


def _taken(document: dict[str, Any]) -> tuple[int, int, int, list[Any]]:
    return document["created"], document["changed"], document["unchanged"], document["refused"]


def test_export_of_another_organisation_comes_in_and_a_second_time_changes_nothing(
    cli: Cli, abroad: Cli, file: Path
) -> None:
    there = abroad.add("account", "name=Kestrel", "phone=1")
    abroad.add("account", "name=Merlin")
    abroad.ok("export", "account", "--to", str(file))

    rehearsed = cli.json("import", str(file), "--as", "account", "--dry-run")
    told = cli.ok("import", str(file), "--as", "account").out
    again = cli.json("import", str(file), "--as", "account")

    assert _taken(rehearsed) == (2, 0, 0, [])
    assert rehearsed["yours_instead"] == {"owner": 2, "territory": 2}
    assert "2 rows: owner not known here, yours instead" in told
    assert _taken(again) == (0, 0, 2, [])
    kestrel, merlin = cli.json("list", "account", "--sort", "name")
    assert (kestrel["external_id"], kestrel["external_source"], kestrel["phone"]) == (there, "roundsman", "1")
    mine = cli.add("account", "name=Mine")
    own = cli.json("show", "account", mine)
    assert {each["owner"] for each in (kestrel, merlin)} == {own["owner"]}
    assert {each["territory"] for each in (kestrel, merlin)} == {own["territory"]}


def test_later_export_of_another_organisation_updates_what_came_before(cli: Cli, abroad: Cli, file: Path) -> None:
    there = abroad.add("account", "name=Kestrel")
    abroad.ok("export", "account", "--to", str(file))
    cli.ok("import", str(file), "--as", "account")
    abroad.ok("set", "account", there, "phone=2")
    later = file.with_name("tomorrow.csv")
    abroad.ok("export", "account", "--to", str(later))

    back = cli.json("import", str(later), "--as", "account")

    assert _taken(back) == (0, 1, 0, [])
    assert [each["phone"] for each in cli.json("list", "account")] == ["2"]


@pytest.mark.parametrize("known_as", ["", "k1"])
def test_people_of_another_organisation_find_their_customers(cli: Cli, abroad: Cli, file: Path, known_as: str) -> None:
    there = abroad.add("account", "name=Kestrel", f"external_id={known_as}")
    abroad.add("contact", "name=Li Wei", f"account={there}")
    people = file.with_name("people.csv")
    abroad.ok("export", "account", "--to", str(file))
    abroad.ok("export", "contact", "--to", str(people))

    cli.ok("import", str(file), "--as", "account")
    taken = cli.json("import", str(people), "--as", "contact")

    (account,) = cli.json("list", "account")
    assert [each["account"] for each in cli.json("list", "contact")] == [account["id"]]
    assert _taken(taken) == (1, 0, 0, [])
    assert "account.external_id" not in taken["ignored"]


def test_people_whose_customers_are_not_here_are_refused_by_line(cli: Cli, abroad: Cli, file: Path) -> None:
    there = abroad.add("account", "name=Kestrel")
    abroad.add("contact", "name=Li Wei", f"account={there}")
    abroad.ok("export", "contact", "--to", str(file))

    called = cli("import", str(file), "--as", "contact")

    assert called.code == 1
    assert called.err.startswith("Line 2 was not taken: account")
    assert there in called.err


def test_rows_that_refer_to_later_rows_of_the_file_are_taken(cli: Cli, abroad: Cli, file: Path) -> None:
    child = abroad.add("account", "name=Branch")
    parent = abroad.add("account", "name=Head office")
    abroad.ok("set", "account", child, f"parent={parent}")
    abroad.ok("export", "account", "--to", str(file))

    first = cli.json("import", str(file), "--as", "account")
    second = cli.json("import", str(file), "--as", "account")

    head, branch = cli.json("list", "account", "--sort", "-name")
    assert branch["parent"] == head["id"]
    assert (_taken(first), _taken(second)) == ((2, 0, 0, []), (0, 0, 2, []))


def test_ids_of_another_program_are_remembered_under_the_name_of_the_file(cli: Cli, file: Path) -> None:
    file.write_text("id,name\nK-100001,Kestrel\n")

    first = cli.json("import", str(file), "--as", "account")
    second = cli.json("import", str(file), "--as", "account")

    (row,) = cli.json("list", "account")
    assert (row["external_id"], row["external_source"]) == ("K-100001", "rows")
    assert (_taken(first), _taken(second)) == ((1, 0, 0, []), (0, 0, 1, []))


def test_row_that_takes_the_external_id_of_another_record_is_refused(cli: Cli, file: Path) -> None:
    cli.add("account", "name=Kestrel", "external_id=k1")
    other = cli.add("account", "name=Merlin")
    file.write_text(f"id,name,external_id\n{other},Merlin,k1\n")

    called = cli("import", str(file), "--as", "account")

    assert called.code == 1
    assert "Kestrel" in called.err
    assert cli.json("show", "account", other)["external_id"] is None


def test_reference_that_is_not_here_is_told_by_the_cell_of_the_file(cli: Cli, abroad: Cli, file: Path) -> None:
    there = abroad.add("account", "name=Kestrel", "external_id=k1")
    abroad.add("contact", "name=Li Wei", f"account={there}")
    abroad.ok("export", "contact", "--to", str(file))

    called = cli("import", str(file), "--as", "contact")

    assert called.err == (
        f"Line 2 was not taken: account: this account is not on this laptop: {there}. "
        "Take in the file that has it first, then this one again.\n"
    )


def test_what_went_to_another_organisation_and_back_is_the_same_record(cli: Cli, abroad: Cli, file: Path) -> None:
    account = abroad.add("account", "name=Kestrel")
    abroad.add("contact", "name=Li Wei", f"account={account}")
    people = file.with_name("people.csv")
    sheets = (("account", file), ("contact", people))
    for record_type, sheet in sheets:
        abroad.ok("export", record_type, "--to", str(sheet))
        cli.ok("import", str(sheet), "--as", record_type)
    for record_type, sheet in sheets:
        (row,) = cli.json("list", record_type)
        cli.ok("set", record_type, row["id"], "phone=2")
        cli.ok("export", record_type, "--to", str(sheet))
        abroad.ok("import", str(sheet), "--as", record_type)

    (back,) = abroad.json("list", "account")
    (person,) = abroad.json("list", "contact")
    assert (back["id"], back["phone"], back["external_id"]) == (account, "2", None)
    assert (person["account"], person["phone"]) == (account, "2")


def test_reference_to_what_is_not_here_passes_where_nothing_changes(tmp_path: Path, file: Path) -> None:
    with Template(tmp_path / "made", [Person("ana")], ["ana"]).world() as world:
        ana = world["ana"]
        account = ana.add("account", name="Kestrel")
        ana.sync()
        with world.office.log.writing() as writer:
            elsewhere = writer.create("account", {"name": "Head office", "kind": "company"})
            writer.patch("account", account, {"parent": elsewhere})
        ana.sync()
        cli = Cli(Path(ana.database.file).parent)
        cli.ok("export", "account", "--to", str(file))

        same = cli.json("import", str(file), "--as", "account")
        file.write_text(file.read_text(encoding="utf-8-sig").replace(elsewhere, elsewhere[:-1] + "z"))
        other = cli("import", str(file), "--as", "account", "--json")

    assert (same["unchanged"], same["refused"]) == (1, [])
    assert (other.code, [each["line"] for each in other.document["refused"]]) == (1, [2])
