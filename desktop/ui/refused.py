"""The window that says why a profile cannot be opened, where no other window can be made yet."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop import app_info
from desktop.services.refusals import refusal
from desktop.system.i18n import Translator
from desktop.system.settings import Settings
from desktop.ui.bridge.look import theme_choice
from desktop.ui.components.button import Button
from desktop.ui.components.key_press import ENTER
from desktop.ui.components.label import Label, heading
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.marks import SealMark
from desktop.ui.components.surface import Surface
from desktop.ui.design.focus_ring import FocusRing
from desktop.ui.design.hub import ThemeHub
from desktop.ui.design.kit import UiKit
from desktop.ui.design.theme import ThemeChoice
from desktop.ui.qt_application import qt_application
from sync.contract.errors import AppError

_SIZE = (620, 220)
_SEAL = 36


@dataclass(frozen=True, slots=True)
class Refused:
    """What is known where a profile cannot be opened: why, how its user wants things to look, and where it lies."""

    error: AppError
    settings: Settings
    texts: Translator
    resources: Path


class RefusedWindow(QWidget):
    """Says what is so, what is safe and what to do; ``closed`` when it was read."""

    closed = Signal()

    def __init__(self, refused: Refused, choice: ThemeChoice | None = None) -> None:
        """Look as ``choice`` says, else as its user wants it; needs a ``QApplication``."""
        super().__init__()
        t = refused.texts.t
        self._hub = ThemeHub(refused.resources, choice or theme_choice(refused.settings, refused.texts), self)
        self._hub.apply()
        self.kit = UiKit(self._hub, refused.texts)
        self.setWindowTitle(app_info.NAME)
        self.said = Label(self.kit, refusal(refused.texts, refused.error), "body", wrap=True)
        self.copy_button = Button(self.kit, t("window.refused.copy"), icon="copy")
        self.close_button = Button(self.kit, t("window.close_program"), "primary", key="Esc")
        self.copy_button.clicked.connect(self.copy)
        self.close_button.clicked.connect(self.close)
        page = Surface(self.kit, "bg")
        column(
            row(SealMark(self.kit, _SEAL), heading(self.kit, t("window.refused.title")), STRETCH, gap=12),
            self.said,
            STRETCH,
            row(STRETCH, self.copy_button, self.close_button, gap=8),
            gap=16,
            pad=24,
            into=page,
        )
        column(page, gap=0, into=self)
        self.focus_ring = FocusRing(self.kit, self)
        grown = self.kit.theme.grown
        self.resize(grown(_SIZE[0]), grown(_SIZE[1]))

    def focus_first(self) -> None:
        """Start on what ends it."""
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def copy(self) -> None:
        """Put the words on the clipboard, with the command that they may name."""
        QGuiApplication.clipboard().setText(self.said.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """End it with Esc and Enter."""
        if event.key() == Qt.Key.Key_Escape or event.key() in ENTER:
            self.close()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell that it was read."""
        super().closeEvent(event)
        self.closed.emit()


def show_refused(refused: Refused) -> None:
    """Show the window until it is closed."""
    _qt = qt_application()
    loop = QEventLoop()
    window = RefusedWindow(refused)
    window.closed.connect(loop.quit)
    window.show()
    window.focus_first()
    loop.exec()
    window.deleteLater()
