"""What every list can do: be asked in words, kept as a view, arranged, copied, exported, edited as a whole."""

import csv
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from desktop.commands.records import AddRecord, DeleteRecord, SetFields
from desktop.commands.undo import Undo
from desktop.domain.listing import Condition, Test
from desktop.ui.bridge import routes
from desktop.ui.components.label import Label
from desktop.ui.pipeline.view import PipelinePage
from desktop.ui.records.conditions import NamedCondition, offered_test
from desktop.ui.records.filter_bar import Filters
from desktop.ui.records.filter_form import FilterForm
from desktop.ui.records.record_form import RecordForm
from sync.contract.entities import CATALOGUE
from tests.ui.screens.conftest import Window
from tests.ui.screens.customers_page import mass_edit, page_of

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


def shown_ids(window: Window) -> list[str]:
    return list(page_of(window).pane.records.model.ids)


def cell(window: Window, account: str, column: str) -> str:
    model = page_of(window).pane.records.model
    record = model.record(model.row_of(account))
    return record.cell(column).text if record is not None else ""


def ask(window: Window, text: str) -> None:
    """Write a question over the list, with keys only."""
    window.press("F", modifier=SHIFT)
    window.ctrl(Key.Key_A)
    window.press(Key.Key_Delete)
    for piece in text.split("|"):
        window.type(piece)
    window.press(Key.Key_Return)


def in_hong_kong(window: Window) -> set[str]:
    return set(window.desk.ids("account", Condition("city", Test.EQ, "香港")))


def keep_view(window: Window, name: str) -> str:
    """Keep what is shown as a view, with keys only; gives its id."""
    window.press("N", modifier=SHIFT)
    window.type(name)
    window.press(Key.Key_Return)
    window.wait(lambda: page_of(window).tabs.title() == name)
    return page_of(window).tabs.current()


def test_question_in_words_limits_the_list_and_becomes_chips(customers: Window) -> None:
    wanted = in_hong_kong(customers)

    ask(customers, "city is |香港| and last visit is filled")
    customers.wait(lambda: len(page_of(customers).pane.filters.chips()) == 2)
    customers.wait(lambda: set(shown_ids(customers)) <= wanted)

    chips = [(chip.label, chip.text) for chip in page_of(customers).pane.filters.chips()]
    assert chips == [("City", "香港"), ("Last visit", "is filled in")]
    assert customers.focus is page_of(customers).pane.table


def test_question_that_is_not_understood_marks_the_place_and_leaves_the_list(customers: Window) -> None:
    before = shown_ids(customers)
    line = page_of(customers).pane.ask

    ask(customers, "name ~ foods and citi = x")
    customers.wait(lambda: bool(line.text.selectedText()))

    assert line.text.selectedText() == "citi"
    assert "city" in line.note
    assert shown_ids(customers) == before


@pytest.mark.parametrize("test", [Test.LACKS, Test.NE, Test.NOT_IN])
def test_chip_whose_test_the_form_does_not_offer_is_opened_as_words_that_mean_the_same(
    customers: Window, test: Test
) -> None:
    pane = page_of(customers).pane
    only = Condition("city", test, ("香港", "深圳") if test is Test.NOT_IN else "香港")
    pane.filters.set_filters(Filters((NamedCondition(only, {}),)))

    pane.filters.focus_last()
    customers.press(Key.Key_Return)

    assert pane.filters.form is None
    assert customers.focus is pane.ask.text


@pytest.mark.parametrize(
    ("record_type", "name", "test", "offered"),
    [
        ("opportunity", "amount", Test.LT, None),
        ("opportunity", "amount", Test.LE, Test.LE),
        ("contact", "is_primary", Test.NE, None),
        ("contact", "is_primary", Test.EQ, Test.EQ),
        ("account", "city", Test.EQ, Test.IN),
        ("account", "owner", Test.NOT_IN, Test.NE),
    ],
)
def test_form_offers_what_a_chip_means_or_nothing(
    record_type: str, name: str, test: Test, offered: Test | None
) -> None:
    record = next(each for each in CATALOGUE if each.name == record_type)

    assert offered_test(record.fields[name], test) is offered


def test_day_that_is_written_with_a_second_question_is_refused_beside_the_field(customers: Window) -> None:
    bar, context = page_of(customers).pane.filters, customers.place.context
    form = FilterForm(context, "account", context.words.field("account", "last_visit_at"), None)
    form.made.connect(lambda made: bar.set_filters(Filters((made,))))
    form.open_at(bar)

    for text in ("today and owner is empty", "today or owner is empty"):
        form.text.setText(text)
        form.text.setFocus()
        customers.press(Key.Key_Return)

    assert form.is_open
    assert not bar.filters.named
    assert any("does not fit" in label.text() for label in form.findChildren(Label))
    form.close_now()


