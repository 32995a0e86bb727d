"""Puts refusals where the presenter wants them in this window."""

from PySide6.QtCore import Qt

from desktop.ui.bridge.error_presenter import Place
from desktop.ui.components.banner import Notice
from desktop.ui.components.dialog import OverlayDialog
from desktop.ui.components.question import Question
from desktop.ui.components.toast import Toast
from desktop.ui.shell.window import ShellWindow


class WindowNotices:
    """The places of one window."""

    def __init__(self, window: ShellWindow) -> None:
        self._window = window

    def say(self, place: Place, text: str) -> None:
        """Show a sentence."""
        if place is Place.BANNER:
            self._window.banner(Notice(text, "problem"))
        elif place is Place.DIALOG:
            self._ask(text)
        else:
            self._window.toast(Toast(text, "problem"))

    def _ask(self, text: str) -> None:
        kit = self._window.kit
        title, _, rest = text.partition(". ")
        question = Question(title, rest, kit.t("window.close_program"), kit.t("window.stay"))
        dialog = OverlayDialog(kit, self._window.host, question)
        dialog.accepted.connect(self._window.close, Qt.ConnectionType.QueuedConnection)
        dialog.open()
