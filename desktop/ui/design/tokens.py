"""The values of the design language, read from ``tokens.json`` into frozen types. Knows no Qt.

Nothing else in the program holds a colour, a size or a duration.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

MODES: Final = ("light", "dark")
DENSITIES: Final = ("compact", "comfortable", "touch")
SPACES: Final = (0, 2, 4, 6, 8, 12, 16, 20, 24, 32, 40, 56)
"""The only distances between things, in px; a test compares them with the file."""


@dataclass(frozen=True, slots=True)
class TypeStyle:
    """One step of the type scale; sizes in px before the user's text scale."""

    px: int
    line: int
    weight: int
    tracking: float


@dataclass(frozen=True, slots=True)
class Density:
    """Heights in px that the user chooses together."""

    row: int
    row_two_line: int
    header: int
    nav_item: int
    control: int
    card_pad: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Sizes in px of the parts of the window."""

    min_window: tuple[int, int]
    design_window: tuple[int, int]
    nav_rail: int
    nav_rail_collapsed: int
    top_bar: int
    hint_strip: int
    list_pane: tuple[int, int]
    inspector: tuple[int, int]
    page_margin: int
    gutter: int
    splitter_hit: int
    scrollbar: int


@dataclass(frozen=True, slots=True)
class Motion:
    """Durations in ms."""

    fast: int
    normal: int
    slow: int
    toast_dwell: int
    skeleton_delay: int
    tooltip_delay: int


@dataclass(frozen=True, slots=True)
class Faces:
    """Font families of one operating system, first choice first."""

    latin: str
    sans_fallback: str
    zh_hans: tuple[str, ...]
    zh_hant: tuple[str, ...]
    mono: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tokens:
    """All design values; ``colors`` and ``scrim_alpha`` are keyed by mode first."""

    colors: Mapping[str, Mapping[str, str]]
    scrim_alpha: Mapping[str, float]
    radii: Mapping[str, int]
    type_scale: Mapping[str, TypeStyle]
    faces: Mapping[str, Faces]
    densities: Mapping[str, Density]
    layout: Layout
    motion: Motion
    icon_stroke: float
    cjk_min_px: int


def load_tokens(path: Path) -> Tokens:
    """Read the token file.

    Raises:
        KeyError: A value is missing.
        OSError: The file cannot be read.
    """
    raw: dict[str, Any] = json.loads(path.read_text("utf-8"))  # Any: the shape is checked by reading it here
    motion = raw["motion"]
    return Tokens(
        colors={mode: _flat_colors(raw["color"][mode]) for mode in MODES},
        scrim_alpha={mode: float(raw["color"][mode]["scrim"][1]) for mode in MODES},
        radii=dict(raw["radius"]),
        type_scale={name: _type_style(step) for name, step in raw["type"]["scale"].items()},
        faces={name: _faces(raw["type"]["stack"][name]) for name in ("windows", "macos", "linux")},
        densities={name: Density(**raw["density"][name]) for name in DENSITIES},
        layout=_layout(raw["layout"]),
        motion=Motion(**{name: motion[name] for name in Motion.__slots__}),
        icon_stroke=float(raw["icon"]["stroke"]),
        cjk_min_px=int(raw["type"]["cjk_min_px"]),
    )


def _flat_colors(table: Mapping[str, Any]) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value[0] for name, value in table.items()}


def _type_style(step: Mapping[str, Any]) -> TypeStyle:
    return TypeStyle(step["px"], step["line"], step["weight"], float(step["tracking"]))


def _faces(stack: Mapping[str, Any]) -> Faces:
    return Faces(
        latin=stack["latin"],
        sans_fallback=stack["sans_fallback"],
        zh_hans=tuple(stack["zh_Hans"]),
        zh_hant=tuple(stack["zh_Hant"]),
        mono=tuple(stack["mono"]),
    )


def _layout(table: Mapping[str, Any]) -> Layout:
    values: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in table.items()}
    return Layout(**values)
