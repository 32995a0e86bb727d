"""Making one customer of two in the window: what comes of it is seen before, and one undo takes it back."""

from typing import cast

import pytest
from PySide6.QtCore import Qt

from desktop.commands.merging import MergeRecords
from desktop.commands.records import AddRecord, DeleteRecord, SetFields
from desktop.domain.listing import Condition, Test
from desktop.ui.bridge import routes
from desktop.ui.components.label import Label
from desktop.ui.customer.view import CustomerPage
from desktop.ui.records.merge_acts import MergeActs
from desktop.ui.records.merge_form import MergeForm
from tests.ui.screens.conftest import Window
from tests.ui.screens.customers_page import page_of

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def pair(customers: Window) -> tuple[str, str]:
    """Two customers that are one; on the first hang two people, on the other one."""
    desk = customers.desk
    keep = str(desk.run(AddRecord("account", {"name": "Aaa Kestrel", "segment": "Fish"})).result)
    drop = str(desk.run(AddRecord("account", {"name": "Aab Kestrel", "segment": "Seafood", "phone": "5550199"})).result)
    for name, account in (("Li", keep), ("Wu", keep), ("Zhao", drop)):
        desk.run(AddRecord("contact", {"name": name, "account": account}))
    customers.wait(lambda: page_of(customers).pane.records.model.ids[:2] == [keep, drop])
    return keep, drop


def opened(acts: MergeActs, window: Window) -> MergeForm:
    form = acts.form
    assert form is not None
    window.wait(lambda: len(form.choices) == 2)
    return form


def naming(window: Window, account: str) -> MergeForm:
    """Open the form over one customer, with the focus in the field that asks for the other one."""
    page_of(window).merging.merge([account])
    form = page_of(window).merging.form
    assert form is not None
    return form


def pick(window: Window, form: MergeForm, name: str) -> None:
    window.type(name)
    window.wait(lambda: name in [row.title for row in form.picker.box.rows.rows])
    while (current := form.picker.box.rows.current) is None or current.title != name:
        window.press(Key.Key_Down)
    window.press(Key.Key_Return)


def people(window: Window, account: str) -> int:
    return len(window.desk.ids("contact", Condition("account", Test.EQ, account)))


def test_two_ticked_customers_become_one_by_keys_and_undo_gives_both_back(
    customers: Window, pair: tuple[str, str]
) -> None:
    keep, drop = pair
    pane = page_of(customers).pane
    before = [customers.desk.values("account", each) for each in pair]
    pane.select(keep)

    customers.press("X", "J", "X")
    customers.press("M", modifier=SHIFT)
    form = opened(page_of(customers).merging, customers)
    shown = [(line.label, line.stays, line.aside) for line in form.lines]
    customers.ctrl(Key.Key_Return)
    customers.wait(lambda: drop not in pane.records.model.ids)
    merged = (people(customers, keep), customers.desk.values("account", keep)["phone"], pane.current_id())
    customers.ctrl(Key.Key_Z)
    customers.wait(lambda: drop in pane.records.model.ids)

    assert shown == [
        ("Name", "Aaa Kestrel", "Aab Kestrel"),
        ("Segment", "Fish", "Seafood"),
        ("Phone", "5550199", ""),
    ]
    assert merged == (3, "5550199", keep)
    stamps = {"updated_at", "updated_by"}
    assert [
        {name: value for name, value in customers.desk.values("account", each).items() if name not in stamps}
        for each in pair
    ] == [{name: value for name, value in each.items() if name not in stamps} for each in before]


def test_other_one_of_the_two_can_stay(customers: Window, pair: tuple[str, str]) -> None:
    keep, drop = pair
    page_of(customers).merging.merge(pair)
    form = opened(page_of(customers).merging, customers)

    customers.press(Key.Key_Down)
    stays = [line.stays for line in form.lines]
    customers.ctrl(Key.Key_Return)

    customers.wait(lambda: keep not in page_of(customers).pane.records.model.ids)
    assert stays[:2] == ["Aab Kestrel", "Seafood"]
    assert people(customers, drop) == 3


