"""The sheet of all components at every scale of screens and text: sharp lines, nothing cut, still when asked."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.components.button import Button
from desktop.ui.components.label import hairline
from desktop.ui.components.progress import Progress
from desktop.ui.components.record_table import RecordTable
from desktop.ui.design.badge import BadgeSpec, badge_size, paint_badge
from desktop.ui.design.hub import ThemeHub
from desktop.ui.design.kit import UiKit
from desktop.ui.records.brief_lines import Brief, BriefLines
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


@pytest.mark.parametrize("text_scale", [0.9, 1.5])
def test_columns_grow_with_the_text_and_back(hub: ThemeHub, table: RecordTable, text_scale: float) -> None:
    header = table.horizontalHeader()
    before = [header.sectionSize(section) for section in range(header.count())]

    hub.choose(replace(hub.choice, text_scale=text_scale))
    grown = [header.sectionSize(section) for section in range(header.count())]
    hub.choose(replace(hub.choice, text_scale=1.0))

    # What ticks does not grow, the other columns do.
    assert grown == [before[0], *(round(width * text_scale) for width in before[1:])]
    assert [header.sectionSize(section) for section in range(header.count())] == before


def test_long_sentence_of_a_pane_takes_a_second_line_where_it_is_narrow(kit: UiKit, qtbot: QtBot) -> None:
    lines = BriefLines(kit, "Why", can_open=False)
    qtbot.addWidget(lines)
    said = "Send the revised maintenance quote was due 19 Nov."
    lines.set_lines([Brief("", said, mark="clock", is_plain=True)])

    assert lines.heightForWidth(200) - lines.heightForWidth(1000) == kit.theme.line("body")


def test_high_contrast_outlines_what_a_subtle_fill_parted(hub: ThemeHub, kit: UiKit) -> None:
    badge = BadgeSpec("Active", "success")
    subtle, edges = kit.theme.color("success_subtle"), []
    for high in (False, True):
        hub.choose(replace(hub.choice, high_contrast=high))
        size = badge_size(kit.theme, badge)
        picture = QImage(size, QImage.Format.Format_RGB32)
        painter = QPainter(picture)
        paint_badge(painter, kit.theme, QRect(QPoint(0, 0), size), badge)
        painter.end()
        edges.append(picture.pixelColor(size.width() // 2, 0))

    assert edges == [subtle, kit.theme.color("text")]
