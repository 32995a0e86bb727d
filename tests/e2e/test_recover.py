"""``roundsman recover`` as a rep meets it: the database is destroyed, a sentence says what to do, nothing is lost."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.helpers.fleet import Fleet, FleetLaptop


def run(laptop: FleetLaptop, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run the program on a laptop's profile."""
    with laptop.command(*words) as process:
        out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(words, process.returncode, out, err)


def destroy(laptop: FleetLaptop) -> None:
    """End the program and overwrite the database."""
    laptop.close()
    size = laptop.paths.database.stat().st_size
    laptop.paths.database.write_bytes(bytes(index % 251 for index in range(size)))


@pytest.mark.timeout(110)
def test_recover_after_a_destroyed_database_brings_every_unsent_edit_to_the_office(fleet: Fleet) -> None:
    ana, ben = fleet.laptop("ana"), fleet.laptop("ben")
    account = ana.add("account", name="Kestrel Foods")
    fleet.sync_all()
    ana.set("account", account, phone="1")
    ana.add("task", title="call back", account=account)
    ana.set("account", account, points=9)
    destroy(ana)

    refused = run(ana, "status")
    told = run(ana, "recover", "--json")
    again = run(ana, "recover")

    assert (refused.returncode, "roundsman recover" in refused.stderr) == (1, True)
    found = json.loads(told.stdout)
    assert (found["unsent"], found["unreadable"], found["cut"], found["rebuilt"]) == (3, 0, False, True)
    assert Path(found["aside"], "roundsman.db").exists()
    assert "3" in again.stdout
    ana.open()
    assert ana.unsent == 3
    fleet.sync_all()
    fleet.check()
    assert (ben.get("account", account) or {})["points"] == 9
    assert ben.reads.counts()["task"] == 1


def test_recover_of_a_lost_profile_asks_to_sign_in_and_then_brings_everything_back(
    sqlite_fleet: Fleet, tmp_path: Path
) -> None:
    ana = sqlite_fleet.laptop("ana")
    account = ana.add("account", name="Kestrel Foods")
    ana.sync()
    ana.close()
    for each in ana.paths.folder.glob("roundsman.*"):
        each.unlink()
    secret = tmp_path / "password"
    secret.write_text(sqlite_fleet.office.PASSWORD)

    asked = run(ana, "recover")
    done = run(ana, "recover", "--user", "ana", "--password-file", str(secret))

    assert (asked.returncode, "--user" in asked.stderr) == (1, True)
    assert (done.returncode, done.stderr) == (0, "")
    ana.open()
    ana.sync()
    assert (ana.get("account", account) or {})["name"] == "Kestrel Foods"


def test_doctor_looks_at_the_outbox_file_and_mends_it(sqlite_fleet: Fleet) -> None:
    ana = sqlite_fleet.laptop("ana")
    ana.add("account", name="Kestrel Foods")
    ana.close()
    file = ana.paths.folder / "roundsman.outbox"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)

    mended, whole = (json.loads(run(ana, "doctor", "--json").stdout)["checks"] for _ in range(2))

    assert [each["found"] for each in mended if each["name"] == "outbox"] == ["mended"]
    assert [each["found"] for each in whole if each["name"] == "outbox"] == ["whole"]
    ana.open()
    assert ana.unsent == 1
