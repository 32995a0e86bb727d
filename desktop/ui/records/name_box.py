"""The popover that asks for the name of a view."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.button import Button
from desktop.ui.components.checkbox import Checkbox
from desktop.ui.components.field import Field
from desktop.ui.components.key_press import ENTER
from desktop.ui.components.label import section
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.popover import Popover
from desktop.ui.components.text_field import TextField

_WIDTH = 280
_LONGEST = 80


class NameBox(Popover):
    """``named`` gives the name, and whether it is for the team. Enter saves, Esc leaves.

    What is typed is kept under ``draft`` until the box is closed, so that a kill takes nothing of it.
    """

    named = Signal(str, bool)

    def __init__(
        self, context: ScreenContext, title: str, draft: str, name: str = "", *, can_share: bool = False
    ) -> None:
        kit = context.kit
        super().__init__(kit, context.shell.host)
        self.draft = draft
        self._drafts = context.drafts
        begun = self._drafts.get(draft)
        self.setAccessibleName(title)
        self.text = TextField(kit, begun.get("name", name))
        self.text.setMaxLength(_LONGEST)
        self._field = Field(kit, kit.t("lists.view.called"), self.text)
        self.team = Checkbox(kit, kit.t("lists.view.team"))
        self.team.setChecked(can_share and bool(begun.get("team")))
        self.save_button = Button(kit, kit.t("lists.view.save"), "primary", key="Return")
        self.save_button.clicked.connect(self._save)
        inside = QWidget()
        column(section(kit, title), self._field, self.team, row(STRETCH, self.save_button), gap=12, pad=12, into=inside)
        inside.setFixedWidth(_WIDTH)
        self.team.setVisible(can_share)
        self.body.addWidget(inside)
        self.text.textChanged.connect(self._keep)
        self.team.toggled.connect(self._keep)
        self.closed.connect(self._drop)

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
    def _keep(self) -> None:
        team = {"team": "yes"} if self.team.isChecked() else {}
        self._drafts.keep(self.draft, {"name": self.text.text(), **team}, emptied=True)

    @Slot()
    def _drop(self) -> None:
        self._drafts.drop(self.draft)

    @Slot()
    def _save(self) -> None:
        name = self.text.text().strip()
        if not name:
            self._field.set_error(self._kit.t("lists.form.needed"))
            self.adjustSize()
            return
        self.close_now()
        self.named.emit(name, self.team.isChecked())
