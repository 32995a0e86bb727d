"""Where a record is shown: the pages' names and the way from a record to its page."""

from collections.abc import Callable

from desktop.ui.shell.page import Route

TODAY = "today"
CUSTOMERS = "customers"
CUSTOMER = "customer"
PEOPLE = "people"
PIPELINE = "pipeline"
CHOICE = "choice"
CHANGES = "changes"
SETTINGS = "settings"
HELP = "help"

_PAGES = {"account": CUSTOMER, "contact": PEOPLE, "opportunity": PIPELINE, "conflict": CHOICE}


def route_to(record_type: str, record_id: str) -> Route | None:
    """Give the page on which a record of this type is shown, ``None`` where there is none of its own."""
    page = _PAGES.get(record_type)
    return Route(page, {"id": record_id}) if page else None


def record_of(route: Route) -> tuple[str, str] | None:
    """Give type and id of the record that a route shows, ``None`` where it shows none."""
    types = {page: name for name, page in _PAGES.items() if name != "conflict"}
    record_id, record_type = route.args.get("id"), types.get(route.page)
    return (record_type, record_id) if record_id and record_type else None


Open = Callable[[Route], None]
