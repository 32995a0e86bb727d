"""A bar of parts that make a whole, and the keys that say which colour is which."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.components.label import Label
from desktop.ui.components.layouts import row
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import draw_box, rounded

COLOURS = ("chart_1", "chart_6", "chart_3", "chart_5", "chart_8", "chart_2", "chart_4", "chart_7")
"""In the order of parts; neighbours are told apart by light as well as by hue."""

_HEIGHT = 10
_GAP = 1
_SWATCH = 9


class ShareBar(QWidget):
    """Parts in the order and colours given; what is very small is still seen."""

    def __init__(self, kit: UiKit, name: str) -> None:
        super().__init__()
        self._kit = kit
        self._parts: tuple[tuple[str, int], ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        kit.follow(self)

    def set_parts(self, parts: Sequence[tuple[str, int]], said: str) -> None:
        """Show other parts, each the token of a colour and an amount; ``said`` tells them in words."""
        self._parts = tuple(part for part in parts if part[1] > 0)
        self.setAccessibleDescription(said)
        self.update()

    @Slot()
    def restyle(self) -> None:
        """Draw anew."""
        self.update()

    def sizeHint(self) -> QSize:
        """Be as wide as there is room."""
        return QSize(_SWATCH * 20, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the parts, parted by a hairline of the ground."""
        theme = self._kit.theme
        painter = QPainter(self)
        radius = theme.radius("xs")
        whole = QRectF(self.rect())
        painter.setClipPath(rounded(whole, radius))
        painter.fillRect(whole, theme.color("neutral_subtle"))
        total = sum(amount for _, amount in self._parts)
        room = whole.width() - _GAP * max(0, len(self._parts) - 1)
        left = whole.left()
        for number, (colour, amount) in enumerate(self._parts):
            is_last = number == len(self._parts) - 1
            width = whole.right() - left if is_last else max(2.0, room * amount / total)
            painter.fillRect(QRectF(left, 0, width, whole.height()), theme.color(colour))
            painter.fillRect(QRectF(left + width, 0, _GAP, whole.height()), theme.color("surface"))
            left += width + _GAP


class ShareKey(QWidget):
    """Which part has which colour, and how much it is."""

    def __init__(self, kit: UiKit, colour: str, name: str) -> None:
        super().__init__()
        self._amount = Label(kit, "", "small", "text_secondary").set_figures()
        row(_Swatch(kit, colour), Label(kit, name, "small", "text_secondary"), self._amount, gap=6, into=self)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_amount(self, said: str) -> None:
        """Say how much it is."""
        self._amount.setText(said)
        self.updateGeometry()


class _Swatch(QWidget):
    def __init__(self, kit: UiKit, colour: str) -> None:
        super().__init__()
        self._kit = kit
        self._colour = colour
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        kit.follow(self)

    @Slot()
    def restyle(self) -> None:
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_SWATCH, _SWATCH)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._kit.theme
        draw_box(QPainter(self), self.rect(), theme.color(self._colour), 2)
