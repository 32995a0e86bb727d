"""CSV files come in many encodings, with broken rows and with formulas; nothing of them is lost or run."""

import codecs
import errno
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.services.csv_files import BrokenRow, Row, guarded, read_sheet, unguarded, write_sheet
from sync.contract.errors import AppError, Code

SIMPLIFIED = "名称,城市\n霜野制冷设备有限公司,深圳\n东方食品厂,上海\n"
TRADITIONAL = "名稱,城市\n霜野製冷設備有限公司,臺北\n永泰凍肉,香港\n"


def written(folder: Path, content: bytes) -> Path:
    file = folder / "rows.csv"
    file.write_bytes(content)
    return file


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "utf-8"),
        (TRADITIONAL, "utf-8-sig"),
        (SIMPLIFIED, "utf-16"),
        (SIMPLIFIED, "utf-16-le"),
        (TRADITIONAL, "utf-16-be"),
        (SIMPLIFIED, "gb18030"),
        (TRADITIONAL, "big5"),
    ],
)
def test_encoding_is_found_out(tmp_path: Path, text: str, encoding: str) -> None:
    content = text.encode(encoding)
    if encoding == "utf-16-be":
        content = codecs.BOM_UTF16_BE + content

    sheet = read_sheet(written(tmp_path, content))

    head, *rows = (line.split(",") for line in text.splitlines())
    assert list(sheet.columns) == head
    assert [list(row.cells.values()) for row in sheet.rows] == rows


@pytest.mark.parametrize("content", [b"name\nCaf\xe9 au lait\n", bytes(range(128, 256)), b"\x00\x01\x02"])
def test_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(AppError) as refused:
        read_sheet(written(tmp_path, content))

    assert refused.value.code is Code.FILE_ENCODING_UNKNOWN


def test_file_without_a_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AppError) as refused:
        read_sheet(written(tmp_path, b""))

    assert refused.value.code is Code.FILE_EMPTY


def test_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AppError) as refused:
        read_sheet(tmp_path / "none.csv")

    assert refused.value.data["path"] == str(tmp_path / "none.csv")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_of_all_systems_are_read(tmp_path: Path, separator: str, end: str) -> None:
    lines = [f"name{separator}city", f"Kestrel{separator}Hull", ""]

    sheet = read_sheet(written(tmp_path, end.join(lines).encode()))

    assert sheet.rows == (Row(2, {"name": "Kestrel", "city": "Hull"}),)


def test_quoted_cell_may_hold_separators_quotes_and_line_ends(tmp_path: Path) -> None:
    sheet = read_sheet(written(tmp_path, b'name,body\n"A, ""B""","one\ntwo"\nC,\n'))

    assert [(row.line, row.cells) for row in sheet.rows] == [
        (2, {"name": 'A, "B"', "body": "one\ntwo"}),
        (4, {"name": "C"}),
    ]


def test_broken_rows_are_named_by_line_and_the_others_are_read(tmp_path: Path) -> None:
    content = b"name,city\nA,Hull\nB\nC,York,3\n\nD,Leeds\n"

    sheet = read_sheet(written(tmp_path, content))

    assert [row.cells["name"] for row in sheet.rows] == ["A", "D"]
    assert sheet.broken == (BrokenRow(3, 1, "B"), BrokenRow(4, 3, "C,York,3"))


def test_quote_that_is_never_closed_costs_one_line(tmp_path: Path) -> None:
    content = b'name,city\n"A,Hull\nB,York\nC,Leeds\n'

    sheet = read_sheet(written(tmp_path, content))

    assert [row.cells["name"] for row in sheet.rows] == ["B", "C"]
    assert [each.line for each in sheet.broken] == [2]


def test_every_line_is_a_row_or_is_named_as_broken(tmp_path: Path) -> None:
    content = b"name,city\n" + b'A,"x\n' * 40 + b"B,Hull\n"

    sheet = read_sheet(written(tmp_path, content))

    assert sorted([*(row.line for row in sheet.rows), *(each.line for each in sheet.broken)]) == list(range(2, 43))


def test_written_file_opens_in_spreadsheets_and_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"

    count = write_sheet(file, ["name", "note"], [["霜野", "=1+1"], ["-5", "'quoted"]])

    content = file.read_bytes()
    assert count == 2
    assert content.startswith(codecs.BOM_UTF8)
    assert b"'=1+1" in content
    assert [list(row.cells.values()) for row in read_sheet(file).rows] == [["霜野", "=1+1"], ["-5", "'quoted"]]


def test_file_of_the_same_name_is_replaced(tmp_path: Path) -> None:
    file = written(tmp_path, b"yesterday's")

    write_sheet(file, ["name"], [["Kestrel"]])

    assert file.read_bytes() == codecs.BOM_UTF8 + b"name\r\nKestrel\r\n"


def test_file_stays_as_it_was_when_writing_fails(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    file = written(folder, b"yesterday's")

    def rows() -> Iterator[list[str]]:
        yield ["Kestrel"]
        raise OSError(errno.ENOSPC, "no space left")

    with pytest.raises(AppError) as refused:
        write_sheet(file, ["name"], rows())

    assert refused.value.code is Code.FILE_UNWRITABLE
    assert [each.read_bytes() for each in folder.iterdir()] == [b"yesterday's"]


@pytest.mark.parametrize("cell", ["=A1", "+86 755", "-5", "@SUM(A1)", "\t=A1", "\r=A1", "'=A1"])
def test_cell_that_would_run_is_guarded(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


@given(st.text(alphabet="'=+-@\t\rab ", max_size=8))
def test_guard_comes_off_as_it_went_on(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell
    assert not guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
