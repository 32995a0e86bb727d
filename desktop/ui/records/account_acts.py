"""What one can do for a customer from any page: log a visit or call, add a person, opportunity, task or note."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from desktop.commands.activities import LogActivity
from desktop.commands.records import AddRecord, DeleteManyRecords, DeleteRecord
from desktop.domain.listing import Condition, Listing, Sort, Test
from desktop.domain.views import RecordView
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.ports import Command, Reads, Row
from desktop.ui.bridge.writer import Reaction
from desktop.ui.components.menu import Menu, MenuItem
from desktop.ui.records.record_form import FormSpec, RecordForm
from sync.contract.fields import Values

_REPORT = ("contact", "subject", "body", "duration_minutes", "outcome")


@dataclass(frozen=True, slots=True)
class Subject:
    """The customer that is meant."""

    id: str
    title: str


class AccountActs:
    """Opens forms and menus over the window; what is saved comes back to the pages as a change."""

    def __init__(self, context: ScreenContext, owner: QWidget, subject: Callable[[], Subject | None]) -> None:
        self._context = context
        self._owner = owner
        self._subject = subject
        self.form: RecordForm | None = None
        self.menu: Menu | None = None

    def has_subject(self) -> bool:
        """Tell whether a customer is meant; fits ``Action.enabled_when``."""
        return self._subject() is not None

    def log_visit(self) -> None:
        """Report a visit."""
        self._log("visit")

    def log_call(self) -> None:
        """Report a call."""
        self._log("call")

    def add_note(self, account: str, text: str, reaction: Reaction) -> None:
        """Save a note as it was typed."""
        self._context.writer.run(LogActivity("note", {"account": account, "body": text}), reaction)

    def new_note(self) -> None:
        """Write a note."""
        self._log("note", ("body",))

    def new_contact(self) -> None:
        """Add a person."""
        fields = ("name", "job_title", "mobile", "phone", "email", "wechat", "preferred_channel")
        self._new("contact", fields)

    def new_opportunity(self) -> None:
        """Add an opportunity."""
        self._new("opportunity", ("name", "product", "amount", "expected_on", "contact", "next_step"))

    def new_task(self) -> None:
        """Add a task."""
        self._new("task", ("title", "due_at", "contact", "opportunity", "priority"))

    def reopen(self, form: str) -> None:
        """Go on in a form in which somebody was typing, by the name of its draft; unknown names do nothing."""
        kind, _, account = form.partition(" ")
        if account:
            reads = self._context.reads
            self._context.feed.read(self._owner, partial(reads.record, "account", account), partial(self._go_on, kind))

    def _go_on(self, kind: str, view: RecordView | None) -> None:
        if view is None or view.hidden:
            return
        subject = Subject(view.id, view.title)
        acts = AccountActs(self._context, self._owner, lambda: subject)
        openers = {
            "visit": acts.log_visit,
            "call": acts.log_call,
            "note": acts.new_note,
            "contact": acts.new_contact,
            "opportunity": acts.new_opportunity,
            "task": acts.new_task,
        }
        if kind in openers:
            openers[kind]()
            self.form = acts.form

    def call(self, anchor: QWidget) -> None:
        """Offer the customer's numbers; choosing one dials it and opens the report."""
        subject = self._subject()
        if subject is not None:
            reads = self._context.reads
            self._context.feed.read(
                self._owner, partial(_numbers, reads, subject), partial(self._offer_numbers, anchor, subject)
            )

    def new_menu(self, anchor: QWidget) -> None:
        """Offer everything that can be added."""
        t = self._context.t
        items = [
            MenuItem(t("records.type.contact"), self.new_contact, "user"),
            MenuItem(t("records.type.opportunity"), self.new_opportunity, "columns-3"),
            MenuItem(t("records.type.task"), self.new_task, "list-checks", key="T"),
            MenuItem(t("records.choices.activity.kind.note"), self.new_note, "pencil"),
        ]
        self.menu = Menu(self._context.kit, self._context.shell.host, items, t("account.new"))
        self.menu.open_at(anchor, at_right=True)

    def _offer_numbers(self, anchor: QWidget, subject: Subject, numbers: "Sequence[Number]") -> None:
        t = self._context.t
        items = [
            MenuItem(t("account.dial", name=each.name, number=each.number), partial(self.dial, each), "phone")
            for each in numbers
        ]
        if not items:
            items = [MenuItem(t("account.no_number", name=subject.title), icon="phone", reason=t("account.add_number"))]
        items += [MenuItem(), MenuItem(t("account.log_call"), self.log_call, "pencil")]
        self.menu = Menu(self._context.kit, self._context.shell.host, items, t("account.call"))
        self.menu.open_at(anchor)

    def dial(self, number: "Number") -> None:
        """Dial a number and open the report of the call."""
        dial(number.number)
        self._log("call", contact=number)

    def _log(self, kind: str, fields: Sequence[str] = _REPORT, contact: "Number | None" = None) -> None:
        subject = self._subject()
        if subject is None:
            return
        start = {"contact": contact.contact} if contact is not None and contact.contact else {}
        titles = {contact.contact: contact.name} if contact is not None else {}
        named = self._context.t("account.log_title", kind=self._kind(kind), name=subject.title)
        spec = FormSpec(
            name=f"{kind} {subject.id}",
            type="activity",
            title=named,
            verb=self._context.t(f"account.log.{kind}"),
            fields=fields,
            make=partial(_log_command, kind),
            filled=("kind",),
            preset={"account": subject.id},
            start=start,
            titles=titles,
            within={"contact": (Condition("account", Test.EQ, subject.id),)},
        )
        self._open(spec)

    def _new(self, record_type: str, fields: Sequence[str]) -> None:
        subject = self._subject()
        if subject is None:
            return
        of_account = (Condition("account", Test.EQ, subject.id),)
        spec = FormSpec(
            name=f"{record_type} {subject.id}",
            type=record_type,
            title=self._context.t(f"account.new_title.{record_type}", name=subject.title),
            verb=self._context.t("account.add"),
            fields=fields,
            make=partial(_add_command, record_type),
            preset={"account": subject.id},
            within={"contact": of_account, "opportunity": of_account},
        )
        self._open(spec)

    def _open(self, spec: FormSpec) -> None:
        self.form = RecordForm(self._context, spec)
        self.form.open()

    def _kind(self, kind: str) -> str:
        return self._context.words.choice("activity", "kind", kind)


