"""The page of one customer; everything on it stays true while it is open, whoever changes it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.ui.bridge import routes
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.pane_sizes import PaneSizes
from desktop.ui.bridge.writer import Reaction
from desktop.ui.components.banner import Notice
from desktop.ui.components.empty_state import EmptyState
from desktop.ui.components.icon_button import IconButton
from desktop.ui.components.layouts import column
from desktop.ui.components.menu import Menu, MenuItem
from desktop.ui.components.splitter import Splitter
from desktop.ui.customer.data import CustomerData, CustomerQuestion, read_customer
from desktop.ui.customer.header import CustomerHeader
from desktop.ui.customer.main_pane import MainPane
from desktop.ui.customer.note_draft import NoteDraft
from desktop.ui.customer.people_pane import PeoplePane
from desktop.ui.customer.side_pane import SidePane
from desktop.ui.records.account_acts import AccountActs, Subject, delete_records
from desktop.ui.records.account_data import TYPES
from desktop.ui.records.account_words import AccountWords
from desktop.ui.records.merge_acts import MERGE_KEY, PART_KEY, MergeActs
from desktop.ui.shell.actions import Action
from desktop.ui.shell.page import Crumb, Hint, Page, PageState, Route

_LEFT, _RIGHT = 316, 344
_ROOM_FOR_SIDE = 1120
_MORE = 100


class CustomerPage(Page):
    """Shows the customer that the route names."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.shell)
        self._context = context
        self._words = AccountWords(context.kit.texts, context.words, context.session.user)
        self._question = CustomerQuestion()
        self._data: CustomerData | None = None
        self._menu: Menu | None = None
        self._notes = NoteDraft(context.drafts)
        self.acts = AccountActs(context, self, self._subject)
        self.merging = MergeActs(context, self._show_merged)
        self.header = CustomerHeader(context, self._words)
        self.people = PeoplePane(context, self._words)
        self.main = MainPane(context, self._words)
        self.side = SidePane(context, self._words)
        self.gone = EmptyState(
            self.kit, "building-2", self.kit.t("customer.gone.title"), self.kit.t("customer.gone.text")
        )
        self.gone.set_action(self.kit.t("customer.gone.back"), "Esc")
        self._splitter = Splitter(self.kit)
        for pane in (self.people, self.main, self.side):
            self._splitter.addWidget(pane)
        self._splitter.setStretchFactor(1, 1)
        PaneSizes(self._splitter, context.memory, routes.CUSTOMER, [_LEFT, 2000, _RIGHT])
        content = QWidget()
        column(self.header, self._splitter, gap=0, into=content).setStretch(1, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(content)
        self._stack.addWidget(self.gone)
        column(self._stack, gap=0, into=self)
        self._up = IconButton(self.kit, "arrow-up", self.kit.t("customer.previous"), "[")
        self._down = IconButton(self.kit, "arrow-down", self.kit.t("customer.next_one"), "]")
        self._connect()
        self.main.timeline.note.textChanged.connect(self._keep_note)
        self._view = context.feed.watch(self, TYPES, self._read, self._show)

    def title(self) -> str:
        """Give the customer's name."""
        return self._data.account.record.title if self._data is not None else self.kit.t("shell.nav.customers")

    def crumbs(self) -> Sequence[Crumb]:
        """Lead back to the list."""
        return [Crumb(self.kit.t("shell.nav.customers"), Route(routes.CUSTOMERS)), Crumb(self.title())]

    def note(self) -> str:
        """Say where in the list this customer stands."""
        place = self._context.trail.place("account", self._question.account)
        if place is None:
            return ""
        number = self.kit.texts.number
        return self.kit.t("customer.place", number=number(place.number), total=number(place.total))

    def controls(self) -> Sequence[QWidget]:
        """Give the arrows to the previous and next customer."""
        return (self._up, self._down)

    def hints(self) -> Sequence[Hint]:
        """Explain the keys that are no single action."""
        t = self.kit.t
        return [Hint("[ ]", t("customer.hint.neighbours")), Hint("1–4", t("customer.hint.tabs"))]

    def page_actions(self) -> Sequence[Action]:
        """List what can be done here."""
        return _actions(self)

    def show_route(self, args: Mapping[str, str]) -> None:
        """Show another customer."""
        account = args.get("id", "")
        if account == self._question.account:
            return
        self._keep_note()
        self._question = CustomerQuestion(account=account)
        self.main.start(self._notes.begun(account))
        self._view.refresh()

    def activate(self) -> None:
        """Show the banner of a customer that may only be read."""
        self._show_banner()

    def deactivate(self) -> None:
        """Keep the note that was begun."""
        self._keep_note()
        self.shell.banner(None)

    def save_state(self) -> PageState:
        """Give the open tab."""
        return {"tab": self.main.current_tab()}

    def restore_state(self, state: PageState) -> None:
        """Open the tab that was open."""
        self.main.open_tab(str(state.get("tab", "")))

    def focus_main(self) -> None:
        """Put the focus into what is open."""
        self.main.focus_main()

    @Slot()
    def call(self) -> None:
        """Offer the customer's numbers."""
        self.acts.call(self.header.call_button)

    @Slot()
    def new(self) -> None:
        """Offer what can be added."""
        self.acts.new_menu(self.header.new_button)

    def write_note(self) -> None:
        """Put the caret into the note line."""
        self.main.open_tab("timeline")
        self.main.timeline.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def delete(self) -> None:
        """Delete the customer and go back to the list; the toast offers the way back."""
        subject = self._subject()
        if subject is not None:
            delete_records(self._context, "account", [subject.id])
            self._context.open(routes.CUSTOMERS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the side out in a narrow window; its lists are tabs as well."""
        super().resizeEvent(event)
        self.side.setVisible(self.width() >= _ROOM_FOR_SIDE)

    def _connect(self) -> None:
        self.header.visit_wanted.connect(self.acts.log_visit)
        self.header.call_wanted.connect(self.call)
        self.header.new_wanted.connect(self.new)
        self.header.more_wanted.connect(self._open_more)
        self.people.add_wanted.connect(self.acts.new_contact)
        self.side.task_wanted.connect(self.acts.new_task)
        self.side.deal_wanted.connect(self.acts.new_opportunity)
        self.main.note_written.connect(self._send_note)
        self.main.question_changed.connect(self._ask)
        self.main.older_wanted.connect(self._ask_older)
        self.gone.action_clicked.connect(self.shell.back)
        self._up.clicked.connect(partial(self.step, -1))
        self._down.clicked.connect(partial(self.step, 1))

    def _read(self) -> tuple[str, CustomerData | None]:
        question = self._question
        if not question.account:
            return "", None
        return question.account, read_customer(self._context.reads, self._context.words, question)

    def _show(self, answer: tuple[str, CustomerData | None]) -> None:
        account, data = answer
        if account != self._question.account:
            return
        before = self.title()
        is_other = data is None or self._data is None or self._data.account.record.id != data.account.record.id
        self._data = data
        is_gone = data is None or data.account.record.hidden
        self._stack.setCurrentIndex(1 if is_gone and self._question.account else 0)
        if data is not None:
            self.header.show_customer(data)
            self.people.show_customer(data)
            self.main.show_customer(data)
            self.side.show_customer(data)
        if is_other or before != self.title():
            self.changed.emit()
        if self.isVisible():
            self._show_banner()
            self.shell.set_page_status(self._status())

    def _status(self) -> str:
        view = self._data.account.record if self._data is not None else None
        if view is None:
            return ""
        return self.kit.t("lists.unsent") if view.pending or view.unsent_op else self.kit.t("customer.complete")

    def _show_banner(self) -> None:
        view = self._data.account.record if self._data is not None else None
        if view is not None and view.frozen:
            self.shell.banner(Notice(self.kit.t("customer.frozen"), "info"))
        elif view is not None and view.conflicts:
            notice = Notice(
                self.kit.t("customer.choose", count=len(view.conflicts)),
                "choice",
                self.kit.t("customer.choose_now"),
                partial(self._context.open, routes.CHOICE),
            )
            self.shell.banner(notice)
        elif self._data is not None and self._data.same:
            names = self.kit.t("customer.join").join(self._data.same.values())
            said = self.kit.t("customer.joined", count=len(self._data.same), names=names)
            self.shell.banner(Notice(said, "info", self.kit.t("merging.part"), self.part))
        else:
            self.shell.banner(None)

    def _subject(self) -> Subject | None:
        if self._data is None:
            return None
        return Subject(self._data.account.record.id, self._data.account.record.title)

    def can_write(self) -> bool:
        """Tell whether this customer may be changed; fits ``Action.enabled_when``."""
        return self._data is not None and not self._data.account.record.frozen

    def merge(self) -> None:
        """Make one of this customer and another."""
        subject = self._subject()
        if subject is not None:
            self.merging.merge([subject.id])

    def part(self) -> None:
        """Let one of those for which this customer stands stand on its own again."""
        if self._data is not None:
            self.merging.part(self._data.same, self.header.more_button)

    def can_part(self) -> bool:
        """Tell whether this customer stands for others; fits ``Action.enabled_when``."""
        return self.can_write() and self._data is not None and bool(self._data.same)

    def _show_merged(self, account: str) -> None:
        self._context.open(routes.CUSTOMER, {"id": account})

    def step(self, by: int) -> None:
        """Go to the customer so many places further in the list."""
        neighbour = self._context.trail.neighbour("account", self._question.account, by)
        if neighbour is not None:
            self._context.open(routes.CUSTOMER, {"id": neighbour})

    @Slot()
    def _open_more(self) -> None:
        t = self.kit.t
        items = [
            MenuItem(t("customer.edit"), self.people.facts.edit_first, "pencil", "E"),
            MenuItem(t("customer.write_note"), self.write_note, "pencil", "/"),
            MenuItem(t("merging.open"), self.merge, "git-merge", MERGE_KEY),
            MenuItem(),
            MenuItem(t("customer.delete"), self.delete, "trash-2", "Delete", danger=True),
        ]
        self._menu = Menu(self.kit, self.shell.host, items, t("customer.more"))
        self._menu.open_at(self.header.more_button, at_right=True)

    @Slot()
    def _ask(self) -> None:
        self._question = replace(
            self._question, kinds=self.main.timeline.chosen_kinds(), with_history=self.main.current_tab() == "history"
        )
        self._view.refresh()

    @Slot()
    def _ask_older(self) -> None:
        shown = len(self._data.account.timeline) if self._data is not None else 0
        if shown >= self._question.latest:
            self._question = replace(self._question, latest=self._question.latest + _MORE)
            self._view.refresh()

    @Slot()
    def _keep_note(self) -> None:
        if self._question.account:
            self._notes.keep(self._question.account, self.main.timeline.note.text())

    @Slot(str)
    def _send_note(self, text: str) -> None:
        account = self._question.account
        self._notes.send(account, text)
        reaction = Reaction(
            done=lambda _done: self._notes.saved(account, text),
            failed=lambda _error: self._return_note(account, text),
        )
        self.acts.add_note(account, text, reaction)

    def _return_note(self, account: str, text: str) -> None:
        begun = self._notes.refused(account, text)
        if account == self._question.account:
            self.main.timeline.note.setText(begun)


def _actions(page: CustomerPage) -> list[Action]:
    acts, can = page.acts, page.can_write
    edit, before, after = page.people.facts.edit_first, partial(page.step, -1), partial(page.step, 1)
    return [
        Action("customer.visit", "account.log.visit", acts.log_visit, "map-pin", "V", (), can, "", "lists.hint.visit"),
        Action("customer.call", "account.call", page.call, "phone", "C", (), can, "", "lists.hint.call"),
        Action("customer.new", "account.new", page.new, "plus", "N", (), can, "", "lists.hint.new"),
        Action("customer.task", "lists.add_task", acts.new_task, "list-checks", "T", (), can, "", "customer.hint.task"),
        Action("customer.edit", "customer.edit", edit, "pencil", "E", ("F2",), can, "", "lists.hint.edit"),
        Action("customer.note", "customer.write_note", page.write_note, "pencil", "/", (), can),
        Action("customer.previous", "customer.previous", before, "arrow-up", "["),
        Action("customer.next", "customer.next_one", after, "arrow-down", "]"),
        Action("customer.merge", "merging.open", page.merge, "git-merge", MERGE_KEY, (), can),
        Action("customer.part", "merging.part", page.part, "git-merge", PART_KEY, (), page.can_part),
        Action("customer.delete", "customer.delete", page.delete, "trash-2", "Delete", (), can),
        *_tabs(page),
    ]


def _tabs(page: CustomerPage) -> list[Action]:
    opens = [(f"customer.tab.{key}", partial(page.main.open_tab, key)) for key in page.main.tab_keys()]
    return [Action(key, key, run, "", str(number)) for number, (key, run) in enumerate(opens, start=1)]
