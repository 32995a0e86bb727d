"""A form that saves stays until it has its answer, whatever is pressed meanwhile; then nothing of it is left."""

from collections.abc import Callable
from threading import Event

import pytest
from PySide6.QtCore import Qt

from desktop.commands.records import AddRecord
from desktop.ui.components.dialog import Overlay
from tests.ui.screens.conftest import Window
from tests.ui.screens.customers_page import mass_edit, page_of

Key = Qt.Key
LONG_S = 60


def record_form(window: Window) -> Overlay:
    window.press("N")
    form = page_of(window).form
    assert form is not None
    form.editor("name").widget.setFocus()
    window.type("Twice Kestrel")
    return form


def merge_form(window: Window) -> Overlay:
    names = ("Aaa Kestrel", "Aab Kestrel")
    pair = [str(window.desk.run(AddRecord("account", {"name": name})).result) for name in names]
    page_of(window).merging.merge(pair)
    form = page_of(window).merging.form
    assert form is not None
    window.wait(form.save_button.isEnabled)
    return form


def mass_form(window: Window) -> Overlay:
    window.press("X")
    form = mass_edit(window, "segment")
    window.type("Twice")
    window.wait(form.save_button.isEnabled)
    return form


@pytest.mark.parametrize("make", [record_form, merge_form, mass_form])
def test_form_that_saves_stays_until_it_is_saved(customers: Window, make: Callable[[Window], Overlay]) -> None:
    form, slow_disk = make(customers), Event()
    gone: list[str] = []
    form.closed.connect(lambda: gone.append("closed"))
    customers.desk.app.jobs.submit_write(lambda: slow_disk.wait(LONG_S))
    before = {act.id for act in customers.desk.app.reads.change_log()}

    customers.ctrl(Key.Key_Return)
    customers.press(Key.Key_Escape)
    at_esc = list(gone)
    slow_disk.set()
    customers.wait(lambda: bool(gone))
    customers.settle()

    assert at_esc == []
    assert len({act.id for act in customers.desk.app.reads.change_log()} - before) == 1
    assert not customers.place.context.drafts.get(form.draft)


def test_form_that_saves_nothing_is_left_by_esc(customers: Window) -> None:
    form = merge_form(customers)
    gone: list[str] = []
    form.closed.connect(lambda: gone.append("closed"))

    customers.press(Key.Key_Escape)

    assert gone == ["closed"]
