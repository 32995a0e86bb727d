"""The route line: a line with stops that draws every process of the program, always in the same signs.

Green tick: done. Filled ink: here. Outlined: to come. Dashed: suggested.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen

from desktop.ui.design.painting import Glyph, draw_icon
from desktop.ui.design.theme import Theme

DONE = "done"
HERE = "here"
NEXT = "next"
SUGGESTED = "suggested"
STATES = (DONE, HERE, NEXT, SUGGESTED)

NODE = 20
_LINE = 2
_TICK = 12


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop: its state and what stands in the circle, a number or an icon."""

    state: str
    label: str = ""
    icon: str = ""


def paint_route(
    painter: QPainter, theme: Theme, stops: Sequence[Stop], centers: Sequence[QPointF], *, node: int = NODE
) -> None:
    """Draw stops at their centres, with the lines between them; ``stops`` and ``centers`` run in step."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ends = list(zip(stops, centers, strict=True))
    for (stop, start), (_following, end) in pairwise(ends):
        paint_leg(painter, theme, stop, start, end)
    for stop, center in ends:
        paint_stop(painter, theme, stop, center, node=node)
    painter.restore()


def paint_leg(painter: QPainter, theme: Theme, stop: Stop, start: QPointF, end: QPointF) -> None:
    """Draw the line that leaves a stop."""
    pen = QPen(theme.color("success_solid" if stop.state == DONE else "border_strong"), _LINE)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if stop.state == SUGGESTED:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.drawLine(start, end)


def paint_stop(painter: QPainter, theme: Theme, stop: Stop, center: QPointF, *, node: int = NODE) -> None:
    """Draw one stop."""
    half = node / 2
    box = QRectF(center.x() - half, center.y() - half, node, node)
    painter.setPen(Qt.PenStyle.NoPen)
    if stop.state == DONE:
        painter.setBrush(theme.color("success_solid"))
        painter.drawEllipse(box)
        draw_icon(painter, theme, center, Glyph("check", "on_solid", _TICK))
        return
    if stop.state == HERE:
        painter.setBrush(theme.color("accent"))
        painter.drawEllipse(box)
    else:
        pen = QPen(theme.color("border_control"), 1)
        if stop.state == SUGGESTED:
            pen.setStyle(Qt.PenStyle.CustomDashLine)
            pen.setDashPattern([3, 2])
        painter.setPen(pen)
        painter.setBrush(theme.color("surface"))
        painter.drawEllipse(box.adjusted(0.5, 0.5, -0.5, -0.5))
    _paint_content(painter, theme, stop, box)


def _paint_content(painter: QPainter, theme: Theme, stop: Stop, box: QRectF) -> None:
    ink = "on_accent" if stop.state == HERE else "text_secondary"
    if stop.icon:
        draw_icon(painter, theme, box.center(), Glyph(stop.icon, ink, _TICK))
        return
    font = QFont(theme.font("tiny", tnum=True, weight=600))
    font.setPixelSize(theme.tokens.type_scale["tiny"].px)
    painter.setFont(font)
    painter.setPen(theme.color(ink))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, stop.label)
