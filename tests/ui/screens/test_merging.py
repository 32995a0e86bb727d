"""Making one customer of two in the window: what comes of it is seen before, and one undo takes it back."""

from typing import cast

import pytest
from PySide6.QtCore import Qt

from desktop.commands.merging import MergeRecords
from desktop.commands.records import AddRecord, SetFields
from desktop.domain.listing import Condition, Test
from desktop.ui.bridge import routes
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
