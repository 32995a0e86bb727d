"""The header of a table of records: quiet titles, an arrow on the one that sorts."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from desktop.ui.components.checkbox import paint_check
from desktop.ui.components.record_delegate import FIRST_PAD, LAST_PAD, PAD, tick_rect
from desktop.ui.components.records import RecordModel
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import LEFT, RIGHT, Glyph, draw_hairline, draw_icon, draw_text, text_width

_ARROW = 14


class RecordHeader(QHeaderView):
    """Paints titles from the theme; a click on one that can sort is ``sort_clicked(section)``."""

    sort_clicked = Signal(int)
    tick_all_clicked = Signal()

    def __init__(self, kit: UiKit, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._kit = kit
        self._sort_key = ""
        self._is_descending = False
        self._is_pressed = False
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(40)
        self.sectionClicked.connect(self._on_clicked)
        kit.follow(self)

    @property
    def sort(self) -> tuple[str, bool]:
        """The key that sorts and whether it goes down; an empty key when none does."""
        return self._sort_key, self._is_descending

    @property
    def is_pressed(self) -> bool:
        """Whether a button of the mouse is held on it, as while a column is dragged to another width."""
        return self._is_pressed

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Note that the mouse holds it."""
        self._is_pressed = True
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Note that the mouse let it go."""
        super().mouseReleaseEvent(event)
        self._is_pressed = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Hold it too: a double click between two columns fits the one before."""
        self._is_pressed = True
        super().mouseDoubleClickEvent(event)

    def set_sort(self, key: str, *, descending: bool) -> None:
        """Show which column sorts."""
        self._sort_key = key
        self._is_descending = descending
        self.viewport().update()

    @Slot()
    def restyle(self) -> None:
        """Take the height from the theme."""
        self.setFixedHeight(self._kit.theme.header)
        self.viewport().update()

    def sizeHint(self) -> QSize:
        """Be as high as the density says."""
        return QSize(super().sizeHint().width(), self._kit.theme.header)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Draw one title."""
        model = self.model()
        if not isinstance(model, RecordModel):
            return
        theme = self._kit.theme
        column = model.columns[section]
        painter.save()
        painter.fillRect(rect, theme.color("surface"))
        draw_hairline(painter, theme, rect)
        if column.kind == "tick":
            paint_check(painter, theme, QRectF(tick_rect(rect)), self._tick_state(model))
            painter.restore()
            return
        left = FIRST_PAD if section == 0 else PAD
        right = LAST_PAD if section == self.count() - 1 else PAD
        area = rect.adjusted(left, 0, -right, -1)
        sorts = bool(column.key) and column.key == self._sort_key
        font = theme.font("small", weight=600 if sorts else 500)
        painter.setFont(font)
        if sorts:
            self._paint_arrow(painter, area, text_width(font, column.title), at_right=column.is_right)
            area = area.adjusted(0, 0, -_ARROW - 4, 0)
        ink = theme.color("text" if sorts else "muted")
        draw_text(painter, area, column.title, ink, align=RIGHT if column.is_right else LEFT)
        painter.restore()

    def paintEmptyArea(self, painter: QPainter, rect: QRect) -> None:
        """Draw what lies right of the last column."""
        painter.fillRect(rect, self._kit.theme.color("surface"))
        draw_hairline(painter, self._kit.theme, rect)

    def _paint_arrow(self, painter: QPainter, area: QRect, text: int, *, at_right: bool) -> None:
        x = (
            area.right() - _ARROW / 2
            if at_right
            else min(area.left() + text + 4 + _ARROW / 2, area.right() - _ARROW / 2)
        )
        name = "arrow-down" if self._is_descending else "arrow-up"
        draw_icon(painter, self._kit.theme, QPointF(x, area.center().y() + 0.5), Glyph(name, "text_secondary", _ARROW))

    def _tick_state(self, model: RecordModel) -> Qt.CheckState:
        ticked = model.tick_count
        if not ticked:
            return Qt.CheckState.Unchecked
        return Qt.CheckState.Checked if ticked == model.rowCount() else Qt.CheckState.PartiallyChecked

    @Slot(int)
    def _on_clicked(self, section: int) -> None:
        model = self.model()
        if not isinstance(model, RecordModel):
            return
        column = model.columns[section]
        if column.kind == "tick":
            self.tick_all_clicked.emit()
        elif column.sort:
            self.sort_clicked.emit(section)
