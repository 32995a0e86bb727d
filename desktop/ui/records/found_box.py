"""A box of found records below a field; the focus stays in the field."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.ui.components.label import Label
from desktop.ui.components.layouts import column
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Outline, draw_box
from desktop.ui.records.found_rows import FoundRow, FoundRows

_GAP = 4
_EDGE = 8
_MOST_HEIGHT = 460


class FoundBox(QWidget):
    """Raised rows with a quiet line below; closes on a click outside, on Esc and when its field loses the focus."""

    chosen = Signal(object)

    def __init__(self, kit: UiKit, host: QWidget, field: QWidget, *, least_width: int = 0) -> None:
        super().__init__(host)
        self._kit = kit
        self._host = host
        self._field = field
        self._least_width = least_width
        self.rows = FoundRows(kit)
        self._area = ScrollArea(kit, self.rows)
        self._note = Label(kit, "", "small", "muted")
        self._note_line = QWidget()
        column(self._note, gap=0, pad=(8, 6, 8, 4), into=self._note_line)
        column(self._area, self._note_line, gap=0, pad=4, into=self)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rows.chosen.connect(self._on_chosen)
        self.rows.moved.connect(self._show_row)
        self.hide()
        # It lies over the window, not inside its field, and would outlive it.
        field.destroyed.connect(self.deleteLater)
        kit.follow(self)

    @property
    def is_open(self) -> bool:
        """Whether it stands on the screen."""
        return not self.isHidden()

    def show_rows(self, rows: Sequence[FoundRow], query: str, note: str = "") -> None:
        """Open below the field with these rows, and a note about all of them."""
        self.rows.set_rows(rows, query)
        self._note.setText(note)
        self._note_line.setVisible(bool(note))
        self.place()
        if not self.is_open:
            self.show()
            QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]  # there is one while we draw
        self.raise_()

    @Slot()
    def close_now(self) -> None:
        """Go; the field keeps its text."""
        if self.is_open:
            self.hide()
            QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]  # as above

    def move_by_key(self, key: int) -> None:
        """Move with the arrow keys that the field passes on."""
        self.rows.step(1 if Qt.Key(key) in {Qt.Key.Key_Down, Qt.Key.Key_PageDown} else -1)

    def place(self) -> None:
        """Stand below the field, within the host."""
        width = max(self._field.width(), self._least_width)
        note = self._note_line.sizeHint().height() if not self._note_line.isHidden() else 0
        height = min(self.rows.sizeHint().height(), _MOST_HEIGHT)
        corner = self._field.mapTo(self._host, QPoint(0, self._field.height() + _GAP))
        left = min(corner.x(), self._host.width() - width - _EDGE)
        room = self._host.height() - corner.y() - _EDGE
        self._area.setVisible(bool(self.rows.rows))
        self.setGeometry(max(_EDGE, left), corner.y(), width, min(height + note + 2 * _GAP + 2, room))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close when somebody looks elsewhere."""
        if (
            event.type() == QEvent.Type.MouseButtonPress
            and isinstance(event, QMouseEvent)
            and isinstance(watched, QWidget)
        ):
            inside = watched in {self, self._field} or self.isAncestorOf(watched) or self._field.isAncestorOf(watched)
            if not inside:
                self.close_now()
        elif watched is self._field and event.type() in {QEvent.Type.FocusOut, QEvent.Type.Hide}:
            self.close_now()
        return super().eventFilter(watched, event)

    @Slot()
    def restyle(self) -> None:
        """Draw anew."""
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box."""
        theme = self._kit.theme
        outline = Outline(theme.color("border_strong"))
        draw_box(QPainter(self), self.rect(), theme.color("raised"), theme.radius("lg"), outline)

    @Slot(object)
    def _on_chosen(self, row: FoundRow) -> None:
        self.close_now()
        self.chosen.emit(row)

    @Slot(QRect)
    def _show_row(self, rect: QRect) -> None:
        self._area.ensureVisible(0, rect.center().y(), 0, rect.height())
