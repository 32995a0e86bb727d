"""A Chinese input method is on: lists get their letter keys, and nothing cuts what is being composed in a field."""

from collections.abc import Callable
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QPlainTextEdit, QWidget

from desktop.ui.bridge import routes
from desktop.ui.change_log.view import ChangeLogPage
from desktop.ui.customer.view import CustomerPage
from desktop.ui.customers.view import CustomersPage
from tests.ui.screens.conftest import Window

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
LETTERS = "leng lian"


def is_asked_for(widget: QWidget) -> bool:
    """Tell whether an input method would see the keys of a widget."""
    return bool(widget.inputMethodQuery(Qt.InputMethodQuery.ImEnabled))


def composed(window: Window) -> str:
    """Give what is being composed where the focus is, as far as Qt says: in one-line fields how wide it is."""
    holder = window.focus
    if isinstance(holder, QPlainTextEdit):
        return holder.textCursor().block().layout().preeditAreaText()
    assert isinstance(holder, QLineEdit)
    return str(holder.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle).x())


def opened_customer(window: Window) -> tuple[CustomerPage, str]:
    account = cast(CustomersPage, window.page).pane.records.model.ids[0]
    window.open(routes.CUSTOMER, {"id": account})
    page = cast(CustomerPage, window.page)
    window.wait(lambda: page.title() != window.place.kit.t("shell.nav.customers"))
    return page, account


def to_a_cell(window: Window) -> str:
    window.press("E")
    return cast(CustomersPage, window.page).pane.current_id()


def to_a_fact(window: Window) -> str:
    page, account = opened_customer(window)
    page.people.facts.edit("segment")
    return account


def to_a_note(window: Window) -> str:
    page, account = opened_customer(window)
    page.write_note()
    return account


def to_a_form(window: Window) -> str:
    window.press("N")
    return cast(CustomersPage, window.page).pane.current_id()


def to_the_question(window: Window) -> str:
    window.press("F", modifier=SHIFT)
    return cast(CustomersPage, window.page).pane.current_id()


@pytest.mark.parametrize("page", [routes.CUSTOMERS, routes.PEOPLE, routes.PIPELINE, routes.CHANGES, routes.CHOICE])
def test_lists_keep_their_letter_keys_from_an_input_method(window: Window, page: str) -> None:
    window.show(page)
    lists = [
        each for each in window.page.findChildren(QAbstractItemView) if each.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]

    asking = {is_asked_for(each) for each in lists}
    for each in lists:
        if each.isVisible() and each.model().rowCount():
            each.setFocus()
            window.press("J", "K", "X")
            asking.add(is_asked_for(each))
    window.press("J")
    asking.add(is_asked_for(window.focus))

    assert asking == {False}


@pytest.mark.parametrize("begin", [to_a_cell, to_a_fact, to_a_note, to_a_form, to_the_question])
def test_composition_is_not_cut_by_news_of_the_record_or_by_what_is_kept(
    customers: Window, begin: Callable[[Window], str]
) -> None:
    account = begin(customers)
    customers.ctrl(Key.Key_A)
    customers.type("A ")
    holder, still = customers.focus, composed(customers)
    customers.compose(LETTERS)
    composing = composed(customers)

    customers.place.context.drafts.keep("another form", {"name": "kept"})
    customers.desk.from_office("account", account, city="Elsewhere")
    customers.wait(lambda: customers.desk.values("account", account)["city"] == "Elsewhere")
    customers.settle()
    after = composed(customers)
    customers.compose("", commit="冷链")

    assert customers.focus is holder
    assert still != composing == after
    assert cast(QLineEdit, holder).property("text" if isinstance(holder, QLineEdit) else "plainText") == "A 冷链"


def test_filter_waits_for_what_is_composed_and_does_not_cut_it(customers: Window) -> None:
    customers.open(routes.CHANGES)
    page = cast(ChangeLogPage, customers.page)
    page.find_field.setFocus()
    still = composed(customers)

    customers.compose(LETTERS)
    composing = composed(customers)
    customers.settle()
    narrowed_by = page.find_field.text()
    after = composed(customers)
    customers.compose("", commit="冷链")

    assert narrowed_by == ""
    assert still != composing == after
    assert page.find_field.text() == "冷链"


def test_palette_finds_by_the_letters_that_are_being_composed_and_does_not_cut_them(customers: Window) -> None:
    customers.ctrl(Key.Key_K)
    palette = customers.place.finder.palette
    assert palette is not None
    customers.compose(LETTERS)
    composing = composed(customers)

    customers.wait(lambda: "霁川冷链物流" in [row.title for row in palette.rows.rows])
    after = composed(customers)
    row = next(each for each in palette.rows.rows if each.title == "霁川冷链物流")
    customers.compose("", commit="冷链")
    customers.wait(lambda: palette.is_answered and bool(palette.rows.rows))

    assert [row.title[start:end] for start, end in row.matches or ()] == ["冷链"]
    assert composing == after
    assert palette.field.text() == "冷链"
