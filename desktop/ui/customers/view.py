"""The page of all customers: saved views, filters, the list, and a preview beside it."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Slot

from desktop.commands.accounts import AddAccount
from desktop.domain.listing import Listing
from desktop.domain.overviews import NOTHING_OPEN
from desktop.ui.bridge import routes
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.ports import Command, Done
from desktop.ui.components.button import Button
from desktop.ui.components.empty_state import EmptyState
from desktop.ui.components.layouts import column
from desktop.ui.components.records import RecordRow
from desktop.ui.customers.preview import CustomerPreview
from desktop.ui.customers.rows import SORTABLE, CustomerRows, customer_columns
from desktop.ui.customers.views import SAVED_VIEWS, SavedView, Viewer
from desktop.ui.records.account_acts import delete_records
from desktop.ui.records.account_words import AccountWords
from desktop.ui.records.list_acts import ListActs
from desktop.ui.records.list_pane import ListPane, PaneSpec
from desktop.ui.records.listed import ListSpec
from desktop.ui.records.merge_acts import MERGE_KEY, MOST, MergeActs
from desktop.ui.records.record_form import FormSpec, RecordForm
from desktop.ui.records.view_tabs import FixedView, ViewTabs
from desktop.ui.shell.actions import Action
from desktop.ui.shell.page import Hint, Page, PageState
from sync.contract.fields import Values

_NEW_FIELDS = ("name", "phone", "city", "segment")
_BESIDE = frozenset({"task", "opportunity", "conflict", "user"})


class CustomersPage(Page):
    """One of the saved views is open; everything else follows from its list."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.shell)
        self._context = context
        self._day = context.words.now().date()
        words = AccountWords(context.kit.texts, context.words, context.session.user)
        self._rows = CustomerRows(context.kit.texts, context.words, words)
        self.preview = CustomerPreview(context, words)
        self.pane = ListPane(context, self._pane_spec(), self.preview)
        self.new_button = Button(self.kit, self.kit.t("customers.new"), "primary", "plus", "N")
        self.pane.bar.addWidget(self.new_button)
        self.tabs = ViewTabs(context, self.pane, self._fixed_views())
        self.acts = ListActs(context, self.pane, self.tabs)
        self.form: RecordForm | None = None
        self.merging = MergeActs(context, self.pane.select)
        self.new_button.clicked.connect(self.new_customer)
        self.pane.current_changed.connect(self.preview.show_account)
        self.pane.opened.connect(self._open)
        self.preview.open_wanted.connect(self._open_current)
        layout = column(self.tabs, self.pane, gap=0, into=self)
        layout.setStretch(1, 1)
        context.feed.watch(self, {"account"}, self._count_unsent, self._show_unsent)

    def title(self) -> str:
        """Name the page."""
        return self.kit.t("shell.nav.customers")

    def hints(self) -> Sequence[Hint]:
        """Explain the keys of the list."""
        t = self.kit.t
        return [
            Hint("J K", t("lists.hint.move")),
            Hint("X", t("lists.hint.select")),
            Hint("Return", t("lists.hint.open")),
            Hint("1–9", t("lists.hint.views")),
        ]

    def page_actions(self) -> Sequence[Action]:
        """List what can be done here."""
        return _actions(self)

    def activate(self) -> None:
        """Count days anew when it is another day than when the rows were made."""
        today = self._context.words.now().date()
        if today != self._day:
            self._day = today
            self.tabs.ask_again()
            self.pane.records.reload()

    def save_state(self) -> PageState:
        """Give view, filters, sort and current record."""
        return self.tabs.save_state()

    def restore_state(self, state: PageState) -> None:
        """Look as it did."""
        self.tabs.restore_state(state)

    def reopen(self, form: str) -> bool:
        """Go on with a new customer, a filter or the name of a view."""
        is_own = form == "account"
        if is_own:
            self.new_customer()
        return is_own or self.tabs.reopen(form)

    def focus_main(self) -> None:
        """Put the focus into the list."""
        self.pane.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def new_customer(self) -> None:
        """Ask for the few things that a new customer needs."""
        spec = FormSpec(
            name="account",
            type="account",
            title=self.kit.t("customers.new"),
            verb=self.kit.t("customers.add"),
            fields=_NEW_FIELDS,
            make=_add_account,
        )
        self.form = RecordForm(self._context, spec)
        self.form.saved.connect(self._on_added)
        self.form.open()

    def call(self) -> None:
        """Offer the numbers of the current customer."""
        anchor = self.preview.call_button if self.preview.isVisible() else self.pane.filters
        self.preview.acts.call(anchor)

    def delete(self) -> None:
        """Delete the ticked customers, or the current one; the row below becomes current."""
        delete_records(self._context, "account", self.pane.chosen_ids())

    def merge(self) -> None:
        """Make one of the two ticked customers, or of the current one and another."""
        self.merging.merge(self.pane.chosen_ids())

    def can_merge(self) -> bool:
        """Tell whether so few are ticked that one can be made of them; fits ``Action.enabled_when``."""
        return self.pane.table.has_current() and len(self.pane.chosen_ids()) <= MOST

    def _pane_spec(self) -> PaneSpec:
        context = self._context
        empty = EmptyState(
            self.kit, "building-2", self.kit.t("customers.empty.title"), self.kit.t("customers.empty.text")
        )
        empty.set_action(self.kit.t("customers.new"), "N", "plus")
        empty.action_clicked.connect(self.new_customer)
        return PaneSpec(
            name="customers",
            listed=ListSpec("account", self._load, _BESIDE),
            columns=partial(customer_columns, self.kit, context.words),
            sortable=SORTABLE,
            title=self.title(),
            counted=lambda count: self.kit.t("customers.counted", count=count),
            empty=empty,
            start=SAVED_VIEWS[0].listing(self._viewer()),
        )

    def _load(self, ids: Sequence[str]) -> Mapping[str, RecordRow]:
        reads = self._context.reads
        overviews = reads.accounts_overview(ids)
        rows = [self._rows.row(each, overviews.get(each["id"], NOTHING_OPEN)) for each in reads.rows("account", ids)]
        return {each.id: each for each in rows}

    def _viewer(self) -> Viewer:
        return Viewer(self._context.session.user, self._context.words.now())

    def _fixed_views(self) -> list[FixedView]:
        t = self.kit.t
        return [
            FixedView(view.key, t(f"customers.view.{view.key}"), partial(self._question, view), view.said)
            for view in SAVED_VIEWS
        ]

    def _question(self, view: SavedView) -> Listing:
        return view.listing(self._viewer())

    def _count_unsent(self) -> int:
        return sum(each.records for each in self._context.reads.waiting() if each.type == "account")

    def _show_unsent(self, count: int) -> None:
        if self.isVisible():
            self.shell.set_page_status(self.kit.t("lists.rows_unsent", count=count) if count else "")

    @Slot(str)
    def _open(self, account: str) -> None:
        self._context.open(routes.CUSTOMER, {"id": account})

    @Slot()
    def _open_current(self) -> None:
        self._open(self.pane.current_id())

    @Slot(object)
    def _on_added(self, done: Done) -> None:
        self.pane.select(str(done.result))


def _add_account(values: Values) -> Command:
    return AddAccount(values)


def _actions(page: CustomersPage) -> list[Action]:
    pane, acts = page.pane, page.preview.acts
    has, can_add = pane.table.has_current, acts.has_subject
    return [
        Action("customers.new", "customers.new", page.new_customer, "plus", "N", hint_key="lists.hint.new"),
        Action("customers.call", "account.call", page.call, "phone", "C", (), has, "", "lists.hint.call"),
        Action(
            "customers.visit", "account.log.visit", acts.log_visit, "map-pin", "V", (), can_add, "", "lists.hint.visit"
        ),
        Action("customers.task", "lists.add_task", acts.new_task, "list-checks", "T", (), can_add),
        Action("customers.merge", "merging.open", page.merge, "git-merge", MERGE_KEY, (), page.can_merge),
        Action("customers.delete", "lists.delete", page.delete, "trash-2", "Delete", (), has),
        *page.acts.actions("customers"),
    ]
