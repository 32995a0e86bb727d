"""Plain text over several lines: broken like Chinese and Latin want it, at most so many lines, the last one elided."""

import re
from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QTextLayout, QTextOption

from desktop.ui.design.painting import baseline, one_line

_MAY_BREAK = "\N{ZERO WIDTH SPACE}"
_AT = re.compile(r"(?<=\S)(?=@\S)")


def break_lines(text: str, font: QFont, width: int, most: int = 0) -> list[str]:
    """Break text into lines that fit ``width``; with ``most`` above 0, no more than that many."""
    lines: list[str] = []
    for paragraph in text.strip().splitlines() or [""]:
        lines.extend(_break_paragraph(one_line(paragraph), font, width))
        if most and len(lines) > most:
            break
    if most and len(lines) > most:
        rest = f"{lines[most - 1]}{lines[most]}…"
        lines = [*lines[: most - 1], QFontMetrics(font).elidedText(rest, Qt.TextElideMode.ElideRight, width)]
    return lines


def draw_lines(painter: QPainter, at: QPoint, lines: Sequence[str], height: int, color: QColor) -> None:
    """Draw lines in the painter's font below each other, each ``height`` px high, from the top left ``at``."""
    painter.setPen(color)
    metrics = painter.fontMetrics()
    base = baseline(metrics, at.y(), height)
    for number, line in enumerate(lines):
        painter.drawText(QPoint(at.x(), base + number * height), line)


def _break_paragraph(text: str, font: QFont, width: int) -> list[str]:
    if not text:
        return [""]
    # An address that takes two lines is parted before its @, not before its last letter.
    marked = text if _MAY_BREAK in text else _AT.sub(_MAY_BREAK, text)
    layout = QTextLayout(marked, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    found: list[str] = []
    layout.beginLayout()
    while True:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(max(1, width))
        found.append(marked[line.textStart() : line.textStart() + line.textLength()])
    layout.endLayout()
    return found if marked == text else [each.replace(_MAY_BREAK, "") for each in found]
