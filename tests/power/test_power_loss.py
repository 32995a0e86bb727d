"""The power may go at any moment of signing in, saving and syncing: what was called saved is there afterwards.

``make power-loss`` cuts it 50,000 times; here are a few, and the careless ways that must be noticed.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.power import shim
from tests.power.controls import CONTROLS, Control
from tests.power.losing import Lab, controlled, make_template
from tests.power.scratch import scratch

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(shim.missing()), reason=shim.missing() or "everything is here"),
]

SEED = 4
STATES = 80
CONTROL_STATES = 40


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with scratch() as folder:
        yield folder


@pytest.fixture(scope="module")
def template(folder: Path) -> Path:
    return make_template(folder / "template")


@pytest.mark.allow_logs("the outbox file")
def test_power_cut_at_any_moment_loses_nothing_that_was_called_saved(folder: Path, template: Path) -> None:
    recording = Lab(folder / "lab", template).record(SEED, acts=12)

    killed, cut = recording.follow(), recording.cut(STATES, SEED)

    assert (killed.lost, killed.unmended) == (0, 0), killed.example
    assert (cut.lost, cut.unmended) == (0, 0), cut.example


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.name)
@pytest.mark.allow_logs("settings cannot be read", "the outbox file")
def test_power_cut_of_a_careless_laptop_is_noticed(folder: Path, template: Path, control: Control) -> None:
    outcome = controlled(folder / f"control-{CONTROLS.index(control)}", template, control, CONTROL_STATES)

    assert outcome.lost
