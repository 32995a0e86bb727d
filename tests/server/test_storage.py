"""Databases: which are taken, how they are made, brought up to date, and refused."""

from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from sync.contract.clock import SystemClock
from sync.contract.errors import AppError, Code
from sync.server.check import check
from sync.server.log import open_log
from sync.server.storage import Storage, require_sqlite
from tests.server.desk import Desk


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2), (2, 8, 17)])
def test_sqlite_that_can_lose_data_is_refused(version: tuple[int, ...]) -> None:
    with pytest.raises(AppError) as refused:
        require_sqlite(version)

    assert refused.value.code is Code.DATABASE_UNUSABLE
    assert ".".join(map(str, version)) in refused.value.detail


@pytest.mark.parametrize("version", [(3, 51, 3), (3, 53, 4), (4, 0)])
def test_sqlite_that_keeps_data_is_taken(version: tuple[int, ...]) -> None:
    require_sqlite(version)


def test_sqlite_file_is_written_with_care(ready_sqlite: object, tmp_path: object) -> None:
    storage = Storage(f"sqlite:///{tmp_path}/new.db")
    try:
        with storage.writing() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        with storage.reading() as connection, pytest.raises(Exception, match="readonly"):
            connection.exec_driver_sql("CREATE TABLE t (a)")
    finally:
        storage.close()


def test_new_database_begins_with_organisation_and_stages(desk: Desk) -> None:
    with desk.writing() as writer:
        stages = [
            writer.get("stage", each)
            for status in ("open", "won", "lost")
            for each in writer.find("stage", "status", status)
        ]
        organisations = writer.find("organisation", "currency", "CNY")
    values = sorted((each.values for each in stages if each is not None), key=lambda each: each["position"])

    assert len(organisations) == 1
    assert [(each["key"], each["probability"], each["local_name"], each.get("standard_days")) for each in values] == [
        ("qualify", 10, "识别", 10),
        ("survey", 25, "勘测", 10),
        ("proposal", 45, "方案", 14),
        ("negotiate", 70, "谈判", 21),
        ("verbal", 90, "口头确认", 5),
        ("won", 100, "成交", None),
        ("lost", 0, "失单", None),
    ]


def test_database_of_a_newer_program_is_refused_and_left_alone(database_url: str) -> None:
    storage = Storage(database_url)
    with storage.writing() as connection:
        connection.execute(text("INSERT INTO schema_version (structure, catalogue, at) VALUES (999, 1, 'later')"))
    storage.close()

    with pytest.raises(AppError) as refused:
        open_log(database_url, SystemClock())

    assert refused.value.code is Code.DATABASE_NEWER


def test_database_of_an_older_program_gains_what_is_missing(database_url: str) -> None:
    log = open_log(database_url, SystemClock())
    with log.writing() as writer:
        tag = writer.create("tag", {"name": "old"})
    with log.storage.writing() as connection:
        connection.execute(text("ALTER TABLE tags DROP COLUMN colour"))
        connection.execute(text("DROP INDEX users_login"))
        connection.execute(text("DROP TABLE token"))
    log.close()

    log = open_log(database_url, SystemClock())

    try:
        with log.writing() as writer:
            writer.patch("tag", tag, {"colour": "info"})
        with log.storage.reading() as connection:
            assert inspect(connection).has_table("token")
            assert "users_login" in {each["name"] for each in inspect(connection).get_indexes("users")}
    finally:
        log.close()


def test_database_opened_by_two_at_once_is_made_once(empty_database_url: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        logs = list(pool.map(lambda _: open_log(empty_database_url, SystemClock()), range(4)))

    try:
        assert check(logs[0]).damage == []
        assert check(logs[0]).checked["records"] == 8
    finally:
        for each in logs:
            each.close()


def test_postgresql_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    storage = Storage(f"postgresql://postgres:@/office?host={tmp_path}")

    with pytest.raises(AppError) as refused, storage.reading():
        pass

    assert refused.value.code is Code.DATABASE_UNUSABLE
