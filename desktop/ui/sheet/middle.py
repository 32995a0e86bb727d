"""Samples of chips, badges, sync states, menu and empty state."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.ui.components.badge import Badge
from desktop.ui.components.chip_bar import Chip, ChipBar, ChipButton
from desktop.ui.components.empty_state import EmptyState
from desktop.ui.components.flow_layout import FlowLayout
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.menu import MenuItem, MenuRows
from desktop.ui.components.records import Cell, RecordRow
from desktop.ui.design.kit import UiKit
from desktop.ui.sheet.framed import Framed
from desktop.ui.sheet.lists import channel_samples, tab_samples
from desktop.ui.sheet.sample import Ringed, titled
from desktop.ui.sheet.signs import SignSample
from desktop.ui.shell.sync_chip import SyncChip, SyncChipStatus

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

_SYNC_STATES = (
    (("synced", "All sent, 10:41"), ("pending", "12 changes waiting")),
    (("offline", "Offline – 12 changes waiting"),),
    (("syncing", "Sending 4 of 12"), ("choice", "3 need your choice")),
    (("failed", "1 not accepted – look"),),
)


def middle_samples(kit: UiKit) -> list[QWidget]:
    """Make the middle column."""
    return [
        titled(kit, "Chip", _chips(kit), _more_chips(kit)),
        titled(kit, "Badge", _badges(kit)),
        titled(kit, "Sync states", *_sync_states(kit), _signs(kit)),
        titled(kit, "Menu and tooltip", _menu(kit)),
        titled(kit, "Tabs, a view that was changed", tab_samples(kit)),
        titled(kit, "Ways to reach somebody", *channel_samples(kit)),
        titled(kit, "Empty state", _empty(kit), _no_match(kit)),
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


def _sync_states(kit: UiKit) -> list[QWidget]:
    boxes = []
    for line in _SYNC_STATES:
        box = QWidget()
        row(*(SyncChip(kit, SyncChipStatus(tone, text)) for tone, text in line), STRETCH, gap=6, into=box)
        boxes.append(box)
    return boxes


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
    tooltip = Framed(kit, "raised", "border_strong", "sm")
    column(
        Label(kit, "Last sync 08:05.", "small"), Label(kit, "Click for details", "small"), gap=0, pad=8, into=tooltip
    )
    box = QWidget()
    layout = row(frame, tooltip, gap=12, into=box)
    layout.setAlignment(tooltip, Qt.AlignmentFlag.AlignTop)
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


def _no_match(kit: UiKit) -> QWidget:
    frame = Framed(kit, "surface", "border", "md")
    empty = EmptyState(kit, "search", "No customer matches", "51 customers are here. The filter leaves none of them.")
    empty.set_action("Clear the filter", icon="x")
    column(empty, gap=0, into=frame)
    return frame
