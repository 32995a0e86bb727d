"""Backup, restore and compact killed at any of their calls leave an office that is whole, and can be begun again."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from sync.contract.clock import SystemClock
from sync.contract.errors import AppError, Code
from sync.contract.fields import Role
from sync.server.blobs_disk import default_folder
from sync.server.check import check
from sync.server.log import open_log
from sync.server.schema import ACCOUNT_HEAD, CHANGE_LOG
from sync.server.schema_keeping import DEAD_ID, REMOVED_LINE
from tests.helpers.killing_office import COPY, OFFICE, RESTORED, back_up, bring_back, compact_later, url
from tests.server.desk import Desk
from tests.server.test_backup import with_file

POINTS = 4


def told(act: str, template: Path, target: Path, calls: list[int]) -> int:
    target.mkdir()
    words = [sys.executable, "-m", "tests.helpers.killing_office", act, str(template), str(target), *map(str, calls)]
    ended = subprocess.run(words, capture_output=True, encoding="utf-8", check=True)
    return int(ended.stdout or 0)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with some history, a file, and a copy of it."""
    folder = tmp_path_factory.mktemp("office")
    desk = Desk(url(folder))
    desk.user("ana", role=Role.REP)
    kept = desk.account("Kept")
    for number in range(30):
        with desk.writing() as writer:
            writer.patch("account", kept, {"city": str(number)})
    gone = desk.account("Gone")
    with desk.writing() as writer:
        writer.delete("account", gone)
    with_file(desk, default_folder(desk.log.storage.url))
    desk.close()
    back_up(folder)
    return folder


def killed(act: str, template: Path, tmp_path: Path) -> list[Path]:
    """Do something again and again, killed at calls spread over all of it; gives the folders that are left."""
    count = told(act, template, tmp_path / "once", [])
    calls = sorted({1 + place * count // POINTS for place in range(POINTS)} | {count})
    told(act, template, tmp_path / "killed", calls)
    return [tmp_path / "killed" / str(each) for each in calls]


def held(folder: Path, name: str) -> dict[str, object]:
    """Give what an office holds, and check it."""
    log = open_log(url(folder, name), SystemClock())
    try:
        found = check(log)
        with log.storage.reading() as connection:
            sums = connection.execute(select(ACCOUNT_HEAD.c.scope, ACCOUNT_HEAD.c.n_rows, ACCOUNT_HEAD.c.sum_h))
            counts = {
                table.name: connection.scalar(select(func.count()).select_from(table))
                for table in (CHANGE_LOG, REMOVED_LINE, DEAD_ID)
            }
            rows = {str(scope): (rows, total) for scope, rows, total in sums}
    finally:
        log.close()
    assert found.damage == []
    return {**counts, **rows}


def test_backup_killed_at_any_call_leaves_a_whole_copy_or_none(template: Path, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    shutil.copytree(template, begun, ignore=shutil.ignore_patterns(COPY))
    there = held(begun, OFFICE)
    made = 0

    for folder in killed("backup", begun, tmp_path):
        if (folder / COPY).exists():
            made += 1
        else:
            back_up(folder)
        bring_back(folder)
        assert held(folder, RESTORED) == there
        assert held(folder, OFFICE) == there
    assert made < POINTS


def test_restore_killed_at_any_call_leaves_a_whole_office_or_an_empty_database(template: Path, tmp_path: Path) -> None:
    there = held(Path(shutil.copytree(template, tmp_path / "there")), OFFICE)
    whole = 0

    for folder in killed("restore", template, tmp_path):
        try:
            bring_back(folder)
        except AppError as refused:
            assert refused.code is Code.DATABASE_UNUSABLE  # noqa: PT017 - either is right
            whole += 1
        assert held(folder, RESTORED) == there
    assert whole < POINTS


def test_compaction_killed_at_any_call_goes_on_and_ends_as_if_nothing_had_been(template: Path, tmp_path: Path) -> None:
    done = Path(shutil.copytree(template, tmp_path / "done"))
    before = held(done, OFFICE)
    compact_later(done)
    after = held(done, OFFICE)
    assert after != before

    for folder in killed("compact", template, tmp_path):
        held(folder, OFFICE)
        compact_later(folder)
        assert held(folder, OFFICE) == after
