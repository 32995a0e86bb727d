"""The list of customers: views, filters, sort, preview, adding and deleting, live changes."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from desktop.commands.records import AddRecord, SetFields
from desktop.domain.listing import Condition, Listing, Sort, Test
from desktop.ui.bridge import routes
from desktop.ui.components.text_field import TextField
from desktop.ui.records.conditions import NamedCondition
from desktop.ui.records.filter_bar import Filters
from tests.ui.screens.conftest import Window
from tests.ui.screens.customers_page import page_of

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


def shown_ids(window: Window) -> list[str]:
    return list(page_of(window).pane.records.model.ids)


def cell(window: Window, account: str, column: str) -> str:
    model = page_of(window).pane.records.model
    record = model.record(model.row_of(account))
    return record.cell(column).text if record is not None else ""


def choose(window: Window, text: str) -> None:
    """Choose a row of the open menu by its text."""
    menu = page_of(window).pane.filters.menu or page_of(window).pane.menu
    assert menu is not None
    wanted = next(item for item in menu.rows.items if item.text == text)
    while menu.rows.current is not wanted:
        window.press(Key.Key_Down)
    window.press(Key.Key_Return)


def test_list_shows_every_customer_by_name(customers: Window) -> None:
    expected = customers.desk.app.reads.ids(Listing("account", sort=(Sort("name"),)))

    assert shown_ids(customers) == expected


def test_view_of_customers_not_seen_lately_has_those_never_seen(customers: Window) -> None:
    never = customers.desk.run(AddRecord("account", {"name": "Aardvark Never Seen"})).result

    customers.press("3")

    customers.wait(lambda: never in shown_ids(customers))


def test_view_of_my_customers_opens_by_its_number(customers: Window) -> None:
    mine = customers.desk.ids("account", Condition("owner", Test.EQ, customers.desk.app.session.user))

    customers.press("2")
    customers.wait(lambda: len(shown_ids(customers)) == len(mine))

    assert set(shown_ids(customers)) == set(mine)


def test_customer_is_opened_and_left_with_keys_only(customers: Window) -> None:
    third = shown_ids(customers)[2]

    customers.press("J", "J", Key.Key_Return)
    customers.wait(lambda: customers.shell.route is not None and customers.shell.route.page == routes.CUSTOMER)
    opened = customers.shell.route.args["id"] if customers.shell.route is not None else ""
    customers.press(Key.Key_Escape)
    customers.wait(lambda: customers.shell.route is not None and customers.shell.route.page == routes.CUSTOMERS)

    assert opened == third
    assert page_of(customers).pane.current_id() == third
    assert customers.focus is page_of(customers).pane.table


def test_filter_is_added_with_keys_and_removed_with_delete(customers: Window) -> None:
    everyone = len(shown_ids(customers))
    in_city = customers.desk.ids("account", Condition("city", Test.IN, ("香港",)))
    pane = page_of(customers).pane

    customers.press("F")
    choose(customers, "City")
    customers.wait(lambda: pane.filters.form is not None and len(pane.filters.form.values.ticked()) == 0)
    form = pane.filters.form
    assert form is not None
    customers.wait(lambda: "香港" in [candidate.title for candidate, _ in form.values.offered()])
    next(box for candidate, box in form.values.offered() if candidate.title == "香港").setFocus()
    customers.press(Key.Key_Space, Key.Key_Return)
    customers.wait(lambda: len(shown_ids(customers)) == len(in_city))
    chip = pane.filters.chips()[0]
    pane.filters.focus_last()
    customers.press(Key.Key_Delete)
    customers.wait(lambda: len(shown_ids(customers)) == everyone)

    assert (chip.label, chip.text) == ("City", "香港")


def test_filters_that_match_nothing_offer_to_be_cleared(customers: Window) -> None:
    pane = page_of(customers).pane
    everyone = pane.count

    pane.filters.set_filters(named(Condition("name", Test.CONTAINS, "nobody is called so")))
    customers.wait(lambda: pane.count == 0)
    offered = pane.no_match.isVisible()
    pane.no_match.action_clicked.emit()
    customers.wait(lambda: pane.count == everyone)

    assert offered


def named(*conditions: Condition) -> Filters:
    return Filters(tuple(NamedCondition(each, {}) for each in conditions))


def test_sort_by_key_turns_the_order_around(customers: Window) -> None:
    by_name = shown_ids(customers)

    customers.press("S")
    choose(customers, "Name")
    customers.wait(lambda: shown_ids(customers) != by_name)

    assert shown_ids(customers) == customers.desk.app.reads.ids(
        Listing("account", sort=(Sort("name", descending=True),))
    )


def test_new_customer_is_saved_with_ctrl_enter_and_becomes_current(customers: Window) -> None:
    customers.press("N")
    customers.type("Aaron Cold Rooms")
    customers.ctrl(Key.Key_Return)
    customers.wait(lambda: cell(customers, page_of(customers).pane.current_id(), "name") == "Aaron Cold Rooms")

    added = customers.desk.named("account", "Aaron Cold Rooms")
    assert customers.desk.values("account", added)["owner"] == customers.desk.app.session.user
    assert "Aaron Cold Rooms added" in customers.toasts


def test_form_left_with_escape_keeps_what_was_typed(customers: Window) -> None:
    customers.press("N")
    customers.type("Half a name")
    customers.press(Key.Key_Escape)
    customers.press("N")

    form = page_of(customers).form
    assert form is not None
    assert form.editor("name").text() == "Half a name"


def test_form_without_a_name_says_what_is_needed_and_saves_nothing(customers: Window) -> None:
    before = len(customers.desk.ids("account"))

    customers.press("N")
    customers.ctrl(Key.Key_Return)

    form = page_of(customers).form
    assert form is not None
    assert form.field("name").note == "This is needed."
    assert len(customers.desk.ids("account")) == before


def test_deleted_customer_comes_back_by_the_toast(customers: Window) -> None:
    first, second = shown_ids(customers)[:2]

    customers.press(Key.Key_Delete)
    customers.wait(lambda: first not in shown_ids(customers))
    current = page_of(customers).pane.current_id()
    customers.wait(lambda: bool(customers.shell.frame.toasts.views))
    undo = customers.shell.frame.toasts.views[0].action_button
    assert undo is not None
    undo.click()
    customers.wait(lambda: first in shown_ids(customers))

    assert current == second


def test_ticked_customers_are_deleted_in_one_act(customers: Window) -> None:
    wanted = shown_ids(customers)[:3]

    customers.press("J", "J", modifier=SHIFT)
    customers.press(Key.Key_Delete)
    customers.wait(lambda: not set(wanted) & set(shown_ids(customers)))
    customers.ctrl(Key.Key_Z)
    customers.wait(lambda: set(wanted) <= set(shown_ids(customers)))

    assert "3 records deleted" in customers.toasts


def test_edit_by_a_colleague_changes_the_row_and_moves_nothing(customers: Window) -> None:
    table = page_of(customers).pane.table
    customers.press("J", "J", "J", "J")
    table.verticalScrollBar().setValue(40)
    account = shown_ids(customers)[3]
    before = (page_of(customers).pane.current_id(), table.verticalScrollBar().value())

    customers.desk.from_office("account", account, segment="Seen from afar")
    customers.wait(lambda: cell(customers, account, "segment") == "Seen from afar")

    assert (page_of(customers).pane.current_id(), table.verticalScrollBar().value()) == before


def test_unsent_row_carries_the_ring(customers: Window) -> None:
    account = shown_ids(customers)[0]
    model = page_of(customers).pane.records.model

    customers.desk.run(SetFields("account", account, {"segment": "Ice"}))
    customers.wait(lambda: (row := model.record(0)) is not None and row.unsent)

    row = model.record(0)
    assert row is not None
    assert "Not sent yet" in row.spoken


def test_next_step_follows_the_tasks(customers: Window) -> None:
    account = next(each for each in shown_ids(customers)[:10] if cell(customers, each, "next") == "No next step")

    customers.desk.run(AddRecord("task", {"title": "Measure the dock", "account": account}))
    customers.wait(lambda: cell(customers, account, "next") == "Measure the dock")

    assert cell(customers, account, "next") == "Measure the dock"


def test_preview_follows_the_current_customer(customers: Window) -> None:
    fifth = shown_ids(customers)[4]
    name = str(customers.desk.values("account", fifth)["name"])

    customers.press("J", "J", "J", "J")

    customers.wait(lambda: name in [each.text() for each in page_of(customers).preview.findChildren(QLabel)])
    assert page_of(customers).preview.acts.has_subject()


def test_space_hides_and_shows_the_preview(customers: Window) -> None:
    preview = page_of(customers).preview

    customers.press(Key.Key_Space)
    hidden = preview.isHidden()
    customers.press(Key.Key_Space)

    assert hidden
    assert preview.isVisible()


@pytest.mark.parametrize("name", ["<b>Bold</b> & <img src=x>", "{braces} %s \\n", "\u202ekcab\u202c\x07", "=1+1"])
def test_hostile_name_is_shown_as_it_is_written(customers: Window, name: str) -> None:
    account = shown_ids(customers)[0]

    customers.desk.from_office("account", account, name=name)
    customers.wait(lambda: cell(customers, account, "name") == name)
    page_of(customers).pane.select(account)
    customers.wait(lambda: name in [each.text() for each in page_of(customers).preview.findChildren(QLabel)])

    labels = [each for each in customers.shell.findChildren(QLabel) if each.text() == name]
    assert labels
    assert all(each.textFormat() == Qt.TextFormat.PlainText for each in labels)


def test_name_is_edited_in_the_row(customers: Window) -> None:
    account = shown_ids(customers)[0]

    customers.press("E")
    editor = customers.focus
    assert isinstance(editor, TextField)
    editor.setText("Ambrel & Sons")
    customers.press(Key.Key_Return)
    customers.wait(lambda: customers.desk.values("account", account)["name"] == "Ambrel & Sons")

    assert not isinstance(customers.focus, TextField)


def test_space_lays_the_preview_over_a_narrow_window_and_esc_takes_it_away(customers: Window) -> None:
    page = page_of(customers)
    page.window().resize(1100, 680)
    customers.wait(lambda: not page.preview.isVisible())

    customers.press(Key.Key_Space)
    customers.wait(page.preview.isVisible)
    customers.press(Key.Key_Escape)

    customers.wait(lambda: not page.preview.isVisible())
    assert page_of(customers) is page
