"""What is done by hand seldom and by keys always: columns, names typed into a form."""

from PySide6.QtCore import Qt

from tests.ui.screens.conftest import Window
from tests.ui.screens.customers_page import page_of

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


def shown_columns(window: Window) -> list[str]:
    return [each.key for each in page_of(window).pane.table.model().columns]


def test_column_is_shown_and_moved_without_the_mouse(customers: Window) -> None:
    customers.press("C", modifier=SHIFT)
    customers.type("refrig")
    customers.press(Key.Key_Down, Key.Key_Space)
    customers.wait(lambda: "x_refrigerant" in shown_columns(customers))
    last = shown_columns(customers)[-1]
    customers.press(Key.Key_Up, modifier=ALT)
    customers.wait(lambda: shown_columns(customers)[-1] != last)
    customers.press(Key.Key_Escape)

    assert last == "x_refrigerant"
    assert customers.focus is page_of(customers).pane.table


def test_columns_that_typing_hid_are_passed_over_and_stay_hidden(customers: Window) -> None:
    customers.press("C", modifier=SHIFT)
    chooser = page_of(customers).pane.chooser
    assert chooser is not None
    customers.type("refrig")
    seen = [candidate.value for candidate, box in chooser.list.offered() if not box.isHidden()]
    customers.press(Key.Key_Down)

    customers.press(Key.Key_Down, modifier=ALT)

    after = [candidate.value for candidate, box in chooser.list.offered() if not box.isHidden()]
    assert sorted(after) == sorted(seen)
    assert "refrigerant" in customers.focus.accessibleName()
