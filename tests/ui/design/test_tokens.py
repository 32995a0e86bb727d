"""The values of the design hold what they promise: contrast, distances, and colours that can be told apart."""

import json
from pathlib import Path

import pytest

from desktop.ui.design.tokens import DENSITIES, MODES, SPACES, Tokens, load_tokens

PATH = Path(__file__).resolve().parents[3] / "resources" / "themes" / "tokens.json"
TOKENS = load_tokens(PATH)

FILLS = ("bg", "nav", "surface", "raised", "sunken", "hover", "selection", "selection_inactive")
STATUS = ("success", "warning", "danger", "info", "neutral")

TEXT_PAIRS = [
    *((ink, fill) for fill in FILLS for ink in ("text", "text_secondary", "muted")),
    *(("accent_text", fill) for fill in ("bg", "nav", "surface", "raised", "hover", "selection", "accent_subtle")),
    *(("on_accent", fill) for fill in ("accent", "accent_hover", "accent_pressed")),
    *((status, fill) for status in STATUS for fill in (f"{status}_subtle", "surface", "raised", "bg", "selection")),
    *((f"sync_{tone}", "surface") for tone in ("offline", "pending", "syncing", "synced", "choice", "failed")),
    ("sync_offline", "sync_offline_subtle"),
    ("sync_syncing", "accent_subtle"),
    ("sync_synced", "success_subtle"),
    ("sync_choice", "warning_subtle"),
    ("sync_failed", "danger_subtle"),
    ("on_seal", "seal"),
    ("on_solid", "success_solid"),
    ("on_solid", "danger_solid"),
]
MARK_PAIRS = [
    *((mark, fill) for mark in ("border_control", "focus_ring") for fill in ("surface", "bg", "raised", "sunken")),
    *((f"{status}_solid", "surface") for status in STATUS),
    *((f"chart_{number}", fill) for number in range(1, 9) for fill in ("surface", "bg")),
    ("selection_bar", "selection"),
    ("seal", "surface"),
    ("seal", "nav"),
]


def _luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.fixture
def tokens() -> Tokens:
    return TOKENS


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("ink", "fill"), TEXT_PAIRS)
def test_text_on_every_fill_it_may_meet_has_contrast_of_4_5(tokens: Tokens, mode: str, ink: str, fill: str) -> None:
    colors = tokens.colors[mode]

    assert _contrast(colors[ink], colors[fill]) >= 4.5


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("mark", "fill"), MARK_PAIRS)
def test_marks_and_outlines_have_contrast_of_3(tokens: Tokens, mode: str, mark: str, fill: str) -> None:
    colors = tokens.colors[mode]

    assert _contrast(colors[mark], colors[fill]) >= 3


def test_both_modes_name_the_same_colours(tokens: Tokens) -> None:
    assert tokens.colors["light"].keys() == tokens.colors["dark"].keys()


def test_distances_in_code_are_those_of_the_file() -> None:
    assert tuple(json.loads(PATH.read_text("utf-8"))["space"].values()) == SPACES


def test_every_density_has_targets_of_28_px(tokens: Tokens) -> None:
    assert all(tokens.densities[name].row >= 28 and tokens.densities[name].control >= 28 for name in DENSITIES)
