"""What can be done with a record from the palette, without going to its page first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.ports import Reads
from desktop.ui.components.toast import Toast
from desktop.ui.records.account_acts import AccountActs, Number, Subject, first_number
from desktop.ui.records.found_rows import FoundRow

ROW_ACT = "row act"
"""Stands in a row for a record type: it is something to do with a record."""

OPEN, CALL = "open", "call"
CALL_KEY, OPEN_KEY = "Ctrl+Return", "Return"
_OF_ACCOUNT = ("visit", "task", "contact", "opportunity", "note")
_ICONS = {"visit": "map-pin", "task": "list-checks", "contact": "user", "opportunity": "trending-up", "note": "pencil"}


@dataclass(frozen=True, slots=True)
class Meant:
    """A record with the customer that it belongs to, and a number at which somebody answers."""

    subject: Subject | None
    number: Number | None


class RowActs:
    """Opens forms over the page that is shown; what is saved comes back to it as a change."""

    def __init__(self, context: ScreenContext) -> None:
        self._context = context
        self.acts: AccountActs | None = None

    def hints(self) -> Sequence[tuple[str, str]]:
        """Give the keys of a record's row with what they do."""
        t = self._context.t
        return ((CALL_KEY, t("lists.hint.call")), (OPEN_KEY, t("find.hint.open")))

    def rows(self, row: FoundRow) -> Sequence[FoundRow]:
        """List what can be done with the record of a row; nothing where it is none."""
        if row.opens is None:
            return ()
        t = self._context.t
        acts = [(OPEN, t("change_log.open"), "arrow-right", OPEN_KEY), (CALL, t("account.call"), "phone", CALL_KEY)]
        acts += [(each, self._title(each), _ICONS[each], "") for each in _OF_ACCOUNT]
        return [FoundRow(ROW_ACT, key, said, "", row.title, icon, (), (), keys) for key, said, icon, keys in acts]

    def do(self, act: str, row: FoundRow) -> None:
        """Do it with the record of a row."""
        if row.opens is None:
            return
        if act == OPEN:
            self._context.open_record(*row.opens)
            return
        reads, key = self._context.reads, (row.type, row.id)

        def go_on(meant: Meant) -> None:
            self._do(act, row, meant)

        self._context.feed.read(self._context.shell.host, lambda: read_meant(reads, *key), go_on)

    def _do(self, act: str, row: FoundRow, meant: Meant) -> None:
        subject = meant.subject
        if subject is None:
            self._context.open_record(*(row.opens or (row.type, row.id)))
            return
        acts = self.acts = AccountActs(self._context, self._context.shell.host, lambda: subject)
        if act == CALL:
            self._call(acts, row, meant.number)
            return
        ways: Mapping[str, Callable[[], None]] = {
            "visit": acts.log_visit,
            "task": acts.new_task,
            "contact": acts.new_contact,
            "opportunity": acts.new_opportunity,
            "note": acts.new_note,
        }
        ways[act]()

    def _call(self, acts: AccountActs, row: FoundRow, number: Number | None) -> None:
        if number is not None:
            acts.dial(number)
        else:
            self._context.shell.toast(Toast(self._context.t("account.no_number", name=row.title), "info"))

    def _title(self, act: str) -> str:
        t = self._context.t
        if act == "visit":
            return t("account.log.visit")
        if act == "task":
            return t("lists.add_task")
        if act == "note":
            return self._context.words.choice("activity", "kind", "note")
        return t("people.new" if act == "contact" else "pipeline.new")


def read_meant(reads: Reads, record_type: str, record_id: str) -> Meant:
    """Read whom a record is about; on the read lane."""
    view = reads.record(record_type, record_id)
    if view is None or view.hidden:
        return Meant(None, None)
    account = view.id if record_type == "account" else str(view.values.get("account") or "")
    title = view.title if record_type == "account" else view.titles.get("account", "")
    if not account:
        return Meant(None, None)
    subject = Subject(account, title)
    person = record_id if record_type == "contact" else str(view.values.get("contact") or "")
    return Meant(subject, first_number(reads, subject, person))
