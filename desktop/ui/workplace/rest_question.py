"""Asks what becomes of an act of which a part was changed since: take back the rest, or leave all of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from desktop.domain.choosing import DELETED
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.dialog import OverlayDialog
from desktop.ui.components.question import Question
from sync.contract.errors import AppError, Code

_MOST_LINES = 4


class RestQuestion:
    """The question of one window, for undo and redo."""

    def __init__(self, context: ScreenContext) -> None:
        self._context = context
        for code in (Code.UNDO_PARTLY, Code.REDO_PARTLY):
            context.writer.on_asking(code, self.ask)

    def ask(self, refused: AppError, go_on: Callable[[], None], leave: Callable[[], None]) -> None:
        """Ask what becomes of an act of which a part can go back."""
        kit, way = self._context.kit, "redo" if refused.code is Code.REDO_PARTLY else "undo"
        question = Question(
            kit.t(f"rest.title.{way}"),
            "\n".join((*self._lines(refused.data["stays"]), kit.t(f"rest.left.{way}", count=refused.data["left"]))),
            kit.t(f"rest.verb.{way}"),
            kit.t("rest.keep"),
        )
        dialog = OverlayDialog(kit, self._context.shell.host, question)
        dialog.accepted.connect(go_on)
        dialog.rejected.connect(leave)
        dialog.open()

    def _lines(self, stays: Sequence[Mapping[str, Any]]) -> list[str]:
        """Say which fields stay and who changed them."""
        t, words = self._context.t, self._context.words
        lines = [
            t(
                "rest.deleted" if each["field"] == DELETED else "rest.stays",
                field=words.group_label(str(each["type"]), str(each["field"])),
                by=each["by"] or t("rest.somebody"),
                count=int(each["count"]),
            )
            for each in stays[:_MOST_LINES]
        ]
        more = len(stays) - len(lines)
        return [*lines, t("rest.more", count=more)] if more else lines
