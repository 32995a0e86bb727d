"""An office with the public CRM data set in it, and laptops of its agents, all by the real programs."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.bootstrap import open_application
from desktop.services.application import Application
from desktop.system.paths import profile_paths
from tests.helpers.office import Office
from tests.real_data.crm_truth import CrmTruth

ADMINISTRATOR = "head.office"

OpenLaptop = Callable[[str], Application]
"""Signs a login in on a new laptop by the command line, which syncs, and opens the profile."""


@pytest.fixture(scope="session")
def crm_folder(real_data: Path) -> Path:
    """Folder of the CRM data set."""
    return real_data / "crm_opportunities"


@pytest.fixture(scope="session")
def truth(crm_folder: Path) -> CrmTruth:
    """What the raw files say."""
    return CrmTruth(crm_folder)


@pytest.fixture(scope="session")
def password_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """File with everybody's password."""
    file = tmp_path_factory.mktemp("password") / "password"
    file.write_text(Office.PASSWORD + "\n", encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def crm_database(crm_folder: Path, password_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Database of an office that was filled by ``roundsman-server seed``; to be copied, not opened."""
    file = tmp_path_factory.mktemp("crm") / "office.db"
    office = Office(f"sqlite:///{file}", file.parent)
    given = ("--password-file", str(password_file))
    seeded = office.run("seed", "crm-opportunities", str(crm_folder), "--json", *given)
    assert seeded.code == 0, seeded.err
    added = office.run("user", "add", ADMINISTRATOR, "--role", "admin", *given)
    assert added.code == 0, added.err
    return file


@pytest.fixture(scope="session")
def crm_office(crm_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The running server of that office; tests only read from it."""
    folder = tmp_path_factory.mktemp("running")
    copy = folder / "office.db"
    shutil.copyfile(crm_database, copy)
    with Office(f"sqlite:///{copy}", folder) as running:
        yield running


@pytest.fixture
def open_laptop(crm_office: Office, password_file: Path, tmp_path: Path) -> Iterator[OpenLaptop]:
    """Make laptops; they are closed at the end of the test."""
    opened: list[Application] = []

    def make(login: str) -> Application:
        profile = tmp_path / login
        roundsman(
            profile,
            *("init", "--server", crm_office.url, "--user", login),
            *("--password-file", str(password_file), "--key-file", str(tmp_path / f"{login}.key")),
        )
        opened.append(open_application(profile_paths(profile)))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


def roundsman(profile: Path, *arguments: str) -> str:
    """Run the laptop's command line to its end; gives what it wrote."""
    command = [sys.executable, "-m", "desktop", "--profile", str(profile), *arguments]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def roundsman_json(profile: Path, *arguments: str) -> Any:
    """Run the laptop's command line and read the JSON document that it writes."""
    return json.loads(roundsman(profile, *arguments, "--json"))
