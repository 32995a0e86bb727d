"""The page of all people: saved views, filters, the list, and one of them beside it."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Slot

from desktop.commands.records import AddRecord
from desktop.domain.listing import Listing
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.ports import Command, Done
from desktop.ui.components.button import Button
from desktop.ui.components.empty_state import EmptyState
from desktop.ui.components.layouts import column
from desktop.ui.components.records import RecordRow
from desktop.ui.people.person_pane import PersonPane
from desktop.ui.people.rows import SAID, SORTABLE, VIEWS, PeopleRows, people_columns, people_listing
from desktop.ui.records.account_acts import delete_records
from desktop.ui.records.account_words import AccountWords
from desktop.ui.records.list_acts import ListActs
from desktop.ui.records.list_pane import ListPane, PaneSpec
from desktop.ui.records.listed import ListSpec
from desktop.ui.records.record_form import FormSpec, RecordForm
from desktop.ui.records.view_tabs import FixedView, ViewTabs
from desktop.ui.shell.actions import Action
from desktop.ui.shell.page import Hint, Page, PageState
from sync.contract.fields import Values

_NEW_FIELDS = ("name", "account", "job_title", "mobile", "email", "wechat")
_BESIDE = frozenset({"account", "conflict", "user"})


class PeoplePage(Page):
    """One of the saved views is open; everything else follows from its list."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.shell)
        self._context = context
        words = AccountWords(self.kit.texts, context.words, context.session.user)
        self._rows = PeopleRows(self.kit.texts, context.words, words)
        self.person = PersonPane(context, words)
        self.pane = ListPane(context, self._pane_spec(), self.person)
        self.new_button = Button(self.kit, self.kit.t("people.new"), "primary", "plus", "N")
        self.pane.bar.addWidget(self.new_button)
        self.tabs = ViewTabs(context, self.pane, self._fixed_views())
        self.acts = ListActs(context, self.pane, self.tabs)
        self.form: RecordForm | None = None
        column(self.tabs, self.pane, gap=0, into=self).setStretch(1, 1)
        self.new_button.clicked.connect(self.new_person)
        self.pane.current_changed.connect(self.person.show_person)
        self.pane.opened.connect(self._on_opened)

    def title(self) -> str:
        """Name the page."""
        return self.kit.t("shell.nav.people")

    def hints(self) -> Sequence[Hint]:
        """Explain the keys of the list."""
        t = self.kit.t
        return [
            Hint("J K", t("lists.hint.move")),
            Hint("X", t("lists.hint.select")),
            Hint("Return", t("people.hint.open")),
        ]

    def page_actions(self) -> Sequence[Action]:
        """List what can be done here."""
        return _actions(self)

    def show_route(self, args: Mapping[str, str]) -> None:
        """Make the person current that the route names."""
        person = args.get("id", "")
        if person:
            self.tabs.set_current(VIEWS[0])
            self.pane.select(person)
            self.person.show_person(person)

    def save_state(self) -> PageState:
        """Give view, filters, sort and current person."""
        return self.tabs.save_state()

    def restore_state(self, state: PageState) -> None:
        """Look as it did."""
        self.tabs.restore_state(state)

    def reopen(self, form: str) -> bool:
        """Go on with a new person, a filter or the name of a view."""
        is_own = form == "contact"
        if is_own:
            self.new_person()
        return is_own or self.tabs.reopen(form)

    def focus_main(self) -> None:
        """Put the focus into the list."""
        self.pane.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def new_person(self) -> None:
        """Ask for the few things that a new person needs."""
        spec = FormSpec(
            name="contact",
            type="contact",
            title=self.kit.t("people.new"),
            verb=self.kit.t("account.add"),
            fields=_NEW_FIELDS,
            make=_add_person,
        )
        self.form = RecordForm(self._context, spec)
        self.form.saved.connect(self._on_added)
        self.form.open()

    def edit_facts(self) -> None:
        """Edit the person where their facts stand."""
        self.person.show()
        self.person.facts.edit_first()

    def delete(self) -> None:
        """Delete the ticked people, or the current one."""
        delete_records(self._context, "contact", self.pane.chosen_ids())

    def _pane_spec(self) -> PaneSpec:
        empty = EmptyState(self.kit, "users", self.kit.t("people.empty.title"), self.kit.t("people.empty.text"))
        empty.set_action(self.kit.t("people.new"), "N", "plus")
        empty.action_clicked.connect(self.new_person)
        return PaneSpec(
            name="people",
            listed=ListSpec("contact", self._load, _BESIDE),
            columns=partial(people_columns, self.kit, self._context.words),
            sortable=SORTABLE,
            title=self.title(),
            counted=lambda count: self.kit.t("people.counted", count=count),
            empty=empty,
            start=people_listing(VIEWS[0], self._context.session.user, self._context.words.now()),
        )

    def _load(self, ids: Sequence[str]) -> Mapping[str, RecordRow]:
        rows = [self._rows.row(each) for each in self._context.reads.rows("contact", ids)]
        return {each.id: each for each in rows}

    def _fixed_views(self) -> list[FixedView]:
        t = self.kit.t
        return [FixedView(each, t(f"people.view.{each}"), partial(self._question, each), SAID[each]) for each in VIEWS]

    def _question(self, view: str) -> Listing:
        return people_listing(view, self._context.session.user, self._context.words.now())

    @Slot(str)
    def _on_opened(self, _person: str) -> None:
        self.person.open_customer()

    @Slot(object)
    def _on_added(self, done: Done) -> None:
        self.pane.select(str(done.result))


def _add_person(values: Values) -> Command:
    return AddRecord("contact", values)


def _actions(page: PeoplePage) -> list[Action]:
    person = page.person
    has, can_add = person.has_person, person.acts.has_subject
    message = "message-circle"
    return [
        Action("people.new", "people.new", page.new_person, "plus", "N", hint_key="lists.hint.new"),
        Action("people.call", "account.call", person.call, "phone", "C", (), has, "", "lists.hint.call"),
        Action("people.message", "people.message", person.message, message, "M", (), has, "", "people.hint.message"),
        Action("people.visit", "account.log.visit", person.acts.log_visit, "map-pin", "V", (), can_add),
        Action("people.task", "lists.add_task", person.acts.new_task, "list-checks", "T", (), can_add),
        Action("people.facts", "people.edit_facts", page.edit_facts, "pencil", "Shift+E", (), has),
        Action("people.delete", "lists.delete", page.delete, "trash-2", "Delete", (), has),
        *page.acts.actions("people"),
    ]
