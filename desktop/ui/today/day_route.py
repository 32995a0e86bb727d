"""The day as a route on a time scale: stops in order, a marker for now, moved through by keyboard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.components.key_press import ENTER
from desktop.ui.components.plain_tooltip import set_tooltip
from desktop.ui.components.toast import announce
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import CENTER, RIGHT, draw_box, draw_text, text_width
from desktop.ui.design.route_line import DONE, NODE, Stop, paint_leg, paint_stop
from desktop.ui.today.scale import TimeScale
from desktop.ui.today.stop_card import StopLook, StopWords, paint_stop_card, stop_height

_TOP = 20
_BOTTOM = 24
_TIME_RIGHT = 48
_AXIS = 71
_CARD_LEFT = 95
_CARD_RIGHT = 16
_LEG_LEFT = 58
_NODE_DROP = 14
_MOVES = {Qt.Key.Key_J: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_K: -1, Qt.Key.Key_Up: -1}


@dataclass(frozen=True, slots=True)
class RouteStop:
    """One stop as it is drawn."""

    id: str
    at: datetime
    node: Stop
    words: StopWords
    unsent: bool


class DayRoute(QWidget):
    """All stops of one day; one of them is current. Lies in a scroll area and is as high as the day needs."""

    opened = Signal(str)
    current_changed = Signal(str)
    current_moved = Signal(QRect)
    """The current stop lies here; a scroll area brings it into view."""

    def __init__(self, kit: UiKit, name: str) -> None:
        super().__init__()
        self._kit = kit
        self._stops: tuple[RouteStop, ...] = ()
        self._start: datetime | None = None
        self._now: datetime | None = None
        self._scale: TimeScale | None = None
        self._current = ""
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        kit.follow(self)

    def set_day(self, start: datetime, stops: Sequence[RouteStop], now: datetime | None) -> None:
        """Show a day that begins at ``start``; ``now`` is given only for the day that is today."""
        is_other_day = self._start != start
        self._start, self._stops, self._now = start, tuple(stops), now
        if self._index() < 0:
            self._current = ""
        self.restyle()
        if is_other_day and self._current:
            self.current_changed.emit(self._current)

    @property
    def stops(self) -> Sequence[RouteStop]:
        """The stops in order."""
        return self._stops

    def box(self, index: int) -> QRect:
        """Give where the box of a stop lies, empty when there is no such stop."""
        if self._scale is None or index < 0:
            return QRect()
        top = round(_TOP + self._scale.tops[index])
        height = stop_height(self._kit.theme, self._stops[index].words)
        return QRect(self._px(_CARD_LEFT), top, self.width() - self._px(_CARD_LEFT) - _CARD_RIGHT, height)

    def current_id(self) -> str:
        """Give the id of the current stop, ``""`` when there is none."""
        return self._current

    def has_current(self) -> bool:
        """Tell whether a stop is current."""
        return bool(self._current)

    def set_current(self, stop_id: str) -> bool:
        """Make a stop current; tells whether the day has it."""
        if all(stop.id != stop_id for stop in self._stops):
            return False
        self._current = stop_id
        self._say_current()
        self.update()
        self.current_changed.emit(stop_id)
        self.current_moved.emit(self.box(self._index()).adjusted(0, -_TOP, 0, _BOTTOM))
        return True

    def step(self, by: int) -> None:
        """Go ``by`` stops on, or back when negative; stops at the ends."""
        if not self._stops:
            return
        index = self._index()
        wanted = min(max(index + by, 0), len(self._stops) - 1) if index >= 0 else 0
        self.set_current(self._stops[wanted].id)

    def now_y(self) -> int | None:
        """Tell where the marker of now is drawn, ``None`` on other days."""
        if self._now is None or self._scale is None:
            return None
        return round(_TOP + self._scale.y(self._now))

    @Slot()
    def restyle(self) -> None:
        """Measure anew."""
        if self._start is not None:
            heights = [stop_height(self._kit.theme, stop.words) for stop in self._stops]
            self._scale = TimeScale(self._start, [stop.at for stop in self._stops], heights, self._now)
            self.setFixedHeight(round(self._scale.height) + _TOP + _BOTTOM)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Be wide enough to read a stop."""
        return QSize(self._px(_CARD_LEFT) + 280, self.height())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Start at the first stop that is not done yet."""
        super().focusInEvent(event)
        if not self._current and self._stops and event.reason() != Qt.FocusReason.MouseFocusReason:
            coming = [stop.id for stop in self._stops if stop.node.state != DONE]
            self.set_current(coming[0] if coming else self._stops[-1].id)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the current stop is out of focus."""
        super().focusOutEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move and open; everything else goes on to the page."""
        key = Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
        elif key in _MOVES:
            self.step(_MOVES[key])
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            self.step(-len(self._stops) if key == Qt.Key.Key_Home else len(self._stops))
        elif key in ENTER and self._current:
            self.opened.emit(self._current)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Make the stop under the mouse current."""
        index = self._at(event.position().toPoint().y())
        if index >= 0:
            self.set_current(self._stops[index].id)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the stop."""
        index = self._at(event.position().toPoint().y())
        if index >= 0:
            self.opened.emit(self._stops[index].id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Offer the whole sentence of a stop as tooltip."""
        index = self._at(event.position().toPoint().y())
        set_tooltip(self, self._stops[index].words.spoken if index >= 0 else "")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw scale, line, stops and the marker of now."""
        scale = self._scale
        if scale is None:
            return
        painter = QPainter(self)
        self._paint_hours(painter, scale)
        self._paint_line(painter, scale)
        for index, stop in enumerate(self._stops):
            selected = stop.id == self._current
            look = StopLook(stop.node.state, selected, self.hasFocus(), stop.unsent)
            paint_stop_card(painter, self._kit.theme, self.box(index), stop.words, look)
            paint_stop(painter, self._kit.theme, stop.node, self._node(index))
        self._paint_now(painter)

    def _paint_hours(self, painter: QPainter, scale: TimeScale) -> None:
        theme = self._kit.theme
        painter.setFont(theme.font("small", tnum=True))
        half = theme.line("small") // 2
        now_y = self.now_y()
        for hour in range(scale.first_hour, scale.last_hour + 1):
            y = round(_TOP + scale.y(scale.hour(hour)))
            painter.fillRect(self._px(_LEG_LEFT), y, self.width() - self._px(_LEG_LEFT), 1, theme.color("border"))
            if now_y is None or abs(now_y - y) > theme.line("small"):
                label = QRect(0, y - half, self._px(_TIME_RIGHT), 2 * half)
                draw_text(painter, label, f"{hour % 24:02}:00", theme.color("text_secondary"), align=RIGHT)

    def _paint_line(self, painter: QPainter, scale: TimeScale) -> None:
        theme = self._kit.theme
        top, bottom = _TOP, round(_TOP + scale.height)
        painter.setPen(QPen(theme.color("border_strong"), 2))
        painter.drawLine(QPointF(self._px(_AXIS), top), QPointF(self._px(_AXIS), bottom))
        done = Stop(DONE)
        passed = [index for index, stop in enumerate(self._stops) if stop.node.state == DONE]
        if passed:
            end = self._node(min(passed[-1] + 1, len(self._stops) - 1)).y()
            paint_leg(painter, theme, done, QPointF(self._px(_AXIS), top), QPointF(self._px(_AXIS), end))

    def _paint_now(self, painter: QPainter) -> None:
        y = self.now_y()
        if y is None or self._now is None:
            return
        theme = self._kit.theme
        font = theme.font("small", tnum=True, weight=600)
        painter.setFont(font)
        text = f"{self._now:%H:%M}"
        width = text_width(font, text) + 8
        half = theme.line("small") // 2 + 1
        pill = QRect(self._px(_TIME_RIGHT) + 4 - width, y - half, width, 2 * half)
        painter.fillRect(pill.right() + 1, y, self._px(_AXIS) - 10 - pill.right(), 2, theme.color("seal"))
        draw_box(painter, pill, theme.color("seal"), theme.radius("xs"))
        draw_text(painter, pill, text, theme.color("on_seal"), align=CENTER)

    def _px(self, px: int) -> int:
        """Let the columns of the scale grow with the text."""
        return round(px * self._kit.theme.choice.text_scale)

    def _index(self) -> int:
        return next((place for place, stop in enumerate(self._stops) if stop.id == self._current), -1)

    def _node(self, index: int) -> QPointF:
        return QPointF(self._px(_AXIS), self.box(index).top() + max(_NODE_DROP, NODE / 2))

    def _at(self, y: int) -> int:
        boxes = [self.box(index) for index in range(len(self._stops))]
        return next((index for index, box in enumerate(boxes) if box.top() <= y <= box.bottom()), -1)

    def _say_current(self) -> None:
        index = self._index()
        spoken = self._stops[index].words.spoken if index >= 0 else ""
        self.setAccessibleDescription(spoken)
        if spoken and self.hasFocus():
            announce(self, spoken)
