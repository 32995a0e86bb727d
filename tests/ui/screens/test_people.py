"""The people across all customers: list, facts beside it, adding."""

from typing import cast

import pytest
from PySide6.QtCore import Qt

from desktop.domain.listing import Condition, Listing, Sort, Test
from desktop.ui.bridge import routes
from desktop.ui.people.view import PeoplePage
from tests.ui.screens.conftest import Window
from tests.ui.screens.desk import Desk

Key = Qt.Key


@pytest.fixture
def page(window: Window) -> PeoplePage:
    window.show(routes.PEOPLE)
    opened = cast(PeoplePage, window.page)
    window.wait(lambda: opened.pane.count > 0 and opened.person.has_person())
    return opened


def test_list_shows_everybody_by_name(page: PeoplePage, desk: Desk) -> None:
    expected = desk.app.reads.ids(Listing("contact", sort=(Sort("name"),)))

    assert list(page.pane.records.model.ids) == expected


def test_route_makes_the_person_current(window: Window, page: PeoplePage, desk: Desk) -> None:
    person = desk.named("contact", "邱敏")

    window.open(routes.PEOPLE, {"id": person})
    window.wait(lambda: page.pane.current_id() == person)

    assert page.pane.table.hasFocus()


def test_fact_is_edited_beside_the_list(window: Window, page: PeoplePage, desk: Desk) -> None:
    person = page.pane.current_id()

    page.person.facts.edit("job_title")
    window.type("Head of docks")
    window.press(Key.Key_Return)
    window.wait(lambda: desk.values("contact", person).get("job_title") == "Head of docks")

    model = page.pane.records.model
    window.wait(lambda: (row := model.record(0)) is not None and row.cell("job_title").text == "Head of docks")


def test_person_is_added_with_the_customer_picked_by_typing(window: Window, page: PeoplePage, desk: Desk) -> None:
    window.press("N")
    window.type("周启明")
    window.press(Key.Key_Tab)
    window.type("霁川")
    form = page.form
    assert form is not None
    picker = form.editor("account").picker  # type: ignore[attr-defined] # the editor of a reference
    window.wait(lambda: picker.box.is_open and bool(picker.box.rows.rows))
    window.press(Key.Key_Return)
    window.ctrl(Key.Key_Return)
    window.wait(lambda: bool(desk.ids("contact", Condition("name", Test.EQ, "周启明"))))

    added = desk.values("contact", desk.named("contact", "周启明"))
    assert added["account"] == desk.named("account", "霁川冷链物流")


def test_enter_opens_the_customer_of_the_person(window: Window, page: PeoplePage, desk: Desk) -> None:
    account = desk.values("contact", page.pane.current_id())["account"]

    window.press(Key.Key_Return)

    assert window.shell.route is not None
    assert (window.shell.route.page, window.shell.route.args["id"]) == (routes.CUSTOMER, account)


def test_deleted_person_is_undone(window: Window, page: PeoplePage, desk: Desk) -> None:
    person = page.pane.current_id()

    window.press(Key.Key_Delete)
    window.wait(lambda: person not in page.pane.records.model.ids)
    window.ctrl(Key.Key_Z)

    window.wait(lambda: person in page.pane.records.model.ids)


def test_person_moves_to_the_customer_that_is_named(window: Window, page: PeoplePage, desk: Desk) -> None:
    person = page.pane.current_id()
    account = desk.named("account", "霁川冷链物流")

    page.person.facts.edit("account")
    window.type("霁川冷链")
    window.press(Key.Key_Return)
    window.wait(lambda: desk.values("contact", person)["account"] == account)

    window.wait(lambda: page.person.facts.grid("about").row("account").fact.value == "霁川冷链物流")


def test_customer_that_nobody_is_called_keeps_the_person_where_they_are(
    window: Window, page: PeoplePage, desk: Desk
) -> None:
    person = page.pane.current_id()
    before = desk.values("contact", person)["account"]
    row = page.person.facts.grid("about").row("account")

    page.person.facts.edit("account")
    window.type("Nowhere Ltd")
    window.press(Key.Key_Return)
    window.wait(lambda: "Nowhere Ltd" in row.note)

    assert desk.values("contact", person)["account"] == before


def test_name_that_was_typed_whole_and_left_names_whoever_is_called_so(
    window: Window, page: PeoplePage, desk: Desk
) -> None:
    window.press("N")
    window.type("周启明")
    window.press(Key.Key_Tab)
    window.type("霁川冷链物流")
    window.press(Key.Key_Tab)
    form = page.form
    assert form is not None

    window.wait(lambda: form.editor("account").text() == desk.named("account", "霁川冷链物流"))

    assert form.field("account").note == ""


def test_name_of_nobody_stays_in_the_form_with_words_below_it(window: Window, page: PeoplePage) -> None:
    window.press("N")
    window.press(Key.Key_Tab)
    window.type("Nobody at all")
    window.press(Key.Key_Tab)
    form = page.form
    assert form is not None

    assert form.editor("account").picker.text() == "Nobody at all"  # type: ignore[attr-defined] # a reference
    assert form.field("account").note == "Nobody here is called “Nobody at all”."
