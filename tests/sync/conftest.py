"""A small organisation, made once for all tests of a process and copied for each."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.small_world import Person, Template, World

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it; commits need not wait for a disk here


@pytest.fixture(scope="session")
def template() -> Iterator[Template]:
    """Ana with two laptops and Ben in the North, Dora in the South, a few records of the North; all in step."""
    where = _MEMORY if _MEMORY.is_dir() else None
    people = [Person("ana"), Person("ben"), Person("dora", territories=("South",))]
    with tempfile.TemporaryDirectory(prefix="roundsman-worlds-", dir=where) as folder:
        yield Template(Path(folder), people, ["ana", "ana-2", "ben", "dora"], fill=_fill)


@pytest.fixture
def world(template: Template) -> Iterator[World]:
    """A copy of it for one test."""
    with template.world() as world:
        yield world


def _fill(world: World) -> None:
    ana = world["ana"]
    first = ana.add("account", name="Kestrel Foods", phone="110", tags=["red"], description="one\ntwo\nthree")
    second = ana.add("account", name="Otter Pumps", points=5)
    ana.add("contact", name="Li Wei", account=first)
    ana.add("task", title="call", account=second)
    ana.add("task", title="own")
    for _ in range(2):
        for laptop in world.laptops:
            laptop.sync()
