"""A signed-in profile for every test of the command line, and calls in this process."""

import io
import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desktop.bootstrap import open_application
from desktop.cli.main import main
from desktop.cli.programs import Programs
from tests.helpers.small_world import Person, Template, World


@dataclass(frozen=True, slots=True)
class Called:
    """What a call came to."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)

    @property
    def line(self) -> str:
        """The one line that was printed."""
        (line,) = self.out.splitlines()
        return line


class Cli:
    """Calls ``roundsman`` on one profile without starting a process."""

    def __init__(self, profile: Path) -> None:
        self.profile = profile

    def __call__(self, *arguments: str) -> Called:
        out, err = io.StringIO(), io.StringIO()
        code = main(["--profile", str(self.profile), *arguments], Programs(open_application), out=out, err=err)
        return Called(code, out.getvalue(), err.getvalue())

    def ok(self, *arguments: str) -> Called:
        """Call and expect exit code 0."""
        called = self(*arguments)
        assert called.code == 0, called.err
        assert called.err == ""
        return called

    def json(self, *arguments: str) -> Any:
        """Call with ``--json`` and give the document."""
        return self.ok(*arguments, "--json").document

    def add(self, *arguments: str) -> str:
        return self.ok("add", *arguments).line


def _fill(world: World) -> None:
    with world.office.log.writing() as writer:
        writer.create("product", {"name": "CR-40", "price": [1200000, "CNY"]})
        machines = {"record_type": "account", "name": "machines", "type": "number", "label": "Machines"}
        writer.create("custom_field", machines)
    for each in world.laptops:
        each.sync()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    people = (Person("ana"), Person("ben"))
    return Template(tmp_path_factory.mktemp("cli"), people, ("ana", "ben"), fill=_fill)


@pytest.fixture
def cli(template: Template, tmp_path: Path) -> Cli:
    with closing(template.world()) as world:
        folder = Path(world["ana"].database.file).parent
    shutil.copytree(folder, tmp_path / "ana")
    return Cli(tmp_path / "ana")


@pytest.fixture
def world(template: Template) -> Iterator[World]:
    with closing(template.world()) as opened:
        yield opened