@dataclass(frozen=True, slots=True)
class Number:
    """A number to call; ``contact`` is empty for the customer's own."""

    contact: str
    name: str
    number: str


def delete_records(context: ScreenContext, record_type: str, record_ids: Sequence[str]) -> None:
    """Delete records; the toast offers the way back."""
    if len(record_ids) == 1:
        context.writer.run(DeleteRecord(record_type, record_ids[0]))
    elif record_ids:
        context.writer.run(DeleteManyRecords(record_type, record_ids))


def dial(number: str) -> None:
    """Hand a number to whatever telephone the system knows; systems without one do nothing."""
    digits = "".join(each for each in number if each.isdigit() or each in "+#*")
    QDesktopServices.openUrl(QUrl(f"tel:{digits}"))


def first_number(reads: Reads, subject: Subject, person: str = "") -> Number | None:
    """Give the number that one would call first: the person's, if one is meant; on the read lane."""
    if person:
        return next((number for each in reads.rows("contact", [person]) for number in _of_person(each)), None)
    return next(iter(_numbers(reads, subject)), None)


def _numbers(reads: Reads, subject: Subject) -> Sequence[Number]:
    view = reads.record("account", subject.id)
    own = [] if view is None or not view.values.get("phone") else [str(view.values["phone"])]
    sort = (Sort("is_primary", descending=True), Sort("name"))
    people = reads.ids(Listing("contact", (Condition("account", Test.EQ, subject.id),), sort))
    found = [number for person in reads.rows("contact", people) for number in _of_person(person)]
    return [*found, *(Number("", subject.title, number) for number in own)]


def _of_person(person: Row) -> Sequence[Number]:
    numbers = dict.fromkeys(str(person[name]) for name in ("mobile", "phone") if person.get(name))
    return [Number(str(person["id"]), str(person["name"]), number) for number in numbers]


def _log_command(kind: str, values: Values) -> Command:
    return LogActivity(kind, values)


def _add_command(record_type: str, values: Mapping[str, object]) -> Command:
    return AddRecord(record_type, values)
