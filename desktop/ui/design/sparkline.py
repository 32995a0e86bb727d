"""Painter of sparklines: a trend small enough for a table cell, its last point marked."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from desktop.ui.design.theme import Theme

_LINE = 1.5
_END = 2.0


def paint_sparkline(
    painter: QPainter, theme: Theme, rect: QRectF, values: Sequence[float], tone: str = "neutral"
) -> None:
    """Draw values from left to right, scaled between their smallest and largest.

    ``tone`` is a status colour of the design (``neutral``, ``danger``, ...) or ``accent``.
    """
    points = _points(rect, values)
    if not points:
        return
    color = theme.color("accent" if tone == "accent" else f"{tone}_solid")
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(color, _LINE)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPolyline(QPolygonF(points))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(points[-1], _END, _END)
    painter.restore()


def _points(rect: QRectF, values: Sequence[float]) -> list[QPointF]:
    if not values:
        return []
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    inner = rect.adjusted(_END, _END, -_END, -_END)
    step = inner.width() / max(1, len(values) - 1)
    base = inner.bottom() if high > low else inner.center().y()
    return [
        QPointF(inner.left() + index * step, base - (value - low) / span * inner.height())
        for index, value in enumerate(values)
    ]
