"""Text of several lines, laid out to a width and drawn plain, with the passages marked that somebody added."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QTextCharFormat, QTextLayout, QTextOption

from desktop.ui.design.painting import baseline, one_line

_LINE_BREAK = "\u2028"
_WORDS = re.compile(r"[\u3400-\u9fff]|\w+|\s+|[^\w\s]")
_MOST_COMPARED = 6000


@dataclass(frozen=True, slots=True)
class Span:
    """A passage: its first character and how many there are."""

    start: int
    length: int


@dataclass(frozen=True, slots=True)
class MarkLook:
    """How marked passages are drawn."""

    ink: QColor
    fill: QColor


def added_spans(before: str, text: str) -> tuple[Span, ...]:
    """Find what ``text`` says that ``before`` does not; nothing when either is empty or very long."""
    if not before or not text or len(before) + len(text) > _MOST_COMPARED:
        return ()
    old, new = _WORDS.findall(before), _WORDS.findall(text)
    starts = [0]
    for word in new:
        starts.append(starts[-1] + len(word))
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    spans = [
        Span(starts[first], starts[last] - starts[first])
        for kind, _, _, first, last in matcher.get_opcodes()
        if kind in {"insert", "replace"} and last > first
    ]
    # Where nearly everything differs, marking all of it says nothing.
    return () if sum(span.length for span in spans) > len(text) * 0.8 else tuple(spans)


class Setting(NamedTuple):
    """What text is set in: its font, and how high a line is, the same for Chinese and Latin."""

    font: QFont
    line: int


class TextBlock:
    """Laid-out text; line breaks in it are kept, everything else that could hide or turn text is taken out."""

    def __init__(
        self, text: str, setting: Setting, width: int, spans: Sequence[Span] = (), look: MarkLook | None = None
    ) -> None:
        shown = _LINE_BREAK.join(one_line(line) for line in text.splitlines()) if "\n" in text else one_line(text)
        self._layout = QTextLayout(shown, setting.font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._layout.setTextOption(option)
        if spans and look is not None and len(shown) == len(text):
            self._layout.setFormats([_format(span, look) for span in spans])
        self.height = self._lay_out(setting, max(1, width))

    def draw(self, painter: QPainter, left: float, top: float, color: QColor) -> None:
        """Draw the lines below each other."""
        painter.setPen(color)
        self._layout.draw(painter, QPointF(left, top), [], QRectF())

    def _lay_out(self, setting: Setting, width: int) -> int:
        foot = baseline(QFontMetrics(setting.font), 0, setting.line)
        height = 0
        self._layout.beginLayout()
        while True:
            line = self._layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(width)
            line.setPosition(QPointF(0, height + foot - line.ascent()))
            height += setting.line
        self._layout.endLayout()
        return height


def _format(span: Span, look: MarkLook) -> QTextLayout.FormatRange:
    marked = QTextCharFormat()
    marked.setForeground(QBrush(look.ink))
    marked.setBackground(QBrush(look.fill))
    marked.setFontUnderline(True)
    found = QTextLayout.FormatRange()
    found.start = span.start
    found.length = span.length
    found.format = marked
    return found
