"""The customers' page in a window, and the form that edits many of them."""

from typing import cast

from PySide6.QtCore import Qt

from desktop.ui.customers.view import CustomersPage
from desktop.ui.records.mass_edit import MassEdit
from tests.ui.screens.conftest import Window


def page_of(window: Window) -> CustomersPage:
    """Give the page, which must be open."""
    return cast(CustomersPage, window.page)


def mass_edit(window: Window, field: str) -> MassEdit:
    """Open the form for what is chosen, at a field."""
    window.ctrl(Qt.Key.Key_E, shift=True)
    form = page_of(window).acts.form
    assert form is not None
    form.which.set_value(field)
    form.which.changed.emit(field)
    form.editor.widget.setFocus()
    return form
