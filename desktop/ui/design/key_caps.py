"""How keys are written and drawn: the signs people know from their keyboard, boxed like a key cap."""

import sys
from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter

from desktop.ui.design.painting import CENTER, Outline, draw_box, draw_text, text_width
from desktop.ui.design.theme import Theme

_SIGNS = {
    "Shift": "⇧",
    "Return": "↵",
    "Enter": "↵",
    "Left": "←",
    "Right": "→",
    "Up": "↑",
    "Down": "↓",
    "Escape": "Esc",
    "Backspace": "⌫",
}
_MAC_SIGNS = {"Ctrl": "⌘", "Alt": "⌥", "Meta": "⌃"}

_CAP_HEIGHT = 16
_CAP_PAD = 4
_CAP_GAP = 4


def key_signs(shortcut: str) -> tuple[str, ...]:
    """Split a portable shortcut ("Ctrl+Shift+S") into what its caps show ("Ctrl", "⇧", "S")."""
    if not shortcut:
        return ()
    # The plus key itself is written "+" or "Ctrl++".
    parts = shortcut.removesuffix("+").split("+") if shortcut.endswith("+") else shortcut.split("+")
    names = [part for part in parts if part] + (["+"] if shortcut.endswith("+") else [])
    mac = sys.platform == "darwin"
    return tuple(_MAC_SIGNS.get(name, _SIGNS.get(name, name)) if mac else _SIGNS.get(name, name) for name in names)


def key_text(shortcut: str) -> str:
    """Write a shortcut in one piece, for buttons and tooltips."""
    return " ".join(key_signs(shortcut))


def caps_size(theme: Theme, signs: Sequence[str]) -> QSize:
    """Measure a row of key caps."""
    widths = [_cap_width(theme, sign) for sign in signs]
    return QSize(sum(widths) + _CAP_GAP * max(0, len(widths) - 1), _cap_height(theme))


def paint_caps(painter: QPainter, theme: Theme, rect: QRect, signs: Sequence[str], fill: str = "surface") -> None:
    """Draw key caps from the left edge of ``rect``, centred in its height."""
    painter.save()
    painter.setFont(theme.font("tiny"))
    height = _cap_height(theme)
    left = rect.left()
    top = rect.top() + (rect.height() - height) // 2
    for sign in signs:
        cap = QRect(left, top, _cap_width(theme, sign), height)
        draw_box(painter, cap, theme.color(fill), theme.radius("xs"), Outline(theme.color("border_strong")))
        draw_text(painter, cap, sign, theme.color("text_secondary"), align=CENTER)
        left += cap.width() + _CAP_GAP
    painter.restore()


def _cap_width(theme: Theme, sign: str) -> int:
    return max(_cap_height(theme) + 2, text_width(theme.font("tiny"), sign) + 2 * _CAP_PAD + 1)


def _cap_height(theme: Theme) -> int:
    return max(_CAP_HEIGHT, theme.line("tiny") + 2)
