"""Painter of progress bars, known and unknown."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from desktop.ui.design.painting import contrast_edge, draw_box
from desktop.ui.design.theme import Theme

TONES = ("accent", "success", "warning", "danger", "neutral")


def paint_progress(painter: QPainter, theme: Theme, rect: QRectF, share: float, tone: str = "accent") -> None:
    """Draw a track and the filled ``share`` of it, 0 to 1; more than 1 draws full."""
    radius = min(rect.height() / 2, theme.radius("xs"))
    draw_box(painter, rect, theme.color("neutral_subtle"), radius, contrast_edge(theme))
    width = rect.width() * min(max(share, 0.0), 1.0)
    if width <= 0:
        return
    fill = theme.color("accent" if tone == "accent" else f"{tone}_solid")
    draw_box(painter, QRectF(rect.left(), rect.top(), max(width, 2 * radius), rect.height()), fill, radius)


def paint_unknown_progress(painter: QPainter, theme: Theme, rect: QRectF, phase: float) -> None:
    """Draw a track with a third that moves: ``phase`` 0 stands at the left, 1 at the right."""
    radius = min(rect.height() / 2, theme.radius("xs"))
    draw_box(painter, rect, theme.color("neutral_subtle"), radius, contrast_edge(theme))
    third = rect.width() / 3
    left = rect.left() + (rect.width() - third) * min(max(phase, 0.0), 1.0)
    draw_box(painter, QRectF(left, rect.top(), third, rect.height()), theme.color("accent"), radius)
