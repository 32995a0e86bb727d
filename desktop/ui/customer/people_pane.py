"""The left side of a customer's page: the people there, and all facts about the customer."""

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
from desktop.ui.records.record_facts import FactsData, RecordFacts

_ESSENTIAL = (
    "segment",
    "status",
    "tier",
    "owner",
    "phone",
    "email",
    "city",
    "address",
    "visit_rhythm_days",
    "description",
)
_LEAST_WIDTH = 260
_LABEL_WIDTH = 96


class PeoplePane(Surface):
    """People above, facts below, one scroll for both."""

    add_wanted = Signal()

    def __init__(self, context: ScreenContext, words: AccountWords) -> None:
        super().__init__(context.kit, "bg")
        kit = context.kit
        self._context = context
        self._words = words
        self.people = BriefLines(kit, kit.t("customers.preview.people"))
        self.people.opened.connect(self._open)
        self._nobody = muted(kit, kit.t("customers.preview.no_people"))
        self._add = IconButton(kit, "plus", kit.t("customer.add_person"))
        self._add.clicked.connect(self.add_wanted)
        title = kit.t("customers.preview.people")
        self._section = PaneSection(kit, title, self.people, self._nobody, strong=True, fill="bg", trailing=self._add)
        self.facts = RecordFacts(context, "account", essential=_ESSENTIAL, label_width=_LABEL_WIDTH)
        about = QWidget()
        column(self.facts, gap=0, pad=(20, 12, 12, 16), into=about)
        inner = QWidget()
        column(self._section, about, STRETCH, gap=0, into=inner)
        column(ScrollArea(kit, inner), gap=0, into=self)
        self.setMinimumWidth(_LEAST_WIDTH)

    def show_customer(self, data: CustomerData) -> None:
        """Show what is true now."""
        people = data.account.people
        self.people.set_lines(self._words.people(people))
        self._section.set_note(str(len(people)) if people else "")
        self._nobody.setVisible(not people)
        self._add.setEnabled(not data.account.record.frozen)
        self.facts.set_facts(FactsData(data.account.record, data.options))

    @Slot(str)
    def _open(self, person: str) -> None:
        self._context.open_record("contact", person)
