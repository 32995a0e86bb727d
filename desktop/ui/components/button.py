"""Buttons: a verb, perhaps an icon, and the key that does the same."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from desktop.ui.components.plain_tooltip import set_tooltip
from desktop.ui.design.focus_ring import RingFocus
from desktop.ui.design.key_caps import key_text
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import LEFT, Glyph, Outline, draw_box, draw_icon, draw_text, text_width
from desktop.ui.design.progress_bar import paint_unknown_progress

KINDS = ("normal", "primary", "ghost", "danger", "link")

_PAD = 11
_PAD_SMALL = 9
_ICON = 16
_GAP = 7
_KEY_GAP = 8
_BUSY_STEP_MS = 100
_BUSY_STEPS = 20
_KEY_OPACITY = 0.78
_LINK_PAD = 8


@dataclass(frozen=True, slots=True)
class _Look:
    fill: str
    border: str
    ink: str


_LOOKS = {
    ("normal", "rest"): _Look("surface", "border_strong", "text"),
    ("normal", "hover"): _Look("hover", "border_strong", "text"),
    ("normal", "pressed"): _Look("selection_inactive", "border_strong", "text"),
    ("normal", "off"): _Look("sunken", "border", "disabled"),
    ("primary", "rest"): _Look("accent", "", "on_accent"),
    ("primary", "hover"): _Look("accent_hover", "", "on_accent"),
    ("primary", "pressed"): _Look("accent_pressed", "", "on_accent"),
    ("primary", "off"): _Look("sunken", "border", "disabled"),
    ("ghost", "rest"): _Look("", "", "text_secondary"),
    ("ghost", "hover"): _Look("hover", "", "text_secondary"),
    ("ghost", "pressed"): _Look("selection_inactive", "", "text_secondary"),
    ("ghost", "off"): _Look("", "", "disabled"),
    ("danger", "rest"): _Look("surface", "danger_border", "danger"),
    ("danger", "hover"): _Look("danger_subtle", "danger_border", "danger"),
    ("danger", "pressed"): _Look("danger_subtle", "danger", "danger"),
    ("danger", "off"): _Look("sunken", "border", "disabled"),
    ("link", "rest"): _Look("", "", "accent_text"),
    ("link", "hover"): _Look("", "", "accent_text"),
    ("link", "pressed"): _Look("", "", "accent_text"),
    ("link", "off"): _Look("", "", "disabled"),
}


class Button(RingFocus, QAbstractButton):
    """A button of one of ``KINDS``; at most one primary in a view.

    ``key`` is drawn behind the label but not bound: the action it belongs to does that.
    """

    def __init__(self, kit: UiKit, text: str, kind: str = "normal", icon: str = "", key: str = "") -> None:
        super().__init__()
        self._kit = kit
        self._kind = kind
        self._icon = icon
        self._key = key
        self._is_small = False
        self._phase = 0
        self._shown_state = ""
        self._timer = QTimer(self)
        self._timer.setInterval(_BUSY_STEP_MS)
        self._timer.timeout.connect(self._step)
        self._is_busy = False
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if kind == "link":
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_text(text)
        kit.follow(self)
        if key:
            kit.follow_keys(self)

    @property
    def label(self) -> str:
        """What the button says."""
        return self.accessibleName()

    @property
    def is_busy(self) -> bool:
        """Whether it shows that its work is going on."""
        return self._is_busy

    @property
    def key(self) -> str:
        """The key that is drawn: the one that does the same now."""
        return self._kit.keys.shown(self._key)

    def set_text(self, text: str) -> None:
        """Change the label. It is not given to Qt, which would make a shortcut of an ampersand."""
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def set_small(self) -> "Button":
        """Make it 26 px high, for rows and cards; gives itself back."""
        self._is_small = True
        self.updateGeometry()
        return self

    def set_kind(self, kind: str) -> None:
        """Change between the kinds, for example when another step becomes the main one."""
        self._kind = kind
        self.update()

    def set_reason(self, reason: str) -> None:
        """Say in the tooltip why it is off or what it does."""
        set_tooltip(self, reason)

    def set_busy(self, busy: bool) -> None:  # noqa: FBT001 - a Qt-like setter
        """Show a small moving bar and take no clicks; label and width stay."""
        self._is_busy = busy
        self._phase = 0
        if busy and self._kit.theme.choice.motion:
            self._timer.start()
        else:
            self._timer.stop()
        self.update()

    def show_state(self, state: str) -> None:
        """Draw as if in ``state`` (rest, hover, pressed, off); only for the component sheet."""
        self._shown_state = state
        self.update()

    @Slot()
    def restyle(self) -> None:
        """Take sizes from the theme."""
        self.ring_radius = self._kit.theme.radius("sm" if self._kind == "link" else "md")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Fit icon, label and key."""
        theme = self._kit.theme
        width = 2 * self._pad() + text_width(theme.font("medium"), self.label)
        if self._icon:
            width += self._icon_side() + (_GAP if self.label else 0)
        if self.key:
            width += _KEY_GAP + text_width(theme.font("tiny"), key_text(self.key))
        height = theme.control_small if self._is_small else theme.control
        if self._kind == "link":
            # A small one stands within a sentence, whose lines it would part.
            height = theme.line("medium") if self._is_small else max(theme.target, theme.line("medium") + _LINK_PAD)
        return QSize(width, height)

    def minimumSizeHint(self) -> QSize:
        """Never cut the label."""
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        """Take no clicks while busy."""
        return not self._is_busy and super().hitButton(pos)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button like Space does, but not while busy."""
        if self._is_busy:
            event.accept()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw box, icon, label and key."""
        theme = self._kit.theme
        look = _LOOKS[self._kind, self._shown_state or self._state()]
        painter = QPainter(self)
        outline = Outline(theme.color(look.border)) if look.border else None
        if look.fill or outline:
            fill = theme.color(look.fill) if look.fill else None
            draw_box(painter, self.rect(), fill, theme.radius("md"), outline)
        self._paint_content(painter, look.ink)

    def _paint_content(self, painter: QPainter, ink: str) -> None:
        theme = self._kit.theme
        content = self.sizeHint().width() - 2 * self._pad()
        left = max(self._pad(), (self.width() - content) // 2)
        if self._icon:
            side = self._icon_side()
            if self._is_busy:
                bar = QRectF(left, self.height() / 2 - 1.5, side, 3)
                paint_unknown_progress(painter, theme, bar, self._phase / _BUSY_STEPS)
            else:
                center = QPointF(left + side / 2, self.height() / 2)
                draw_icon(painter, theme, center, Glyph(self._icon, self._icon_ink(ink), _ICON))
            left += side + (_GAP if self.label else 0)
        font = theme.font("medium")
        painter.setFont(font)
        width = text_width(font, self.label)
        draw_text(painter, QRect(left, 0, width, self.height()), self.label, theme.color(ink), align=LEFT)
        if self._is_busy and not self._icon:
            bar = QRectF(left, self.height() - 5, width, 2)
            paint_unknown_progress(painter, theme, bar, self._phase / _BUSY_STEPS)
        if self.key:
            painter.setFont(theme.font("tiny"))
            key_rect = QRect(left + width + _KEY_GAP, 0, self.width() - left - width - _KEY_GAP, self.height())
            draw_text(painter, key_rect, key_text(self.key), self._key_color(ink))

    def _key_color(self, ink: str) -> QColor:
        if ink != "on_accent":
            return self._kit.theme.color("disabled" if ink == "disabled" else "muted")
        color = QColor(self._kit.theme.color(ink))
        color.setAlphaF(_KEY_OPACITY)
        return color

    def _icon_ink(self, ink: str) -> str:
        return "text_secondary" if ink == "text" else ink

    def _pad(self) -> int:
        if self._kind == "link":
            return 0
        return _PAD_SMALL if self._is_small else _PAD

    def _icon_side(self) -> int:
        return round(_ICON * self._kit.theme.choice.text_scale)

    def _state(self) -> str:
        if not self.isEnabled():
            return "off"
        if self.isDown() or self.isChecked():
            return "pressed"
        return "hover" if self.underMouse() and not self._is_busy else "rest"

    @Slot()
    def _step(self) -> None:
        self._phase = (self._phase + 1) % (_BUSY_STEPS + 1)
        self.update()
