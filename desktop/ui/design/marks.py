"""Painters of marks: people are round, companies square, the program itself is the seal 行."""

import unicodedata

from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QPainter

from desktop.ui.design.fonts import has_chinese, text_language
from desktop.ui.design.painting import CENTER, baseline, contrast_edge, draw_box, draw_text
from desktop.ui.design.theme import Theme

SEAL = "行"

_LARGE = 36  # px from which a mark takes the larger type
_GIVEN_NAME = 2


def person_initials(name: str) -> str:
    """Give what a person's mark shows: the given name in Chinese (林晓雯: 晓雯), initials in Latin (GW)."""
    chinese = _chinese_part(name)
    if chinese:
        return chinese if len(chinese) <= _GIVEN_NAME else chinese[-_GIVEN_NAME:]
    return _latin_initials(name)


def company_initials(name: str) -> str:
    """Give what a company's mark shows: the first Chinese character, or the first two Latin initials."""
    chinese = _chinese_part(name)
    if chinese and has_chinese(name.strip()[:1]):
        return chinese[0]
    return _latin_initials(name) or chinese[:1]


def paint_person(painter: QPainter, theme: Theme, rect: QRect, name: str, fill: str = "neutral_subtle") -> None:
    """Draw a person's round mark."""
    draw_box(painter, rect, theme.color(fill), rect.height() / 2, contrast_edge(theme))
    _paint_initials(painter, theme, rect, person_initials(name))


def paint_company(painter: QPainter, theme: Theme, rect: QRect, name: str) -> None:
    """Draw a company's square mark."""
    radius = theme.radius("md" if rect.height() >= _LARGE else "sm")
    draw_box(painter, rect, theme.color("neutral_subtle"), radius, contrast_edge(theme))
    _paint_initials(painter, theme, rect, company_initials(name))


def paint_seal(painter: QPainter, theme: Theme, rect: QRect) -> None:
    """Draw the brand mark."""
    painter.save()
    draw_box(painter, rect, theme.color("seal"), radius=theme.radius("sm" if rect.height() < _LARGE else "md"))
    font = QFont(theme.font("section", lang="zh_CN"))
    font.setPixelSize(round(rect.height() * 0.6))
    painter.setFont(font)
    draw_text(painter, rect, SEAL, theme.color("on_seal"), align=CENTER)
    painter.restore()


def _paint_initials(painter: QPainter, theme: Theme, rect: QRect, text: str) -> None:
    painter.save()
    font = QFont(theme.font("section", lang=text_language(text)))
    share = 0.42 if rect.height() >= _LARGE else 0.4
    font.setPixelSize(max(round(rect.height() * share), theme.tokens.cjk_min_px if has_chinese(text) else 10))
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0)
    painter.setFont(font)
    painter.setPen(theme.color("neutral"))
    metrics = painter.fontMetrics()
    left = rect.left() + (rect.width() - metrics.horizontalAdvance(text)) // 2
    painter.drawText(left, baseline(metrics, rect.top(), rect.height()), text)
    painter.restore()


def _chinese_part(name: str) -> str:
    return "".join(letter for letter in name if has_chinese(letter))


def _latin_initials(name: str) -> str:
    words = [word for word in name.split() if unicodedata.category(word[0])[0] in "LN"]
    if not words:
        return ""
    picked = words if len(words) == 1 else [words[0], words[-1]]
    return "".join(word[0] for word in picked).upper()
