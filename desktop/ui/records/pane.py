"""Sections of a pane: a title, a quiet note, what belongs to it, a hairline below."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.surface import Surface
from desktop.ui.design.kit import UiKit


class PaneSection(Surface):
    """One section; ``strong`` titles stand over what one works with, quiet ones over what one only reads.

    ``trailing`` is a button at the right end of the title's line; Tab comes to it before the content.
    """

    def __init__(
        self,
        kit: UiKit,
        title: str,
        *content: QWidget,
        strong: bool = False,
        fill: str = "surface",
        trailing: QWidget | None = None,
    ) -> None:
        super().__init__(kit, fill, "b")
        self._title = Label(kit, title, "section" if strong else "small", "text" if strong else "muted")
        self._note = Label(kit, "", "body", "text_secondary").set_figures()
        # A sum that is cut would read as another sum.
        self._note.set_elide(Qt.TextElideMode.ElideNone)
        head = row(self._title, self._note, STRETCH, *((trailing,) if trailing is not None else ()), gap=8)
        column(head, *content, gap=6, pad=(20, 12, 20, 12), into=self)

    def set_note(self, text: str) -> None:
        """Put a number or a few words behind the title."""
        self._note.setText(text)
