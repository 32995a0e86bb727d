"""What lists and facts do while something else goes on: a save, an export, another record, somebody else's view."""

import threading
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.commands.records import AddRecord, SetFields
from desktop.ui.bridge import routes
from desktop.ui.customer.view import CustomerPage
from desktop.ui.records.editors import ReferenceEditor
from desktop.ui.records.name_box import NameBox
from desktop.ui.records.record_facts import FactsData
from desktop.ui.records.view_tabs import ViewTabs
from tests.ui.screens.conftest import Window
from tests.ui.screens.customers_page import mass_edit, page_of

Key = Qt.Key
HARBOUR = {"name": "Harbour", "record_type": "account", "question": "city = 香港"}


def kept_view(window: Window, values: dict[str, str]) -> tuple[ViewTabs, str]:
    """Open a view that is kept as a record."""
    tabs = page_of(window).tabs
    view = str(window.desk.run(AddRecord("saved_view", values)).result)
    window.wait(lambda: view in tabs.view_keys())
    tabs.set_current(view)
    return tabs, view


def test_name_that_was_typed_and_not_picked_is_refused_for_many_and_never_taken_as_empty(customers: Window) -> None:
    customers.press("X")
    form = mass_edit(customers, "owner")
    editor = cast(ReferenceEditor, form.editor)
    editor.picker.set_picked(customers.desk.ids("user")[0], "Somebody")
    editor.picker.picked.emit(editor.picker.picked_id())
    customers.wait(form.save_button.isEnabled)

    customers.ctrl(Key.Key_A)
    customers.type("Nobody at all")
    customers.wait(lambda: bool(form.note))

    assert form.note == "Nobody here is called “Nobody at all”."
    assert not form.save_button.isEnabled()
    assert editor.value() is None


def test_count_of_an_edit_of_many_does_not_wait_for_the_writer(customers: Window) -> None:
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with customers.desk.app.database.writing():
            held.set()
            let_go.wait(60)

    writer = threading.Thread(target=hold)
    writer.start()
    try:
        held.wait(60)
        customers.press("X")
        form = mass_edit(customers, "segment")
        customers.type("Zoo")
        customers.wait(form.save_button.isEnabled)
        counted = form.outcome.text()
    finally:
        let_go.set()
        writer.join()

    assert counted == "1 will change."


