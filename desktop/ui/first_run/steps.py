"""The steps of the first run as a route from top to bottom."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import draw_text
from desktop.ui.design.route_line import DONE, HERE, NEXT, Stop, paint_route
from desktop.ui.design.text_block import break_lines, draw_lines

_NODE = 24
_STEP = 66
_TEXT_LEFT = 38


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is done there, and a second line."""

    title: str
    second: str


class Steps(QWidget):
    """Steps of which one is here; those before it are done."""

    def __init__(self, kit: UiKit, steps: Sequence[Step], here: int) -> None:
        super().__init__()
        self._kit = kit
        self._steps = tuple(steps)
        self._here = here
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        kit.follow(self)
        self._describe()

    def set_steps(self, steps: Sequence[Step], here: int) -> None:
        """Show where the user is now."""
        self._steps, self._here = tuple(steps), here
        self._describe()
        self.update()

    @Slot()
    def restyle(self) -> None:
        """Draw anew."""
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Fit all steps."""
        theme = self._kit.theme
        return QSize(220, (len(self._steps) - 1) * _STEP + theme.line("section") + 2 * theme.line("small") + 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the route and the words beside it."""
        theme = self._kit.theme
        painter = QPainter(self)
        stops = [Stop(self._state(place), str(place + 1)) for place in range(len(self._steps))]
        centers = [QPointF(_NODE / 2, _NODE / 2 + place * _STEP) for place in range(len(self._steps))]
        paint_route(painter, theme, stops, centers, node=_NODE)
        for place, step in enumerate(self._steps):
            top = place * _STEP
            first = QRect(_TEXT_LEFT, top, self.width() - _TEXT_LEFT, theme.line("section"))
            painter.setFont(theme.record_font("section" if place == self._here else "body", step.title))
            draw_text(painter, first, step.title, theme.color("text"))
            painter.setFont(theme.record_font("small", step.second))
            line = theme.line("small")
            lines = break_lines(step.second, painter.font(), first.width(), most=2)
            draw_lines(painter, QPoint(_TEXT_LEFT, first.bottom() + 1), lines, line, theme.color("text_secondary"))

    def _state(self, place: int) -> str:
        if place < self._here:
            return DONE
        return HERE if place == self._here else NEXT

    def _describe(self) -> None:
        step = self._steps[self._here]
        self.setAccessibleName(f"{self._here + 1} / {len(self._steps)}: {step.title}")
        self.setAccessibleDescription(step.second)
