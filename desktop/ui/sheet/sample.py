"""What samples share: titles, rings without a focus, and rows of a table in a given state."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from desktop.ui.components.label import Label, hairline
from desktop.ui.components.layouts import column
from desktop.ui.components.record_delegate import RecordDelegate
from desktop.ui.components.records import Cell, Column, RecordModel, RecordRow
from desktop.ui.components.row_paint import paint_focus_line
from desktop.ui.components.text_field import TextField
from desktop.ui.design.focus_ring import RingFocus
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Outline, draw_box

_STATE = QStyle.StateFlag
_VALUES = (5.0, 4.2, 5.1, 4.6, 5.3, 4.4, 5.0, 4.7, 5.2, 4.9, 5.1, 5.0, 5.4)
_WIDTHS = (128, 158, 84, 110, 122)
_FOCUSED = "Keyboard focus"
_EDITING = "Editing cell"


def titled(kit: UiKit, title: str, *samples: QWidget) -> QWidget:
    """Put samples under a title and a line."""
    box = QWidget()
    column(Label(kit, title, "small", "muted").set_weight(500), hairline(kit), 2, *samples, gap=6, into=box)
    return box


def said(kit: UiKit, text: str, width: int = 68) -> Label:
    """Name the state of a sample."""
    label = Label(kit, text, "small", "muted")
    label.setFixedWidth(width)
    return label


class Ringed(QWidget):
    """A widget with the ring around it that it would have under the keyboard."""

    def __init__(self, kit: UiKit, inner: QWidget) -> None:
        super().__init__()
        self._kit = kit
        self._inner = inner
        column(inner, gap=0, pad=4, into=self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ring."""
        inner = self._inner
        rect = inner.ring_rect() if isinstance(inner, RingFocus) else inner.rect()
        radius = inner.ring_radius if isinstance(inner, RingFocus) else 6
        corner = inner.mapTo(self, QPoint(0, 0))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._kit.theme.color("focus_ring"), 2))
        ring = QRectF(rect.translated(corner)).adjusted(-3, -3, 3, 3)
        painter.drawRoundedRect(ring, radius + 2, radius + 2)


class FocusedField(TextField):
    """A field that says it has the focus."""

    def hasFocus(self) -> bool:
        """Say so."""
        return True


class RowSamples(QWidget):
    """One row of a table per state, painted by the real delegate."""

    def __init__(self, kit: UiKit) -> None:
        super().__init__()
        self._kit = kit
        self._delegate = RecordDelegate(kit, self)
        self._rows = [
            ("Rest", _STATE.State_None),
            ("Hover", _STATE.State_MouseOver),
            ("Selected", _STATE.State_Selected | _STATE.State_Active),
            ("Out of focus", _STATE.State_Selected),
            (_FOCUSED, _STATE.State_None),
            ("Not sent yet", _STATE.State_None),
            ("Needs choice", _STATE.State_None),
            (_EDITING, _STATE.State_None),
        ]
        self._model = RecordModel(self._fetch, self)
        self._model.set_columns(
            [
                Column("state", "", _WIDTHS[0], "secondary"),
                Column("name", "", _WIDTHS[1], "name"),
                Column("health", "", _WIDTHS[2], "dot"),
                Column("trend", "", _WIDTHS[3], "sparkline"),
                Column("open", "", _WIDTHS[4], "money"),
            ]
        )
        self._model.set_ids([str(number) for number in range(len(self._rows))])
        self.setFixedHeight(len(self._rows) * (kit.theme.row + 2) + 1)
        self._edit_last_cell()

    def hasFocus(self) -> bool:
        """Say that the list has the focus, so that "selected" shows as such."""
        return True

    def sizeHint(self) -> QSize:
        """Fit the columns."""
        return QSize(sum(_WIDTHS), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the rows."""
        painter = QPainter(self)
        theme = self._kit.theme
        height = theme.row + 2
        for number, (_name, state) in enumerate(self._rows):
            left = 0
            for section, width in enumerate(_WIDTHS):
                option = QStyleOptionViewItem()
                option.rect = QRect(left, number * height, width, height)
                option.state = state
                option.widget = self
                self._delegate.paint(painter, option, self._model.index(number, section))
                left += width
            if self._rows[number][0] == _FOCUSED:
                paint_focus_line(painter, theme, QRect(0, number * height, left, height))
        draw_box(painter, self.rect(), None, theme.radius("md"), Outline(theme.color("border")))

    def _edit_last_cell(self) -> None:
        """Put the editor of a cell where the delegate puts it."""
        height = self._kit.theme.row + 2
        option = QStyleOptionViewItem()
        option.rect = QRect(sum(_WIDTHS[:-1]), (len(self._rows) - 1) * height, _WIDTHS[-1] - 1, height)
        editor = FocusedField(self._kit, "62,500")
        editor.setParent(self)
        editor.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._delegate.updateEditorGeometry(editor, option, self._model.index(len(self._rows) - 1, len(_WIDTHS) - 1))

    def _fetch(self, ids: Sequence[str]) -> dict[str, RecordRow]:
        return {row_id: self._row(row_id) for row_id in ids}

    def _row(self, row_id: str) -> RecordRow:
        state = self._rows[int(row_id)][0]
        cells: dict[str, str | Cell] = {
            "state": Cell(state, tone="muted"),
            "name": "Merrow Dairy",
            "health": Cell("51", tone="warning"),
            "trend": Cell("Esc undoes", tone="muted") if state == _EDITING else Cell(values=_VALUES),
            "open": "¥58,000",
        }
        return RecordRow(row_id, cells, unsent=state == "Not sent yet", needs_choice=state == "Needs choice")