def test_copy_of_a_few_rows_waits_for_no_export_and_is_not_overtaken_by_one_before(
    customers: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    pane, acts, let_go = page_of(customers).pane, page_of(customers).acts, threading.Event()
    first, second = pane.records.model.ids[:2]
    export = customers.desk.app.jobs.submit_aside(lambda: let_go.wait(60))
    try:
        with monkeypatch.context() as few:
            few.setattr("desktop.ui.records.list_acts._PAGE", 0)
            pane.records.model.set_ticked([first])
            acts.copy()
        pane.records.model.set_ticked([second])
        acts.copy()
        name = customers.desk.values("account", second)["name"]
        customers.wait(lambda: str(name) in QApplication.clipboard().text())
    finally:
        let_go.set()
    export.result()
    customers.settle()
    customers.desk.app.jobs.submit_aside(lambda: None).result()
    customers.settle()

    assert str(name) in QApplication.clipboard().text()


def test_export_leaves_both_readers_to_lists_and_records(customers: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    lanes: list[str] = []
    acts = page_of(customers).acts
    monkeypatch.setattr(acts, "_table", lambda *_: lanes.append(threading.current_thread().name))
    monkeypatch.setattr(acts, "_put", lambda _table: lanes.append("put"))
    monkeypatch.setattr("desktop.ui.records.list_acts._PAGE", 0)

    acts.copy()

    customers.wait(lambda: len(lanes) == 2)
    assert lanes[0].startswith("aside-lane")


def test_name_that_was_typed_into_a_fact_is_saved_for_the_customer_that_was_left(customers: Window) -> None:
    first, second = page_of(customers).pane.records.model.ids[:2]
    owner = next(each for each in customers.desk.ids("user") if each != customers.desk.app.session.user)
    customers.open(routes.CUSTOMER, {"id": first})
    page = cast(CustomerPage, customers.page)
    customers.wait(lambda: page.title() != customers.place.kit.t("shell.nav.customers"))
    facts = page.people.facts
    # As where those to choose from are too many to list.
    customers.wait(lambda: facts.data is not None)
    assert facts.data is not None
    facts.set_facts(FactsData(facts.data.view))

    facts.grid("about").committed.emit("owner", str(customers.desk.values("user", owner)["name"]))
    customers.open(routes.CUSTOMER, {"id": second})

    customers.wait(lambda: customers.desk.values("account", first)["owner"] == owner)
    assert customers.desk.values("account", second)["owner"] != owner


def test_fact_that_is_refused_after_its_customer_was_left_is_told_and_marks_no_other(customers: Window) -> None:
    first, second = page_of(customers).pane.records.model.ids[:2]
    customers.open(routes.CUSTOMER, {"id": first})
    page = cast(CustomerPage, customers.page)
    customers.wait(lambda: page.title() != customers.place.kit.t("shell.nav.customers"))
    customers.desk.revoked(first)
    title = page.title()

    page.people.facts.grid("about").committed.emit("segment", "Seafood")
    customers.open(routes.CUSTOMER, {"id": second})

    customers.wait(lambda: bool(customers.toasts))
    customers.wait(lambda: page.title() != title)
    assert page.people.facts.grid("about").row("segment").note == ""
    assert not page.people.facts.is_editing()


def test_view_that_was_saved_elsewhere_while_it_was_changed_here_says_so_until_it_is_reset(customers: Window) -> None:
    tabs, view = kept_view(customers, HARBOUR)
    page_of(customers).pane.filters.set_filters(page_of(customers).pane.filters.filters.without(0))
    said = tabs.note

    customers.desk.run(SetFields("saved_view", view, {"question": "city = 深圳"}))
    customers.wait(lambda: tabs.note != said)
    anew = tabs.note
    tabs.reset()

    assert (said, anew) == ("View changed", "View changed, and saved anew elsewhere")
    assert not tabs.is_changed
    assert page_of(customers).pane.filters.chips()[0].text == "深圳"


def test_question_that_cannot_be_read_here_is_never_saved_over(customers: Window) -> None:
    tabs, view = kept_view(customers, {**HARBOUR, "question": "mood = sunny"})
    page_of(customers).pane.choose_sort()
    page_of(customers).pane.set_sort(())

    tabs.save()

    assert isinstance(tabs.box, NameBox)
    assert customers.desk.values("saved_view", view)["question"] == "mood = sunny"
    tabs.box.close_now()


def test_answer_to_a_question_that_was_left_changes_nothing(customers: Window) -> None:
    pane = page_of(customers).pane
    everyone = pane.count
    customers.press("F", modifier=Qt.KeyboardModifier.ShiftModifier)
    customers.type("owner = me")

    customers.press(Key.Key_Return, Key.Key_Escape)
    customers.settle()

    assert not pane.filters.filters.named
    assert pane.count == everyone


def test_name_that_was_typed_and_left_stays_and_never_empties_the_field_of_many(customers: Window) -> None:
    customers.press("X")
    form = mass_edit(customers, "owner")
    customers.type("Nobody at all")

    customers.press(Key.Key_Tab)
    customers.wait(lambda: bool(form.note))
    customers.ctrl(Key.Key_Return)

    assert cast(ReferenceEditor, form.editor).picker.text() == "Nobody at all"
    assert not form.save_button.isEnabled()
    assert form.isVisible()


def test_name_that_was_typed_whole_is_counted_once_it_is_picked(customers: Window) -> None:
    colleague = next(each for each in customers.desk.ids("user") if each != customers.desk.app.session.user)
    customers.press("X")
    form = mass_edit(customers, "owner")
    box = cast(ReferenceEditor, form.editor).picker.box
    customers.type(str(customers.desk.values("user", colleague)["name"]))
    customers.wait(lambda: box.is_open and bool(form.note))

    customers.press(Key.Key_Return)

    customers.wait(form.save_button.isEnabled)
    assert (form.editor.value(), form.note) == (colleague, "")


def test_emptying_a_field_of_many_is_said_before_it_is_done(customers: Window) -> None:
    account = page_of(customers).pane.records.model.ids[0]
    customers.desk.run(SetFields("account", account, {"segment": "Ice"}))
    customers.press("X")
    form = mass_edit(customers, "segment")

    customers.type(" ")
    customers.press(Key.Key_Backspace)
    customers.wait(form.save_button.isEnabled)

    assert form.outcome.text() == "1 will be emptied."
