"""Tooltips that never read their text as markup: a customer may be called ``<b>Acme</b>``."""

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QWidget

from desktop.ui.design.key_caps import key_text


def plain_tooltip(text: str) -> str:
    """Make text safe for ``QToolTip``, which turns whatever looks like HTML into HTML."""
    return Qt.convertFromPlainText(text) if Qt.mightBeRichText(text) else text


def set_tooltip(widget: QWidget, text: str, key: str = "") -> None:
    """Give a widget a tooltip, with the key that does the same at its end."""
    shown = f"{text}   {key_text(key)}" if key else text
    widget.setToolTip(plain_tooltip(shown))
