"""Names that somebody else chose: whatever they are, what is saved is one file in the folder that was meant."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.services.files_names import MAX_BYTES, numbered, safe_name
from desktop.services.files_saving import save_to
from sync.contract.errors import AppError, Code

_PARTS = st.sampled_from(
    [
        "..",
        "/",
        "\\",
        ":",
        "\0",
        "con",
        "NUL",
        "com1",
        ".",
        " ",
        "\u202e",
        "a",
        "é",
        "文件",
        "😀",
        "-",
        "~",
        "%2e",
        "\n",
        "aux.c",
    ]
)
NAMES = st.one_of(st.text(max_size=300), st.lists(_PARTS, max_size=12).map("".join))


@settings(max_examples=2000)
@given(NAMES)
def test_name_is_one_name_in_one_folder(name: str) -> None:
    safe = safe_name(name)

    assert safe
    assert os.path.basename(safe) == safe  # noqa: PTH119 - asks what the system makes of it, without a Path's help
    assert not set(safe) & set('/\\:*?"<>|\0\n\r')
    assert safe[0] not in ".-~ "
    assert safe[-1] not in ". "
    assert len(safe.encode()) <= MAX_BYTES
    assert safe.isprintable()
    assert safe.partition(".")[0].strip().lower() not in {"con", "prn", "aux", "nul", "com1", "lpt9"}
    assert safe_name(safe) == safe


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "_._.._etc_passwd"),
        ("C:\\Windows\\system.ini", "C__Windows_system.ini"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("report.pdf. . .", "report.pdf"),
        ("photo.jpg:hidden.exe", "photo.jpg_hidden.exe"),
        ("NUL.txt", "_NUL.txt"),
        ("合同 2026.pdf", "合同 2026.pdf"),
        ("", "file"),
        ("...", "file"),
    ],
)
def test_name_stays_close_to_what_was_meant(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_long_name_keeps_its_ending() -> None:
    safe = safe_name("合同" * 200 + ".pdf")

    assert safe.endswith(("合同.pdf", "合.pdf"))
    assert len(safe.encode()) <= MAX_BYTES


def test_second_file_of_a_name_gets_a_number() -> None:
    assert numbered("photo.jpg", 2) == "photo (2).jpg"
    assert numbered("notes", 3) == "notes (3)"


def test_saving_into_a_folder_replaces_nothing(tmp_path: Path) -> None:
    first = save_to(tmp_path, "photo.jpg", [b"one"])
    second = save_to(tmp_path, "photo.jpg", [b"two"])

    assert (first.name, first.read_bytes()) == ("photo.jpg", b"one")
    assert (second.name, second.read_bytes()) == ("photo (2).jpg", b"two")
    assert list(tmp_path.glob(".*")) == []


def test_saving_over_a_link_replaces_the_link_and_not_what_it_points_to(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"mine")
    link = tmp_path / "link"
    link.symlink_to(precious)

    save_to(link, "photo.jpg", [b"theirs"])

    assert precious.read_bytes() == b"mine"
    assert link.read_bytes() == b"theirs"
    assert not link.is_symlink()


def test_link_with_the_name_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "photo.jpg").symlink_to(tmp_path / "elsewhere")

    saved = save_to(folder, "photo.jpg", [b"theirs"])

    assert saved.name == "photo (2).jpg"
    assert not (tmp_path / "elsewhere").exists()


def test_content_that_breaks_off_leaves_the_old_file_and_no_part(tmp_path: Path) -> None:
    target = tmp_path / "photo.jpg"
    target.write_bytes(b"old")

    def content() -> "list[bytes]":
        raise AppError(Code.FILE_DAMAGED)

    with pytest.raises(AppError):
        save_to(target, "photo.jpg", (each for _ in "x" for each in content()))

    assert target.read_bytes() == b"old"
    assert list(tmp_path.glob(".*")) == []


def test_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(AppError) as refused:
        save_to(tmp_path / "no" / "photo.jpg", "photo.jpg", [b""])

    assert refused.value.code is Code.FILE_UNWRITABLE


def test_saved_file_is_for_this_user_only_and_never_to_be_run(tmp_path: Path) -> None:
    saved = save_to(tmp_path, "run me.sh", [b"#!/bin/sh\n"])

    assert saved.stat().st_mode & 0o777 == 0o600
