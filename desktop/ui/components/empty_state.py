"""What a view says when it has nothing to show: what is so, what to do, one button."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.components.button import Button
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.design.kit import UiKit

_ICON = 28
_TEXT_WIDTH = 280


class EmptyState(QWidget):
    """Icon, one sentence, one explanation and at most one button, in the middle of the view."""

    action_clicked = Signal()

    def __init__(self, kit: UiKit, icon: str, title: str, text: str = "") -> None:
        super().__init__()
        self._kit = kit
        self._icon = _Icon(kit, icon)
        self._title = Label(kit, title, "section")
        self._text = Label(kit, text, "body", "text_secondary", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._text.setFixedWidth(_TEXT_WIDTH)
        self._actions = row(gap=8)
        inner = column(
            row(STRETCH, self._icon, STRETCH),
            8,
            row(STRETCH, self._title, STRETCH),
            row(STRETCH, self._text, STRETCH),
            4,
            row(STRETCH, self._actions, STRETCH),
            gap=2,
        )
        column(STRETCH, inner, STRETCH, gap=0, pad=16, into=self)
        self.set_text(title, text)

    @property
    def text(self) -> str:
        """The explanation."""
        return self._text.text()

    def set_text(self, title: str, text: str) -> None:
        """Say something else."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.setAccessibleName(title)

    def set_action(self, text: str, key: str = "", icon: str = "") -> Button:
        """Offer one button, in place of an earlier one; ``action_clicked`` tells of its click."""
        while self._actions.count():
            old = self._actions.takeAt(0)
            widget = old.widget() if old is not None else None
            if widget is not None:
                widget.deleteLater()
        button = Button(self._kit, text, icon=icon, key=key)
        button.clicked.connect(self.action_clicked)
        self._actions.addWidget(button)
        return button


class _Icon(QWidget):
    def __init__(self, kit: UiKit, name: str) -> None:
        super().__init__()
        self._kit = kit
        self._name = name
        kit.follow(self)

    @Slot()
    def restyle(self) -> None:
        self.setFixedSize(QSize(_ICON, _ICON) * self._kit.theme.choice.text_scale)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        pixmap = self._kit.theme.pixmap(self._name, "muted", _ICON, self.devicePixelRatioF())
        QPainter(self).drawPixmap(0, 0, pixmap)
