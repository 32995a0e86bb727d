"""Painters of table cells, one per kind of column."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QFont, QPainter

from desktop.ui.components.records import Cell, Column, RecordRow
from desktop.ui.design.badge import BadgeSpec, badge_size, paint_badge
from desktop.ui.design.fonts import text_language
from desktop.ui.design.marks import paint_company, paint_person
from desktop.ui.design.painting import (
    LEFT,
    RIGHT,
    Glyph,
    draw_box,
    draw_dot,
    draw_icon,
    draw_ring_dot,
    draw_text,
    text_width,
)
from desktop.ui.design.progress_bar import paint_progress
from desktop.ui.design.sparkline import paint_sparkline
from desktop.ui.design.theme import Theme

_DOT = 8
_DOT_GAP = 10
_MARK = 24
_MARK_GAP = 8
_SIGN_ROOM = 20
_SPARK = (72.0, 14.0)
_BAR = (72.0, 6.0)

INKS = {
    "": "text",
    "muted": "muted",
    "secondary": "text_secondary",
    "text_secondary": "text_secondary",
    "neutral": "neutral",
    "accent": "accent_text",
    "success": "success",
    "warning": "warning",
    "danger": "danger",
    "info": "info",
}


@dataclass(frozen=True, slots=True)
class CellPaint:
    """Everything a cell painter needs; ``rect`` is the room inside the padding."""

    painter: QPainter
    theme: Theme
    rect: QRect
    column: Column
    record: RecordRow
    cell: Cell


def paint_cell(job: CellPaint) -> None:
    """Draw a cell in the way of its column's kind."""
    _PAINTERS[job.column.kind](job)


def shown_width(job: CellPaint) -> int:
    """Measure the text of a cell, to tell whether it is elided."""
    return text_width(_font(job), job.cell.text)


def paint_skeleton(painter: QPainter, theme: Theme, rect: QRect) -> None:
    """Draw a grey bar for a cell that is not there yet."""
    bar = QRectF(rect.left(), rect.center().y() - 4, min(rect.width(), 96), 8)
    draw_box(painter, bar, theme.color("neutral_subtle"), theme.radius("xs"))


def _font(job: CellPaint) -> QFont:
    kind = job.column.kind
    lang = text_language(job.cell.text)
    if kind in {"number", "money", "date", "dot", "progress"}:
        return job.theme.font("body", tnum=True, lang=lang)
    return job.theme.font("medium" if kind in {"name", "person", "company"} else "body", lang=lang)


def _text(job: CellPaint, ink: str, rect: QRect | None = None) -> None:
    area = job.rect if rect is None else rect
    color = job.theme.color(INKS.get(job.cell.tone, "text") if job.cell.tone else ink)
    align = RIGHT if job.column.is_right else LEFT
    if job.cell.second:
        top = area.top() + (area.height() - job.theme.line("body") - job.theme.line("small")) // 2
        first = QRect(area.left(), top, area.width(), job.theme.line("body"))
        below = QRect(area.left(), first.bottom() + 1, area.width(), job.theme.line("small"))
        job.painter.setFont(job.theme.font("small", lang=text_language(job.cell.second)))
        draw_text(job.painter, below, job.cell.second, job.theme.color("text_secondary"), align=align)
        area = first
    job.painter.setFont(_font(job))
    draw_text(job.painter, area, job.cell.text, color, align=align)


def _plain(job: CellPaint) -> None:
    _text(job, "text")


def _secondary(job: CellPaint) -> None:
    _text(job, "text_secondary")