def test_more_than_two_ticked_are_not_offered_to_become_one(customers: Window) -> None:
    customers.press("X", "J", "X")
    two = page_of(customers).can_merge()
    customers.press("J", "X")

    assert (two, page_of(customers).can_merge()) == (True, False)


def test_customer_becomes_one_with_another_that_is_named_and_both_are_parted_again(
    customers: Window, pair: tuple[str, str]
) -> None:
    keep, drop = pair
    customers.open(routes.CUSTOMER, {"id": drop})
    page = cast(CustomerPage, customers.page)
    customers.wait(lambda: page.title() == "Aab Kestrel")
    page.focus_main()

    customers.press("M", modifier=SHIFT)
    form = page.merging.form
    assert form is not None
    customers.type("Aaa Kestrel")
    customers.wait(lambda: form.picker.box.is_open and bool(form.picker.box.rows.rows))
    customers.press(Key.Key_Return)
    opened(page.merging, customers)
    customers.ctrl(Key.Key_Return)
    customers.wait(lambda: page.title() == "Aaa Kestrel" and page.can_part())
    banner = customers.shell.frame.notice
    customers.press("P", modifier=SHIFT)
    customers.wait(lambda: people(customers, keep) == 2)

    assert banner is not None
    assert banner.text.startswith("Aab Kestrel is the same customer")
    assert customers.desk.values("account", drop)["name"] == "Aab Kestrel"


def test_customer_is_not_the_same_as_itself(customers: Window, pair: tuple[str, str]) -> None:
    page_of(customers).merging.merge(pair[:1])
    form = page_of(customers).merging.form
    assert form is not None

    form.picker.set_picked(pair[0], "Aaa Kestrel")
    form.picker.picked.emit(pair[0])
    customers.wait(form.note.isVisible)

    assert form.note.text() == "These are one customer already."
    assert not form.save_button.isEnabled()


def test_form_stays_open_when_it_is_refused(customers: Window, pair: tuple[str, str]) -> None:
    customers.desk.revoked(pair[1])
    page_of(customers).merging.merge(pair)
    form = opened(page_of(customers).merging, customers)

    customers.ctrl(Key.Key_Return)
    customers.wait(lambda: bool(customers.toasts))

    customers.wait(lambda: not form.save_button.is_busy)
    assert form.isVisible()


def test_one_of_several_is_chosen_to_stand_on_its_own_again(customers: Window, pair: tuple[str, str]) -> None:
    keep, drop = pair
    third = str(customers.desk.run(AddRecord("account", {"name": "Aac Kestrel"})).result)
    for each in (drop, third):
        customers.desk.run(MergeRecords("account", keep, each))
    customers.desk.run(SetFields("account", keep, {"segment": "Ice"}))
    customers.open(routes.CUSTOMER, {"id": keep})
    page = cast(CustomerPage, customers.page)
    customers.wait(page.can_part)
    page.focus_main()

    customers.press("P", modifier=SHIFT)
    menu = page.merging.menu
    assert menu is not None
    while menu.rows.current is None or menu.rows.current.text != "Aac Kestrel":
        customers.press(Key.Key_Down)
    customers.press(Key.Key_Return)

    customers.wait(lambda: third in customers.desk.ids("account"))
    assert drop not in customers.desk.ids("account")


def test_other_name_typed_over_the_one_that_was_picked_makes_nothing_one(
    customers: Window, pair: tuple[str, str]
) -> None:
    keep, drop = pair
    form = naming(customers, drop)
    pick(customers, form, "Aaa Kestrel")
    customers.wait(lambda: len(form.choices) == 2 and form.save_button.isEnabled())

    form.picker.selectAll()
    customers.type("Aac Kestrel")
    could = form.save_button.isEnabled()
    customers.ctrl(Key.Key_Return)
    customers.settle()

    assert (could, list(form.lines), form.isVisible()) == (False, [], True)
    assert {keep, drop} <= set(customers.desk.ids("account"))