def test_chips_are_written_back_as_a_question_that_means_the_same(customers: Window) -> None:
    pane = page_of(customers).pane
    everyone = pane.count
    ask(customers, "(city is |香港| or segment ~ cater) and owner = me and last visit before 10 days ago")
    customers.wait(lambda: len(pane.filters.chips()) == 3)
    customers.wait(lambda: pane.count < everyone)
    before, where = shown_ids(customers), pane.filters.filters.where

    customers.press("F", modifier=SHIFT)
    customers.press(Key.Key_Return)
    customers.wait(lambda: customers.focus is pane.table)

    assert pane.filters.filters.where == where
    assert shown_ids(customers) == before


def test_view_is_kept_as_a_record_and_found_again_on_its_tab(customers: Window) -> None:
    wanted = in_hong_kong(customers)
    ask(customers, "city is |香港")
    customers.wait(lambda: set(shown_ids(customers)) == wanted)
    view = keep_view(customers, "Harbour")

    customers.press("1")
    customers.wait(lambda: len(shown_ids(customers)) > len(wanted))
    customers.press("4")
    customers.wait(lambda: set(shown_ids(customers)) == wanted)

    values = customers.desk.values("saved_view", view)
    assert (values["question"], values["record_type"]) == ('city = "香港"', "account")
    assert not page_of(customers).tabs.is_changed


def test_changed_view_is_reset_or_saved(customers: Window) -> None:
    tabs, pane = page_of(customers).tabs, page_of(customers).pane
    ask(customers, "city is |香港")
    customers.wait(lambda: len(pane.filters.chips()) == 1)
    view = keep_view(customers, "Harbour")
    ask(customers, "city is |香港| and owner = me")
    customers.wait(lambda: len(pane.filters.chips()) == 2)
    offered = tabs.save_button.isVisible()

    tabs.reset_button.click()
    after_reset = len(pane.filters.chips())
    ask(customers, "owner = me")
    customers.wait(lambda: pane.filters.chips()[0].label == "Owner")
    tabs.save_button.click()
    customers.wait(lambda: customers.desk.values("saved_view", view)["question"] == "owner = me")
    customers.wait(lambda: not tabs.is_changed)

    assert (offered, after_reset) == (True, 1)


def test_view_of_the_other_laptop_appears_and_goes_as_a_tab(customers: Window) -> None:
    tabs = page_of(customers).tabs
    values = {"name": "Mine in 深圳", "record_type": "account", "question": "owner = me and city = 深圳", "position": 1}

    made = str(customers.desk.run(AddRecord("saved_view", values)).result)
    customers.wait(lambda: made in tabs.view_keys())
    tabs.set_current(made)
    customers.wait(lambda: len(page_of(customers).pane.filters.chips()) == 2)
    customers.desk.run(DeleteRecord("saved_view", made))
    customers.wait(lambda: made not in tabs.view_keys())

    assert tabs.current() == "all"


def test_view_with_a_question_of_another_program_says_so_and_shows_everything(customers: Window) -> None:
    values = {"name": "Odd", "record_type": "account", "question": "mood = sunny"}
    made = str(customers.desk.run(AddRecord("saved_view", values)).result)
    customers.wait(lambda: made in page_of(customers).tabs.view_keys())

    page_of(customers).tabs.set_current(made)

    assert any("mood" in toast for toast in customers.toasts)


def test_chosen_columns_show_fields_of_the_organisation_too(customers: Window) -> None:
    pane = page_of(customers).pane
    account = shown_ids(customers)[0]
    customers.desk.run(SetFields("account", account, {"x_refrigerant": "R290"}))

    customers.press("C", modifier=SHIFT)
    assert pane.chooser is not None
    boxes = {candidate.value: box for candidate, box in pane.chooser.list.offered()}
    boxes["x_refrigerant"].click()
    boxes["segment"].click()
    customers.wait(lambda: cell(customers, account, "x_refrigerant") == "R290")

    assert [each.key for each in pane.table.model().columns if each.key in {"segment", "x_refrigerant"}] == [
        "x_refrigerant"
    ]
    assert page_of(customers).tabs.is_changed


