"""Fields of the organisation's own in the facts of a record: edited in place, saved by themselves, told of changes."""

from typing import cast

import pytest
from PySide6.QtCore import Qt

from desktop.ui.bridge import routes
from desktop.ui.components.fact_row import FactRow
from desktop.ui.customer.view import CustomerPage
from tests.ui.screens.conftest import Window

NAME = "霁川冷链物流"
OWN = "x_dock_doors"


@pytest.fixture
def page(window: Window) -> CustomerPage:
    window.show(routes.CUSTOMER, {"id": window.desk.named("account", NAME)})
    opened = cast(CustomerPage, window.page)
    window.wait(lambda: opened.title() == NAME and opened.people.facts.data is not None)
    if opened.people.facts.more_button.isVisible():
        opened.people.facts.more_button.click()
    return opened


def row(page: CustomerPage) -> FactRow:
    return page.people.facts.grid("more").row(OWN)


def test_own_field_is_refused_beside_it_then_saved_by_itself(window: Window, page: CustomerPage) -> None:
    account = window.desk.named("account", NAME)
    page.people.facts.edit(OWN)
    window.type("many")
    window.press(Qt.Key.Key_Return)
    refused = row(page).note

    window.ctrl(Qt.Key.Key_A)
    window.type("14")
    window.press(Qt.Key.Key_Return)

    window.wait(lambda: window.desk.values("account", account).get(OWN) == 14)
    assert refused


def test_change_of_an_own_field_on_another_laptop_stands_beside_it_while_it_is_edited(
    window: Window, page: CustomerPage
) -> None:
    page.people.facts.edit(OWN)
    window.type("7")

    window.desk.from_office("account", window.desk.named("account", NAME), x_dock_doors=31)

    window.wait(lambda: "31" in row(page).note)
    assert window.focus.property("text") == "7"
