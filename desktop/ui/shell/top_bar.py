"""The top bar: where one is, the controls of the page, find, and the sync chip last."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.ui.components.layouts import STRETCH, row
from desktop.ui.components.surface import Surface
from desktop.ui.design.kit import UiKit
from desktop.ui.shell.crumb_bar import CrumbBar
from desktop.ui.shell.find_button import FindButton
from desktop.ui.shell.page import Page
from desktop.ui.shell.sync_chip import SyncChip, SyncChipStatus


class TopBar(Surface):
    """48 px of title or breadcrumb, page controls, the way to the palette and sync chip."""

    crumb_chosen = Signal(object)

    def __init__(self, kit: UiKit) -> None:
        super().__init__(kit, "bg", "b")
        self._kit = kit
        self._page: Page | None = None
        self._shown: tuple[QWidget, ...] = ()
        self.crumbs = CrumbBar(kit)
        self.crumbs.chosen.connect(self.crumb_chosen)
        self._controls: QHBoxLayout = row(gap=8)
        self.find_button = FindButton(kit, kit.t("shell.find"))
        self.sync_chip = SyncChip(kit, SyncChipStatus("synced", ""))
        outer = row(
            self.crumbs,
            self._controls,
            STRETCH,
            self.find_button,
            self.sync_chip,
            gap=12,
            pad=(24, 0, 16, 0),
            into=self,
        )
        outer.setStretch(3, 1)
        self.restyle()

    def show_page(self, page: Page) -> None:
        """Show title, breadcrumb and controls of a page; its control widgets stand in the bar while it is open."""
        self.crumbs.show_page(page)
        controls = tuple(page.controls())
        # Controls that stay are not touched: moving a widget takes the focus from it.
        if page is not self._page or controls != self._shown:
            self.take_controls_back()
            for control in controls:
                self._controls.addWidget(control)
                control.show()
        self._page = page
        self._shown = controls
        self.find_button.set_name(self._kit.t("shell.find"))

    def take_controls_back(self) -> None:
        """Give the control widgets back to their page; before it is closed or another one is shown."""
        while self._controls.count():
            item = self._controls.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.setParent(self._page)
        self._page = None
        self._shown = ()

    @Slot()
    def restyle(self) -> None:
        """Take the height from the theme."""
        self.setFixedHeight(max(self._kit.theme.layout.top_bar, self._kit.theme.control + 14))
        self.update()
