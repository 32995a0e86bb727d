"""The head of a customer's page: names, where and whose they are, what one does most, the figures."""

from PySide6.QtCore import Signal

from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.record_words import UNKNOWN
from desktop.ui.components.badge import Badge
from desktop.ui.components.button import Button
from desktop.ui.components.icon_button import IconButton
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.marks import CompanyMark
from desktop.ui.components.surface import Surface
from desktop.ui.customer.data import CustomerData
from desktop.ui.customer.figures import Figure, FigureStrip
from desktop.ui.customer.meta_line import MetaLine, MetaPart
from desktop.ui.records.account_words import AccountWords


class CustomerHeader(Surface):
    """Signals tell which button was pressed; the page knows what to do."""

    visit_wanted = Signal()
    call_wanted = Signal()
    new_wanted = Signal()
    more_wanted = Signal()

    def __init__(self, context: ScreenContext, words: AccountWords) -> None:
        super().__init__(context.kit, "surface", "b")
        kit = context.kit
        self._context = context
        self._words = words
        self._mark = CompanyMark(kit, "")
        self._name = Label(kit, "", "title")
        self._local = Label(kit, "", "body", "text_secondary")
        self._unsent = Badge(kit, kit.t("lists.unsent"), "neutral", "cloud-upload")
        self._choice = Badge(kit, kit.t("lists.needs_choice"), "warning", "git-merge")
        self._meta = MetaLine(kit)
        self.figures = FigureStrip(kit)
        self.visit_button = Button(kit, kit.t("account.log.visit"), icon="map-pin", key="V")
        self.call_button = Button(kit, kit.t("account.call"), icon="phone", key="C")
        self.new_button = Button(kit, kit.t("account.new"), "primary", "plus", "N")
        self.more_button = IconButton(kit, "ellipsis", kit.t("customer.more"), bordered=True)
        self.visit_button.clicked.connect(self.visit_wanted)
        self.call_button.clicked.connect(self.call_wanted)
        self.new_button.clicked.connect(self.new_wanted)
        self.more_button.clicked.connect(self.more_wanted)
        names = row(self._name, self._local, self._unsent, self._choice, STRETCH, gap=8)
        top = row(
            self._mark,
            column(names, self._meta, gap=2),
            self.visit_button,
            self.call_button,
            self.new_button,
            self.more_button,
            gap=12,
        )
        top.setStretch(1, 1)
        column(top, self.figures, gap=12, pad=(24, 12, 24, 8), into=self)

    def show_customer(self, data: CustomerData) -> None:
        """Show what is true now."""
        view = data.account.record
        self._mark.set_name(view.title)
        self._name.setText(view.title)
        self._local.setText(str(view.values.get("local_name") or ""))
        self._unsent.setVisible(bool(view.pending or view.unsent_op))
        self._choice.setVisible(bool(view.conflicts))
        self._meta.set_parts(self._meta_parts(data))
        self.figures.set_figures(self._figures(data))
        for button in (self.visit_button, self.call_button, self.new_button):
            button.setEnabled(not view.frozen)

    def _meta_parts(self, data: CustomerData) -> list[MetaPart]:
        view, t = data.account.record, self._context.t
        values = view.values
        place = str(values.get("address") or values.get("city") or "")
        owner = view.titles.get("owner", "")
        if values.get("owner") == self._context.session.user:
            owner = t("account.you")
        terms = str(values.get("payment_terms") or "")
        limit = self._context.words.value("account", "credit_limit", values.get("credit_limit"))
        since = values.get("customer_since")
        parts = [
            MetaPart("map-pin", place),
            MetaPart("user", t("customer.owner", name=owner) if owner else ""),
            MetaPart("receipt", t("customer.terms", terms=terms, limit=limit) if terms and limit else terms or limit),
            MetaPart("calendar-days", t("customer.since", year=str(since)[:4]) if since else ""),
        ]
        return [part for part in parts if part.text]

    def _figures(self, data: CustomerData) -> list[Figure]:
        return [self._visit(data), self._won(data), self._open_value(data), self._next(data)]

    def _visit(self, data: CustomerData) -> Figure:
        values, t = data.account.record.values, self._context.t
        title = self._context.words.label("account", "last_visit_at")
        last, rhythm = values.get("last_visit_at"), values.get("visit_rhythm_days")
        if not last:
            return Figure(title, t("customer.never"))
        overdue = self._words.is_overdue(values)
        note = t("customer.rhythm", count=int(rhythm)) if rhythm else ""
        share = self._words.days_since(str(last)) / int(rhythm) if rhythm else None
        tone = "danger" if overdue else "secondary"
        return Figure(title, self._words.since(str(last)), note, tone, share, "danger" if overdue else "success")

    def _won(self, data: CustomerData) -> Figure:
        value = self._words.money_sum(data.won, compact=True)
        deals = [each for each in data.account.deals if each.get("status") == "won"]
        note = self._context.t("customer.won_all", count=len(deals)) if deals else ""
        return Figure(self._context.t("customer.won"), value or UNKNOWN, note)

    def _open_value(self, data: CustomerData) -> Figure:
        deals = data.account.open_deals
        note = self._context.t("customer.open_count", count=len(deals)) if deals else ""
        return Figure(self._context.t("customer.open_value"), self._words.open_sum(deals) or UNKNOWN, note)

    def _next(self, data: CustomerData) -> Figure:
        title = self._context.t("customer.next")
        if not data.account.tasks:
            return Figure(title, UNKNOWN, self._context.t("customer.no_next"), "muted")
        task = data.account.tasks[0]
        due = self._words.due(task) if task.get("due_at") else self._context.t("customer.no_day")
        return Figure(title, due, str(task["title"]))
