"""The table of a record's questions: field, before, yours, theirs, result. Painted in one widget, moved by keyboard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.choice.sentences import CellText, ColumnHead, TableRow
from desktop.ui.choice.text_block import MarkLook, Setting, TextBlock
from desktop.ui.components.checkbox import BOX, paint_radio
from desktop.ui.components.toast import announce
from desktop.ui.design.fonts import text_language
from desktop.ui.design.key_caps import caps_size, key_signs, paint_caps
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Glyph, Outline, draw_box, draw_icon, draw_text, rounded

COLUMNS = ("field", "before", "yours", "theirs", "result")
PICKABLE = ("before", "yours", "theirs")

_KEYS = {"before": "B", "yours": "Left", "theirs": "Right", "result": "E"}
_FIELD = 124
_BEFORE = 140
_PAD = 12
_PAD_TOP = 8
_RADIO_ROOM = BOX + 9
_ICON_ROOM = 22
_NOTE_GAP = 2
_SIGN = 18
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell as it is laid out."""

    block: TextBlock
    note: TextBlock | None
    height: int


class ChoiceTable(QWidget):
    """One row is current. ``picked`` asks for a column, ``typed`` for an editor in the result column."""

    picked = Signal(str, str)
    typed = Signal(str)
    current_changed = Signal(str)
    current_moved = Signal(QRect)

    def __init__(self, kit: UiKit, name: str) -> None:
        super().__init__()
        self._kit = kit
        self._heads: Mapping[str, ColumnHead] = {}
        self._rows: tuple[TableRow, ...] = ()
        self._cells: list[dict[str, _Cell]] = []
        self._tops: list[int] = []
        self._notes: dict[str, TextBlock] = {}
        self._current = 0
        self._column = "yours"
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        kit.follow(self)
        kit.follow_keys(self)

    @property
    def rows(self) -> Sequence[TableRow]:
        """The rows in order."""
        return self._rows

    def set_rows(self, heads: Mapping[str, ColumnHead], rows: Sequence[TableRow]) -> None:
        """Show these rows; the current one stays if it is still there."""
        current = self.current_id()
        self._heads, self._rows = heads, tuple(rows)
        self._current = next((place for place, row in enumerate(rows) if row.question == current), 0) if current else 0
        self._follow_pick()
        self._lay_out()
        self._describe()

    def current_id(self) -> str:
        """Give the question of the current row, ``""`` when there is none."""
        return self._rows[self._current].question if self._current < len(self._rows) else ""

    def set_current(self, question: str) -> bool:
        """Make a question current; tells whether it is in the table."""
        found = [place for place, row in enumerate(self._rows) if row.question == question and question]
        if found:
            self._go(found[0])
        return bool(found)

    def step(self, by: int) -> None:
        """Go on to another question; joined rows are passed over."""
        last = sum(1 for row in self._rows if row.question) - 1
        if last >= 0:
            self._go(min(max(self._current + by, 0), last))

    def step_to_open(self) -> None:
        """Go to the next question without a choice, if there is one."""
        count = sum(1 for row in self._rows if row.question)
        places = [(self._current + step) % count for step in range(1, count + 1)] if count else []
        rows = self._rows
        still_open = next((each for each in places if not rows[each].column and not rows[each].only_theirs), None)
        if still_open is not None:
            self._go(still_open)

    def result_rect(self) -> QRect:
        """Give where the result of the current row stands."""
        return self._cell_rect(self._current, "result") if self._rows else QRect()

    @Slot()
    def restyle(self) -> None:
        """Lay out anew."""
        self._lay_out()

    def sizeHint(self) -> QSize:
        """Be wide enough to read five columns."""
        return QSize(_FIELD + _BEFORE + 3 * 140, self.height())

    def minimumSizeHint(self) -> QSize:
        """Let the columns get narrow."""
        return QSize(_FIELD + 4 * 90, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines anew."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._lay_out()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the current cell."""
        super().focusInEvent(event)
        self._describe()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the current cell is out of focus."""
        super().focusOutEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move and pick the ringed cell; everything else goes on to the page."""
        key = Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
        elif key in _STEPS:
            self.step(_STEPS[key])
        elif key in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.current_id():
            self.picked.emit(self.current_id(), self._column)
        else:
            event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pick the clicked value, or type a result."""
        place, column = self._at(event.position().toPoint())
        if place < 0 or not self._rows[place].question:
            return
        self._go(place)
        if column in PICKABLE and (column == "theirs" or not self._rows[place].only_theirs):
            self.picked.emit(self.current_id(), column)
        elif column == "result" and self._rows[place].can_type:
            self.typed.emit(self.current_id())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw head, rows, lines and the ring around the current cell."""
        theme = self._kit.theme
        painter = QPainter(self)
        radius = theme.radius("lg")
        draw_box(painter, self.rect(), theme.color("surface"), radius)
        painter.save()
        painter.setClipPath(rounded(QRectF(self.rect()), radius))
        painter.fillRect(0, 0, self.width(), self._head_height(), theme.color("sunken"))
        self._paint_heads(painter)
        for place, row in enumerate(self._rows):
            self._paint_row(painter, place, row)
        for column in COLUMNS[1:]:
            painter.fillRect(self._left(column), 0, 1, self.height(), theme.color("border"))
        painter.restore()
        draw_box(painter, self.rect(), None, radius, Outline(theme.color("border")))
        if self.hasFocus() and self.current_id():
            ring = self._cell_rect(self._current, self._column).adjusted(0, -1, 1, 1)
            draw_box(painter, ring, None, theme.radius("xs"), Outline(theme.color("focus_ring"), 2))

    def _paint_heads(self, painter: QPainter) -> None:
        theme = self._kit.theme
        height = self._head_height()
        for column in COLUMNS:
            rect = QRect(self._left(column) + _PAD, _PAD_TOP, self._width(column) - 2 * _PAD, height)
            if column == "field":
                painter.setFont(theme.font("small"))
                line = QRect(rect.left(), rect.top(), rect.width(), theme.line("body"))
                draw_text(painter, line, self._kit.t("choice.head.field"), theme.color("text_secondary"))
                continue
            self._paint_head(painter, rect, column)

    def _paint_head(self, painter: QPainter, rect: QRect, column: str) -> None:
        theme = self._kit.theme
        head = self._heads.get(column, ColumnHead("", ""))
        signs = key_signs(self._kit.keys.shown(_KEYS[column]))
        caps = caps_size(theme, signs)
        line = QRect(rect.left(), rect.top(), rect.width() - caps.width() - 6, theme.line("body"))
        painter.setFont(theme.font("section", lang=text_language(head.title)))
        draw_text(painter, line, head.title, theme.color("text"))
        paint_caps(painter, theme, QRect(line.right() + 7, line.top(), caps.width(), line.height()), signs)
        self._notes[column].draw(painter, rect.left(), line.bottom() + 1, theme.color("muted"))

    def _paint_row(self, painter: QPainter, place: int, row: TableRow) -> None:
        theme = self._kit.theme
        top = self._tops[place]
        painter.fillRect(0, top - 1, self.width(), 1, theme.color("border"))
        self._paint_label(painter, place, row)
        for column in COLUMNS[1:]:
            rect = self._cell_rect(place, column)
            if row.column == column:
                painter.fillRect(rect.adjusted(1, 0, 0, 0), theme.color("selection"))
            self._paint_cell(painter, rect, place, column)

    def _paint_label(self, painter: QPainter, place: int, row: TableRow) -> None:
        theme = self._kit.theme
        rect = self._cell_rect(place, "field").adjusted(_PAD, _PAD_TOP, -_PAD + 4, 0)
        label = self._cells[place]["field"]
        label.block.draw(painter, rect.left(), rect.top(), theme.color("text" if row.question else "text_secondary"))
        if row.question and not row.column and not row.only_theirs:
            sign = theme.grown(_SIGN)
            below = QRect(rect.left() + sign, rect.top() + label.block.height, rect.width() - sign, theme.line("small"))
            center = QPointF(rect.left() + theme.grown(7), below.center().y() + 1)
            draw_icon(painter, theme, center, Glyph("info", "warning", 12))
            painter.setFont(theme.font("small"))
            draw_text(painter, below, self._kit.t("choice.choose"), theme.color("warning"))

    def _paint_cell(self, painter: QPainter, rect: QRect, place: int, column: str) -> None:
        theme = self._kit.theme
        row, cell = self._rows[place], self._cells[place][column]
        left, top = rect.left() + _PAD, rect.top() + _PAD_TOP
        if _has_radio(row, column):
            box = QRectF(left, top + (theme.line("body") - BOX) / 2, BOX, BOX)
            paint_radio(painter, theme, box, checked=row.column == column)
            left += _RADIO_ROOM
        text = _text_of(row, column)
        ink = "muted" if text.quiet else "text"
        cell.block.draw(painter, left, top, theme.color(ink))
        if cell.note is not None:
            cell.note.draw(painter, left, top + cell.block.height + _NOTE_GAP, theme.color("muted"))
        if column == "result":
            self._paint_result_icon(painter, rect, row)

    def _paint_result_icon(self, painter: QPainter, rect: QRect, row: TableRow) -> None:
        center = QPointF(rect.right() - _PAD - 4, rect.top() + _PAD_TOP + self._kit.theme.line("body") / 2)
        if row.only_theirs:
            return
        if not row.question:
            draw_icon(painter, self._kit.theme, center, Glyph("check", "success", 14))
        elif row.can_type and row.column:
            draw_icon(painter, self._kit.theme, center, Glyph("pencil", "text_secondary", 14))

    def _lay_out(self) -> None:
        self._cells = [self._row_cells(row) for row in self._rows]
        self._notes = {column: self._note(column) for column in COLUMNS[1:]}
        self._tops = []
        top = self._head_height() + 1
        least = self._kit.theme.line("body") + self._kit.theme.line("small") + 2 * _PAD_TOP
        for cells in self._cells:
            self._tops.append(top)
            top += max(least, *(cell.height + 2 * _PAD_TOP for cell in cells.values())) + 1
        self._tops.append(top)
        self.setFixedHeight(top)
        self.updateGeometry()
        self.update()

    def _row_cells(self, row: TableRow) -> dict[str, _Cell]:
        theme = self._kit.theme
        look = MarkLook(theme.color("success"), theme.color("success_subtle"))
        label = TextBlock(
            row.label, self._set("medium" if row.question else "body", row.label), self._width("field") - 2 * _PAD + 4
        )
        room = theme.line("small") if row.question else 0
        cells = {"field": _Cell(label, None, label.height + room)}
        for column in COLUMNS[1:]:
            text = _text_of(row, column)
            width = self._width(column) - 2 * _PAD
            if _has_radio(row, column):
                width -= _RADIO_ROOM
            elif column == "result":
                width -= _ICON_ROOM
            is_chosen = column == "result" and bool(row.column)
            setting = self._set("section" if is_chosen else "body", text.text)
            block = TextBlock(text.text, setting, width, text.added, look)
            note = TextBlock(text.note, self._set("small", text.note), width) if text.note else None
            height = block.height + (_NOTE_GAP + note.height if note else 0)
            cells[column] = _Cell(block, note, height)
        return cells

    def _head_height(self) -> int:
        theme = self._kit.theme
        below = max((note.height for note in self._notes.values()), default=theme.line("small"))
        return theme.line("body") + below + 2 * _PAD_TOP

    def _note(self, column: str) -> TextBlock:
        note = self._heads.get(column, ColumnHead("", "")).note
        return TextBlock(note, self._set("small", note), self._width(column) - 2 * _PAD)

    def _set(self, role: str, text: str) -> Setting:
        theme = self._kit.theme
        return Setting(theme.font(role, lang=text_language(text)), theme.line(role))

    def _left(self, column: str) -> int:
        return sum(self._width(each) for each in COLUMNS[: COLUMNS.index(column)])

    def _width(self, column: str) -> int:
        scale = self._kit.theme.choice.text_scale
        fixed = {"field": round(_FIELD * scale), "before": round(_BEFORE * scale)}
        room = self.width() - sum(fixed.values())
        if room < 3 * _BEFORE:
            # In a narrow window every column but the first gets the same share.
            share = (self.width() - fixed["field"]) // 4
            return fixed["field"] if column == "field" else share
        return fixed.get(column, room // 3)

    def _cell_rect(self, place: int, column: str) -> QRect:
        top, bottom = self._tops[place], self._tops[place + 1] - 1
        right = self.width() if column == "result" else self._left(column) + self._width(column)
        return QRect(self._left(column), top, right - self._left(column), bottom - top)

    def _at(self, point: QPoint) -> tuple[int, str]:
        for place in range(len(self._rows)):
            for column in COLUMNS:
                if self._cell_rect(place, column).contains(point):
                    return place, column
        return -1, ""

    def _go(self, place: int) -> None:
        self._current = place
        self._follow_pick()
        self._describe()
        self.update()
        self.current_changed.emit(self.current_id())
        self.current_moved.emit(self._cell_rect(place, "field"))

    def _follow_pick(self) -> None:
        if self._current < len(self._rows):
            row = self._rows[self._current]
            first = "theirs" if row.only_theirs else "yours"
            self._column = row.column if row.column in PICKABLE else first

    def _describe(self) -> None:
        spoken = self._rows[self._current].spoken if self._current < len(self._rows) else ""
        if spoken != self.accessibleDescription():
            self.setAccessibleDescription(spoken)
            if spoken and self.hasFocus():
                announce(self, spoken)


def _has_radio(row: TableRow, column: str) -> bool:
    return bool(row.question) and (column == "theirs" or (column == "yours" and not row.only_theirs))


def _text_of(row: TableRow, column: str) -> CellText:
    match column:
        case "before":
            return row.before
        case "yours":
            return row.yours
        case "theirs":
            return row.theirs
        case _:
            return row.result
