"""Rows of found records: mark, name with the matched letters, what else matched; painted in one widget."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.design.fonts import text_language
from desktop.ui.design.key_caps import caps_size, key_signs, paint_caps
from desktop.ui.design.kit import UiKit
from desktop.ui.design.marks import paint_company, paint_person
from desktop.ui.design.painting import Glyph, draw_box, draw_icon, draw_text, one_line, text_width
from desktop.ui.design.theme import Theme

_ROW = 38
_HEADING = 28
_PAD = 16
_MARK = 24
_GAP = 10
_BAR = 3


Matches: TypeAlias = Sequence[tuple[int, int]]
"""Beginnings and ends of stretches of a text."""


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One row. ``group`` is its heading; ``mark`` is person, company, or the name of an icon.

    The matches are the stretches of the title and of the second text that were found; without them those of the title
    are where it holds what was typed. ``reading`` is how a Chinese title sounds, where it was found by that.
    ``keys`` is the shortcut that does the same, ``opens`` type and id of the record that Enter shows. ``hints`` are
    keys with what they do, drawn while the row is the current one.
    """

    type: str
    id: str
    title: str
    second: str = ""
    group: str = ""
    mark: str = "file-text"
    matches: Matches | None = None
    second_matches: Matches = ()
    keys: str = ""
    opens: tuple[str, str] | None = None
    reading: str = ""
    reading_matches: Matches = ()
    hints: Sequence[tuple[str, str]] = ()