def test_second_pick_shows_nothing_of_the_first(customers: Window, pair: tuple[str, str]) -> None:
    keep, drop = pair
    third = str(customers.desk.run(AddRecord("account", {"name": "Aac Kestrel"})).result)
    form = naming(customers, drop)
    form.picker.set_picked(keep, "Aaa Kestrel")
    form.picker.picked.emit(keep)
    customers.wait(lambda: len(form.choices) == 2)

    form.picker.set_picked(third, "Aac Kestrel")
    form.picker.picked.emit(third)
    could = form.save_button.isEnabled()
    customers.wait(lambda: len(form.choices) == 2)

    assert not could
    assert {each.label for each in form.choices} == {"Aab Kestrel", "Aac Kestrel"}


def test_point_of_the_other_one_is_shown_and_stays_with_its_address(customers: Window, pair: tuple[str, str]) -> None:
    keep, drop = pair
    customers.desk.run(SetFields("account", keep, {"city": "Shenzhen"}))
    customers.desk.run(SetFields("account", drop, {"city": "Hong Kong", "location": [22.28, 114.15]}))
    page_of(customers).merging.merge(pair)
    form = opened(page_of(customers).merging, customers)

    shown = {line.label: (line.stays, line.aside) for line in form.lines}
    customers.ctrl(Key.Key_Return)
    customers.wait(lambda: drop not in customers.desk.ids("account"))

    assert (shown["City"], shown["Location"][0]) == (("Shenzhen", "Hong Kong"), "")
    assert "22.28" in shown["Location"][1]
    assert not customers.desk.values("account", keep).get("location")


def test_form_follows_what_becomes_of_both_and_keeps_what_was_chosen_and_the_focus(
    customers: Window, pair: tuple[str, str]
) -> None:
    keep, drop = pair
    page_of(customers).merging.merge(pair)
    form = opened(page_of(customers).merging, customers)
    customers.press(Key.Key_Down)
    form.cancel_button.setFocus()

    customers.desk.from_office("account", keep, website="https://kestrel.example")
    customers.wait(lambda: "Website" in [line.label for line in form.lines])
    for name in ("Qian", "Sun"):
        customers.desk.run(AddRecord("contact", {"name": name, "account": drop}))
    customers.wait(lambda: any("3 people" in each.accessibleName() for each in form.choices))

    assert [each.label for each in form.choices] == ["Aaa Kestrel", "Aab Kestrel"]
    assert [each.isChecked() for each in form.choices] == [False, True]
    assert form.cancel_button.hasFocus()


def test_one_that_left_meanwhile_is_said_to_have_left(customers: Window, pair: tuple[str, str]) -> None:
    page_of(customers).merging.merge(pair)
    form = opened(page_of(customers).merging, customers)

    customers.desk.run(DeleteRecord("account", pair[1]))
    customers.wait(form.note.isVisible)

    assert form.note.text() == "One of the two is not here any more."
    assert not form.save_button.isEnabled()
    assert form.cancel_button.hasFocus()


def test_whole_of_what_is_set_aside_stands_in_the_form(customers: Window, pair: tuple[str, str]) -> None:
    keep, drop = pair
    website = "https://kestrel.example/" + "a-long-way-down/" * 12
    customers.desk.run(SetFields("account", keep, {"website": "https://a.example"}))
    customers.desk.run(SetFields("account", drop, {"website": website}))
    page_of(customers).merging.merge(pair)
    form = opened(page_of(customers).merging, customers)

    label = next(each for each in form.findChildren(Label) if each.text() == website)

    customers.wait(lambda: label.height() >= label.heightForWidth(label.width()))
    assert label.wordWrap()
    assert label.mapTo(form.box, label.rect().topRight()).x() < form.box.width()
