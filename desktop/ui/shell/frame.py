"""How the parts of the window lie: rail at the left, then top bar, banner, pages and hint strip above each other."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.ui.components.banner import Banner, Notice
from desktop.ui.components.layouts import column, row
from desktop.ui.components.surface import Surface
from desktop.ui.components.toast import ToastStack
from desktop.ui.design.kit import UiKit
from desktop.ui.shell.hint_strip import HintStrip
from desktop.ui.shell.page import PageSpec
from desktop.ui.shell.page_stack import PageStack
from desktop.ui.shell.rail import Rail
from desktop.ui.shell.top_bar import TopBar


class Frame(Surface):
    """All parts, laid out and unconnected; popovers and dialogs are laid over it."""

    def __init__(self, kit: UiKit, pages: Sequence[PageSpec]) -> None:
        super().__init__(kit, "bg")
        self.rail = Rail(kit)
        self.top_bar = TopBar(kit)
        self.pages = PageStack(pages)
        self.hint_strip = HintStrip(kit)
        self._banner = Banner(kit)
        self._banner_room = QWidget()
        self._banner_room.hide()
        column(self._banner, gap=0, pad=(24, 8, 24, 0), into=self._banner_room)
        main = QWidget()
        column(self._banner_room, self.pages, gap=0, into=main).setStretch(1, 1)
        side = column(self.top_bar, main, self.hint_strip, gap=0)
        side.setStretch(1, 1)
        row(self.rail, side, gap=0, into=self).setStretch(1, 1)
        self.toasts = ToastStack(kit, main)

    @property
    def notice(self) -> Notice | None:
        """What the banner says."""
        return self._banner.notice

    def show_notice(self, notice: Notice | None) -> None:
        """Let the banner say something, or take it away with the room it had."""
        self._banner.show_notice(notice)
        self._banner_room.setVisible(notice is not None)
