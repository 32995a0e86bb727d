"""The page of one customer: facts edited in place, notes, neighbours, what arrives while it is open."""

from threading import Event
from typing import cast

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.commands.records import AddRecord, SetFields
from desktop.domain.listing import Condition, Listing, Sort, Test
from desktop.ui.bridge import routes
from desktop.ui.components.text_field import TextField
from desktop.ui.customer.note_draft import NoteDraft
from desktop.ui.customer.view import CustomerPage
from tests.ui.screens.conftest import Window
from tests.ui.screens.desk import Desk

Key = Qt.Key
NAME = "霁川冷链物流"


@pytest.fixture
def account(desk: Desk) -> str:
    """The customer of whom the sample tells most."""
    return desk.named("account", NAME)


@pytest.fixture
def page(window: Window, account: str) -> CustomerPage:
    window.show(routes.CUSTOMER, {"id": account})
    opened = cast(CustomerPage, window.page)
    window.wait(lambda: opened.title() == NAME)
    opened.focus_main()
    return opened


def value(page: CustomerPage, group: str, name: str) -> str:
    return page.people.facts.grid(group).row(name).fact.value


def entries(page: CustomerPage) -> list[str]:
    rows = page.main.timeline.timeline.rows()
    return [rows.row(number).sentence() for number in range(rows.rowCount())]


def edit(window: Window, page: CustomerPage, name: str) -> TextField:
    """Open the editor of a fact and give it."""
    page.people.facts.edit(name)
    editor = window.focus
    assert isinstance(editor, TextField)
    return editor


def test_page_shows_the_customer_with_people_deals_and_days(page: CustomerPage, desk: Desk, account: str) -> None:
    people = desk.ids("contact", Condition("account", Test.EQ, account))
    opened = desk.ids("opportunity", Condition("account", Test.EQ, account), Condition("status", Test.EQ, "open"))

    assert {line.id for line in page.people.people.lines} == set(people)
    assert {line.id for line in page.side.deals.lines} == set(opened)
    assert any("谈定门加热丝两套" in entry for entry in entries(page))


def test_fact_left_is_saved_by_itself(window: Window, page: CustomerPage, desk: Desk, account: str) -> None:
    edit(window, page, "segment").setText("冷链仓储")
    window.press(Key.Key_Return)
    window.wait(lambda: f"{NAME} changed" in window.toasts)

    assert desk.values("account", account)["segment"] == "冷链仓储"
    assert value(page, "about", "segment") == "冷链仓储"


def test_value_that_does_not_fit_stays_with_words_beside_it(
    window: Window, page: CustomerPage, desk: Desk, account: str
) -> None:
    before = desk.values("account", account)["email"]

    edit(window, page, "email").setText("nobody at all")
    window.press(Key.Key_Return)

    row = page.people.facts.grid("reach").row("email")
    assert row.editor is not None
    assert cast(TextField, row.editor).text() == "nobody at all"
    assert "Email" in row.note
    assert desk.values("account", account)["email"] == before


def test_escape_leaves_a_fact_as_it_was(window: Window, page: CustomerPage, desk: Desk, account: str) -> None:
    before = desk.values("account", account)["segment"]

    edit(window, page, "segment").setText("thrown away")
    window.press(Key.Key_Escape)

    assert desk.values("account", account)["segment"] == before
    assert window.page is page


def test_edit_of_a_colleague_does_not_touch_what_is_being_typed(
    window: Window, page: CustomerPage, desk: Desk, account: str
) -> None:
    editor = edit(window, page, "segment")
    editor.setText("half typed")
    editor.setCursorPosition(4)
    editor.setSelection(1, 3)

    desk.from_office("account", account, segment="theirs")
    row = page.people.facts.grid("about").row("segment")
    window.wait(lambda: row.fact.value == "theirs")

    assert (editor.text(), editor.selectedText(), editor.hasFocus()) == ("half typed", "alf", True)
    assert "theirs" in row.note


def test_edit_of_a_colleague_shows_at_once(window: Window, page: CustomerPage, desk: Desk, account: str) -> None:
    desk.from_office("account", account, phone="+86 755 0000 1111", name="霁川物流集团")

    window.wait(lambda: page.title() == "霁川物流集团")

    assert value(page, "reach", "phone") == "+86 755 0000 1111"


def test_new_activity_of_a_colleague_keeps_the_note_and_its_caret(
    window: Window, page: CustomerPage, desk: Desk, account: str
) -> None:
    note = page.main.timeline.note
    window.press("/")
    window.type("Dock 3 opens")
    note.setCursorPosition(4)

    desk.run(AddRecord("activity", {"kind": "call", "account": account, "subject": "From elsewhere"}))
    window.wait(lambda: any("From elsewhere" in entry for entry in entries(page)))

    assert (note.text(), note.cursorPosition(), note.hasFocus()) == ("Dock 3 opens", 4, True)


