"""A sample laptop with its window open, and hands to use it by keyboard."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.screens2.laptop import SampleLaptop, Template
from tests.ui.screens2.seat import Seat

Open = Callable[..., SampleLaptop]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """One enrolled and synced profile for the whole session."""
    return Template(tmp_path_factory.mktemp("sample-laptop"))


@pytest.fixture
def laptop(template: Template, tmp_path: Path) -> Iterator[SampleLaptop]:
    """A copy of it, open, without a window."""
    opened = template.open(tmp_path / "profile")
    yield opened
    opened.close()


@pytest.fixture
def seat(laptop: SampleLaptop, qtbot: QtBot) -> Iterator[Seat]:
    """The same with its window, on Today."""
    sitting = Seat(laptop, qtbot)
    yield sitting
    sitting.leave()