def _name(job: CellPaint) -> None:
    area = QRect(job.rect)
    signs = job.record.unsent + job.record.needs_choice
    if signs:
        area.setWidth(area.width() - signs * job.theme.grown(_SIGN_ROOM))
    _text(job, "text", area)
    if not signs:
        return
    sign = job.theme.grown(_SIGN_ROOM)
    line = job.theme.line("body")
    middle = area.center().y() + 1
    if job.cell.second:
        middle = area.top() + (area.height() - line - job.theme.line("small")) // 2 + line // 2
    x = area.left() + min(shown_width(job), area.width()) + sign / 2
    if job.record.unsent:
        draw_ring_dot(job.painter, job.theme, QPointF(x, middle))
        x += sign
    if job.record.needs_choice:
        draw_icon(job.painter, job.theme, QPointF(x, middle), Glyph("git-merge", "sync_choice", 14))


def _dot(job: CellPaint) -> None:
    if not job.cell.tone:
        _text(job, "muted")
        return
    draw_dot(
        job.painter,
        job.theme,
        QPointF(job.rect.left() + _DOT / 2, job.rect.center().y() + 0.5),
        f"{job.cell.tone}_solid",
    )
    job.painter.setFont(_font(job))
    draw_text(job.painter, job.rect.adjusted(_DOT + _DOT_GAP - 4, 0, 0, 0), job.cell.text, job.theme.color("text"))


def _badge(job: CellPaint) -> None:
    if not job.cell.text:
        return
    badge = BadgeSpec(job.cell.text, job.cell.tone or "neutral", job.cell.icon)
    size = badge_size(job.theme, badge)
    width = min(size.width(), job.rect.width())
    left = job.rect.right() + 1 - width if job.column.is_right else job.rect.left()
    top = job.rect.center().y() - size.height() // 2 + 1
    paint_badge(job.painter, job.theme, QRect(left, top, width, size.height()), badge)


def _marked(job: CellPaint) -> None:
    side = min(_MARK, job.rect.height() - 4)
    mark = QRect(job.rect.left(), job.rect.center().y() - side // 2 + 1, side, side)
    paint = paint_person if job.column.kind == "person" else paint_company
    paint(job.painter, job.theme, mark, job.cell.text)
    inner = CellPaint(
        job.painter, job.theme, job.rect.adjusted(side + _MARK_GAP, 0, 0, 0), job.column, job.record, job.cell
    )
    _name(inner)


def _sparkline(job: CellPaint) -> None:
    width, height = _SPARK
    top = job.rect.center().y() + 1 - height / 2
    rect = QRectF(job.rect.left(), top, min(width, job.rect.width()), height)
    paint_sparkline(job.painter, job.theme, rect, job.cell.values, job.cell.tone or "neutral")


def _progress(job: CellPaint) -> None:
    width, height = _BAR
    rect = QRectF(job.rect.left(), job.rect.center().y() + 1 - height / 2, min(width, job.rect.width()), height)
    paint_progress(job.painter, job.theme, rect, job.cell.share or 0.0, job.cell.tone or "accent")
    if job.cell.text:
        job.painter.setFont(_font(job))
        area = job.rect.adjusted(round(rect.width()) + _MARK_GAP, 0, 0, 0)
        draw_text(job.painter, area, job.cell.text, job.theme.color("text_secondary"))


def _icon(job: CellPaint) -> None:
    if job.cell.icon:
        center = QPointF(job.rect.left() + 8, job.rect.center().y() + 0.5)
        draw_icon(
            job.painter,
            job.theme,
            center,
            Glyph(job.cell.icon, INKS.get(job.cell.tone, "text_secondary") if job.cell.tone else "text_secondary"),
        )


def _nothing(_job: CellPaint) -> None:
    """Ticks are drawn by the delegate, which knows them."""


_PAINTERS: dict[str, Callable[[CellPaint], None]] = {
    "text": _plain,
    "name": _name,
    "secondary": _secondary,
    "number": _plain,
    "money": _plain,
    "date": _secondary,
    "badge": _badge,
    "dot": _dot,
    "person": _marked,
    "company": _marked,
    "progress": _progress,
    "sparkline": _sparkline,
    "icon": _icon,
    "tick": _nothing,
}
