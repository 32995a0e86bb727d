"""Samples of chips, badges, sync states, menu and empty state."""

from PySide6.QtWidgets import QWidget

from desktop.ui.components.badge import Badge
from desktop.ui.components.chip_bar import Chip, ChipBar, ChipButton
from desktop.ui.components.empty_state import EmptyState
from desktop.ui.components.flow_layout import FlowLayout
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.menu import MenuItem, MenuRows
from desktop.ui.components.records import Cell, RecordRow
from desktop.ui.components.sheet.framed import Framed
from desktop.ui.components.sheet.sample import Ringed, titled
from desktop.ui.components.sheet.signs import SignSample
from desktop.ui.design.kit import UiKit

_BADGES = (
    ("Draft", "neutral", ""),
    ("Delivered", "success", "check"),
    ("Ends tomorrow", "warning", "clock"),
    ("12 days late", "danger", "circle-alert"),
    ("Open case", "info", "wrench"),
    ("成交", "accent", ""),
    ("Tier B", "outline", ""),
    ("Do not contact", "danger", "ban"),
)


def middle_samples(kit: UiKit) -> list[QWidget]:
    """Make the middle column."""
    return [
        titled(kit, "Chip", _chips(kit), _more_chips(kit)),
        titled(kit, "Badge", _badges(kit)),
        titled(kit, "On a record", _signs(kit)),
        titled(kit, "Menu", _menu(kit)),
        titled(kit, "Empty state", _empty(kit)),
    ]


def _chips(kit: UiKit) -> QWidget:
    bar = ChipBar(kit, "Filters", "Filter")
    bar.set_chips(
        [
            Chip("city", "深圳, 东莞", "City"),
            Chip("account", "Ashford Bay Hotel", icon="building-2", removable=False, tone="accent"),
        ]
    )
    return bar


def _more_chips(kit: UiKit) -> QWidget:
    box = QWidget()
    focused = ChipButton(kit, Chip("call", "Call Thu 15:00", icon="phone", removable=False))
    off = ChipButton(kit, Chip("off", "Off", removable=False))
    off.setEnabled(False)
    row(Ringed(kit, focused), off, STRETCH, gap=2, into=box)
    return box


def _badges(kit: UiKit) -> QWidget:
    box = QWidget()
    flow = FlowLayout(box, gap=6)
    for text, tone, icon in _BADGES:
        flow.addWidget(Badge(kit, text, tone, icon))
    box.setMinimumHeight(76)
    return box


def _signs(kit: UiKit) -> QWidget:
    box = QWidget()
    unsent = RecordRow("1", {"name": Cell("On a record: not sent yet")}, unsent=True)
    choice = RecordRow("2", {"name": Cell("Needs your choice")}, needs_choice=True)
    column(SignSample(kit, unsent), SignSample(kit, choice), gap=0, into=box)
    return box


def _menu(kit: UiKit) -> QWidget:
    items = [
        MenuItem("Call", icon="phone", key="C"),
        MenuItem("Log visit", icon="map-pin", key="V", checked=False),
        MenuItem("Video", icon="video", reason="needs network"),
        MenuItem(),
        MenuItem("Do not contact…", icon="ban", danger=True),
    ]
    frame = Framed(kit, "raised", "border_strong", "lg")
    column(MenuRows(kit, items), gap=0, pad=4, into=frame)
    box = QWidget()
    row(frame, Label(kit, "A row that is off says why.", "small", "muted", wrap=True), gap=12, into=box)
    return box


def _empty(kit: UiKit) -> QWidget:
    frame = Framed(kit, "surface", "border", "md")
    empty = EmptyState(
        kit,
        "route",
        "No visits planned for Saturday",
        "Pull in customers you have not seen for a while, or leave the day free.",
    )
    empty.set_action("Suggest a route", "R", "route")
    column(empty, gap=0, into=frame)
    return frame
