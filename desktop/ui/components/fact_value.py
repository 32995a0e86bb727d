"""The value of a fact while nobody edits it: plain text over as many lines as it needs, a pencil under the mouse."""

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from desktop.ui.components.cells import INKS
from desktop.ui.components.facts import Fact
from desktop.ui.design.focus_ring import RingFocus
from desktop.ui.design.fonts import text_language
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Glyph, draw_box, draw_icon, draw_ring_dot, text_width
from desktop.ui.design.text_block import break_lines, draw_lines

_PAD_X = 6
_PAD_Y = 4
_PENCIL = 14
_PENCIL_ROOM = 20
_RING_ROOM = 16
_MOST_LINES = 12
_UNKNOWN = "\N{EN DASH}"
_EDIT = frozenset({Qt.Key.Key_E, Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter})


class FactValue(RingFocus, QAbstractButton):
    """Asks to be edited on a click, Enter, E or F2; Ctrl+C copies it."""

    edit_wanted = Signal()

    ring_radius = 4

    def __init__(self, kit: UiKit, fact: Fact) -> None:
        super().__init__()
        self._kit = kit
        self._fact = fact
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.clicked.connect(self._ask)
        self.set_fact(fact)
        kit.follow(self)

    def set_fact(self, fact: Fact) -> None:
        """Show another value."""
        self._fact = fact
        self.setAccessibleName(f"{fact.label}: {fact.value or _UNKNOWN}")
        self.setCursor(Qt.CursorShape.PointingHandCursor if fact.editable else Qt.CursorShape.ArrowCursor)
        self.updateGeometry()
        self.update()

    @Slot()
    def restyle(self) -> None:
        """Take sizes from the theme."""
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Grow with the lines of the value."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Fit the lines."""
        # The first line stands where that of a single one does, beside its label.
        theme = self._kit.theme
        line = theme.line("body")
        return max(theme.target, line + 2 * _PAD_Y) + (len(self._lines(width)) - 1) * line

    def sizeHint(self) -> QSize:
        """Prefer one line, up to what is usual."""
        width = min(text_width(self._font(), self._shown()) + 2 * _PAD_X + _PENCIL_ROOM, 320)
        return QSize(width, self.heightForWidth(max(width, self.width())))

    def minimumSizeHint(self) -> QSize:
        """Keep a few words."""
        return QSize(80, self._kit.theme.target)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Edit, or copy."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self._fact.value)
        elif self._fact.editable and Qt.Key(event.key()) in _EDIT and not event.modifiers():
            self.edit_wanted.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the value."""
        theme = self._kit.theme
        painter = QPainter(self)
        is_hot = self.underMouse() and self._fact.editable
        if is_hot:
            draw_box(painter, self.rect(), theme.color("sunken"), theme.radius("sm"))
        painter.setFont(self._font())
        ink = INKS.get(self._fact.tone, "text") if self._fact.tone else "text"
        lines = self._lines(self.width())
        line = theme.line("body")
        top = (self.height() - len(lines) * line) // 2
        draw_lines(painter, QPoint(_PAD_X, top), lines, line, theme.color(ink if self._fact.value else "muted"))
        end = _PAD_X + text_width(self._font(), lines[0])
        middle = top + line / 2
        if self._fact.unsent:
            draw_ring_dot(painter, theme, QPointF(end + _RING_ROOM / 2, middle))
            end += _RING_ROOM
        if self._fact.note:
            painter.setFont(theme.font("small", lang=text_language(self._fact.note)))
            draw_lines(painter, QPoint(end + 8, top), [self._fact.note], line, theme.color("muted"))
        if is_hot:
            # Over the end of a long value, which would else have to break earlier all the time.
            room = QRect(self.width() - _PENCIL_ROOM, round(middle) - _PENCIL // 2 - 2, _PENCIL_ROOM, _PENCIL + 4)
            draw_box(painter, room, theme.color("sunken"), theme.radius("sm"))
            center = QPointF(self.width() - _PAD_X - _PENCIL / 2, middle)
            draw_icon(painter, theme, center, Glyph("pencil", "muted", _PENCIL))

    def _shown(self) -> str:
        return self._fact.value or self._fact.placeholder or _UNKNOWN

    def _lines(self, width: int) -> list[str]:
        return break_lines(self._shown(), self._font(), width - 2 * _PAD_X, _MOST_LINES)

    def _font(self) -> QFont:
        return self._kit.theme.font("body", lang=text_language(self._shown()))

    @Slot()
    def _ask(self) -> None:
        if self._fact.editable:
            self.edit_wanted.emit()
