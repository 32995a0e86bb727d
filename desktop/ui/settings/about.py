"""The licences of what the program ships, as they stand in the resources."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.ui.components.button import Button
from desktop.ui.components.dialog import Overlay
from desktop.ui.components.label import Label, heading
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.design.kit import UiKit

_FILE = "LICENSES.md"
_WIDTH = 720
_HEIGHT = 420
_PLAIN = str.maketrans("", "", "`*")


class LicencesDialog(Overlay):
    """Shows the list; Esc closes."""

    def __init__(self, kit: UiKit, host: QWidget, resources: Path) -> None:
        super().__init__(kit, host, kit.t("settings.about.licences"), width=_WIDTH)
        self._close = Button(kit, kit.t("settings.about.close"), key="Esc")
        self._close.clicked.connect(self.close_now)
        inner = QWidget()
        lines = [_line(kit, text) for text in licence_lines(resources)]
        column(*lines, STRETCH, gap=4, pad=(0, 0, 12, 0), into=inner)
        area = ScrollArea(kit, inner)
        area.setFixedHeight(min(_HEIGHT, max(200, host.height() - 200)))
        self.body.addWidget(heading(kit, kit.t("settings.about.licences")))
        self.body.addWidget(area)
        self.body.addLayout(row(STRETCH, self._close, gap=8))

    def focus_first(self) -> None:
        """Start on closing."""
        self._close.setFocus(Qt.FocusReason.TabFocusReason)


def licence_lines(resources: Path) -> list[str]:
    """Read the list of licences as plain lines: titles begin with #, cells of tables are parted by dots."""
    lines = []
    for raw in (resources / _FILE).read_text("utf-8").splitlines():
        line = raw.strip()
        if not line or set(line) <= set("|-: "):
            continue
        if line.startswith("|"):
            line = " · ".join(cell.strip() for cell in line.strip("|").split("|"))
        lines.append(line.translate(_PLAIN))
    return lines


def _line(kit: UiKit, text: str) -> Label:
    if text.startswith("#"):
        return Label(kit, text.lstrip("# "), "section", wrap=True)
    return Label(kit, text, "small", "text_secondary", wrap=True)
