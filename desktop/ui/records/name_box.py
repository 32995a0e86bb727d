"""The popover that asks for the name of a view."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.components.button import Button
from desktop.ui.components.checkbox import Checkbox
from desktop.ui.components.field import Field
from desktop.ui.components.key_press import ENTER
from desktop.ui.components.label import section
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.popover import Popover
from desktop.ui.components.text_field import TextField
from desktop.ui.design.kit import UiKit

_WIDTH = 280
_LONGEST = 80


class NameBox(Popover):
    """``named`` gives the name, and whether it is for the team. Enter saves, Esc leaves."""

    named = Signal(str, bool)

    def __init__(self, kit: UiKit, host: QWidget, title: str, name: str = "", *, can_share: bool = False) -> None:
        super().__init__(kit, host)
        self.setAccessibleName(title)
        self.text = TextField(kit, name)
        self.text.setMaxLength(_LONGEST)
        self._field = Field(kit, kit.t("lists.view.called"), self.text)
        self.team = Checkbox(kit, kit.t("lists.view.team"))
        self.save_button = Button(kit, kit.t("lists.view.save"), "primary", key="Return")
        self.save_button.clicked.connect(self._save)
        inside = QWidget()
        column(section(kit, title), self._field, self.team, row(STRETCH, self.save_button), gap=12, pad=12, into=inside)
        inside.setFixedWidth(_WIDTH)
        self.team.setVisible(can_share)
        self.body.addWidget(inside)

    def focus_first(self) -> None:
        """Start in the name."""
        self.text.setFocus(Qt.FocusReason.PopupFocusReason)
        self.text.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save on Enter."""
        if event.key() in ENTER:
            self._save()
            event.accept()
            return
        super().keyPressEvent(event)

    @Slot()
    def _save(self) -> None:
        name = self.text.text().strip()
        if not name:
            self._field.set_error(self._kit.t("lists.form.needed"))
            self.adjustSize()
            return
        self.close_now()
        self.named.emit(name, self.team.isChecked())
