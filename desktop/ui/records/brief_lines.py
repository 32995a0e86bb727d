"""Short lines inside panes: people, deals, tasks, reasons; one painted widget, moved through by arrows."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.components.cells import INKS
from desktop.ui.components.key_press import ENTER
from desktop.ui.design.fonts import text_language
from desktop.ui.design.kit import UiKit
from desktop.ui.design.marks import paint_company, paint_person
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
from desktop.ui.design.text_block import break_lines, draw_lines

_MARK = 28
_ICON_ROOM = 16
_GAP = 10
_PAD_Y = 6
_PAD_PLAIN = 2
_MOST_LINES = 2
_WIDTH = 200
_BLEED = 8
_BAR = (72.0, 6.0)
_SIGN = 18
_BOX = (24, 22)
_CHANNEL = 14
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach somebody: ``state`` is open, preferred, or missing where there is no number."""

    icon: str
    state: str = "open"


@dataclass(frozen=True, slots=True)
class Brief:
    """One or two lines. ``mark`` is person, company, or an icon; ``right`` and ``share`` (a bar) stand at the end.

    ``tone`` colours ``right``, ``second_tone`` the second line; both as in ``ListRow``.
    """

    id: str
    title: str
    beside: str = ""
    second: str = ""
    right: str = ""
    mark: str = ""
    second_icon: str = ""
    tone: str = ""
    second_tone: str = "muted"
    share: float | None = None
    share_tone: str = "accent"
    channels: tuple[Channel, ...] = ()
    unsent: bool = False
    is_plain: bool = False
    """A sentence rather than a name: drawn in the weight of running text, on two lines where it is long."""

    @property
    def is_sentence(self) -> bool:
        """Whether it is a sentence and nothing else."""
        return self.is_plain and not self.second and not self.right

    def sentence(self) -> str:
        """Say all of it, for screen readers."""
        return ", ".join(part for part in (self.title, self.beside, self.second, self.right) if part)


