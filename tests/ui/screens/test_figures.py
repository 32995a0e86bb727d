"""Figures of a customer: no word of theirs is cut as long as there is room below."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from desktop.ui.customer.figures import Figure, FigureStrip
from tests.ui.screens.conftest import Window

FIGURES = [Figure("Last visit", "Today", "usually every 21 days"), Figure("Open value", "¥555,000", "2 opportunities")]


@pytest.mark.parametrize(("width", "is_higher"), [(900, False), (300, True)])
def test_notes_stand_below_the_figures_where_there_is_no_room_beside_them(
    window: Window, qtbot: QtBot, width: int, *, is_higher: bool
) -> None:
    kit = window.place.kit
    strip = FigureStrip(kit)
    qtbot.addWidget(strip)
    plain = strip.sizeHint().height()

    strip.resize(width, plain)
    strip.set_figures(FIGURES)
    strip.show()

    assert strip.sizeHint().height() - plain == (kit.theme.line("small") if is_higher else 0)


def test_notes_go_below_when_the_text_grows(window: Window, qtbot: QtBot) -> None:
    kit = window.place.kit
    strip = FigureStrip(kit)
    qtbot.addWidget(strip)
    strip.resize(440, 60)
    strip.set_figures(FIGURES)
    strip.show()
    before = strip.sizeHint().height()

    kit.hub.choose(replace(kit.hub.choice, text_scale=1.5))

    heading, small = kit.theme.line("heading"), kit.theme.line("small")
    assert strip.sizeHint().height() >= heading + 2 * small
    assert before < heading + 2 * small
