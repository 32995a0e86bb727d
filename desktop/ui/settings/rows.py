"""Parts of the settings page: groups with a heading, and rows of a name, a control and a quiet explanation."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.components.label import Label, hairline
from desktop.ui.components.layouts import column, row
from desktop.ui.design.kit import UiKit

_NAME_PX = 220


class SettingGroup(QWidget):
    """A heading over rows."""

    def __init__(self, kit: UiKit, title: str) -> None:
        super().__init__()
        self._kit = kit
        self._rows: QVBoxLayout = column(gap=0)
        column(Label(kit, title, "heading"), 4, hairline(kit), self._rows, gap=4, into=self)
        self.setAccessibleName(title)

    def add(self, name: str, control: QWidget, hint: str = "") -> None:
        """Add a row; the control says its name by itself or gets it here."""
        kit = self._kit
        label = Label(kit, name, "medium")
        said = column(label, gap=2)
        if hint:
            said.addWidget(Label(kit, hint, "small", "muted", wrap=True))
        holder = QWidget()
        left = QWidget()
        left.setLayout(said)
        left.setMinimumWidth(_NAME_PX)
        layout = row(left, control, gap=16, pad=(0, 12), into=holder)
        layout.setStretch(0, 1)
        layout.setAlignment(control, Qt.AlignmentFlag.AlignVCenter)
        if not control.accessibleName():
            control.setAccessibleName(name)
        self._rows.addWidget(holder)
        self._rows.addWidget(hairline(kit))

    def add_fact(self, name: str, value: str) -> Label:
        """Add a row that only tells something; gives the label of the value."""
        shown = Label(self._kit, value, wrap=True)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return self._add_told(name, shown)

    def add_path(self, name: str, path: str) -> Label:
        """Add a row that tells a path: it has no place to break, so its middle goes; all of it is in the tooltip."""
        shown = Label(self._kit, path)
        shown.set_elide(Qt.TextElideMode.ElideMiddle)
        return self._add_told(name, shown)

    def _add_told(self, name: str, shown: Label) -> Label:
        kit = self._kit
        label = Label(kit, name, "body", "text_secondary")
        label.setFixedWidth(_NAME_PX)
        holder = QWidget()
        layout = row(label, shown, gap=16, pad=(0, 8), into=holder)
        layout.setStretch(1, 1)
        self._rows.addWidget(holder)
        self._rows.addWidget(hairline(kit))
        return shown
