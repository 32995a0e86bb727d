"""The sheet itself: three columns of samples."""

from PySide6.QtWidgets import QWidget

from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.surface import Surface
from desktop.ui.design.kit import UiKit
from desktop.ui.sheet.left import left_samples
from desktop.ui.sheet.middle import middle_samples
from desktop.ui.sheet.right import right_samples

_WIDTHS = (392, 340, 604)
_SIZE = (1440, 900)


def component_sheet(kit: UiKit) -> QWidget:
    """Make a widget that shows every component in every state; 1440 px wide at the usual density and text size."""
    sheet = Surface(kit, "bg")
    columns = [QWidget() for _ in _WIDTHS]
    for box, width, samples in zip(columns, _WIDTHS, (left_samples, middle_samples, right_samples), strict=True):
        box.setFixedWidth(round(width * max(1.0, kit.theme.choice.text_scale)))
        column(*samples(kit), STRETCH, gap=12, into=box)
    row(*columns, gap=24, pad=24, into=sheet)
    sheet.resize(max(_SIZE[0], sheet.sizeHint().width()), max(_SIZE[1], sheet.sizeHint().height()))
    return sheet
