"""Painter of badges: a word or two on a subtle fill, with an icon where it helps to scan."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QSize
from PySide6.QtGui import QPainter

from desktop.ui.design.fonts import text_language
from desktop.ui.design.painting import Glyph, Outline, contrast_edge, draw_box, draw_icon, draw_text, text_width
from desktop.ui.design.theme import Theme

BADGE_TONES = ("neutral", "success", "warning", "danger", "info", "accent", "outline")

_PAD = 8
_PAD_ICON = 6
_ICON = 14
_ICON_GAP = 4
_HEIGHT = 20
_WEIGHT = 500


@dataclass(frozen=True, slots=True)
class BadgeSpec:
    """What a badge says; ``tone`` is one of ``BADGE_TONES``."""

    text: str
    tone: str = "neutral"
    icon: str = ""


def badge_size(theme: Theme, badge: BadgeSpec) -> QSize:
    """Measure a badge."""
    font = theme.font("small", weight=_WEIGHT, lang=text_language(badge.text))
    icon = theme.grown(_ICON) + _ICON_GAP + _PAD_ICON - _PAD if badge.icon else 0
    return QSize(text_width(font, badge.text) + 2 * _PAD + icon, max(_HEIGHT, theme.line("small") + 4))


def paint_badge(painter: QPainter, theme: Theme, rect: QRect, badge: BadgeSpec) -> None:
    """Draw a badge into a rectangle of its own size, or a narrower one, in which it elides."""
    outline = badge.tone == "outline"
    fill = theme.color("surface" if outline else f"{badge.tone}_subtle")
    border = Outline(theme.color("border_strong")) if outline else contrast_edge(theme)
    ink = {"outline": "text_secondary", "accent": "accent_text"}.get(badge.tone, badge.tone)
    painter.save()
    draw_box(painter, rect, fill, theme.radius("sm"), border)
    left = rect.left() + _PAD
    if badge.icon:
        size = theme.grown(_ICON)
        center = QPointF(rect.left() + _PAD_ICON + size / 2, rect.top() + rect.height() / 2)
        draw_icon(painter, theme, center, Glyph(badge.icon, ink, _ICON))
        left = rect.left() + _PAD_ICON + size + _ICON_GAP
    painter.setFont(theme.font("small", weight=_WEIGHT, lang=text_language(badge.text)))
    inner = QRect(left, rect.top(), rect.right() + 1 - left - _PAD + 1, rect.height())
    draw_text(painter, inner, badge.text, theme.color(ink))
    painter.restore()