class BriefLines(QWidget):
    """As high as its lines; ``opened`` gives the id of the line that was clicked or entered."""

    opened = Signal(str)

    def __init__(self, kit: UiKit, name: str, *, can_open: bool = True) -> None:
        super().__init__()
        self._kit = kit
        self._name = name
        self._can_open = can_open
        self._lines: tuple[Brief, ...] = ()
        self._current = -1
        self._hovered = -1
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if can_open else Qt.FocusPolicy.NoFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # A sentence may need a second line where the pane is narrow.
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        kit.follow(self)

    @property
    def lines(self) -> Sequence[Brief]:
        """The lines in order."""
        return self._lines

    def set_lines(self, lines: Sequence[Brief]) -> None:
        """Show other lines; the current one stays with its id."""
        before = self.current_id()
        self._lines = tuple(lines)
        self._current = next((place for place, line in enumerate(lines) if line.id == before), -1)
        self._describe()
        self.updateGeometry()
        self.update()

    def current_id(self) -> str:
        """Give the id of the line that the keys are on."""
        return self._lines[self._current].id if 0 <= self._current < len(self._lines) else ""

    @Slot()
    def restyle(self) -> None:
        """Take sizes from the theme."""
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Fit all lines."""
        return QSize(_WIDTH, self.heightForWidth(max(_WIDTH, self.width())))

    def heightForWidth(self, width: int) -> int:
        """Fit all lines at a width."""
        return sum(self._height(line, width) for line in self._lines)

    def minimumSizeHint(self) -> QSize:
        """Keep the height."""
        return QSize(80, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give sentences the room that they need at this width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width() and any(line.is_sentence for line in self._lines):
            self.updateGeometry()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Start on the first line."""
        super().focusInEvent(event)
        self._current = max(0, self._current) if self._lines else -1
        self._describe()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keys are elsewhere."""
        super().focusOutEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move and open; at the ends the key goes on to the page."""
        key = Qt.Key(event.key())
        wanted = self._current + _STEPS.get(key, 0)
        if key in _STEPS and not event.modifiers() and 0 <= wanted < len(self._lines):
            self._current = wanted
            self._describe()
            self.update()
        elif key in ENTER and self.current_id() and self._can_open:
            self.opened.emit(self.current_id())
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the line under the mouse."""
        place = self._place_at(event.position().toPoint().y()) if self._can_open else -1
        if place != self._hovered:
            self._hovered = place
            self.update()

    def leaveEvent(self, event: object) -> None:
        """Light none."""
        self._hovered = -1
        self.update()
        super().leaveEvent(event)  # type: ignore[arg-type] # a QEvent

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the line under the mouse."""
        place = self._place_at(event.position().toPoint().y())
        if place >= 0 and self._can_open and self._lines[place].id:
            self._current = place
            self.opened.emit(self._lines[place].id)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the lines."""
        painter = QPainter(self)
        theme = self._kit.theme
        top = 0
        for place, line in enumerate(self._lines):
            rect = QRect(0, top, self.width(), self._height(line, self.width()))
            if place == self._current and self.hasFocus():
                draw_box(painter, rect.adjusted(-1, 0, 1, 0), theme.color("selection"), theme.radius("sm"))
            elif place == self._hovered:
                draw_box(painter, rect, theme.color("hover"), theme.radius("sm"))
            self._paint_line(painter, rect, line)
            top += rect.height()

    def _paint_line(self, painter: QPainter, rect: QRect, line: Brief) -> None:
        if line.is_sentence:
            self._paint_sentence(painter, rect.adjusted(0, _PAD_PLAIN, 0, -_PAD_PLAIN), line)
            return
        area = rect.adjusted(0, _PAD_Y, 0, -_PAD_Y)
        area.setLeft(area.left() + self._paint_mark(painter, area, line))
        area.setRight(area.right() - self._paint_channels(painter, rect, line))
        theme = self._kit.theme
        first = QRect(area.left(), area.top(), area.width(), theme.line("body"))
        first.setRight(first.right() - self._paint_right(painter, first, line))
        self._paint_first(painter, first, line)
        if line.second or line.share is not None:
            below = QRect(area.left(), first.bottom() + 1, area.width(), theme.line("small"))
            self._paint_second(painter, below, line)

    def _paint_sentence(self, painter: QPainter, rect: QRect, line: Brief) -> None:
        theme = self._kit.theme
        left = rect.left() + self._paint_mark(painter, rect, line)
        painter.setFont(self._title_font(line))
        lines = self._broken(line, rect.width())
        draw_lines(painter, QPoint(left, rect.top()), lines, theme.line("body"), theme.color("text"))

    def _broken(self, line: Brief, width: int) -> list[str]:
        room = width - (self._kit.theme.grown(_ICON_ROOM) + _GAP - 4 if line.mark else 0)
        return break_lines(line.title, self._title_font(line), room, _MOST_LINES)

    def _paint_mark(self, painter: QPainter, rect: QRect, line: Brief) -> int:
        theme = self._kit.theme
        if line.mark in {"person", "company"}:
            mark = QRect(rect.left(), rect.center().y() - _MARK // 2 + 1, _MARK, _MARK)
            (paint_person if line.mark == "person" else paint_company)(painter, theme, mark, line.title)
            return _MARK + _GAP
        if line.mark:
            center = QPointF(rect.left() + theme.grown(_ICON_ROOM) / 2, rect.top() + theme.line("body") / 2)
            draw_icon(painter, theme, center, Glyph(line.mark, "text_secondary", 14))
            return theme.grown(_ICON_ROOM) + _GAP - 4
        return 0

    def _paint_first(self, painter: QPainter, rect: QRect, line: Brief) -> None:
        theme = self._kit.theme
        font = self._title_font(line)
        painter.setFont(font)
        sign = _SIGN if line.unsent else 0
        width = min(text_width(font, line.title), rect.width() - sign)
        draw_text(painter, QRect(rect.left(), rect.top(), width, rect.height()), line.title, theme.color("text"))
        left = rect.left() + width
        if line.unsent:
            draw_ring_dot(painter, theme, QPointF(left + _SIGN / 2, rect.center().y() + 1))
            left += _SIGN
        if line.beside:
            painter.setFont(theme.font("small", lang=text_language(line.beside)))
            area = QRect(left + 6, rect.top(), rect.right() - left - 6, rect.height())
            draw_text(painter, area, line.beside, theme.color("text_secondary"))

    def _paint_second(self, painter: QPainter, rect: QRect, line: Brief) -> None:
        theme = self._kit.theme
        area = QRect(rect)
        if line.share is not None:
            bar = QRectF(rect.right() + 1 - _BAR[0], rect.center().y() - _BAR[1] / 2 + 1, *_BAR)
            paint_progress(painter, theme, bar, line.share, line.share_tone)
            area.setRight(area.right() - round(_BAR[0]) - _GAP)
        ink = INKS.get(line.second_tone, "muted")
        if line.second_icon:
            center = QPointF(area.left() + theme.grown(7), area.center().y() + 1)
            draw_icon(painter, theme, center, Glyph(line.second_icon, ink, 14))
            area.setLeft(area.left() + theme.grown(_SIGN))
        painter.setFont(theme.font("small", tnum=True, lang=text_language(line.second)))
        draw_text(painter, area, line.second, theme.color(ink))

    def _paint_right(self, painter: QPainter, rect: QRect, line: Brief) -> int:
        if not line.right:
            return 0
        theme = self._kit.theme
        font = theme.font("body", tnum=True, lang=text_language(line.right))
        painter.setFont(font)
        width = min(text_width(font, line.right), rect.width() * 2 // 3)
        area = QRect(rect.right() + 1 - width, rect.top(), width, rect.height())
        draw_text(painter, area, line.right, theme.color(INKS.get(line.tone, "text")), align=RIGHT)
        return width + _GAP

    def _paint_channels(self, painter: QPainter, rect: QRect, line: Brief) -> int:
        theme = self._kit.theme
        width, height = (max(side, theme.grown(_CHANNEL) + 6) for side in _BOX)
        left = rect.right() + 1 - len(line.channels) * (width + 4) + 4
        for place, channel in enumerate(line.channels):
            box = QRect(left + place * (width + 4), rect.center().y() - height // 2 + 1, width, height)
            preferred = channel.state == "preferred"
            fill = theme.color("accent") if preferred else None
            outline = None if preferred else Outline(theme.color("border"), 1, channel.state == "missing")
            draw_box(painter, box, fill, theme.radius("sm"), outline)
            ink = {"preferred": "on_accent", "missing": "disabled"}.get(channel.state, "text_secondary")
            draw_icon(painter, theme, QPointF(box.center()) + QPointF(0.5, 0.5), Glyph(channel.icon, ink, _CHANNEL))
        return rect.right() + 1 - left + _GAP if line.channels else 0

    def _title_font(self, line: Brief) -> QFont:
        return self._kit.theme.font("body" if line.is_plain else "medium", lang=text_language(line.title))

    def _height(self, line: Brief, width: int) -> int:
        theme = self._kit.theme
        if line.is_sentence:
            return theme.line("body") * len(self._broken(line, width)) + 2 * _PAD_PLAIN
        second = theme.line("small") if line.second or line.share is not None else 0
        return max(
            theme.line("body") + second + 2 * _PAD_Y, _MARK + _BLEED if line.mark in {"person", "company"} else 0
        )

    def _place_at(self, y: int) -> int:
        top = 0
        for place, line in enumerate(self._lines):
            top += self._height(line, self.width())
            if y < top:
                return place
        return -1

    def _describe(self) -> None:
        said = [self._lines[self._current]] if self.current_id() else self._lines
        self.setAccessibleDescription("; ".join(line.sentence() for line in said))
