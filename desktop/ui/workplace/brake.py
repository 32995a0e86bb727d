"""Asks before very much is deleted at once, from whatever page; the way out that keeps everything comes first."""

from collections.abc import Callable, Mapping

from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.dialog import OverlayDialog
from desktop.ui.components.question import Question
from sync.contract.errors import AppError, Code


class Brake:
    """The question of one window."""

    def __init__(self, context: ScreenContext) -> None:
        self._context = context
        context.writer.on_asking(Code.MASS_DELETION, self.ask)

    def ask(self, refused: AppError, go_on: Callable[[], None], leave: Callable[[], None]) -> None:
        """Ask what becomes of an act that was refused because very much would go."""
        kit, count = self._context.kit, int(refused.data["count"])
        question = Question(
            kit.t("brake.title", count=count),
            kit.t("brake.text", kinds=self._kinds(refused.data["gone"])),
            kit.t("brake.delete", count=count),
            kit.t("brake.keep"),
            danger=True,
        )
        dialog = OverlayDialog(kit, self._context.shell.host, question)
        dialog.accepted.connect(go_on)
        dialog.rejected.connect(leave)
        dialog.open()

    def _kinds(self, gone: Mapping[str, int]) -> str:
        """Name the kinds with their numbers, most first: People 136, Customers 51."""
        words, number = self._context.words, self._context.kit.texts.number
        most_first = sorted(gone.items(), key=lambda each: -each[1])
        return self._context.t("brake.join").join(f"{words.types_name(kind)} {number(n)}" for kind, n in most_first)
