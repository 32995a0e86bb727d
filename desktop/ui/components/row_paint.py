"""How a row of any list shows its state: fill, hairline, selection bar, focus line."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem

from desktop.ui.design.painting import draw_hairline
from desktop.ui.design.theme import Theme

LEADS = "leads"
"""Property of a list whose current row says what stands beside it: that row keeps its colours without the focus."""
_BAR = 3
_FOCUS = 2

State = QStyle.StateFlag


def paint_row(painter: QPainter, theme: Theme, option: QStyleOptionViewItem, fill: str = "surface") -> None:
    """Fill a row or a cell of it according to its state, with the line below."""
    painter.fillRect(option.rect, theme.color(row_fill(option, fill)))
    draw_hairline(painter, theme, option.rect)


def paint_bar(painter: QPainter, theme: Theme, option: QStyleOptionViewItem) -> None:
    """Draw the bar of a selected row; out of focus the fill alone says it."""
    if option.state & State.State_Selected and has_view_focus(option):
        rect = option.rect
        painter.fillRect(rect.left(), rect.top(), _BAR, rect.height(), theme.color("selection_bar"))


def paint_focus_line(painter: QPainter, theme: Theme, rect: QRect) -> None:
    """Draw the line of 2 px around a row that has the keyboard but is not selected."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    pen = QPen(theme.color("focus_ring"), _FOCUS)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(rect).adjusted(1, 1, -1, -1))
    painter.restore()


def row_fill(option: QStyleOptionViewItem, fill: str = "surface") -> str:
    """Name the token a row is filled with."""
    if option.state & State.State_Selected:
        return "selection" if has_view_focus(option) else "selection_inactive"
    if option.state & State.State_MouseOver:
        return "hover"
    return fill


def has_view_focus(option: QStyleOptionViewItem) -> bool:
    """Tell whether the list that is painted holds the keyboard focus, or leads what has it."""
    if option.widget.property(LEADS):
        return option.widget.isActiveWindow()
    if not option.state & State.State_Active:
        return False
    holder = QApplication.focusWidget()
    return option.widget.hasFocus() or (holder is not None and option.widget.isAncestorOf(holder))
