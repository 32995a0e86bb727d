"""CSV files in and out: mapped, rehearsed, repeatable, with broken rows told by line."""

import csv
from pathlib import Path

import pytest

from tests.cli.conftest import Cli


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
