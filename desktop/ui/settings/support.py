"""What somebody who helps gets to see, shown before it is copied."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication

from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.button import Button
from desktop.ui.components.dialog import Overlay
from desktop.ui.components.label import Label, heading
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.components.surface import Surface
from desktop.ui.components.toast import Toast

_WIDTH = 640
_HEIGHT = 320


class SupportDialog(Overlay):
    """The whole text, a way to copy it, and a way out."""

    def __init__(self, context: ScreenContext, text: str) -> None:
        kit, host = context.kit, context.shell.host
        super().__init__(kit, host, kit.t("settings.privacy.support"), width=_WIDTH)
        self._context = context
        self.text = Label(kit, text, "small", "text_secondary", wrap=True).set_figures()
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inner = Surface(kit, "sunken")
        column(self.text, STRETCH, gap=0, pad=12, into=inner)
        area = ScrollArea(kit, inner)
        area.setFixedHeight(min(_HEIGHT, max(160, host.height() - 260)))
        self._close = Button(kit, kit.t("settings.about.close"), key="Esc")
        self._close.clicked.connect(self.close_now)
        self.copy_button = Button(kit, kit.t("sync_details.copy"), icon="copy")
        self.copy_button.clicked.connect(self.copy)
        self.body.addWidget(heading(kit, kit.t("settings.privacy.support")))
        self.body.addWidget(Label(kit, kit.t("settings.privacy.support_hint"), "body", "text_secondary", wrap=True))
        self.body.addWidget(area)
        self.body.addLayout(row(STRETCH, self.copy_button, self._close, gap=8))

    def focus_first(self) -> None:
        """Start on closing."""
        self._close.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def copy(self) -> None:
        """Put the text on the clipboard."""
        QGuiApplication.clipboard().setText(self.text.text())
        self._context.shell.toast(Toast(self._context.t("sync_details.copied")))
        self.close_now()
