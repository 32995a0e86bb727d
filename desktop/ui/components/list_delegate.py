"""The delegate that paints rows of two lines."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.ui.components.cells import INKS
from desktop.ui.components.checkbox import BOX, paint_check
from desktop.ui.components.list_rows import ListRow
from desktop.ui.components.row_model import Index, RowModel
from desktop.ui.components.row_paint import paint_bar, paint_row
from desktop.ui.design.badge import BadgeSpec, badge_size, paint_badge
from desktop.ui.design.fonts import text_language
from desktop.ui.design.kit import UiKit
from desktop.ui.design.marks import paint_company, paint_person
from desktop.ui.design.painting import RIGHT, Glyph, draw_icon, draw_ring_dot, draw_text, text_width

_MARK = 28
_ICON_ROOM = 16
_GAP = 12
_SIGN_ROOM = 20
_HEADING_TOP = 12


class ListDelegate(QStyledItemDelegate):
    """Paints mark, title, second line, and what stands at the right."""

    def __init__(self, kit: UiKit, parent: QWidget, *, pad: int, fill: str) -> None:
        super().__init__(parent)
        self._kit = kit
        self._pad = pad
        self._fill = fill

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        row = _row_of(index)
        if row is None:
            return
        painter.save()
        if row.is_heading:
            self._paint_heading(painter, option.rect, row)
        else:
            paint_row(painter, self._kit.theme, option, self._fill)
            paint_bar(painter, self._kit.theme, option)
            inner = option.rect.adjusted(self._pad, 0, -self._pad, -1)
            inner.setLeft(inner.left() + self._paint_mark(painter, inner, row))
            self._paint_lines(painter, inner, row)
        painter.restore()

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """Be as high as the density says; headings are lower."""
        theme = self._kit.theme
        row = _row_of(index)
        if row is not None and row.is_heading:
            return QSize(0, theme.line("small") + 2 * _HEADING_TOP)
        return QSize(0, theme.row_two_line if row is not None and row.second else theme.row + 6)

    def check_rect(self, rect: QRect) -> QRect:
        """Give where the checkbox of a row is drawn."""
        return QRect(rect.left() + self._pad, rect.center().y() - BOX // 2, BOX, BOX)

    def _paint_heading(self, painter: QPainter, rect: QRect, row: ListRow) -> None:
        theme = self._kit.theme
        painter.fillRect(rect, theme.color(self._fill))
        painter.setFont(theme.font("small", weight=500))
        area = rect.adjusted(self._pad, 4, -self._pad, 0)
        draw_text(painter, area, row.right, theme.color("text_secondary"), align=RIGHT)
        draw_text(painter, area.adjusted(0, 0, -40, 0), row.title, theme.color("muted"))

    def _paint_mark(self, painter: QPainter, rect: QRect, row: ListRow) -> int:
        theme = self._kit.theme
        room = 0
        middle = rect.center().y() + 1
        if row.is_checkable:
            box = QRectF(rect.left(), middle - BOX / 2, BOX, BOX)
            state = Qt.CheckState.Checked if row.is_done else Qt.CheckState.Unchecked
            paint_check(painter, theme, box, state)
            room = BOX + _GAP
        if row.mark in {"person", "company"}:
            mark = QRect(rect.left() + room, middle - _MARK // 2, _MARK, _MARK)
            paint = paint_person if row.mark == "person" else paint_company
            paint(painter, theme, mark, row.title)
            room += _MARK + _GAP
        elif row.mark:
            top = rect.top() + self._top(rect, row) + theme.line("body") / 2
            center = QPointF(rect.left() + room + _ICON_ROOM / 2, top)
            ink = INKS.get(row.mark_tone, "text_secondary") if row.mark_tone else "text_secondary"
            draw_icon(painter, theme, center, Glyph(row.mark, ink))
            room += _ICON_ROOM + _GAP - 4
        return room

    def _paint_lines(self, painter: QPainter, rect: QRect, row: ListRow) -> None:
        theme = self._kit.theme
        top = rect.top() + self._top(rect, row)
        first = QRect(rect.left(), top, rect.width(), theme.line("body"))
        if row.second:
            painter.setFont(theme.font("small", lang=text_language(row.second)))
            below = QRect(rect.left(), first.bottom() + 1, rect.width(), theme.line("small"))
            ink = INKS.get(row.second_tone, "text") if row.second_tone else "text_secondary"
            draw_text(painter, below, row.second, theme.color(ink))
        first.setRight(first.right() - self._paint_right(painter, rect if row.badge else first, row))
        title = self._title_font(row)
        painter.setFont(title)
        signs = (row.unsent + row.needs_choice) * theme.grown(_SIGN_ROOM)
        width = min(text_width(title, row.title), first.width() - signs)
        ink = "muted" if row.is_done else "text"
        draw_text(painter, QRect(first.left(), first.top(), width, first.height()), row.title, theme.color(ink))
        left = first.left() + width
        left = self._paint_signs(painter, QPointF(left, first.center().y() + 1), row)
        if row.beside:
            painter.setFont(theme.font("small", lang=text_language(row.beside)))
            area = QRect(left + 8, first.top(), first.right() - left - 8, first.height())
            draw_text(painter, area, row.beside, theme.color("text_secondary"))

    def _paint_signs(self, painter: QPainter, at: QPointF, row: ListRow) -> int:
        room = self._kit.theme.grown(_SIGN_ROOM)
        x = at.x() + room / 2
        if row.unsent:
            draw_ring_dot(painter, self._kit.theme, QPointF(x, at.y()))
            x += room
        if row.needs_choice:
            draw_icon(painter, self._kit.theme, QPointF(x, at.y()), Glyph("git-merge", "sync_choice", 14))
            x += room
        return round(x - room / 2)

    def _paint_right(self, painter: QPainter, rect: QRect, row: ListRow) -> int:
        theme = self._kit.theme
        if row.badge:
            badge = BadgeSpec(row.badge, row.tone or "neutral")
            size = badge_size(theme, badge)
            top = rect.center().y() - size.height() // 2
            paint_badge(painter, theme, QRect(rect.right() + 1 - size.width(), top, size.width(), size.height()), badge)
            return size.width() + _GAP
        if not row.right:
            return 0
        font = theme.font("small", tnum=True, lang=text_language(row.right))
        painter.setFont(font)
        width = min(text_width(font, row.right), rect.width() // 2)
        area = QRect(rect.right() + 1 - width, rect.top(), width, rect.height())
        ink = INKS.get(row.tone, "text") if row.tone else "text_secondary"
        draw_text(painter, area, row.right, theme.color(ink), align=RIGHT)
        return width + _GAP

    def _title_font(self, row: ListRow) -> QFont:
        font = self._kit.theme.font("body" if row.is_done else "medium", lang=text_language(row.title))
        if row.is_done and row.is_checkable:
            font = QFont(font)
            font.setStrikeOut(True)
        return font

    def _top(self, rect: QRect, row: ListRow) -> int:
        theme = self._kit.theme
        lines = theme.line("body") + (theme.line("small") if row.second else 0)
        return (rect.height() - lines) // 2


def _row_of(index: Index) -> ListRow | None:
    model = index.model()
    row = model.row(index.row()) if isinstance(model, RowModel) else None
    return row if isinstance(row, ListRow) else None
