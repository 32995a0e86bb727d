"""Rows and columns: layouts made of one expression, with distances that the design knows."""

from enum import Enum
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from desktop.ui.design.tokens import SPACES


class Stretch(Enum):
    """A place that takes what is left."""

    STRETCH = "stretch"


STRETCH: Final = Stretch.STRETCH
Item = QWidget | QLayout | int | Stretch
Pad = int | tuple[int, int] | tuple[int, int, int, int]


def row(*items: Item, gap: int = 8, pad: Pad = 0, into: QWidget | None = None) -> QHBoxLayout:
    """Lay items out from left to right, each centred in the height; see ``column``."""
    layout = QHBoxLayout(into) if into is not None else QHBoxLayout()
    _fill(layout, items, gap, pad)
    return layout


def column(*items: Item, gap: int = 8, pad: Pad = 0, into: QWidget | None = None) -> QVBoxLayout:
    """Lay items out from top to bottom, inside the widget ``into`` if there is one.

    An int is a fixed space of so many px, ``STRETCH`` takes what is left. ``gap`` lies between the items,
    ``pad`` around all of them: one number, (sides, top and bottom), or (left, top, right, bottom).

    Raises:
        ValueError: A distance that is no token of the design.
    """
    layout = QVBoxLayout(into) if into is not None else QVBoxLayout()
    _fill(layout, items, gap, pad)
    return layout


def checked_space(px: int) -> int:
    """Give the distance back when the design knows it.

    Raises:
        ValueError: It is no token of the design.
    """
    if px not in SPACES:
        raise ValueError(f"{px} px is no distance of the design: {SPACES}")
    return px


def set_pad(layout: QLayout, pad: Pad) -> None:
    """Set the margins of a layout from tokens."""
    if isinstance(pad, int):
        sides: tuple[int, ...] = (pad, pad, pad, pad)
    elif len(pad) == 2:  # noqa: PLR2004 - (sides, top and bottom)
        sides = (pad[0], pad[1], pad[0], pad[1])
    else:
        sides = pad
    left, top, right, bottom = (checked_space(side) for side in sides)
    layout.setContentsMargins(left, top, right, bottom)


def _fill(layout: QBoxLayout, items: tuple[Item, ...], gap: int, pad: Pad) -> None:
    layout.setSpacing(checked_space(gap))
    set_pad(layout, pad)
    across = layout.direction() == QBoxLayout.Direction.LeftToRight
    for item in items:
        if isinstance(item, Stretch):
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(checked_space(item))
        elif isinstance(item, QLayout):
            layout.addLayout(item)
        elif across and not _grows_up(item):
            layout.addWidget(item, 0, Qt.AlignmentFlag.AlignVCenter)
        else:
            layout.addWidget(item)


def _grows_up(widget: QWidget) -> bool:
    return bool(widget.sizePolicy().expandingDirections() & Qt.Orientation.Vertical) or widget.layout() is not None
