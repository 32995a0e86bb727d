"""The sheet of all components at every scale of screens and text: sharp lines, nothing cut, still when asked."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.components.button import Button
from desktop.ui.components.label import hairline
from desktop.ui.components.progress import Progress
from desktop.ui.design.hub import ThemeHub
from desktop.ui.design.kit import UiKit
from desktop.ui.sheet.sheet import component_sheet

RATIOS = (1.0, 1.25, 1.5, 2.0)


def drawn(widget: QWidget, ratio: float) -> QImage:
    """Draw a widget as a screen of this scale would have it."""
    image = QImage(round(widget.width() * ratio), round(widget.height() * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor("#ffffff"))
    widget.render(image, QPoint(0, 0))
    return image


@pytest.mark.parametrize("ratio", RATIOS)
def test_hairline_is_drawn_in_whole_pixels_of_the_screen(kit: UiKit, qtbot: QtBot, ratio: float) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(40, 9)
    line = hairline(kit)
    line.setParent(page)
    line.setGeometry(0, 3, 40, 1)
    line.show()

    image = drawn(page, ratio)

    shades = {image.pixelColor(20, y).name() for y in range(image.height())}
    assert len(shades) == 2
    assert kit.theme.color("border").name() in shades


@pytest.mark.parametrize("ratio", RATIOS)
def test_sheet_is_drawn_at_the_scale_of_the_screen(kit: UiKit, qtbot: QtBot, ratio: float) -> None:
    sheet = component_sheet(kit)
    qtbot.addWidget(sheet)

    image = drawn(sheet, ratio)

    assert image.width() == round(sheet.width() * ratio)
    assert image.pixelColor(2, 2) == kit.theme.color("bg")


@pytest.mark.parametrize("density", ["compact", "comfortable", "touch"])
@pytest.mark.parametrize("scale", [0.9, 1.0, 1.25, 1.5])
def test_no_button_of_the_sheet_is_cut_at_any_size_of_text(
    hub: ThemeHub, kit: UiKit, qtbot: QtBot, density: str, scale: float
) -> None:
    hub.choose(replace(hub.choice, density=density, text_scale=scale))
    sheet = component_sheet(kit)
    qtbot.addWidget(sheet)
    sheet.show()

    cut = [
        each.label
        for each in sheet.findChildren(Button)
        if each.width() < each.sizeHint().width() or each.height() < each.sizeHint().height()
    ]

    assert cut == []


def test_unknown_progress_stands_still_where_nothing_may_move(hub: ThemeHub, kit: UiKit, qtbot: QtBot) -> None:
    bars = []
    for motion in (True, False):
        hub.choose(replace(hub.choice, motion=motion))
        bar = Progress(kit, "Finding the server")
        qtbot.addWidget(bar)
        bar.set_unknown()
        bar.show()
        bars.append(bar.is_moving)
        bar.hide()

    assert bars == [True, False]
