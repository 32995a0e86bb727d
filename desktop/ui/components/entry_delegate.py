"""The delegate that paints a timeline: time, node on the line, title, text over a few lines."""

from datetime import date

from PySide6.QtCore import QPoint, QPointF, QRect, QSize
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem

from desktop.ui.components.entries import Entry
from desktop.ui.components.row_model import Index, RowModel
from desktop.ui.components.row_paint import paint_bar, row_fill
from desktop.ui.design.badge import BadgeSpec, badge_size, paint_badge
from desktop.ui.design.fonts import text_language
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import RIGHT, draw_text, text_width
from desktop.ui.design.route_line import Stop, paint_stop
from desktop.ui.design.text_block import break_lines, draw_lines
from desktop.ui.design.theme import Theme

_PAD = 20
_LEAST_TIME = 60
_TIME_GAP = 12
_WIDE_DAY = date(2000, 12, 30)
_NODE = 22
_TOP = 7
_CONTENT_GAP = 12
_BOTTOM = 5
_MOST_LINES = 4
_HEADING = 32
_LINE = 2


class EntryDelegate(QStyledItemDelegate):
    """Paints entries; remembers how texts break until the width or the theme changes."""

    def __init__(self, kit: UiKit, view: QListView, *, fill: str) -> None:
        super().__init__(view)
        self._kit = kit
        self._view = view
        self._fill = fill
        self._broken: dict[tuple[str, int], list[str]] = {}
        self._time_of: tuple[Theme | None, int] = None, _LEAST_TIME

    def forget(self) -> None:
        """Break all texts anew."""
        self._broken.clear()

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """Fit title and text at the width of the view."""
        entry = _entry_of(index)
        theme = self._kit.theme
        if entry is None:
            return QSize(0, theme.row)
        if entry.is_heading:
            return QSize(0, max(_HEADING, theme.line("small") + 16))
        lines = len(self._lines(entry, self._view.viewport().width()))
        return QSize(0, _TOP + theme.line("body") * (1 + lines) + _BOTTOM)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one entry."""
        entry = _entry_of(index)
        if entry is None:
            return
        theme = self._kit.theme
        painter.save()
        painter.fillRect(option.rect, theme.color(row_fill(option, self._fill)))
        if entry.is_heading:
            painter.setFont(theme.font("small"))
            draw_text(painter, option.rect.adjusted(_PAD, 4, -_PAD, 0), entry.title, theme.color("text_secondary"))
        else:
            paint_bar(painter, theme, option)
            self._paint_line(painter, option.rect, index, entry)
            self._paint_content(painter, option.rect, entry)
        painter.restore()

    def _paint_line(self, painter: QPainter, rect: QRect, index: Index, entry: Entry) -> None:
        theme = self._kit.theme
        center = QPointF(rect.left() + _PAD + self._time() + _NODE / 2, rect.top() + _TOP + theme.line("body") / 2)
        before, after = _neighbours(index)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("border_strong"), _LINE))
        if before is not None and not before.is_heading:
            painter.drawLine(QPointF(center.x(), rect.top()), center)
        if after is not None and not after.is_heading:
            painter.drawLine(center, QPointF(center.x(), rect.bottom() + 1))
        stop = Stop(entry.state or "next", icon=entry.icon)
        paint_stop(painter, theme, stop, center, node=_NODE)
        painter.setFont(theme.font("small", tnum=True))
        time = QRect(rect.left() + _PAD, rect.top() + _TOP, self._time() - _TIME_GAP, theme.line("body"))
        draw_text(painter, time, entry.when, theme.color("text_secondary"), align=RIGHT)

    def _paint_content(self, painter: QPainter, rect: QRect, entry: Entry) -> None:
        theme = self._kit.theme
        left = rect.left() + self._left()
        right = rect.right() + 1 - _PAD
        line = theme.line("body")
        top = rect.top() + _TOP
        if entry.badge:
            badge = BadgeSpec(entry.badge, entry.badge_tone, entry.badge_icon)
            size = badge_size(theme, badge)
            paint_badge(painter, theme, QRect(right - size.width(), top, size.width(), size.height()), badge)
            right -= size.width() + _CONTENT_GAP
        title = theme.font("medium", lang=text_language(entry.title))
        painter.setFont(title)
        width = min(text_width(title, entry.title), right - left)
        draw_text(painter, QRect(left, top, width, line), entry.title, theme.color("text"))
        if entry.by:
            painter.setFont(theme.font("small", lang=text_language(entry.by)))
            by = QRect(left + width + 8, top, right - left - width - 8, line)
            draw_text(painter, by, entry.by, theme.color("muted"))
        painter.setFont(self._text_font(entry))
        lines = self._lines(entry, rect.width())
        draw_lines(painter, QPoint(left, top + line), lines, line, theme.color("text_secondary"))

    def _time(self) -> int:
        """Give the width of what says when: as wide as the longest day of this year in this language."""
        theme = self._kit.theme
        if self._time_of[0] is not theme:
            day = self._kit.texts.date(_WIDE_DAY, today=_WIDE_DAY)
            self._time_of = theme, max(_LEAST_TIME, text_width(theme.font("small", tnum=True), day) + _TIME_GAP)
        return self._time_of[1]

    def _left(self) -> int:
        return _PAD + self._time() + _NODE + _CONTENT_GAP - 4

    def _lines(self, entry: Entry, width: int) -> list[str]:
        if not entry.text:
            return []
        key = (entry.text, width)
        if key not in self._broken:
            room = width - self._left() - _PAD
            self._broken[key] = break_lines(entry.text, self._text_font(entry), room, _MOST_LINES)
        return self._broken[key]

    def _text_font(self, entry: Entry) -> QFont:
        return self._kit.theme.font("body", lang=text_language(entry.text))


def _entry_of(index: Index) -> Entry | None:
    model = index.model()
    row = model.row(index.row()) if isinstance(model, RowModel) and index.row() < model.rowCount() else None
    return row if isinstance(row, Entry) else None


def _neighbours(index: Index) -> tuple[Entry | None, Entry | None]:
    model = index.model()
    before = _entry_of(model.index(index.row() - 1, 0)) if index.row() > 0 else None
    after = _entry_of(model.index(index.row() + 1, 0)) if index.row() + 1 < model.rowCount() else None
    return before, after
