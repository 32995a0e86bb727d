"""The page of all customers: saved views, filters, the list, and a preview beside it."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Slot

from desktop.commands.accounts import AddAccount
from desktop.domain.overviews import NOTHING_OPEN
from desktop.ui.bridge import routes
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.ports import Command, Done
from desktop.ui.components.button import Button
from desktop.ui.components.empty_state import EmptyState
from desktop.ui.components.layouts import column
from desktop.ui.components.records import RecordRow
from desktop.ui.components.tab_strip import Tab, TabStrip
from desktop.ui.customers.preview import CustomerPreview
from desktop.ui.customers.rows import SORTABLE, CustomerRows, customer_columns
from desktop.ui.customers.views import SAVED_VIEWS, Viewer
from desktop.ui.records.account_acts import delete_records
from desktop.ui.records.account_words import AccountWords
from desktop.ui.records.list_pane import ListPane, PaneSpec
from desktop.ui.records.listed import ListSpec
from desktop.ui.records.record_form import FormSpec, RecordForm
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
        self._open_view = SAVED_VIEWS[0]
        tabs = [Tab(view.key, self.kit.t(f"customers.view.{view.key}")) for view in SAVED_VIEWS]
        self.tabs = TabStrip(self.kit, tabs, self._open_view.key, self.kit.t("customers.view.name"))
        self.preview = CustomerPreview(context, words)
        self.pane = ListPane(context, self._pane_spec(), self.preview)
        self.new_button = Button(self.kit, self.kit.t("customers.new"), "primary", "plus", "N")
        self.pane.bar.addWidget(self.new_button)
        self.form: RecordForm | None = None
        self.new_button.clicked.connect(self.new_customer)
        self.tabs.changed.connect(self._on_tab)
        self.pane.current_changed.connect(self.preview.show_account)
        self.pane.opened.connect(self._open)
        self.preview.open_wanted.connect(self._open_current)
        layout = column(self.tabs, self.pane, gap=0, into=self)
        layout.setStretch(1, 1)
        context.feed.watch(self, {"account", "user"}, self._count_views, self._show_view_counts)
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
            Hint("1–3", t("lists.hint.views")),
        ]

    def page_actions(self) -> Sequence[Action]:
        """List what can be done here."""
        return _actions(self)

    def activate(self) -> None:
        """Count days anew when it is another day than when the rows were made."""
        today = self._context.words.now().date()
        if today != self._day:
            self._day = today
            self.pane.set_base(self._open_view.listing(self._viewer()))
            self.pane.records.reload()

    def save_state(self) -> PageState:
        """Give tab, filters, sort and current record."""
        return {"view": self.tabs.current(), **self.pane.save_state()}

    def restore_state(self, state: PageState) -> None:
        """Look as it did."""
        self.tabs.set_current(str(state.get("view", "")))
        self.pane.restore_state(state)

    def reopen(self, form: str) -> None:
        """Go on with a new customer, or with what belongs to one."""
        if form == "account":
            self.new_customer()
        else:
            self.preview.acts.reopen(form)

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
            start=self._open_view.listing(self._viewer()),
        )

    def _load(self, ids: Sequence[str]) -> Mapping[str, RecordRow]:
        reads = self._context.reads
        overviews = reads.accounts_overview(ids)
        rows = [self._rows.row(each, overviews.get(each["id"], NOTHING_OPEN)) for each in reads.rows("account", ids)]
        return {each.id: each for each in rows}

    def _viewer(self) -> Viewer:
        return Viewer(self._context.session.user, self._context.words.now())

    def _count_views(self) -> dict[str, int]:
        viewer = self._viewer()
        return {view.key: self._context.reads.count(view.listing(viewer)) for view in SAVED_VIEWS}

    def _show_view_counts(self, counts: dict[str, int]) -> None:
        for key, count in counts.items():
            self.tabs.set_count(key, self.kit.texts.number(count))

    def _count_unsent(self) -> int:
        return sum(each.records for each in self._context.reads.waiting() if each.type == "account")

    def _show_unsent(self, count: int) -> None:
        if self.isVisible():
            self.shell.set_page_status(self.kit.t("lists.rows_unsent", count=count) if count else "")

    @Slot(str)
    def _on_tab(self, key: str) -> None:
        self._open_view = next(view for view in SAVED_VIEWS if view.key == key)
        self.pane.set_base(self._open_view.listing(self._viewer()))

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
    add_filter, icon = pane.filters.add_filter, "sliders-horizontal"
    return [
        Action("customers.new", "customers.new", page.new_customer, "plus", "N", hint_key="lists.hint.new"),
        Action("customers.call", "account.call", page.call, "phone", "C", (), has, "", "lists.hint.call"),
        Action(
            "customers.visit", "account.log.visit", acts.log_visit, "map-pin", "V", (), can_add, "", "lists.hint.visit"
        ),
        Action("customers.filter", "lists.filter_form.title", add_filter, icon, "F", hint_key="lists.hint.filter"),
        Action("customers.sort", "lists.sort", pane.choose_sort, "arrow-down", "S", hint_key="lists.hint.sort"),
        Action("customers.task", "lists.add_task", acts.new_task, "list-checks", "T", (), can_add),
        Action(
            "customers.preview", "lists.preview", pane.toggle_preview, "eye", "Space", hint_key="lists.hint.preview"
        ),
        Action("customers.close_preview", "lists.close_preview", pane.split.dismiss, "x", "Esc", (), pane.split.covers),
        Action("customers.delete", "lists.delete", page.delete, "trash-2", "Delete", (), has),
        *_views(page),
    ]


def _views(page: CustomersPage) -> list[Action]:
    keys = [f"customers.view.{view.key}" for view in SAVED_VIEWS]
    opens = [partial(page.tabs.set_current, view.key) for view in SAVED_VIEWS]
    return [
        Action(key, key, run, "", str(number))
        for number, (key, run) in enumerate(zip(keys, opens, strict=True), start=1)
    ]
