"""The delegate that paints cards of a board."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem

from desktop.ui.components.cards import BoardCard
from desktop.ui.components.cells import INKS
from desktop.ui.components.row_model import Index, RowModel
from desktop.ui.components.row_paint import State, has_view_focus
from desktop.ui.design.fonts import text_language
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import (
    RIGHT,
    Glyph,
    Outline,
    draw_box,
    draw_icon,
    draw_ring_dot,
    draw_text,
    text_width,
)
from desktop.ui.design.progress_bar import paint_progress

_SIDE = 6
_GAP = 8
_PAD_X = 12
_PAD_Y = 10
_LINE_GAP = 3
_BAR = (44, 5)
_SIGN_ROOM = 20
_TALLY_ICON = 14
_SELECTED_WIDTH = 1.5


class CardDelegate(QStyledItemDelegate):
    """Paints cards; the one that is dragged is a dashed gap."""

    def __init__(self, kit: UiKit, view: QListView) -> None:
        super().__init__(view)
        self._kit = kit
        self.dragged_id = ""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Be as high as the four lines of a card."""
        return QSize(0, self._height() + _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one card."""
        model = index.model()
        card = model.row(index.row()) if isinstance(model, RowModel) else None
        if not isinstance(card, BoardCard):
            return
        box = option.rect.adjusted(_SIDE, 0, -_SIDE, -_GAP)
        painter.save()
        self._paint_box(painter, box, option, dragged=card.id == self.dragged_id)
        self._paint_lines(painter, box.adjusted(_PAD_X, _PAD_Y, -_PAD_X, -_PAD_Y), card)
        painter.restore()

    def _paint_box(self, painter: QPainter, box: QRect, option: QStyleOptionViewItem, *, dragged: bool) -> None:
        theme = self._kit.theme
        fill, outline = "surface", Outline(theme.color("border"))
        if dragged:
            fill, outline = "bg", Outline(theme.color("selection_bar"), 1, is_dashed=True)
        elif option.state & State.State_Selected and has_view_focus(option):
            fill, outline = "selection", Outline(theme.color("selection_bar"), _SELECTED_WIDTH)
        elif option.state & State.State_Selected:
            fill, outline = "selection_inactive", Outline(theme.color("border_strong"))
        elif option.state & State.State_MouseOver:
            fill = "hover"
        draw_box(painter, QRectF(box), theme.color(fill), theme.radius("md"), outline)

    def _paint_lines(self, painter: QPainter, rect: QRect, card: BoardCard) -> None:
        theme = self._kit.theme
        body, small = theme.line("body"), theme.line("small")
        first = QRect(rect.left(), rect.top(), rect.width(), body)
        self._paint_title(painter, first, card)
        second = QRect(rect.left(), first.bottom() + 1, rect.width(), small + 2)
        if card.amount:
            font = theme.font("medium", tnum=True)
            painter.setFont(font)
            width = text_width(font, card.amount)
            draw_text(painter, second, card.amount, theme.color("text"), align=RIGHT)
            second.setRight(second.right() - width - 8)
        painter.setFont(theme.font("small", lang=text_language(card.second)))
        draw_text(painter, second, card.second, theme.color("text_secondary"))
        third = QRect(rect.left(), second.bottom() + 1 + _LINE_GAP * 2, rect.width(), small)
        self._paint_time(painter, third, card)
        fourth = QRect(rect.left(), third.bottom() + 1 + _LINE_GAP, rect.width(), small)
        painter.setFont(theme.font("small", lang=text_language(card.next_step)))
        ink = INKS.get(card.next_tone, "text") if card.next_tone else "text_secondary"
        draw_text(painter, fourth, card.next_step, theme.color(ink))

    def _paint_title(self, painter: QPainter, rect: QRect, card: BoardCard) -> None:
        theme = self._kit.theme
        font = theme.font("section", lang=text_language(card.title))
        painter.setFont(font)
        signs = (card.unsent + card.needs_choice) * _SIGN_ROOM
        width = min(text_width(font, card.title), rect.width() - signs)
        draw_text(painter, QRect(rect.left(), rect.top(), width, rect.height()), card.title, theme.color("text"))
        center = QPointF(rect.left() + width + _SIGN_ROOM / 2, rect.center().y() + 1)
        if card.unsent:
            draw_ring_dot(painter, theme, center)
            center.setX(center.x() + _SIGN_ROOM)
        if card.needs_choice:
            draw_icon(painter, theme, center, Glyph("git-merge", "sync_choice", 14))

    def _paint_time(self, painter: QPainter, rect: QRect, card: BoardCard) -> None:
        theme = self._kit.theme
        left = rect.left()
        if card.time_share is not None:
            width, height = _BAR
            bar = QRectF(left, rect.center().y() + 1 - height / 2, width, height)
            paint_progress(painter, theme, bar, card.time_share, card.time_tone or "neutral")
            left += width + 8
        painter.setFont(theme.font("small", tnum=True))
        right = rect.right() + 1
        if card.tally:
            width = text_width(painter.font(), card.tally)
            draw_text(painter, rect, card.tally, theme.color("text_secondary"), align=RIGHT)
            center = QPointF(right - width - _TALLY_ICON / 2 - 4, rect.center().y() + 1)
            draw_icon(painter, theme, center, Glyph("list-checks", "muted", _TALLY_ICON))
            right -= width + _TALLY_ICON + 8
        ink = INKS.get(card.time_tone, "text") if card.time_tone else "text_secondary"
        draw_text(painter, QRect(left, rect.top(), right - left, rect.height()), card.time, theme.color(ink))

    def _height(self) -> int:
        theme = self._kit.theme
        return 2 * _PAD_Y + theme.line("body") + 3 * theme.line("small") + 2 + 3 * _LINE_GAP
