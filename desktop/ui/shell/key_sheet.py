"""The sheet of all keys of a page, opened with ?."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.ui.components.dialog import Overlay
from desktop.ui.components.icon_button import IconButton
from desktop.ui.components.key_caps import KeyCaps
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, column, row, set_pad
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.design.kit import UiKit
from desktop.ui.shell.page import Hint

_WIDTH = 760
_HEIGHT = 520
_CAPS_WIDTH = 110


class KeySheet(Overlay):
    """Two columns: what works on this page, what works everywhere."""

    def __init__(self, kit: UiKit, host: QWidget, here: Sequence[Hint], everywhere: Sequence[Hint]) -> None:
        super().__init__(kit, host, kit.t("shell.keys.title"), width=min(_WIDTH, host.width() - 80))
        close = IconButton(kit, "x", kit.t("shell.keys.close"), "Esc")
        close.clicked.connect(self.close_now)
        self.body.addLayout(row(Label(kit, kit.t("shell.keys.title"), "heading"), STRETCH, close))
        inner = QWidget()
        row(
            _list(kit, kit.t("shell.keys.here"), here),
            _list(kit, kit.t("shell.keys.everywhere"), everywhere),
            gap=24,
            into=inner,
        )
        area = ScrollArea(kit, inner)
        area.setFixedHeight(min(inner.sizeHint().height(), _HEIGHT, host.height() - 160))
        self.body.addWidget(area)


def _list(kit: UiKit, title: str, hints: Sequence[Hint]) -> QWidget:
    box = QWidget()
    grid = QGridLayout()
    set_pad(grid, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    grid.setColumnMinimumWidth(0, _CAPS_WIDTH)
    grid.setColumnStretch(1, 1)
    for number, hint in enumerate(hints):
        grid.addWidget(KeyCaps(kit, hint.keys), number, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(Label(kit, hint.text, wrap=True), number, 1)
    column(Label(kit, title, "small", "muted"), grid, STRETCH, gap=8, into=box)
    return box
