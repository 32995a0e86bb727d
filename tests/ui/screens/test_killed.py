"""The program is killed while somebody types: page, selection and every keystroke are there when it starts again."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.commands.records import AddRecord, SetFields
from desktop.domain.listing import Condition, Test
from desktop.system.paths import ProfilePaths
from desktop.system.settings import KEY_FILE, Settings
from desktop.ui.bridge import routes
from desktop.ui.bridge.drafts import SHOWN
from desktop.ui.components.splitter import Splitter
from desktop.ui.components.text_field import TextField
from desktop.ui.customer.view import CustomerPage
from desktop.ui.customers.view import CustomersPage
from desktop.ui.records.conditions import NamedCondition
from desktop.ui.records.filter_form import FilterForm
from desktop.ui.records.filters import Filters
from desktop.ui.records.name_box import NameBox
from desktop.ui.records.record_form import RecordForm
from desktop.ui.shell.page import Route
from tests.ui.screens.conftest import Window
from tests.ui.screens.desk import Desk, open_copy
from tests.ui.screens.typing_child import FACT, NAME, NOTE, PANE_PX, QUESTION

Open = Callable[[], Window]
LONG_S = 60
"""Longer than typing takes on the slowest machine."""


@pytest.fixture
def profile(sample: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "profile"
    open_copy(sample, folder).close()
    Settings(ProfilePaths(folder).settings).set(KEY_FILE, str(folder / "key"))
    return folder


def kill_while_typing(profile: Path, what: str) -> None:
    """Let another process type and kill it at its last keystroke."""
    command = [sys.executable, "-m", "tests.ui.screens.typing_child", str(profile), what]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        # Who never gets to the last keystroke is killed all the same; nothing is read then.
        deadline = threading.Timer(LONG_S, child.kill)
        deadline.start()
        try:
            assert child.stdout.readline() == "typed\n"
        finally:
            deadline.cancel()
            child.kill()


def restarted(qtbot: QtBot, profile: Path) -> Window:
    """Start the program anew, as the user does."""
    window = Window(qtbot, Desk(profile))
    window.place.show()
    qtbot.waitExposed(window.shell)
    return window


def test_every_keystroke_of_a_form_survives_a_kill_with_page_and_selection(qtbot: QtBot, profile: Path) -> None:
    kill_while_typing(profile, "customer")

    window = restarted(qtbot, profile)
    told = window.toasts

    page = cast(CustomersPage, window.page)
    window.wait(lambda: any(form.editor("name").text() == NAME for form in window.shell.findChildren(RecordForm)))
    window.wait(lambda: page.pane.count > 0)
    window.wait(lambda: page.pane.current_id() == page.pane.records.model.ids[3])
    assert window.shell.route == Route(routes.CUSTOMERS)
    assert any(text.startswith("Everything you typed is here") for text in told)
    window.close()


def test_note_that_was_begun_survives_a_kill_with_its_customer(qtbot: QtBot, profile: Path) -> None:
    kill_while_typing(profile, "note")

    window = restarted(qtbot, profile)

    page = cast(CustomerPage, window.page)
    window.wait(lambda: page.title() != window.place.kit.t("shell.nav.customers"))
    assert page.main.timeline.note.text() == NOTE
    window.close()


def test_fact_that_was_being_edited_survives_a_kill_in_its_place(qtbot: QtBot, profile: Path) -> None:
    kill_while_typing(profile, "fact")

    window = restarted(qtbot, profile)

    facts = cast(CustomerPage, window.page).people.facts
    window.wait(facts.is_editing)
    editor = facts.grid("about").row("segment").editor
    assert isinstance(editor, TextField)
    assert editor.text() == FACT
    window.close()


def test_name_of_a_view_that_was_being_typed_survives_a_kill_and_stands_open(qtbot: QtBot, profile: Path) -> None:
    kill_while_typing(profile, "view")

    window = restarted(qtbot, profile)

    window.wait(lambda: any(box.text.text() == NAME for box in window.shell.findChildren(NameBox)))
    window.press(Qt.Key.Key_Return)
    page = cast(CustomersPage, window.page)
    window.wait(lambda: page.tabs.title() == NAME)
    assert not window.place.context.drafts.get("view-name account")
    window.close()


def test_filter_that_was_being_made_survives_a_kill_and_stands_open(qtbot: QtBot, profile: Path) -> None:
    kill_while_typing(profile, "filter")

    window = restarted(qtbot, profile)

    window.wait(lambda: any(form.text.text() == FACT for form in window.shell.findChildren(FilterForm)))
    window.press(Qt.Key.Key_Return)
    (named,) = cast(CustomersPage, window.page).pane.filters.filters.named
    assert (named.field, named.plain and named.plain.value) == ("website", FACT)
    assert not window.place.context.drafts.get("filter account website new")
    window.close()


def test_question_that_was_being_written_survives_a_kill_until_it_is_left(qtbot: QtBot, profile: Path) -> None:
    kill_while_typing(profile, "question")

    window = restarted(qtbot, profile)
    line = cast(CustomersPage, window.page).pane.ask
    stood = (line.text.text(), line.isVisible())
    QTest.keyClick(line.text, Qt.Key.Key_Escape)

    assert stood == (QUESTION, True)
    assert not line.isVisible()
    assert not window.place.context.drafts.get("ask account")
    window.close()


def killed_in(profile: Path, form: str, texts: dict[str, str], state: dict[str, Any]) -> Desk:
    """Leave what a kill leaves: the list of customers looked at in some way, and what was typed over it."""
    desk = Desk(profile)
    desk.app.unfinished.put(f"draft {form}", texts)
    desk.app.unfinished.put("place", {"page": routes.CUSTOMERS, "args": {}, "state": state, "form": form})
    return desk


def test_filter_that_was_being_changed_goes_on_in_the_place_of_its_chip(qtbot: QtBot, profile: Path) -> None:
    chips = [NamedCondition(Condition("website", Test.CONTAINS, text), {}) for text in ("old", "kept")]
    texts, state = {"test": Test.EQ.value, "text": "new"}, {"filters": Filters(tuple(chips)).as_plain(), "view": "all"}
    killed_in(profile, "filter account website 0", texts, state).close()

    window = restarted(qtbot, profile)
    page = cast(CustomersPage, window.page)
    window.wait(lambda: page.pane.filters.form is not None)
    window.press(Qt.Key.Key_Return)

    plain = [each.plain for each in page.pane.filters.filters.named]
    window.close()
    assert [(each.test, each.value) for each in plain if each] == [(Test.EQ, "new"), (Test.CONTAINS, "kept")]


def test_other_name_of_a_view_goes_on_once_the_view_is_here(qtbot: QtBot, profile: Path) -> None:
    desk = killed_in(profile, "view-name", {}, {})
    view = str(desk.run(AddRecord("saved_view", {"name": "Old", "record_type": "account", "position": 1})).result)
    desk.close()
    killed_in(profile, f"view-name {view}", {"name": "New na"}, {"view": view}).close()

    window = restarted(qtbot, profile)

    tabs = cast(CustomersPage, window.page).tabs
    window.wait(lambda: tabs.box is not None and tabs.box.text.text() == "New na")
    window.press(Qt.Key.Key_Return)
    window.wait(lambda: tabs.title() == "New na")
    window.close()


@pytest.mark.parametrize("form", ["view-name account", "filter account website new", "ask account"])
def test_what_was_begun_over_a_list_ends_with_a_window_that_is_closed_as_it_should_be(
    qtbot: QtBot, profile: Path, form: str
) -> None:
    desk = killed_in(profile, form, {"name": "New", "text": "new", "question": "new"}, {"view": "all"})
    desk.close()

    restarted(qtbot, profile).close()

    desk = Desk(profile)
    assert [name for name in desk.app.unfinished.names() if name.startswith("draft ")] == []
    desk.close()


def test_name_of_a_view_that_is_asked_for_anew_begins_empty(qtbot: QtBot, profile: Path) -> None:
    desk = killed_in(profile, "view-name account", {"name": "Another"}, {})
    desk.app.unfinished.put("place", None)
    desk.close()

    window = restarted(qtbot, profile)
    window.shell.open(Route(routes.CUSTOMERS))
    tabs = cast(CustomersPage, window.page).tabs
    tabs.save_as()

    assert tabs.box is not None
    assert tabs.box.text.text() == ""
    window.close()


def test_way_through_a_list_and_sizes_of_panes_survive_a_kill(qtbot: QtBot, profile: Path) -> None:
    kill_while_typing(profile, "walk")

    window = restarted(qtbot, profile)

    page = cast(CustomerPage, window.page)
    assert window.shell.route is not None
    place = window.place.context.trail.place("account", window.shell.route.args["id"])
    sizes = page.findChildren(Splitter)[0].sizes()
    window.press("[")
    window.wait(lambda: page.note().startswith("2 of"))
    window.shell.back()
    window.shell.back()
    window.shell.back()
    behind = window.shell.route
    window.shell.forward()

    assert place is not None
    assert (place.number, place.total) == (3, len(window.desk.ids("account")))
    assert sizes[0] == PANE_PX
    assert behind == Route(routes.CUSTOMERS)
    assert window.shell.route.page == routes.CUSTOMER
    window.close()


def test_fact_that_was_saved_or_left_alone_leaves_no_draft(qtbot: QtBot, profile: Path) -> None:
    window = restarted(qtbot, profile)
    account = window.desk.ids("account")[0]
    window.open(routes.CUSTOMER, {"id": account})
    facts = cast(CustomerPage, window.page).people.facts
    drafts, name = window.place.context.drafts, f"fact account {account}"
    window.wait(lambda: window.page.title() != window.place.kit.t("shell.nav.customers"))

    facts.edit("segment")
    window.type("Seafood")
    kept = drafts.get(name)
    window.press(Qt.Key.Key_Return)
    window.wait(lambda: not drafts.get(name))
    facts.edit("segment")
    window.type("Bakery")
    window.press(Qt.Key.Key_Escape)

    assert kept == {"segment": "Seafood"}
    assert drafts.get(name) == {}
    assert window.desk.values("account", account)["segment"] == "Seafood"
    window.close()


def test_panes_have_the_sizes_again_that_they_were_given(qtbot: QtBot, profile: Path) -> None:
    first = restarted(qtbot, profile)
    first.open(routes.CHANGES)
    split = first.page.findChildren(Splitter)[0]
    split.moveSplitter(500, 1)
    given = split.sizes()
    first.close()

    second = restarted(qtbot, profile)
    second.open(routes.CHANGES)

    assert second.page.findChildren(Splitter)[0].sizes() == given
    second.close()


def test_ordinary_end_begins_the_next_day_on_the_first_page_and_keeps_drafts(qtbot: QtBot, profile: Path) -> None:
    first = restarted(qtbot, profile)
    first.open(routes.PEOPLE)
    first.place.context.drafts.keep("account", {"name": "Half a na"})
    first.close()

    second = restarted(qtbot, profile)

    assert second.shell.route == Route(routes.TODAY)
    assert second.toasts == []
    assert second.place.context.drafts.get("account") == {"name": "Half a na"}
    second.close()


def test_place_at_which_the_program_was_killed_before_it_was_shown_is_not_tried_again(
    qtbot: QtBot, profile: Path
) -> None:
    desk = Desk(profile)
    desk.app.unfinished.put("place", {"page": "a page of a newer program", "args": {}, "state": {}, "form": ""})
    desk.close()

    window = restarted(qtbot, profile)

    assert window.shell.route == Route(routes.TODAY)
    window.close()


@pytest.mark.parametrize("page", [routes.CHANGES, routes.PEOPLE])
def test_form_that_the_palette_opened_over_any_page_survives_a_kill(qtbot: QtBot, profile: Path, page: str) -> None:
    desk = Desk(profile)
    form = f"task {desk.ids('account')[0]}"
    desk.app.unfinished.put("place", {"page": page, "args": {}, "state": {}, "form": form})
    desk.close()

    window = restarted(qtbot, profile)

    window.wait(lambda: any(each.draft == form for each in window.shell.findChildren(RecordForm)))
    assert window.shell.route == Route(page)
    window.close()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        (routes.TODAY, Qt.Key.Key_Right),
        (routes.PEOPLE, Qt.Key.Key_Down),
        (routes.PIPELINE, Qt.Key.Key_Down),
        (routes.CHANGES, Qt.Key.Key_Down),
    ],
)
def test_state_of_every_page_comes_back_from_a_file(qtbot: QtBot, desk: Desk, name: str, key: Qt.Key) -> None:
    for account in desk.ids("account")[:2]:
        desk.run(SetFields("account", account, {"city": "Tromsø"}))
    first = Window(qtbot, desk)
    first.show(name)
    first.settle()
    fresh = first.page.save_state()
    first.press(key)
    first.settle()
    left = first.page.save_state()
    first.place.close()
    in_file = json.loads(json.dumps(left))
    desk.app.unfinished.put("place", {"page": name, "args": {}, "state": in_file, "form": ""})

    second = Window(qtbot, desk)
    second.place.show()
    try:
        second.wait(lambda: second.page.save_state() == left)
    finally:
        second.close()

    assert left != fresh


def test_what_was_typed_about_a_customer_goes_when_the_customer_is_taken_off(qtbot: QtBot, profile: Path) -> None:
    window = restarted(qtbot, profile)
    lost, kept = window.desk.ids("account")[:2]
    drafts = window.place.context.drafts
    typed = {f"note {lost}": {"body": NOTE}, f"note {kept}": {"body": NOTE}, "account": {"name": NAME}}
    picked = {"name": "Li Wei", "account": lost, f"{SHOWN}account": "Lost Ltd"}
    for form, texts in {**typed, "contact": picked}.items():
        drafts.keep(form, texts)
    window.desk.revoked(lost)
    frozen = drafts.get(f"note {lost}")

    window.desk.taken_off()
    window.wait(lambda: not drafts.get(f"note {lost}"))

    left = {form: dict(drafts.get(form)) for form in (*typed, "contact")}
    window.close()
    assert frozen == {"body": NOTE}
    assert left == {**typed, f"note {lost}": {}, "contact": {}}
