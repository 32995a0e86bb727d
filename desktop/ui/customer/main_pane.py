"""The middle of a customer's page: timeline, opportunities, tasks, and who changed what."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.commands.tasks import CompleteTask
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.record_words import UNKNOWN
from desktop.ui.components.empty_state import EmptyState
from desktop.ui.components.layouts import column
from desktop.ui.components.list_rows import ListRow
from desktop.ui.components.surface import Surface
from desktop.ui.components.tab_strip import Tab, TabStrip
from desktop.ui.components.two_line_list import TwoLineList
from desktop.ui.customer.data import CustomerData
from desktop.ui.customer.history_rows import history_rows
from desktop.ui.customer.timeline_pane import TimelinePane
from desktop.ui.design.key_words import key_in_words
from desktop.ui.records.account_words import AccountWords

_TABS = ("timeline", "deals", "tasks", "history")
_TONES = {"won": "success", "lost": "danger"}
_LEAST_WIDTH = 360


class MainPane(Surface):
    """Tabs over what they show."""

    note_written = Signal(str)
    question_changed = Signal()
    older_wanted = Signal()

    def __init__(self, context: ScreenContext, words: AccountWords) -> None:
        super().__init__(context.kit, "surface")
        kit = context.kit
        self._context = context
        self._words = words
        self.tabs = TabStrip(
            kit, [Tab(key, kit.t(f"customer.tab.{key}")) for key in _TABS], _TABS[0], kit.t("customer.tabs")
        )
        self.timeline = TimelinePane(context)
        self.deals = TwoLineList(kit, kit.t("customer.tab.deals"))
        self.tasks = TwoLineList(kit, kit.t("customer.tab.tasks"))
        self.history = TwoLineList(kit, kit.t("customer.tab.history"))
        self.no_deals = EmptyState(kit, "columns-3", kit.t("customer.no_deals"))
        self.no_tasks = EmptyState(kit, "list-checks", kit.t("customer.no_tasks"))
        self._stack = QStackedWidget()
        self._pages = {
            "timeline": self.timeline,
            "deals": _either(self.deals, self.no_deals),
            "tasks": _either(self.tasks, self.no_tasks),
            "history": self.history,
        }
        for page in self._pages.values():
            self._stack.addWidget(page)
        column(self.tabs, self._stack, gap=0, into=self).setStretch(1, 1)
        self.setMinimumWidth(_LEAST_WIDTH)
        self.tabs.changed.connect(self._on_tab)
        self.timeline.kinds_changed.connect(self.question_changed)
        self.timeline.note.written.connect(self.note_written)
        self.timeline.timeline.older_wanted.connect(self.older_wanted)
        self.deals.opened.connect(self._open_deal)
        self.tasks.opened.connect(self._complete)
        self.tasks.check_clicked.connect(self._complete)
        kit.keys.changed.connect(self.take_keys)
        self.take_keys()

    @Slot()
    def take_keys(self) -> None:
        """Name the keys that the actions have now."""
        kit = self._context.kit
        for state, title, made in ((self.no_deals, "no_deals", "N"), (self.no_tasks, "no_tasks", "T")):
            key = key_in_words(kit, kit.keys.shown(made))
            state.set_text(kit.t(f"customer.{title}"), kit.t(f"customer.{title}_hint", key=key))

    def tab_keys(self) -> Sequence[str]:
        """Give the keys of the tabs in order."""
        return _TABS

    def current_tab(self) -> str:
        """Give the key of the open tab."""
        return self.tabs.current()

    def open_tab(self, key: str) -> None:
        """Open a tab and put the focus into it; an unknown key changes nothing."""
        self.tabs.set_current(key)
        self.focus_main()

    def focus_main(self) -> None:
        """Put the focus where J and K move."""
        place = {"timeline": self.timeline.timeline, "deals": self.deals, "tasks": self.tasks, "history": self.history}
        place[self.current_tab()].setFocus(Qt.FocusReason.OtherFocusReason)

    def start(self, note: str) -> None:
        """Begin with another customer, and the note that was begun for them."""
        self.timeline.note.setText(note)
        self.timeline.timeline.scrollToTop()
        self.deals.scrollToTop()

    def show_customer(self, data: CustomerData) -> None:
        """Show what is true now."""
        account = data.account
        self.timeline.set_entries(self._words.entries(account.timeline))
        self.timeline.note.setEnabled(not account.record.frozen)
        self.tabs.set_count("deals", str(len(account.deals)) if account.deals else "")
        self.tabs.set_count("tasks", str(len(account.tasks)) if account.tasks else "")
        self.deals.set_rows(self._deal_rows(data))
        self.deals.setVisible(bool(account.deals))
        self.no_deals.setVisible(not account.deals)
        self.tasks.set_rows(self._task_rows(data))
        self.tasks.setVisible(bool(account.tasks))
        self.no_tasks.setVisible(not account.tasks)
        self.history.set_rows(history_rows(self._context, "account", data.history))

    def _deal_rows(self, data: CustomerData) -> Sequence[ListRow]:
        words = self._context.words
        stages = {str(each["key"]): each for each in data.account.stages}
        order = {"open": 0, "won": 1, "lost": 2}
        rows: list[ListRow] = []
        deals = sorted(data.account.deals, key=lambda each: order.get(str(each.get("status")), 3))
        for status in dict.fromkeys(str(each.get("status")) for each in deals):
            here = [each for each in deals if each.get("status") == status]
            title = words.choice("opportunity", "status", status)
            rows.append(ListRow(f"group {status}", title, right=str(len(here)), is_heading=True))
            for deal in here:
                stage = self._words.stage_name(stages.get(str(deal.get("stage")), {}))
                day = deal.get("closed_on") or deal.get("expected_on")
                parts = [stage, words.day(str(day)) if day else "", str(deal["titles"].get("product") or "")]
                amount = deal.get("amount")
                rows.append(
                    ListRow(
                        str(deal["id"]),
                        str(deal["name"]),
                        second=" · ".join(part for part in parts if part),
                        right=words.value("opportunity", "amount", amount) or UNKNOWN,
                        tone=_TONES.get(status, ""),
                        unsent=bool(deal["pending"]),
                        needs_choice=bool(deal["choice"]),
                    )
                )
        return rows

    def _task_rows(self, data: CustomerData) -> Sequence[ListRow]:
        return [
            ListRow(
                line.id,
                line.title,
                second=line.second,
                right=line.right,
                tone=line.tone,
                is_checkable=True,
                unsent=line.unsent,
            )
            for line in self._words.tasks(data.account.tasks)
        ]

    @Slot(str)
    def _on_tab(self, key: str) -> None:
        self._stack.setCurrentWidget(self._pages[key])
        self.question_changed.emit()

    @Slot(str)
    def _open_deal(self, deal: str) -> None:
        self._context.open_record("opportunity", deal)

    @Slot(str)
    def _complete(self, task: str) -> None:
        self._context.writer.run(CompleteTask(task))


def _either(rows: QWidget, empty: QWidget) -> QWidget:
    page = QWidget()
    layout = column(rows, empty, gap=0, into=page)
    layout.setStretch(0, 1)
    layout.setStretch(1, 1)
    empty.hide()
    return page
