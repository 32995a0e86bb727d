"""A main part with an inspector at its right; in a narrow window the inspector lies over it when it is asked for."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.ui.components.layouts import column, row
from desktop.ui.components.splitter import Splitter
from desktop.ui.components.surface import Surface
from desktop.ui.design.kit import UiKit

OVERLAY_BELOW = 1180
"""Width of the window in px below which the inspector becomes an overlay."""
_ALL_THE_REST = 2000


@dataclass(frozen=True, slots=True)
class InspectorWidths:
    """What the inspector starts with, the least it needs, and the least that stays for the main part."""

    start: int = 348
    least: int = 300
    least_main: int = 480


class InspectorSplit(QWidget):
    """Holds both parts. ``toggled`` tells what the user wants of a wide window, ``widened`` the width dragged to.

    Over a narrow one the inspector covers the right of the main part, which keeps the focus and its keys; it goes with
    the key that brought it, with ``dismiss``, or when the page is left.
    """

    toggled = Signal(bool)
    widened = Signal(int)

    def __init__(self, kit: UiKit, main: QWidget, inspector: QWidget, widths: InspectorWidths) -> None:
        super().__init__()
        self._inspector = inspector
        self._main = main
        self._width = widths.start
        self._wanted = True
        self._is_narrow = False
        self._splitter = Splitter(kit)
        self._splitter.addWidget(main)
        self._splitter.addWidget(inspector)
        self._splitter.setStretchFactor(0, 1)
        main.setMinimumWidth(widths.least_main)
        inspector.setMinimumWidth(widths.least)
        self._splitter.setSizes([_ALL_THE_REST, widths.start])
        self._splitter.splitterMoved.connect(self._on_moved)
        column(self._splitter, gap=0, into=self)
        self._sheet = Surface(kit, "surface")
        self._sheet.setParent(self)
        self._sheet.hide()
        edge = Surface(kit, "border")
        edge.setFixedWidth(1)
        self._inside = row(edge, gap=0, into=self._sheet)

    def set_wanted(self, wanted: bool) -> None:  # noqa: FBT001 - a remembered answer
        """Show the inspector beside the main part, or not, as far as the window has room."""
        self._wanted = wanted
        self._fit()

    def toggle(self) -> None:
        """Show or hide the inspector: beside, or over, as the window has room."""
        if self.is_over:
            self.dismiss()
            return
        if self._is_narrow:
            self._lay_over()
            return
        self._wanted = self._inspector.isHidden()
        self._inspector.setVisible(self._wanted)
        self.toggled.emit(self._wanted)

    def reveal(self) -> None:
        """Show the inspector in any case, because something in it is wanted."""
        if self._is_narrow:
            self._lay_over()
        else:
            self._inspector.show()

    @property
    def is_over(self) -> bool:
        """Whether the inspector covers a part of the main part."""
        return not self._sheet.isHidden()

    def covers(self) -> bool:
        """Tell the same; fits ``Action.enabled_when``."""
        return self.is_over

    @Slot()
    def dismiss(self) -> None:
        """Take the inspector from over the main part; a focus inside goes back there."""
        if not self.is_over:
            return
        holder = QApplication.focusWidget()
        inside = holder is not None and self._sheet.isAncestorOf(holder)
        self._sheet.hide()
        if inside:
            self._main.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Move the inspector beside or over, as the window has room now."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        is_narrow = self.window().width() < OVERLAY_BELOW
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self._sheet.hide()
            if is_narrow:
                self._inside.addWidget(self._inspector, 1)
                self._inspector.show()
            else:
                self._splitter.addWidget(self._inspector)
                self._splitter.setSizes([_ALL_THE_REST, self._width])
        if not is_narrow:
            self._inspector.setVisible(self._wanted)
        self._place_sheet()

    def _lay_over(self) -> None:
        self._place_sheet()
        self._sheet.show()
        self._sheet.raise_()

    def _place_sheet(self) -> None:
        width = min(self._width + 1, self.width())
        self._sheet.setGeometry(self.width() - width, 0, width, self.height())

    @Slot()
    def _on_moved(self) -> None:
        if not self._inspector.isHidden():
            self._width = self._inspector.width()
            self.widened.emit(self._width)