def test_current_entry_stays_current_when_one_comes_before_it(
    window: Window, page: CustomerPage, desk: Desk, account: str
) -> None:
    timeline = page.main.timeline.timeline
    window.press("J", "J")
    current = timeline.current_id()

    desk.run(AddRecord("activity", {"kind": "call", "account": account, "subject": "From elsewhere"}))
    window.wait(lambda: any("From elsewhere" in entry for entry in entries(page)))

    assert timeline.current_id() == current


def test_note_is_written_with_enter(window: Window, page: CustomerPage, desk: Desk, account: str) -> None:
    window.press("/")
    window.type("Asked for the 60 m3 room again")
    window.press(Key.Key_Return)

    window.wait(lambda: any("Asked for the 60 m3 room again" in entry for entry in entries(page)))

    written = next(entry for entry in entries(page) if "Asked for the 60 m3 room again" in entry)
    assert "Not sent yet" in written
    assert page.main.timeline.note.text() == ""


def test_note_stays_a_draft_until_it_is_on_the_disk(
    window: Window, page: CustomerPage, desk: Desk, account: str
) -> None:
    drafts, name, gate = window.place.context.drafts, f"note {account}", Event()
    desk.app.jobs.submit_write(gate.wait)
    try:
        window.press("/")
        window.type("Gate code 4711")
        window.press(Key.Key_Return)
        line = page.main.timeline.note.text()
        after_kill = NoteDraft(drafts).begun(account)
    finally:
        gate.set()

    window.wait(lambda: not drafts.get(name))
    assert (line, after_kill) == ("", "Gate code 4711")
    assert desk.ids("activity", Condition("account", Test.EQ, account), Condition("body", Test.EQ, "Gate code 4711"))


def test_note_that_was_refused_comes_back_into_its_line(
    window: Window, page: CustomerPage, desk: Desk, account: str
) -> None:
    gate, note = Event(), page.main.timeline.note
    desk.app.jobs.submit_write(gate.wait)
    try:
        window.press("/")
        window.type("Gate code 4711")
        window.press(Key.Key_Return)
        window.type("and 12")
        line = note.text()
        desk.revoked(account)
    finally:
        gate.set()

    window.wait(lambda: note.text() == "Gate code 4711 and 12")
    assert line == "and 12"
    assert window.place.context.drafts.get(f"note {account}") == {"body": "Gate code 4711 and 12"}


def test_note_that_was_begun_is_there_when_one_comes_back(window: Window, page: CustomerPage) -> None:
    window.press("/")
    window.type("half a note")
    window.open(routes.CUSTOMERS)
    window.shell.back()

    window.wait(lambda: page.main.timeline.note.text() == "half a note")


def test_kinds_narrow_the_timeline(window: Window, page: CustomerPage) -> None:
    page.main.timeline.kinds.set_value("call")
    page.main.timeline.kinds_changed.emit()

    window.wait(lambda: bool(entries(page)) and not any("Visit" in entry for entry in entries(page)))

    assert any("Call" in entry for entry in entries(page))


def test_visit_is_logged_with_v(window: Window, page: CustomerPage, desk: Desk, account: str) -> None:
    window.press("V")
    form = page.acts.form
    assert form is not None
    form.editor("subject").set_text("Walked through dock 3")
    window.ctrl(Key.Key_Return)

    window.wait(lambda: any("Walked through dock 3" in entry for entry in entries(page)))

    assert "Visit saved on this laptop" in window.toasts
    assert desk.values("account", account)["last_visit_at"] == "2026-11-20T03:00:00.000Z"


def test_visit_with_further_fields_is_saved_as_a_visit(
    window: Window, page: CustomerPage, desk: Desk, account: str
) -> None:
    window.press("V")
    form = page.acts.form
    assert form is not None
    form.editor("subject").set_text("Measured the dock")
    form.show_more()
    form.editor("direction").set_text("out")
    form.save()

    window.wait(lambda: "Visit saved on this laptop" in window.toasts)
    visits = desk.ids("activity", Condition("subject", Test.EQ, "Measured the dock"))

    assert [desk.values("activity", each)["kind"] for each in visits] == ["visit"]
    assert [desk.values("activity", each)["direction"] for each in visits] == ["out"]


def test_brackets_go_to_the_neighbours_in_the_list(window: Window, page: CustomerPage, desk: Desk) -> None:
    ids = desk.app.reads.ids(Listing("account", sort=(Sort("name"),)))
    window.place.context.trail.follow("account", ids)
    here = ids.index(desk.named("account", NAME))

    window.press("]")
    window.wait(lambda: page.title() != NAME)
    after = window.shell.route.args["id"] if window.shell.route is not None else ""
    window.press("[")
    window.wait(lambda: page.title() == NAME)

    assert after == ids[here + 1]
    assert page.note() == f"{here + 1} of {len(ids)}"


