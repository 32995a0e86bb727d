"""Small painting steps that components and delegates share; text is always drawn plain, never as markup."""

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen

from desktop.ui.design.theme import Theme

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter

_ELIDE = Qt.TextElideMode.ElideRight
# Bidirectional overrides can make a name read backwards on screen; control characters can hide text.
_HOSTILE = dict.fromkeys((*range(32), *range(127, 160), 8232, 8233), " ") | dict.fromkeys(
    (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F)
)


class Glyph(NamedTuple):
    """An icon to draw: its name, the token of its colour, its size before text scale."""

    name: str
    color: str = "text_secondary"
    size: int = 16


class Outline(NamedTuple):
    """How a box is outlined."""

    color: QColor
    width: float = 1
    is_dashed: bool = False


def one_line(text: str) -> str:
    """Make text from a record safe to draw on one line: no line breaks, control or direction characters."""
    return text if text.isascii() and text.isprintable() else text.translate(_HOSTILE)


def draw_text(painter: QPainter, rect: QRect, text: str, color: QColor, *, align: Qt.AlignmentFlag = LEFT) -> None:
    """Draw one line in the painter's font, elided when it does not fit; ``align`` is LEFT, RIGHT or CENTER."""
    if rect.width() <= 0:
        return
    shown = one_line(text)
    metrics = painter.fontMetrics()
    room, width = rect.width(), metrics.horizontalAdvance(shown)
    if width > room:
        shown = metrics.elidedText(shown, _ELIDE, room)
        width = metrics.horizontalAdvance(shown)
    left = rect.left() + (0 if align == LEFT else (room - width) // (1 if align == RIGHT else 2))
    painter.setPen(color)
    painter.drawText(left, baseline(metrics, rect.top(), rect.height()), shown)


def baseline(metrics: QFontMetrics, top: int, height: int) -> int:
    """Tell where letters stand in a line of ``height`` px.

    It follows from the first face alone, so that Chinese and Latin texts beside each other stand on one line, whatever
    heights the Chinese faces claim.
    """
    return top + (height - metrics.height()) // 2 + metrics.ascent()


def text_width(font: QFont, text: str) -> int:
    """Measure one line in px, rounded up so that it never elides at its own width."""
    return QFontMetrics(font).horizontalAdvance(one_line(text)) + 1


def rounded(rect: QRectF, radius: float) -> QPainterPath:
    """Make the outline of a rounded box."""
    path = QPainterPath()
    path.addRoundedRect(rect, radius, radius)
    return path


def draw_box(
    painter: QPainter,
    rect: QRect | QRectF,
    fill: QColor | None,
    radius: float = 0,
    outline: Outline | None = None,
) -> None:
    """Fill and outline a box; the outline lies inside ``rect`` so that neighbours do not overlap."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(rect)
    if fill is not None:
        painter.fillPath(rounded(box, radius), QBrush(fill))
    if outline is None:
        return
    half = outline.width / 2
    pen = QPen(outline.color, outline.width)
    if outline.is_dashed:
        pen.setStyle(Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([3 / outline.width, 2 / outline.width])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(half, half, -half, -half), radius - half, radius - half)


def contrast_edge(theme: Theme) -> Outline | None:
    """Give the outline of what a subtle fill parts from the page, where high contrast takes such fills away."""
    return Outline(theme.color("text")) if theme.choice.high_contrast else None


def draw_icon(painter: QPainter, theme: Theme, center: QPointF, glyph: Glyph) -> None:
    """Draw an icon around a point, on whole device pixels."""
    ratio = painter.device().devicePixelRatioF()
    pixmap = theme.pixmap(glyph.name, glyph.color, glyph.size, ratio)
    side = pixmap.width() / ratio
    x = round((center.x() - side / 2) * ratio) / ratio
    y = round((center.y() - side / 2) * ratio) / ratio
    painter.drawPixmap(QPointF(x, y), pixmap)


def draw_hairline(painter: QPainter, theme: Theme, rect: QRect, color: str = "border") -> None:
    """Fill the lowest pixel row of ``rect``; a fill stays crisp at 125 % and 150 % where a pen does not."""
    painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.color(color))


def draw_ring_dot(painter: QPainter, theme: Theme, center: QPointF) -> None:
    """Draw the hollow dot that says: not sent yet."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("sync_pending"), 1.75))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(center, 3.25, 3.25)


def draw_dot(painter: QPainter, theme: Theme, center: QPointF, color: str) -> None:
    """Draw a filled dot of 8 px."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(color))
    painter.drawEllipse(center, 4, 4)
