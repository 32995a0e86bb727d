"""Samples of table rows, toast, banners, cards, dialog, timeline and type."""

from PySide6.QtWidgets import QWidget

from desktop.ui.components.banner import Banner, Notice
from desktop.ui.components.button import Button
from desktop.ui.components.checkbox import Checkbox
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.marks import RouteMark
from desktop.ui.components.toast import Toast, ToastView
from desktop.ui.design.kit import UiKit
from desktop.ui.design.route_line import DONE, HERE, NEXT, SUGGESTED, Stop
from desktop.ui.sheet.cards import CardSamples
from desktop.ui.sheet.framed import Framed
from desktop.ui.sheet.lists import row_samples, timeline_samples
from desktop.ui.sheet.sample import RowSamples, titled


def right_samples(kit: UiKit) -> list[QWidget]:
    """Make the right column."""
    return [
        titled(kit, "Table row", RowSamples(kit)),
        titled(kit, "Toast with undo, banner", *_toasts(kit), _banners(kit)),
        titled(kit, "Card", CardSamples(kit)),
        titled(kit, "Route line", _route(kit)),
        titled(kit, "Two-line row", row_samples(kit)),
        titled(kit, "Timeline", timeline_samples(kit)),
        titled(kit, "Dialog", _dialog(kit)),
        titled(kit, "Type", _type(kit)),
    ]


def _toasts(kit: UiKit) -> list[QWidget]:
    toasts = [
        Toast("Visit at 澜川冷链物流 saved on this laptop", action="Undo", key="Ctrl+Z"),
        Toast("The server is busy. Trying again in 2 min.", "waiting"),
        Toast("One change was not accepted. Its values are kept.", "problem", action="Look"),
    ]
    return [ToastView(kit, each) for each in toasts]


def _banners(kit: UiKit) -> QWidget:
    box = QWidget()
    info, offline, choice, problem = (Banner(kit) for _ in range(4))
    column(info, offline, choice, problem, gap=6, into=box)
    info.show_notice(Notice("This customer belongs to a colleague now. It can be read, not changed."))
    problem.show_notice(Notice("The disk is full. What you save is kept beside it until there is room.", "problem"))
    offline.show_notice(Notice("You are offline. Prices are from 08:05 today.", "offline", "Details"))
    choice.show_notice(Notice("3 records wait for your choice. 您和同事都改过。", "choice", "Choose"))
    return box


def _route(kit: UiKit) -> QWidget:
    stops = [Stop(DONE), Stop(DONE), Stop(HERE, "3"), Stop(NEXT, "4"), Stop(SUGGESTED, "?"), Stop(NEXT, "5")]
    return RouteMark(kit, stops, "Stage 3 of 5")


def _dialog(kit: UiKit) -> QWidget:
    frame = Framed(kit, "raised", "border_strong", "xl")
    tick = Checkbox(kit, "Send the message when online")
    tick.setChecked(True)
    column(
        Label(kit, "Move this visit to Monday?", "heading"),
        Label(
            kit, "Priya Nair was promised an answer today. A message to her is ready to send.", "body", "text_secondary"
        ),
        row(tick, STRETCH, Button(kit, "Keep today", key="Esc"), Button(kit, "Move to Monday", "primary", key="Enter")),
        gap=6,
        pad=20,
        into=frame,
    )
    return frame


def _type(kit: UiKit) -> QWidget:
    box = QWidget()
    row(
        Label(kit, "¥2.70M", "display"),
        Label(kit, "20 澜川", "title"),
        Label(kit, "15 标题 Heading", "heading"),
        Label(kit, "13 正文 Body"),
        Label(kit, "12 小字 Small", "small"),
        Label(kit, "11 Tiny 08:05", "tiny"),
        STRETCH,
        gap=16,
        into=box,
    )
    return box
