"""The pages of the window as data: which there are, where the rail shows them, how each is made.

A page's module is imported when the page is first opened, so that the window starts without it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from desktop.ui.bridge import routes
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.shell.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One page. ``section`` is where the rail shows it: ``main``, ``sync``, or ``""`` for nowhere.

    ``parent`` is the entry that is lit while a page without one is open. ``count`` names the figure of
    ``bridge.counts`` that stands beside its title in the rail.
    """

    id: str
    title_key: str
    icon: str
    make: Callable[[ScreenContext], Page]
    shortcut: str = ""
    section: str = "main"
    parent: str = ""
    count: str = ""


def _today(context: ScreenContext) -> Page:
    from desktop.ui.today.view import TodayPage

    return TodayPage(context)


def _customers(context: ScreenContext) -> Page:
    from desktop.ui.customers.view import CustomersPage

    return CustomersPage(context)


def _customer(context: ScreenContext) -> Page:
    from desktop.ui.customer.view import CustomerPage

    return CustomerPage(context)


def _people(context: ScreenContext) -> Page:
    from desktop.ui.people.view import PeoplePage

    return PeoplePage(context)


def _pipeline(context: ScreenContext) -> Page:
    from desktop.ui.pipeline.view import PipelinePage

    return PipelinePage(context)


def _choice(context: ScreenContext) -> Page:
    from desktop.ui.choice.view import ChoicePage

    return ChoicePage(context)


def _changes(context: ScreenContext) -> Page:
    from desktop.ui.change_log.view import ChangeLogPage

    return ChangeLogPage(context)


def _settings(context: ScreenContext) -> Page:
    from desktop.ui.settings.view import SettingsPage

    return SettingsPage(context)


def _help(context: ScreenContext) -> Page:
    from desktop.ui.help.view import HelpPage

    return HelpPage(context)


SCREENS: tuple[Screen, ...] = (
    Screen(id=routes.TODAY, title_key="shell.nav.today", icon="sun", make=_today, shortcut="Ctrl+1"),
    Screen(
        id=routes.CUSTOMERS,
        title_key="shell.nav.customers",
        icon="building-2",
        make=_customers,
        shortcut="Ctrl+2",
        count="account",
    ),
    Screen(
        id=routes.CUSTOMER,
        title_key="shell.nav.customers",
        icon="building-2",
        make=_customer,
        section="",
        parent=routes.CUSTOMERS,
    ),
    Screen(
        id=routes.PEOPLE,
        title_key="shell.nav.people",
        icon="users",
        make=_people,
        shortcut="Ctrl+3",
        count="contact",
    ),
    Screen(
        id=routes.PIPELINE,
        title_key="shell.nav.pipeline",
        icon="columns-3",
        make=_pipeline,
        shortcut="Ctrl+4",
        count="opportunity",
    ),
    Screen(
        id=routes.CHOICE,
        title_key="shell.nav.choice",
        icon="git-merge",
        make=_choice,
        shortcut="Ctrl+0",
        section="sync",
        count="choice",
    ),
    Screen(id=routes.CHANGES, title_key="shell.nav.changes", icon="history", make=_changes, section="sync"),
    Screen(
        id=routes.SETTINGS,
        title_key="shell.nav.settings",
        icon="settings",
        make=_settings,
        shortcut="Ctrl+,",
        section="",
    ),
    Screen(id=routes.HELP, title_key="help.title", icon="info", make=_help, section=""),
)
