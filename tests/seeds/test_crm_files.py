"""Reading the public CRM data set: its traps are understood, broken rows are refused whole."""

from decimal import Decimal
from pathlib import Path

import pytest

from sync.contract.errors import AppError, Code
from sync.server.seeds.crm_files import read_files
from tests.seeds.crm_sets import write_set


def test_product_spelt_without_its_space_is_the_same_product(tmp_path: Path) -> None:
    files = read_files(write_set(tmp_path))

    assert files.opportunities[0].product == "Pump Pro"
    assert files.respelt_products() == {("PumpPro", "Pump Pro"): 1}


def test_opportunity_without_account_dates_and_amount_keeps_them_empty(tmp_path: Path) -> None:
    bare = read_files(write_set(tmp_path)).opportunities[-1]

    assert (bare.account, bare.engaged_on, bare.closed_on, bare.value) == ("", None, None, None)


def test_amount_of_zero_is_not_an_empty_amount(tmp_path: Path) -> None:
    assert read_files(write_set(tmp_path)).opportunities[1].value == Decimal(0)


def test_agents_without_opportunities_are_named(tmp_path: Path) -> None:
    assert read_files(write_set(tmp_path)).idle_agents() == ("Eve Five",)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A7,Ann One,Kettle,Brook Mill,Won,2016-10-20,2017-03-01,1", "unknown product 'Kettle'"),
        ("A7,Ann One,Valve,Nowhere,Won,2016-10-20,2017-03-01,1", "unknown account 'Nowhere'"),
        ("A7,Somebody,Valve,Brook Mill,Won,2016-10-20,2017-03-01,1", "unknown sales agent 'Somebody'"),
        ("A7,Ann One,Valve,Brook Mill,Dreaming,2016-10-20,,", "unknown stage 'Dreaming'"),
        ("A7,Ann One,Valve,Brook Mill,Won,20-10-2016,2017-03-01,1", "Invalid isoformat string: '20-10-2016'"),
        ("A7,Ann One,Valve,Brook Mill,Won,2016-10-20,2017-03-01,much", "'much' is no amount"),
        (",Ann One,Valve,Brook Mill,Won,2016-10-20,2017-03-01,1", "opportunity_id is empty"),
        ("A7,Ann One,Valve", "the number of values differs from the heading"),
    ],
)
def test_row_that_cannot_be_understood_is_refused_with_its_line(tmp_path: Path, row: str, reason: str) -> None:
    folder = write_set(tmp_path, sales_pipeline=(row,))

    with pytest.raises(AppError) as refusal:
        read_files(folder)

    assert refusal.value.code is Code.IMPORT_ROW_REFUSED
    assert refusal.value.data == {"file": "sales_pipeline.csv", "line": 2, "reason": reason}


def test_missing_column_is_named(tmp_path: Path) -> None:
    folder = write_set(tmp_path)
    (folder / "products.csv").write_text("product,sales_price\nValve,55\n", encoding="utf-8")

    with pytest.raises(AppError) as refusal:
        read_files(folder)

    assert refusal.value.data["reason"] == "there is no column 'series'"


def test_missing_file_is_refused_with_its_path(tmp_path: Path) -> None:
    folder = write_set(tmp_path)
    (folder / "products.csv").unlink()

    with pytest.raises(AppError) as refusal:
        read_files(folder)

    assert refusal.value.code is Code.FILE_UNREADABLE
    assert refusal.value.data["path"].endswith("products.csv")


def test_file_in_a_foreign_encoding_is_refused(tmp_path: Path) -> None:
    folder = write_set(tmp_path)
    (folder / "products.csv").write_bytes("product,series,sales_price\nVälve,V,5\n".encode("latin-1"))

    with pytest.raises(AppError) as refusal:
        read_files(folder)

    assert refusal.value.code is Code.FILE_UNREADABLE
