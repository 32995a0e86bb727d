"""Two applications live side by side in one process: nothing is shared but what the database shares."""

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop.bootstrap import open_application
from desktop.commands.records import AddRecord
from desktop.domain.listing import Listing
from desktop.services.application import Application
from desktop.system.paths import ProfilePaths
from sync.contract.errors import AppError, Code
from tests.helpers.small_world import Person, Template


@pytest.fixture(scope="module")
def profiles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("two")
    Template(folder, (Person("ana"), Person("ben")), ("ana", "ben"))
    return folder / "template" / "laptops"


@pytest.fixture
def ana(profiles: Path) -> Iterator[Application]:
    with closing(open_application(profiles / "ana")) as application:
        yield application


def test_two_profiles_in_one_process_know_nothing_of_each_other(ana: Application, profiles: Path) -> None:
    with closing(open_application(ProfilePaths(profiles / "ben"))) as ben:
        task = str(ana.bus.run(AddRecord("task", {"title": "Call"})).result)

        assert ana.session.login == "ana"
        assert ben.session.login == "ben"
        assert task in ana.reads.ids(Listing("task"))
        assert task not in ben.reads.ids(Listing("task"))


def test_second_application_on_a_profile_sees_what_the_first_watches(ana: Application, profiles: Path) -> None:
    seen: list[list[str]] = []
    changed = threading.Event()

    def deliver(ids: list[str]) -> None:
        seen.append(ids)
        if len(seen) > 1:
            changed.set()

    ana.status.subscribe(lambda _: None)
    ana.hub.watch({"contact"}, lambda: ana.reads.ids(Listing("contact")), deliver)
    ana.start(sync_interval_s=3600)

    with closing(open_application(profiles / "ana")) as second:
        made = str(second.bus.run(AddRecord("contact", {"name": "Li Wei"})).result)

        assert changed.wait(10)
    assert made in seen[-1]


def test_closing_twice_is_harmless(profiles: Path) -> None:
    application = open_application(profiles / "ben")

    application.close()
    application.close()


def test_folder_without_a_profile_is_refused_and_left_alone(tmp_path: Path) -> None:
    with pytest.raises(AppError) as refused:
        open_application(tmp_path / "nothing")

    assert refused.value.code is Code.PROFILE_MISSING
    assert not (tmp_path / "nothing").exists()
