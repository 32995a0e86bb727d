"""Where the walk through the window stops: every screen, and every form, menu and question that lies over one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.domain.listing import Condition, Listing, Sort, Test
from desktop.ui.bridge import routes
from desktop.ui.bridge.ports import Reads
from desktop.ui.change_log.entries import YOURS
from desktop.ui.components.dialog import Overlay
from desktop.ui.components.popover import Popover
from desktop.ui.customers.view import CustomersPage
from desktop.ui.settings.view import SettingsPage
from desktop.ui.sign_in.again import SignInAgain
from desktop.ui.workplace.workplace import Workplace
from sync.contract.errors import AppError, Code

_TWO = 2


@dataclass(frozen=True, slots=True)
class Stop:
    """One picture: a page, what it is shown with, and what is done on it before the picture is taken."""

    name: str
    page: str
    args: Callable[[Reads], dict[str, str]] = lambda _reads: {}
    act: Callable[[Workplace], None] = lambda _workplace: None


def stops() -> list[Stop]:
    """List all of them in the order of the walk."""
    return [*screens(), *forms()]


def screens() -> list[Stop]:
    """List the screens."""
    return [
        Stop("today", routes.TODAY),
        Stop("customers", routes.CUSTOMERS),
        Stop("customer", routes.CUSTOMER, _best_customer),
        Stop("people", routes.PEOPLE),
        Stop("pipeline", routes.PIPELINE),
        Stop("pipeline-table", routes.PIPELINE, act=_open_table),
        Stop("choice", routes.CHOICE),
        Stop("change-log", routes.CHANGES),
        Stop("settings", routes.SETTINGS),
        Stop("on-laptop", routes.SETTINGS, act=_look_at_laptop),
        Stop("help", routes.HELP, lambda _reads: {"page": routes.CUSTOMERS}),
        Stop("sync-details", routes.TODAY, act=lambda workplace: workplace.window.show_sync()),
        Stop("keys", routes.CUSTOMERS, act=lambda workplace: workplace.window.show_keys()),
        Stop("palette", routes.CUSTOMERS, act=lambda workplace: workplace.finder.open("leng")),
    ]


def forms() -> list[Stop]:
    """List what lies over a screen while something is said, chosen or asked."""
    return [
        Stop("new-customer", routes.CUSTOMERS, act=_does("customers.new")),
        Stop("edit-many", routes.CUSTOMERS, act=_does("customers.edit_many")),
        Stop("columns", routes.CUSTOMERS, act=_does("customers.columns")),
        Stop("filter-fields", routes.CUSTOMERS, act=_does("customers.filter")),
        Stop("filter-values", routes.CUSTOMERS, act=partial(_filter_by, "tier")),
        Stop("filter-day", routes.CUSTOMERS, act=partial(_filter_by, "last_visit_at")),
        Stop("view-name", routes.CUSTOMERS, act=_does("customers.save_view")),
        Stop("views", routes.CUSTOMERS, act=_does("customers.views")),
        Stop("merge", routes.CUSTOMERS, act=_merge_first_two),
        Stop("own-acts", routes.CHANGES, lambda _reads: {"tab": YOURS}),
        Stop("for-all", routes.CHOICE, act=_does("choice.for_all")),
        Stop("mass-deletion", routes.CUSTOMERS, act=_ask_before_deleting),
        Stop("take-rest-back", routes.CUSTOMERS, act=_ask_about_rest),
        Stop("question-in-words", routes.CUSTOMERS, act=_does("customers.ask")),
        Stop("sign-in-again", routes.TODAY, act=lambda workplace: SignInAgain(workplace.context).open()),
    ]


def close_forms(window: QWidget) -> None:
    """Close whatever lies over the page, as Esc does."""
    for popover in window.findChildren(Popover):
        popover.close_now()
    for overlay in window.findChildren(Overlay):
        overlay.close_now()


def _best_customer(reads: Reads) -> dict[str, str]:
    """Choose the customer with whom most happened lately: the page has most to show there."""
    wanted = Listing(
        "activity", where=(Condition("account", Test.FILLED),), sort=(Sort("at", descending=True),), limit=200
    )
    rows = reads.rows("activity", reads.ids(wanted))
    counted: dict[str, int] = {}
    for row in rows:
        counted[str(row["account"])] = counted.get(str(row["account"]), 0) + 1
    if not counted:
        any_account = reads.ids(Listing("account", sort=(Sort("name"),), limit=1))
        return {"id": any_account[0]} if any_account else {}
    return {"id": max(counted, key=lambda account: (counted[account], account))}


def _does(action: str) -> Callable[[Workplace], None]:
    return lambda workplace: workplace.window.run_action(action)


def _open_table(workplace: Workplace) -> None:
    workplace.window.page.switch_to("table")  # type: ignore[union-attr]


def _look_at_laptop(workplace: Workplace) -> None:
    page = workplace.window.page
    if isinstance(page, SettingsPage):
        page.show_on_laptop()


def _filter_by(field: str, workplace: Workplace) -> None:
    page = workplace.window.page
    if isinstance(page, CustomersPage):
        page.pane.filters.ask_for(workplace.context.words.field("account", field))


def _merge_first_two(workplace: Workplace) -> None:
    page = workplace.window.page
    if isinstance(page, CustomersPage):
        page.merging.merge(page.pane.records.model.ids[:_TWO])


def _ask_before_deleting(workplace: Workplace) -> None:
    """Ask what is asked before everything goes; neither answer does anything."""
    reads = workplace.context.reads
    gone = {name: reads.count(Listing(name)) for name in ("account", "contact", "opportunity", "task", "activity")}
    refused = AppError(Code.MASS_DELETION, count=sum(gone.values()), gone=gone)
    workplace.brake.ask(refused, _nothing, _nothing)


def _ask_about_rest(workplace: Workplace) -> None:
    """Ask what is asked where a colleague changed a part of an act since; neither answer does anything."""
    fields = ("owner", "tier", "status", "payment_terms", "tags")
    by = workplace.context.session.name
    stays = [{"type": "account", "field": field, "by": by, "count": count} for count, field in enumerate(fields, 1)]
    refused = AppError(Code.UNDO_PARTLY, stays=stays, left=_TWO, type="account", field=fields[0], by=by)
    workplace.rest.ask(refused, _nothing, _nothing)


def _nothing() -> None:
    """Do nothing."""