class FoundRows(QWidget):
    """Shows rows under headings; never takes the focus, which stays in the field where one types."""

    chosen = Signal(object)
    moved = Signal(QRect)

    def __init__(self, kit: UiKit) -> None:
        super().__init__()
        self._kit = kit
        self._rows: Sequence[FoundRow] = ()
        self._query = ""
        self._current = -1
        self._is_picked = False
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        kit.follow(self)

    @property
    def rows(self) -> Sequence[FoundRow]:
        """The rows in order."""
        return self._rows

    @property
    def current(self) -> FoundRow | None:
        """The row that Enter would open."""
        return self._rows[self._current] if 0 <= self._current < len(self._rows) else None

    def set_rows(self, rows: Sequence[FoundRow], query: str, back_to: FoundRow | None = None) -> None:
        """Show other rows; the record to which the user moved stays current if it is still there, else the first is.

        ``back_to`` is the record that was current before rows of another kind were shown.
        """
        before = back_to or (self.current if self._is_picked else None)
        self._rows, self._query = tuple(rows), query.strip()
        same = [place for place, row in enumerate(rows) if before is not None and row.id == before.id]
        self._current = same[0] if same else 0 if rows else -1
        self._is_picked = bool(same)
        self._describe()
        self.updateGeometry()
        self.update()

    def step(self, by: int) -> None:
        """Go up or down, around the ends."""
        if self._rows:
            self._current = (self._current + by) % len(self._rows)
            self._is_picked = True
            self._describe()
            self.show_current()
            self.update()

    @Slot()
    def show_current(self) -> None:
        """Ask for the current row to be brought into sight."""
        if self.current is not None:
            self.moved.emit(self._rect_of(self._current))

    def choose(self) -> None:
        """Open the current row."""
        if self.current is not None:
            self.chosen.emit(self.current)

    @Slot()
    def restyle(self) -> None:
        """Take sizes from the theme."""
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Fit all rows."""
        headings = sum(1 for place in range(len(self._rows)) if self._starts_group(place))
        return QSize(300, len(self._rows) * self._row_height() + headings * _HEADING)

    def whole_height(self, most: int) -> int:
        """Give the greatest height, up to ``most``, at which no row is cut at the end."""
        end, height = 0, self._row_height()
        for place in range(len(self._rows)):
            further = end + height + (_HEADING if self._starts_group(place) else 0)
            if further > most:
                break
            end = further
        return end

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Make the row under the mouse current."""
        place = self._place_at(event.position().toPoint().y())
        if place >= 0 and place != self._current:
            self._current = place
            self._is_picked = True
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the row under the mouse."""
        self._current = self._place_at(event.position().toPoint().y())
        self.choose()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw headings and rows."""
        painter = QPainter(self)
        theme = self._kit.theme
        for place, row in enumerate(self._rows):
            rect = self._rect_of(place)
            if self._starts_group(place):
                painter.setFont(theme.font("small"))
                area = QRect(_PAD, rect.top() - _HEADING, rect.width() - 2 * _PAD, _HEADING)
                draw_text(painter, area, row.group, theme.color("muted"))
            if place == self._current:
                draw_box(painter, rect, theme.color("selection"))
                painter.fillRect(rect.left(), rect.top(), _BAR, rect.height(), theme.color("selection_bar"))
            self._paint_row(painter, rect, row, row.hints if place == self._current else ())

    def _paint_row(self, painter: QPainter, rect: QRect, row: FoundRow, hints: Sequence[tuple[str, str]]) -> None:
        theme = self._kit.theme
        mark = QRect(rect.left() + _PAD, rect.center().y() - _MARK // 2 + 1, _MARK, _MARK)
        _paint_mark(painter, theme, mark, row)
        area = rect.adjusted(
            _PAD + _MARK + _GAP, 0, -_PAD - _paint_keys(painter, theme, rect, hints or [(row.keys, "")]), 0
        )
        font = theme.font("medium", lang=text_language(row.title))
        width = min(text_width(font, row.title), area.width() * 2 // 3 if row.second else area.width())
        painter.setFont(font)
        title = QRect(area.left(), area.top(), width, area.height())
        matches = _typed_in(row.title, self._query) if row.matches is None else row.matches
        _paint_text(painter, theme, title, _Line(row.title, matches, "text"))
        rest = area.adjusted(width + _GAP, 0, 0, 0)
        if row.reading:
            font = theme.font("small")
            painter.setFont(font)
            _paint_text(painter, theme, rest, _Line(row.reading, row.reading_matches, "text_secondary"))
            rest = rest.adjusted(text_width(font, row.reading) + _GAP, 0, 0, 0)
        painter.setFont(theme.font("small", lang=text_language(row.second)))
        _paint_text(painter, theme, rest, _Line(row.second, row.second_matches, "muted"))

    def _row_height(self) -> int:
        return max(_ROW, self._kit.theme.line("body") + 12)

    def _starts_group(self, place: int) -> bool:
        group = self._rows[place].group
        return bool(group) and (place == 0 or self._rows[place - 1].group != group)

    def _rect_of(self, place: int) -> QRect:
        top = 0
        for index in range(place + 1):
            top += _HEADING if self._starts_group(index) else 0
            top += self._row_height() if index < place else 0
        return QRect(0, top, self.width(), self._row_height())

    def _place_at(self, y: int) -> int:
        for place in range(len(self._rows)):
            rect = self._rect_of(place)
            if rect.top() <= y <= rect.bottom():
                return place
        return -1

    def _describe(self) -> None:
        row = self.current
        self.setAccessibleName(
            ", ".join(part for part in (row.title, row.reading, row.second, row.group) if part) if row else ""
        )


@dataclass(frozen=True, slots=True)
class _Line:
    """A text as it is to be drawn: with its matches, in a colour of the theme."""

    text: str
    matches: Matches
    color: str


def _typed_in(title: str, query: str) -> Matches:
    start = title.casefold().find(query.casefold()) if query else -1
    return () if start < 0 else ((start, start + len(query)),)


def _paint_text(painter: QPainter, theme: Theme, area: QRect, line: _Line) -> None:
    """Draw a text, and those of its matches that are not cut off in another colour, underlined."""
    draw_text(painter, area, line.text, theme.color(line.color))
    metrics = painter.fontMetrics()
    shown = one_line(line.text)
    if not line.matches or len(shown) != len(line.text):
        return
    fits = metrics.horizontalAdvance(shown) <= area.width()
    room = area.left() + area.width() - (0 if fits else metrics.horizontalAdvance("…"))
    below = area.center().y() + metrics.ascent() // 2 + 2
    for start, end in line.matches:
        left = area.left() + metrics.horizontalAdvance(shown[:start])
        right = area.left() + metrics.horizontalAdvance(shown[:end])
        if right > room:
            continue
        painter.save()
        painter.setClipRect(QRect(left, area.top(), right - left, area.height()))
        draw_text(painter, area, line.text, theme.color("text_match"))
        painter.restore()
        painter.fillRect(left, below, right - left, 1, theme.color("text_match"))


def _paint_keys(painter: QPainter, theme: Theme, rect: QRect, keys: Sequence[tuple[str, str]]) -> int:
    """Draw shortcuts at the right, each before what it does; gives what they take of the width."""
    right, font = rect.right() - _PAD, theme.font("small")
    start = right
    painter.setFont(font)
    for shortcut, does in reversed([each for each in keys if each[0]]):
        if does:
            width = text_width(font, does)
            right -= width
            draw_text(painter, QRect(right, rect.top(), width + 1, rect.height()), does, theme.color("muted"))
            right -= _GAP // 2
        signs = key_signs(shortcut)
        width = caps_size(theme, signs).width()
        right -= width
        paint_caps(painter, theme, QRect(right, rect.top(), width, rect.height()), signs)
        right -= _GAP
    return start - right


def _paint_mark(painter: QPainter, theme: Theme, rect: QRect, row: FoundRow) -> None:
    if row.mark == "person":
        paint_person(painter, theme, rect, row.title)
    elif row.mark == "company":
        paint_company(painter, theme, rect, row.title)
    else:
        center = QPointF(rect.center()) + QPointF(0.5, 0.5)
        draw_icon(painter, theme, center, Glyph(row.mark, "text_secondary"))


UP = frozenset({Qt.Key.Key_Up, Qt.Key.Key_PageUp})
DOWN = frozenset({Qt.Key.Key_Down, Qt.Key.Key_PageDown})
