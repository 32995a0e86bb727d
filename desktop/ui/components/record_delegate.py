"""The one delegate that paints a table of records."""

from PySide6.QtCore import QAbstractItemModel, QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QToolTip, QWidget

from desktop.ui.components.cells import CellPaint, paint_cell, paint_skeleton, shown_width
from desktop.ui.components.checkbox import BOX, paint_check
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import column
from desktop.ui.components.plain_tooltip import plain_tooltip
from desktop.ui.components.records import Index, RecordModel, RecordRow
from desktop.ui.components.row_paint import paint_bar, paint_row
from desktop.ui.components.surface import Surface
from desktop.ui.components.text_field import TextField
from desktop.ui.design.kit import UiKit

_STARTED = "started with"
PAD = 8
FIRST_PAD = 24
LAST_PAD = 16


class RecordDelegate(QStyledItemDelegate):
    """Paints every kind of cell from the theme; edits in a field of the design."""

    def __init__(self, kit: UiKit, parent: QWidget) -> None:
        super().__init__(parent)
        self._kit = kit

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell with its share of the row."""
        model = index.model()
        if not isinstance(model, RecordModel):
            return
        theme = self._kit.theme
        painter.save()
        paint_row(painter, theme, option)
        if index.column() == 0:
            paint_bar(painter, theme, option)
        record = model.record(index.row())
        if model.columns[index.column()].kind == "tick":
            ticked = Qt.CheckState.Checked if model.is_ticked(index.row()) else Qt.CheckState.Unchecked
            paint_check(painter, theme, QRectF(tick_rect(option.rect)), ticked)
        elif record is None:
            if model.is_late:
                paint_skeleton(painter, theme, inner_rect(option.rect, index, model))
        else:
            paint_cell(self._job(painter, option.rect, index, record))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Be as high as the rows of the density; never measured by content."""
        return QSize(option.rect.width(), self._kit.theme.row)

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """Show the whole text of an elided cell, as plain text."""
        model = index.model()
        if event.type() != QEvent.Type.ToolTip or not isinstance(model, RecordModel) or not index.isValid():
            return False
        record = model.record(index.row())
        if record is None:
            return False
        painter = QPainter()
        job = self._job(painter, option.rect, index, record)
        text = job.cell.text if shown_width(job) > job.rect.width() else ""
        QToolTip.showText(event.globalPos(), plain_tooltip(text), view)
        return True

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Make the field for editing in place."""
        model = index.model()
        editor = TextField(self._kit)
        editor.setParent(parent)
        if isinstance(model, RecordModel):
            column = model.columns[index.column()]
            editor.setAccessibleName(column.title)
            if column.is_right:
                editor.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Put the text into the field, once: news that come while somebody edits are told and overwrite nothing."""
        if not isinstance(editor, TextField):
            return
        text = str(index.data(Qt.ItemDataRole.EditRole) or "")
        started = editor.property(_STARTED)
        if started is None:
            editor.setProperty(_STARTED, text)
            editor.set_committed(text)
            editor.selectAll()
        elif started != text:
            self._tell_news(editor, text)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Hand over what was typed; who typed nothing takes nothing back that came meanwhile."""
        if isinstance(editor, TextField) and editor.text() != editor.property(_STARTED):
            model.setData(index, editor.text(), Qt.ItemDataRole.EditRole)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        """Fill the cell, with a gap to its neighbours."""
        editor.setGeometry(option.rect.adjusted(2, 1, -2, -2))

    def _tell_news(self, editor: TextField, value: str) -> None:
        news = self._kit.t("shell.fact.changed", value=value or "\N{EN DASH}")
        if editor.accessibleDescription() == news:
            return
        editor.set_tone("check")
        editor.setAccessibleDescription(news)
        below = Surface(self._kit, "raised", "lrtb")
        column(Label(self._kit, news, "small", "warning"), gap=0, pad=(8, 4), into=below)
        below.setParent(editor.parentWidget())
        below.adjustSize()
        below.move(editor.geometry().bottomLeft())
        below.show()
        editor.destroyed.connect(below.deleteLater)

    def _job(self, painter: QPainter, rect: QRect, index: Index, record: RecordRow) -> CellPaint:
        model = index.model()
        assert isinstance(model, RecordModel)  # noqa: S101 - the callers have looked
        column = model.columns[index.column()]
        room = inner_rect(rect, index, model)
        return CellPaint(painter, self._kit.theme, room, column, record, record.cell(column.key))


def inner_rect(rect: QRect, index: Index, model: RecordModel) -> QRect:
    """Give the room for content: the first column starts at the page margin, the last ends before the edge."""
    left = FIRST_PAD if index.column() == 0 else PAD
    right = LAST_PAD if index.column() == model.columnCount() - 1 else PAD
    return rect.adjusted(left, 0, -right, -1)


def tick_rect(rect: QRect) -> QRect:
    """Give where the tick of a cell is drawn."""
    return QRect(rect.left() + FIRST_PAD, rect.top() + (rect.height() - BOX) // 2, BOX, BOX)
