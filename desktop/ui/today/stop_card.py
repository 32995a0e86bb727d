"""Painter of one stop of the day: whom, with whom, what about, and how it stands."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter

from desktop.ui.design.badge import BadgeSpec, badge_size, paint_badge
from desktop.ui.design.fonts import text_language
from desktop.ui.design.painting import RIGHT, Outline, draw_box, draw_ring_dot, draw_text, text_width
from desktop.ui.design.route_line import DONE, HERE
from desktop.ui.design.theme import Theme

_PAD_SIDE = 12
_PAD = 6
_GAP = 8
_RING_ROOM = 16


@dataclass(frozen=True, slots=True)
class StopWords:
    """A stop as it is written: ``badge`` or ``side`` stands at the right, ``spoken`` is the whole as a sentence."""

    title: str
    person: str
    lines: tuple[str, ...]
    side: str
    badge: BadgeSpec | None
    spoken: str


@dataclass(frozen=True, slots=True)
class StopLook:
    """How a stop is drawn."""

    state: str
    selected: bool
    focused: bool
    unsent: bool


def stop_height(theme: Theme, words: StopWords) -> int:
    """Measure a stop's box in px."""
    return (1 + len(words.lines)) * theme.line("body") + 2 * _PAD


def paint_stop_card(painter: QPainter, theme: Theme, box: QRect, words: StopWords, look: StopLook) -> None:
    """Draw a stop's box."""
    draw_box(painter, box, theme.color(_fill(look)), theme.radius("md"), _outline(theme, look))
    inner = box.adjusted(_PAD_SIDE, _PAD, -_PAD_SIDE, -_PAD)
    line = QRect(inner.left(), inner.top(), inner.width(), theme.line("body"))
    room = _paint_side(painter, theme, line, words, look)
    _paint_names(painter, theme, QRect(line.left(), line.top(), room, line.height()), words, look)
    for text in words.lines:
        line.translate(0, theme.line("body"))
        painter.setFont(theme.record_font("body", text))
        draw_text(painter, line, text, theme.color("text_secondary"))


def _fill(look: StopLook) -> str:
    if look.state == HERE:
        return "accent_subtle"
    return "sunken" if look.state == DONE else "surface"


def _outline(theme: Theme, look: StopLook) -> Outline:
    if look.selected and look.focused:
        return Outline(theme.color("focus_ring"), 2)
    if look.selected:
        return Outline(theme.color("border_control"))
    return Outline(theme.color("accent_border" if look.state == HERE else "border"))


def _paint_side(painter: QPainter, theme: Theme, line: QRect, words: StopWords, look: StopLook) -> int:
    """Draw what stands at the right end; gives the width that is left."""
    if words.badge is not None:
        size = badge_size(theme, words.badge)
        top = line.top() + (line.height() - size.height()) // 2
        paint_badge(
            painter, theme, QRect(line.right() + 1 - size.width(), top, size.width(), size.height()), words.badge
        )
        return line.width() - size.width() - _GAP
    if not words.side:
        return line.width()
    painter.setFont(theme.font("body", tnum=True))
    ink = "accent_text" if look.state == HERE else "text_secondary"
    draw_text(painter, line, words.side, theme.color(ink), align=RIGHT)
    return line.width() - text_width(painter.font(), words.side) - _GAP


def _paint_names(painter: QPainter, theme: Theme, line: QRect, words: StopWords, look: StopLook) -> None:
    font = theme.font("section", lang=text_language(words.title))
    painter.setFont(font)
    room = line.width() - (_RING_ROOM if look.unsent else 0)
    width = min(text_width(font, words.title), room)
    draw_text(painter, QRect(line.left(), line.top(), width, line.height()), words.title, theme.color("text"))
    left = line.left() + width + _GAP
    if look.unsent:
        draw_ring_dot(painter, theme, QPointF(left + 4, line.center().y() + 1))
        left += _RING_ROOM
    painter.setFont(theme.record_font("body", words.person))
    rest = QRect(left, line.top(), line.right() + 1 - left, line.height())
    draw_text(painter, rest, words.person, theme.color("muted"))