def test_text_begun_for_one_customer_never_goes_to_the_next_one(window: Window, desk: Desk, account: str) -> None:
    ids = desk.app.reads.ids(Listing("account", sort=(Sort("name"),)))
    window.place.context.trail.follow("account", ids)
    other = ids[ids.index(account) + 1]
    before = desk.values("account", other).get("segment")
    window.place.context.drafts.keep(f"fact account {account}", {"segment": "half typed"})
    window.show(routes.CUSTOMER, {"id": account})
    page = cast(CustomerPage, window.page)
    facts = page.people.facts
    window.wait(facts.is_editing)

    page.step(1)
    window.wait(lambda: page.title() == desk.values("account", other)["name"])
    is_editing = facts.is_editing()
    window.press(Key.Key_Tab)
    page.step(-1)
    window.wait(lambda: page.title() == NAME)

    assert not is_editing
    assert desk.values("account", other).get("segment") == before
    assert cast(TextField, facts.grid("about").row("segment").editor).text() == "half typed"


def test_person_is_added_from_the_menu_of_n(window: Window, page: CustomerPage, desk: Desk, account: str) -> None:
    before = len(page.people.people.lines)

    window.press("N")
    window.press(Key.Key_Return)
    window.type("吴嘉敏")
    window.ctrl(Key.Key_Return)
    window.wait(lambda: len(page.people.people.lines) == before + 1)

    assert desk.values("contact", desk.named("contact", "吴嘉敏"))["account"] == account


def test_task_is_added_with_t_and_done_in_its_tab(window: Window, page: CustomerPage, desk: Desk) -> None:
    window.press("T")
    window.type("Send the heater invoice")
    window.ctrl(Key.Key_Return)
    window.wait(lambda: any(line.title == "Send the heater invoice" for line in page.side.tasks.lines))
    task = desk.app.reads.ids(Listing("task", (Condition("title", Test.EQ, "Send the heater invoice"),)))[0]

    window.press("3")
    page.main.tasks.set_current(task)
    window.press(Key.Key_Return)
    window.wait(lambda: bool(desk.values("task", task).get("done")))

    window.wait(lambda: all(line.id != task for line in page.side.tasks.lines))


def test_day_of_a_task_is_read_from_words(window: Window, page: CustomerPage, desk: Desk) -> None:
    window.press("T")
    window.type("Call about the dock")
    window.press(Key.Key_Tab)
    window.type("下周二三点")
    window.ctrl(Key.Key_Return)
    window.wait(lambda: any(line.title == "Call about the dock" for line in page.side.tasks.lines))

    task = desk.app.reads.ids(Listing("task", (Condition("title", Test.EQ, "Call about the dock"),)))[0]
    assert desk.values("task", task)["due_at"] == "2026-11-24T07:00:00.000Z"


def test_changes_tab_tells_who_changed_what(window: Window, page: CustomerPage, desk: Desk, account: str) -> None:
    colleague = desk.app.reads.ids(Listing("user", (Condition("login", Test.EQ, "qihang"),)))[0]
    desk.run(SetFields("account", account, {"segment": "mine"}))
    desk.from_office("account", account, by=colleague, tier="c")

    window.press("4")
    rows = page.main.history.rows()
    window.wait(lambda: rows.rowCount() >= 2)

    said = [rows.row(number).sentence() for number in range(rows.rowCount())]
    name = str(desk.values("user", colleague)["name"])
    assert any("Tier" in each and name in each for each in said)
    assert any("Segment" in each and "you" in each for each in said)


def test_customer_that_left_the_territory_can_only_be_read(
    window: Window, page: CustomerPage, desk: Desk, account: str
) -> None:
    desk.revoked(account)
    window.wait(lambda: window.shell.frame.notice is not None)

    window.press("E")

    assert not page.people.facts.is_editing()
    assert not page.header.visit_button.isEnabled()
    assert page.people.facts.grid("about").row("segment").fact.editable is False


def test_deleted_customer_is_undone_from_the_list(window: Window, page: CustomerPage, desk: Desk, account: str) -> None:
    window.press(Key.Key_Delete)
    window.wait(lambda: account not in desk.ids("account"))
    at = window.shell.route
    window.ctrl(Key.Key_Z)
    window.wait(lambda: account in desk.ids("account"))

    assert at is not None
    assert at.page == routes.CUSTOMERS


def test_page_of_a_missing_customer_says_so(window: Window) -> None:
    window.show(routes.CUSTOMER, {"id": "00000000-0000-7000-8000-000000000000"})

    page = cast(CustomerPage, window.page)
    window.wait(page.gone.isVisible)

    assert page.title() == "Customers"


def test_opportunity_at_the_side_opens_in_the_pipeline(window: Window, page: CustomerPage, qtbot: QtBot) -> None:
    deal = page.side.deals.lines[0].id

    page.side.deals.setFocus()
    window.press(Key.Key_Return)

    assert window.shell.route is not None
    assert (window.shell.route.page, window.shell.route.args["id"]) == (routes.PIPELINE, deal)
