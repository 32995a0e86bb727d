"""Marks as widgets: people, companies, the seal and a route; delegates use the painters in ``design``."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.design.kit import UiKit
from desktop.ui.design.marks import SEAL, paint_company, paint_person, paint_seal
from desktop.ui.design.route_line import NODE, Stop, paint_route

MARK = 28
LARGE_MARK = 44
SEAL_SIDE = 24

_ROUTE_LEAST = 36


class _Mark(QWidget):
    def __init__(self, kit: UiKit, name: str, side: int) -> None:
        super().__init__()
        self._kit = kit
        self._name = name
        self.setAccessibleName(name)
        self.setFixedSize(side, side)
        kit.follow(self)

    def set_name(self, name: str) -> None:
        """Stand for somebody else."""
        self._name = name
        self.setAccessibleName(name)
        self.update()

    @Slot()
    def restyle(self) -> None:
        """Draw anew."""
        self.update()


class PersonMark(_Mark):
    """A round mark with a person's initials or given name."""

    def __init__(self, kit: UiKit, name: str, side: int = MARK, fill: str = "neutral_subtle") -> None:
        super().__init__(kit, name, side)
        self._fill = fill

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the mark."""
        paint_person(QPainter(self), self._kit.theme, self.rect(), self._name, self._fill)


class CompanyMark(_Mark):
    """A square mark with a company's initials."""

    def __init__(self, kit: UiKit, name: str, side: int = LARGE_MARK) -> None:
        super().__init__(kit, name, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the mark."""
        paint_company(QPainter(self), self._kit.theme, self.rect(), self._name)


class SealMark(_Mark):
    """The brand mark."""

    def __init__(self, kit: UiKit, side: int = SEAL_SIDE) -> None:
        super().__init__(kit, SEAL, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the mark."""
        paint_seal(QPainter(self), self._kit.theme, self.rect())


class RouteMark(QWidget):
    """A route from left to right, for example the stages of an opportunity."""

    def __init__(self, kit: UiKit, stops: Sequence[Stop], name: str) -> None:
        super().__init__()
        self._kit = kit
        self._stops = tuple(stops)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        kit.follow(self)

    def set_stops(self, stops: Sequence[Stop], name: str) -> None:
        """Show other stops; ``name`` says the same in words."""
        self._stops = tuple(stops)
        self.setAccessibleName(name)
        self.update()

    @Slot()
    def restyle(self) -> None:
        """Draw anew."""
        self.update()

    def sizeHint(self) -> QSize:
        """Leave a line between the stops."""
        return QSize(max(1, len(self._stops)) * _ROUTE_LEAST * 2, NODE + 2)

    def minimumSizeHint(self) -> QSize:
        """Keep the stops apart."""
        return QSize(max(1, len(self._stops)) * _ROUTE_LEAST, NODE + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the route."""
        count = len(self._stops)
        first, last = NODE / 2 + 1, self.width() - NODE / 2 - 1
        step = (last - first) / max(1, count - 1)
        centers = [QPointF(first + index * step, self.height() / 2) for index in range(count)]
        paint_route(QPainter(self), self._kit.theme, self._stops, centers)
