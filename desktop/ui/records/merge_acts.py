"""Making one customer of two from any page, and parting them again."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.commands.merging import UnmergeRecord
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.ports import Done
from desktop.ui.components.menu import Menu, MenuItem
from desktop.ui.records.merge_form import MergeForm
from desktop.ui.records.merge_halves import ACCOUNT

MERGE_KEY, PART_KEY = "Shift+M", "Shift+P"
MOST = 2
"""Of how many customers one can be made."""


class MergeActs:
    """Opens the form over the window; ``show`` is told the id of the customer that stays."""

    def __init__(self, context: ScreenContext, show: Callable[[str], None]) -> None:
        self._context = context
        self._show = show
        self.form: MergeForm | None = None
        self.menu: Menu | None = None

    def merge(self, accounts: Sequence[str]) -> None:
        """Make one of these two; of one, ask which the other is."""
        if 0 < len(accounts) <= MOST:
            self.form = MergeForm(self._context, accounts)
            self.form.saved.connect(self._on_saved)
            self.form.open()

    def part(self, merged: Mapping[str, str], anchor: QWidget) -> None:
        """Let a customer stand on its own again: of several, given by id and name, the one that is chosen."""
        if len(merged) == 1:
            self._part(next(iter(merged)))
        elif merged:
            items = [MenuItem(name, partial(self._part, each), "building-2") for each, name in merged.items()]
            self.menu = Menu(self._context.kit, self._context.shell.host, items, self._context.t("merging.part_which"))
            self.menu.open_at(anchor, at_right=True)

    def _part(self, account: str) -> None:
        self._context.writer.run(UnmergeRecord(ACCOUNT, account))

    def _on_saved(self, done: Done) -> None:
        self._show(str(done.result))