def test_column_is_moved_with_alt_and_an_arrow_wherever_it_stands(customers: Window) -> None:
    pane = page_of(customers).pane
    customers.press("C", modifier=SHIFT)
    chooser = pane.chooser
    assert chooser is not None
    before = [candidate.value for candidate, _ in chooser.list.offered()]
    chooser.list.offered()[1][1].setFocus()

    customers.press(Key.Key_Down, modifier=ALT)
    down = [candidate.value for candidate, _ in chooser.list.offered()]
    customers.press(Key.Key_Up, modifier=ALT)
    customers.press(Key.Key_Up, modifier=ALT)

    first, second, third, *rest = before
    assert down == [first, third, second, *rest]
    assert [candidate.value for candidate, _ in chooser.list.offered()] == [second, first, third, *rest]
    assert customers.focus is chooser.list.offered()[0][1]


def test_rows_are_copied_as_a_table_with_the_columns_that_are_shown(customers: Window) -> None:
    first, second = shown_ids(customers)[:2]
    names = [str(customers.desk.values("account", each)["name"]) for each in (first, second)]

    customers.press("X", "J", "X")
    customers.ctrl(Key.Key_C)
    customers.wait(lambda: "2 rows copied" in customers.toasts)

    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    assert lines[0][:2] == ["Name", "Segment"]
    assert [line[0] for line in lines[1:]] == names
    assert "<table>" in QGuiApplication.clipboard().mimeData().html()


def sheet(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8-sig") as stream:
        return list(csv.reader(stream))


def test_view_is_exported_as_shown_and_as_it_can_be_imported(customers: Window, tmp_path: Path) -> None:
    count = len(shown_ids(customers))
    acts = page_of(customers).acts
    acts.folder = tmp_path

    acts.export_shown()
    customers.wait(lambda: any(".csv" in toast for toast in customers.toasts))
    customers.shell.frame.toasts.clear()
    acts.export_all()
    customers.wait(lambda: any(".csv" in toast for toast in customers.toasts))

    sheets = [sheet(each) for each in tmp_path.glob("*.csv")]
    assert sorted((len(each) - 1, each[0][0]) for each in sheets) == [(count, "Name"), (count, "id")]


def test_many_are_edited_after_a_count_and_taken_back_as_one(customers: Window) -> None:
    chosen = shown_ids(customers)[:3]
    before = [customers.desk.values("account", each).get("segment") for each in chosen]
    customers.desk.run(SetFields("account", chosen[0], {"segment": "Zoo"}))
    customers.press("X", "J", "X", "J", "X")

    form = mass_edit(customers, "segment")
    customers.type("Zoo")
    customers.wait(form.save_button.isEnabled)
    counted = form.outcome.text()
    customers.ctrl(Key.Key_Return)
    customers.wait(lambda: "2 records changed" in customers.toasts)
    edited = [customers.desk.values("account", each).get("segment") for each in chosen]
    customers.desk.run(Undo())

    assert counted == "2 will change.\n1 has this value already."
    assert edited == ["Zoo"] * 3
    assert [customers.desk.values("account", each).get("segment") for each in chosen] == ["Zoo", *before[1:]]


def test_text_of_several_lines_is_saved_for_many_as_it_stands(customers: Window) -> None:
    chosen = shown_ids(customers)[:2]
    customers.press("X", "J", "X")
    form = mass_edit(customers, "description")

    customers.type("Closed")
    customers.wait(form.save_button.isEnabled)
    customers.type(" on Mondays")
    was_enabled = form.save_button.isEnabled()
    customers.wait(form.save_button.isEnabled)
    customers.ctrl(Qt.Key.Key_Return)
    customers.wait(lambda: "2 records changed" in customers.toasts)

    assert not was_enabled
    assert [customers.desk.values("account", each)["description"] for each in chosen] == ["Closed on Mondays"] * 2


def test_edit_of_many_says_who_stays_and_what_no_record_can_hold(customers: Window) -> None:
    first, second = shown_ids(customers)[:2]
    customers.desk.revoked(first)
    customers.press("X", "J", "X")
    form = mass_edit(customers, "founded")

    customers.type("long ago")
    customers.wait(lambda: bool(form.note))
    refused = form.note
    customers.ctrl(Key.Key_A)
    customers.type("1987")
    customers.wait(form.save_button.isEnabled)

    assert refused
    assert "1 will change." in form.outcome.text()
    assert "only read it" in form.outcome.text()
    assert customers.desk.values("account", second).get("founded") != 1987


def new_customer(window: Window) -> RecordForm:
    window.press("N")
    form = page_of(window).form
    assert form is not None
    return form


def test_form_says_whole_that_what_is_typed_is_kept(customers: Window) -> None:
    note = new_customer(customers).kept_note
    customers.wait(note.isVisible)

    assert note.width() >= note.fontMetrics().horizontalAdvance(note.text())


def test_form_says_what_is_wrong_when_a_field_is_left(customers: Window) -> None:
    form = new_customer(customers)
    first = form.field("name").note

    customers.press(Key.Key_Tab)
    needed = form.field("name").note
    customers.press(Key.Key_Backtab)
    customers.type("Kestrel")
    customers.press(Key.Key_Tab)

    assert (first, needed, form.field("name").note) == ("", "This is needed.", "")


def test_form_asks_for_the_organisations_own_fields_too(customers: Window) -> None:
    form = new_customer(customers)
    customers.type("Kestrel Cold Rooms")
    form.more_button.click()

    form.editor("x_dock_doors").widget.setFocus()
    customers.type("many")
    customers.press(Key.Key_Tab)
    refused = form.field("x_dock_doors").note
    form.editor("x_dock_doors").set_text("12")
    customers.ctrl(Key.Key_Return)
    customers.wait(lambda: "Kestrel Cold Rooms added" in customers.toasts)

    assert refused
    assert customers.desk.values("account", customers.desk.named("account", "Kestrel Cold Rooms"))["x_dock_doors"] == 12


def test_j_and_k_move_while_a_chinese_input_method_is_on(customers: Window) -> None:
    table = page_of(customers).pane.table
    ids = shown_ids(customers)
    asks_for_input_method = []

    for key in ("J", "J", "K"):
        # An input method sees keys only where the focus asks for one.
        asks_for_input_method.append(customers.focus.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled))
        customers.press(key)
    customers.press("E", Key.Key_Escape, "J")

    assert not any(asks_for_input_method)
    assert not table.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    assert page_of(customers).pane.current_id() == ids[2]


