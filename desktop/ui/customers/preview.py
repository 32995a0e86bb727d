"""The preview beside the list: what one wants to know before opening or calling a customer."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.badge import Badge
from desktop.ui.components.button import Button
from desktop.ui.components.flow_layout import FlowLayout
from desktop.ui.components.key_caps import KeyCaps
from desktop.ui.components.label import Label, hairline, muted
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.marks import CompanyMark
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.components.surface import Surface
from desktop.ui.records.account_acts import AccountActs, Subject
from desktop.ui.records.account_data import TYPES, AccountData, read_account
from desktop.ui.records.account_words import AccountWords
from desktop.ui.records.brief_lines import Brief, BriefLines
from desktop.ui.records.pane import PaneSection

_LATEST = 4
_PEOPLE = 3
_DEALS = 3


class CustomerPreview(Surface):
    """Follows ``show_account``; what is shown is kept true while it is open."""

    open_wanted = Signal()

    def __init__(self, context: ScreenContext, words: AccountWords) -> None:
        super().__init__(context.kit, "surface")
        self._context = context
        self._words = words
        self._account = ""
        self._data: AccountData | None = None
        self.acts = AccountActs(context, self, self._subject)
        kit = context.kit
        self.setAccessibleName(kit.t("lists.hint.preview"))
        self._mark = CompanyMark(kit, "")
        self._name = Label(kit, "", "heading")
        self._about = Label(kit, "", "small", "text_secondary")
        self._badge_box = QWidget()
        self._badges = FlowLayout(self._badge_box, gap=4)
        self.call_button = Button(kit, kit.t("account.call"), icon="phone", key="C")
        self.visit_button = Button(kit, kit.t("account.log.visit"), icon="map-pin", key="V")
        self.call_button.clicked.connect(self._call)
        self.visit_button.clicked.connect(self.acts.log_visit)
        self.reasons = BriefLines(kit, kit.t("customers.preview.why"), can_open=False)
        self.people = BriefLines(kit, kit.t("customers.preview.people"))
        self.deals = BriefLines(kit, kit.t("customers.preview.deals"))
        self.latest = BriefLines(kit, kit.t("customers.preview.latest"), can_open=False)
        self._no_latest = muted(kit, kit.t("customers.preview.no_latest"))
        self._no_people = muted(kit, kit.t("customers.preview.no_people"))
        self._why = PaneSection(kit, kit.t("customers.preview.why"), self.reasons)
        self._people_section = PaneSection(kit, kit.t("customers.preview.people"), self.people, self._no_people)
        self._deals_section = PaneSection(kit, kit.t("customers.preview.deals"), self.deals)
        self._latest_section = PaneSection(kit, kit.t("customers.preview.latest"), self.latest, self._no_latest)
        self.people.opened.connect(self._open_person)
        self.deals.opened.connect(self._open_deal)
        self._body = self._make_body()
        self._footer = self._make_footer()
        self._nothing = QWidget()
        column(muted(kit, kit.t("lists.nothing_chosen")), STRETCH, gap=0, pad=(20, 16, 20, 0), into=self._nothing)
        column(self._nothing, self._body, self._footer, gap=0, into=self)
        self._show(None)
        self._view = context.feed.watch(self, TYPES, self._read, self._show)

    def show_account(self, account_id: str) -> None:
        """Show another customer, or none."""
        if account_id != self._account:
            self._account = account_id
            self._view.refresh()

    def _read(self) -> AccountData | None:
        return read_account(self._context.reads, self._account, latest=_LATEST) if self._account else None

    def _show(self, data: AccountData | None) -> None:
        if data is not None and data.record.id != self._account:
            return
        self._data = data
        for part in (self._body, self._footer):
            part.setVisible(data is not None)
        self._nothing.setVisible(data is None)
        if data is None:
            return
        values = data.record.values
        self._mark.set_name(data.record.title)
        self._name.setText(data.record.title)
        self._about.setText(self._words.subtitle(values))
        self._show_badges(data)
        reasons = self._words.reasons(values, data.tasks)
        self.reasons.set_lines(reasons)
        self._why.setVisible(bool(reasons))
        self.people.set_lines([_in_words(each) for each in self._words.people(data.people[:_PEOPLE])])
        self._people_section.set_note(str(len(data.people)) if len(data.people) > _PEOPLE else "")
        self._no_people.setVisible(not data.people)
        self.deals.set_lines(self._words.deals(data.open_deals[:_DEALS], data.stages))
        self._deals_section.setVisible(bool(data.open_deals))
        self.latest.set_lines(self._words.latest(data.timeline))
        self._no_latest.setVisible(not data.timeline)

    def _show_badges(self, data: AccountData) -> None:
        while self._badges.count():
            item = self._badges.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        kit, words = self._context.kit, self._context.words
        values = data.record.values
        status, tier = values.get("status"), values.get("tier")
        tones = {"active": "success", "prospect": "info", "lost": "danger"}
        badges = [Badge(kit, words.choice("account", "status", status), tones.get(str(status), "neutral"))]
        if tier:
            badges.append(
                Badge(kit, kit.t("customers.preview.tier", tier=words.choice("account", "tier", tier)), "outline")
            )
        if data.record.conflicts:
            badges.append(Badge(kit, kit.t("lists.needs_choice"), "warning", "git-merge"))
        if data.record.pending or data.record.unsent_op:
            badges.append(Badge(kit, kit.t("lists.unsent"), "neutral", "cloud-upload"))
        for badge in badges:
            self._badges.addWidget(badge)

    def _make_body(self) -> QWidget:
        kit = self._context.kit
        head = Surface(kit, "surface", "b")
        names = column(self._name, self._about, gap=0)
        buttons = row(self.call_button, self.visit_button, STRETCH, gap=8)
        column(
            row(self._mark, names, gap=12), self._badge_box, buttons, gap=12, pad=(20, 16, 20, 16), into=head
        ).setStretch(0, 0)
        inner = QWidget()
        sections = (self._why, self._people_section, self._deals_section, self._latest_section)
        column(head, *sections, STRETCH, gap=0, into=inner)
        return ScrollArea(kit, inner)

    def _make_footer(self) -> QWidget:
        kit = self._context.kit
        footer = QWidget()
        open_button = Button(kit, kit.t("customers.preview.open"), key="Return")
        open_button.clicked.connect(self.open_wanted)
        line = row(
            open_button,
            STRETCH,
            KeyCaps(kit, "Space", of_action=True),
            muted(kit, kit.t("lists.hide_preview"), wrap=True),
            gap=8,
            pad=(20, 12, 20, 12),
        )
        column(hairline(kit), line, gap=0, into=footer)
        return footer

    def _subject(self) -> Subject | None:
        return None if self._data is None else Subject(self._data.record.id, self._data.record.title)

    def _call(self) -> None:
        self.acts.call(self.call_button)

    def _open_person(self, person: str) -> None:
        self._context.open_record("contact", person)

    def _open_deal(self, deal: str) -> None:
        self._context.open_record("opportunity", deal)


def _in_words(person: Brief) -> Brief:
    """Say how to reach somebody by an icon and words; the boxes of all ways would leave no room for the job."""
    preferred = next((each.icon for each in person.channels if each.state == "preferred"), "")
    return replace(person, channels=(), second_icon=preferred)
