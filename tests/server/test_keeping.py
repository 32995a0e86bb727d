"""The administrator's commands about what the office keeps, as processes of their own."""

import json
from pathlib import Path

from tests.helpers.office import Office


def test_compact_tells_what_it_removed(office: Office) -> None:
    office.add_user("ana", territories=("North",))

    done = office.run("compact", "--json")

    assert done.code == 0
    assert set(json.loads(done.out)) == {"min_cursor", "lines", "records", "payloads"}
    assert office.run("check").code == 0


def test_compact_refuses_to_remove_what_backups_of_laptops_may_need(sqlite_office: Office) -> None:
    refused = sqlite_office.run("compact", "--days", "5")

    assert refused.code == 2
    assert "at least 35 days" in refused.err


def test_backup_of_a_serving_office_is_restored_into_an_empty_database(sqlite_office: Office, tmp_path: Path) -> None:
    sqlite_office.add_user("ana", territories=("North",))
    there = Office(f"sqlite:///{tmp_path / 'other.db'}", tmp_path)

    copied = sqlite_office.run("backup", str(tmp_path / "copy"))
    restored = there.run("restore", str(tmp_path / "copy"))
    again = there.run("restore", str(tmp_path / "copy"))

    assert (copied.code, restored.code, again.code) == (0, 0, 1)
    assert "not empty" in again.err
    assert "ana" in there.run("user", "list").out
    assert json.loads(there.run("lost", "--json").out) == {"lost": [], "waiting": []}
    assert there.run("lost", "--close").code == 0
