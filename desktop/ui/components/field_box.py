"""The box around text fields, drawn alike for one line, several lines and choices."""

from typing import Final

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from desktop.ui.design.painting import Outline, draw_box
from desktop.ui.design.theme import Theme

TONES: Final = ("", "check", "error")

_FOCUS_WIDTH = 2


def paint_field_box(painter: QPainter, theme: Theme, widget: QWidget, tone: str) -> None:
    """Draw the box of a field in its present state; focus shows always, by mouse too."""
    radius = theme.radius("md")
    rect = widget.rect()
    if is_locked(widget) and not widget.hasFocus():
        draw_box(painter, rect, theme.color("sunken"), radius)
    elif not widget.isEnabled():
        draw_box(painter, rect, theme.color("sunken"), radius, Outline(theme.color("border")))
    elif widget.hasFocus():
        fill = theme.color("sunken" if is_locked(widget) else "surface")
        draw_box(painter, rect, fill, radius, Outline(theme.color("focus_ring"), _FOCUS_WIDTH))
    else:
        border = {"check": "warning_solid", "error": "danger_solid"}.get(tone, "border_control")
        draw_box(painter, rect, theme.color("surface"), radius, Outline(theme.color(border)))


def is_locked(widget: QWidget) -> bool:
    """Tell whether a text widget can be read but not changed."""
    return isinstance(widget, (QLineEdit, QPlainTextEdit)) and widget.isReadOnly()
