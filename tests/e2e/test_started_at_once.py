"""A user who clicks again and again has one window: the others bring it to the front, or say what is the matter."""

import os
import selectors
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from desktop.system.locks import FileLock
from desktop.system.paths import ProfilePaths
from desktop.system.settings import SYNC_BY_ITSELF, Settings
from desktop.system.single_instance import SingleInstance
from tests.helpers.small_world import Person, Template

STARTS = 20
LIMIT_S = 100


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> ProfilePaths:
    template = Template(tmp_path_factory.mktemp("clicked"), (Person("ana"),), ("ana",))
    paths = ProfilePaths(template.folder / "laptops" / "ana")
    Settings(paths.settings).set(SYNC_BY_ITSELF, False)
    return paths


def start(profile: ProfilePaths) -> "subprocess.Popen[str]":
    """Start the program as a click on its sign does; its window is drawn into memory."""
    words = [sys.executable, "-m", "desktop", "--profile", str(profile.folder)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")


def ended(program: "subprocess.Popen[str]") -> tuple[int, str]:
    try:
        out, err = program.communicate(timeout=LIMIT_S)
    finally:
        program.kill()
    return program.returncode, out + err


@contextmanager
def all_but_one_ended(programs: list["subprocess.Popen[str]"]) -> Iterator["subprocess.Popen[str]"]:
    """Wait until one program is left, give it, and kill it afterwards."""
    left = {os.pidfd_open(each.pid): each for each in programs}
    try:
        with selectors.DefaultSelector() as ends:
            for descriptor in left:
                ends.register(descriptor, selectors.EVENT_READ)
            while len(left) > 1:
                gone = [key.fd for key, _ in ends.select(LIMIT_S)]
                assert gone, "more than one window stays open"
                for descriptor in gone:
                    ends.unregister(descriptor)
                    os.close(descriptor)
                    del left[descriptor]
        yield from left.values()
    finally:
        for descriptor, each in left.items():
            os.close(descriptor)
            each.kill()
            each.communicate(timeout=LIMIT_S)


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waiting for the first of many programs needs Linux")
def test_of_twenty_programs_started_at_once_one_opens_and_the_others_raise_it_and_end(profile: ProfilePaths) -> None:
    programs = [start(profile) for _ in range(STARTS)]

    with all_but_one_ended(programs) as left:
        others = [ended(each) for each in programs if each is not left]
        assert others == [(0, "")] * (STARTS - 1)
        assert left.poll() is None
        assert SingleInstance(profile.window).raise_other()

    # The one was killed and could not clean up: what it left behind keeps nobody out.
    raised = threading.Event()
    again = SingleInstance(profile.window)
    again.raised = raised.set
    assert again.claim()
    try:
        assert ended(start(profile)) == (0, "")
        assert raised.wait(LIMIT_S)
    finally:
        again.close()


def test_program_that_finds_the_profile_taken_and_nobody_answering_says_so(profile: ProfilePaths) -> None:
    with FileLock(profile.window).trying():
        code, said = ended(start(profile))

    assert (code, said.strip()) == (1, "Roundsman is open with this profile already.")