def test_cell_in_edit_keeps_what_is_typed_and_tells_what_came_from_elsewhere(customers: Window) -> None:
    account = shown_ids(customers)[0]
    customers.press("E")
    customers.type("Typed here")

    customers.desk.from_office("account", account, name="Came from elsewhere")
    customers.wait(lambda: "Came from elsewhere" in customers.focus.accessibleDescription())
    typed = customers.focus.property("text")
    customers.press(Key.Key_Escape)
    customers.wait(lambda: cell(customers, account, "name") == "Came from elsewhere")

    assert typed == "Typed here"


def test_menu_of_the_views_offers_what_can_be_done_with_the_chosen_rows(customers: Window) -> None:
    customers.press("X")

    customers.press("V", modifier=SHIFT)
    menu = page_of(customers).tabs.menu
    assert menu is not None
    wanted = next(item for item in menu.rows.items if item.text == "Edit the selected ones")
    while menu.rows.current is not wanted:
        customers.press(Key.Key_Down)
    customers.press(Key.Key_Return)

    assert page_of(customers).acts.form is not None


def test_table_of_opportunities_is_edited_as_a_whole_too(window: Window) -> None:
    window.show(routes.PIPELINE)
    page = cast(PipelinePage, window.page)
    window.press("D")
    window.wait(lambda: page.table.count > 1 and page.table.table.isVisible())
    page.focus_main()
    window.press("X", "J", "X")
    chosen = page.table.chosen_ids()

    window.ctrl(Key.Key_E, shift=True)
    form = page.list_acts.form
    assert form is not None
    form.which.set_value("next_step")
    form.which.changed.emit("next_step")
    form.editor.widget.setFocus()
    window.type("Ask for the floor plan")
    window.wait(form.save_button.isEnabled)
    window.ctrl(Key.Key_Return)
    window.wait(lambda: "2 records changed" in window.toasts)

    assert [window.desk.values("opportunity", each)["next_step"] for each in chosen] == ["Ask for the floor plan"] * 2


def test_cell_that_is_left_untouched_takes_nothing_back(customers: Window) -> None:
    account = shown_ids(customers)[0]
    customers.press("E")
    customers.desk.from_office("account", account, name="Came from elsewhere")
    customers.wait(lambda: "Came from elsewhere" in customers.focus.accessibleDescription())

    customers.press(Key.Key_Return)
    customers.wait(lambda: cell(customers, account, "name") == "Came from elsewhere")

    assert customers.desk.values("account", account)["name"] == "Came from elsewhere"
    assert customers.desk.app.reads.undoable() is None


def test_dialog_opened_over_a_cell_in_edit_closes_again(customers: Window) -> None:
    customers.press("E")

    customers.ctrl(Key.Key_E, shift=True)
    form = page_of(customers).acts.form
    assert form is not None
    customers.press(Key.Key_Escape)

    assert not form.isVisible()
