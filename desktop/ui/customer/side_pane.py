"""The right side of a customer's page: what is open, opportunities and tasks."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.icon_button import IconButton
from desktop.ui.components.label import muted
from desktop.ui.components.layouts import STRETCH, column
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.components.surface import Surface
from desktop.ui.customer.data import CustomerData
from desktop.ui.records.account_words import AccountWords
from desktop.ui.records.brief_lines import BriefLines
from desktop.ui.records.pane import PaneSection

_LEAST_WIDTH = 280


class SidePane(Surface):
    """Both lists open what they name."""

    task_wanted = Signal()
    deal_wanted = Signal()

    def __init__(self, context: ScreenContext, words: AccountWords) -> None:
        super().__init__(context.kit, "bg")
        kit = context.kit
        self._context = context
        self._words = words
        self.deals = BriefLines(kit, kit.t("customers.preview.deals"))
        self.tasks = BriefLines(kit, kit.t("customer.tasks"), can_open=False)
        self.reasons = BriefLines(kit, kit.t("customers.preview.why"), can_open=False)
        self.deals.opened.connect(self._open)
        self._no_deals = muted(kit, kit.t("customer.no_deals"))
        self._no_tasks = muted(kit, kit.t("customer.no_tasks"))
        self._add_deal = IconButton(kit, "plus", kit.t("customer.add_deal"))
        self._add_task = IconButton(kit, "plus", kit.t("lists.add_task"), "T")
        self._add_deal.clicked.connect(self.deal_wanted)
        self._add_task.clicked.connect(self.task_wanted)
        deals, tasks = kit.t("customers.preview.deals"), kit.t("customer.tasks")
        self._deals = PaneSection(
            kit, deals, self.deals, self._no_deals, strong=True, fill="bg", trailing=self._add_deal
        )
        self._tasks = PaneSection(
            kit, tasks, self.tasks, self._no_tasks, strong=True, fill="bg", trailing=self._add_task
        )
        self._why = PaneSection(kit, kit.t("customers.preview.why"), self.reasons, strong=True, fill="bg")
        inner = QWidget()
        column(self._why, self._deals, self._tasks, STRETCH, gap=0, into=inner)
        column(ScrollArea(kit, inner), gap=0, into=self)
        self.setMinimumWidth(_LEAST_WIDTH)

    def show_customer(self, data: CustomerData) -> None:
        """Show what is true now."""
        account = data.account
        deals = account.open_deals
        self.deals.set_lines(self._words.deals(deals, account.stages))
        self._deals.set_note(self._words.open_sum(deals))
        self._no_deals.setVisible(not deals)
        self.tasks.set_lines(self._words.tasks(account.tasks))
        self._tasks.set_note(str(len(account.tasks)) if account.tasks else "")
        self._no_tasks.setVisible(not account.tasks)
        reasons = self._words.reasons(account.record.values, account.tasks)
        self.reasons.set_lines(reasons)
        self._why.setVisible(bool(reasons))
        for button in (self._add_deal, self._add_task):
            button.setEnabled(not account.record.frozen)

    @Slot(str)
    def _open(self, deal: str) -> None:
        self._context.open_record("opportunity", deal)
