"""The log says what happened and keeps to itself what somebody entered."""

import logging
from pathlib import Path

import pytest

from desktop.system.logs import log_unexpected, logging_to
from sync.contract.errors import AppError, Code

log = logging.getLogger("desktop.test")


def written(folder: Path) -> str:
    return (folder / "roundsman.log").read_text(encoding="utf-8")


def test_log_is_written_below_the_folder(tmp_path: Path) -> None:
    with logging_to(tmp_path / "logs"):
        log.info("record %s changed", "0192")

    assert "desktop.test: record 0192 changed" in written(tmp_path / "logs")


def test_log_that_cannot_be_written_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")

    with logging_to(tmp_path / "logs"):
        log.info("record %s changed", "0192")

    assert capsys.readouterr() == ("", "")


@pytest.mark.allow_logs("unexpected error")
def test_exception_is_logged_without_what_it_quotes(tmp_path: Path) -> None:
    with logging_to(tmp_path):
        try:
            try:
                raise AppError(Code.VALUE_UNREADABLE, "Zhang San", value="Zhang San")  # noqa: TRY301 - the cause is the point
            except AppError as cause:
                message = "secret of Zhang San"
                raise KeyError(message) from cause
        except KeyError as error:
            error_id = log_unexpected(log, error)

    text = written(tmp_path)
    assert error_id in text
    assert "KeyError" in text
    assert "AppError value_unreadable" in text
    assert "test_logs.py" in text
    assert "Zhang" not in text


def test_log_ends_with_its_context(tmp_path: Path) -> None:
    with logging_to(tmp_path):
        log.info("within")

    log.info("after")

    assert "after" not in written(tmp_path)
