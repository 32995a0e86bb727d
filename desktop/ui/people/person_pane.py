"""One person beside the list: how to reach them, all facts, and what was said last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.domain.listing import Condition, Listing, Sort, Test
from desktop.domain.views import RecordView
from desktop.ui.bridge import routes
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.ports import Row
from desktop.ui.components.badge import Badge
from desktop.ui.components.button import Button
from desktop.ui.components.key_caps import KeyCaps
from desktop.ui.components.label import Label, hairline, muted
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.marks import PersonMark
from desktop.ui.components.option import Option
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.components.surface import Surface
from desktop.ui.components.toast import Toast
from desktop.ui.records.account_acts import AccountActs, Subject, dial
from desktop.ui.records.account_words import AccountWords
from desktop.ui.records.brief_lines import BriefLines
from desktop.ui.records.pane import PaneSection
from desktop.ui.records.record_facts import FactsData, RecordFacts, reference_options

_TYPES = frozenset({"contact", "account", "activity", "conflict", "user"})
_ESSENTIAL = ("job_title", "mobile", "phone", "email", "wechat", "preferred_channel", "description")
_LATEST = 4
_MARK = 44


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonData:
    """A person with the latest activities they took part in."""

    record: RecordView
    options: Mapping[str, Sequence[Option]]
    latest: Sequence[Row]


class PersonPane(Surface):
    """Follows ``show_person``."""

    def __init__(self, context: ScreenContext, words: AccountWords) -> None:
        super().__init__(context.kit, "surface")
        self._context = context
        self._words = words
        self._person = ""
        self._data: PersonData | None = None
        self.acts = AccountActs(context, self, self._subject)
        kit = context.kit
        self._mark = PersonMark(kit, "", _MARK)
        self._name = Label(kit, "", "heading")
        self._about = Label(kit, "", "small", "text_secondary")
        self._unsent = Badge(kit, kit.t("lists.unsent"), "neutral", "cloud-upload")
        self._choice = Badge(kit, kit.t("lists.needs_choice"), "warning", "git-merge")
        self.call_button = Button(kit, kit.t("account.call"), icon="phone", key="C")
        self.message_button = Button(kit, kit.t("people.message"), icon="message-circle", key="M")
        self.mail_button = Button(kit, kit.t("people.mail"), icon="mail")
        self.call_button.clicked.connect(self.call)
        self.message_button.clicked.connect(self.message)
        self.mail_button.clicked.connect(self.mail)
        self.facts = RecordFacts(context, "contact", essential=_ESSENTIAL)
        self.latest = BriefLines(kit, kit.t("customers.preview.latest"), can_open=False)
        self._latest = PaneSection(kit, kit.t("customers.preview.latest"), self.latest)
        self.open_button = Button(kit, kit.t("pipeline.open_customer"), key="Return")
        self.open_button.clicked.connect(self.open_customer)
        self._body = self._make_body()
        self._footer = self._make_footer()
        self._nothing = QWidget()
        column(muted(kit, kit.t("lists.nothing_chosen")), STRETCH, gap=0, pad=(20, 16, 20, 0), into=self._nothing)
        column(self._nothing, self._body, self._footer, gap=0, into=self)
        self._show(None)
        self._view = context.feed.watch(self, _TYPES, self._read, self._show)

    def show_person(self, person: str) -> None:
        """Show another person, or none."""
        if person != self._person:
            self._person = person
            self._view.refresh()

    def has_person(self) -> bool:
        """Tell whether somebody is shown; fits ``Action.enabled_when``."""
        return self._data is not None

    def call(self) -> None:
        """Dial the person's number and open the report of the call."""
        number = self._number()
        if number:
            dial(number)
            self.acts.log_call()

    def message(self) -> None:
        """Copy what a message is sent to; messengers have no address that a program may open."""
        values = self._values()
        target = str(values.get("wechat") or values.get("mobile") or values.get("phone") or "")
        if target:
            QGuiApplication.clipboard().setText(target)
            self._context.shell.toast(Toast(self._context.t("people.copied", text=target), "info"))

    def mail(self) -> None:
        """Begin a mail in the system's mail program."""
        address = str(self._values().get("email") or "")
        if address:
            QDesktopServices.openUrl(QUrl(f"mailto:{address}"))

    def open_customer(self) -> None:
        """Go to the page of the person's customer."""
        account = self._values().get("account")
        if account:
            self._context.open(routes.CUSTOMER, {"id": str(account)})

    def _read(self) -> PersonData | None:
        reads, person = self._context.reads, self._person
        view = reads.record("contact", person) if person else None
        if view is None:
            return None
        of_person = Listing(
            "activity", (Condition("contact", Test.EQ, person),), (Sort("at", descending=True),), limit=_LATEST
        )
        return PersonData(
            record=view,
            options=reference_options(reads, view, self._context.words),
            latest=reads.rows("activity", reads.ids(of_person)),
        )

    def _show(self, data: PersonData | None) -> None:
        if data is not None and data.record.id != self._person:
            return
        self._data = data
        for part in (self._body, self._footer):
            part.setVisible(data is not None)
        self._nothing.setVisible(data is None)
        if data is None:
            return
        view = data.record
        self._mark.set_name(view.title)
        self._name.setText(view.title)
        parts = (str(view.values.get("job_title") or ""), view.titles.get("account", ""))
        self._about.setText(" · ".join(part for part in parts if part))
        self._unsent.setVisible(bool(view.pending or view.unsent_op))
        self._choice.setVisible(bool(view.conflicts))
        self.call_button.setEnabled(bool(self._number()))
        self.message_button.setEnabled(bool(view.values.get("wechat") or self._number()))
        self.mail_button.setEnabled(bool(view.values.get("email")))
        self.open_button.setVisible(bool(view.values.get("account")))
        self.facts.set_facts(FactsData(view, data.options))
        self.latest.set_lines(self._words.latest(data.latest))
        self._latest.setVisible(bool(data.latest))

    def _values(self) -> Mapping[str, object]:
        return self._data.record.values if self._data is not None else {}

    def _number(self) -> str:
        values = self._values()
        return str(values.get("mobile") or values.get("phone") or "")

    def _subject(self) -> Subject | None:
        account = self._values().get("account")
        if self._data is None or not account:
            return None
        return Subject(str(account), self._data.record.titles.get("account", ""))

    def _make_body(self) -> QWidget:
        kit = self._context.kit
        head = Surface(kit, "surface", "b")
        badges = row(self._unsent, self._choice, STRETCH, gap=6)
        names = column(self._name, self._about, gap=0)
        buttons = row(self.call_button, self.message_button, self.mail_button, STRETCH, gap=8)
        column(row(self._mark, names, gap=12), badges, buttons, gap=12, pad=(20, 16, 20, 16), into=head)
        facts = Surface(kit, "surface", "b")
        column(self.facts, gap=0, pad=(20, 12, 12, 12), into=facts)
        inner = QWidget()
        column(head, self._latest, facts, STRETCH, gap=0, into=inner)
        return ScrollArea(kit, inner)

    def _make_footer(self) -> QWidget:
        kit = self._context.kit
        footer = QWidget()
        hide = muted(kit, kit.t("lists.hide_preview"), wrap=True)
        line = row(self.open_button, STRETCH, KeyCaps(kit, "Space", of_action=True), hide, gap=8, pad=(20, 12, 20, 12))
        column(hairline(kit), line, gap=0, into=footer)
        return footer
