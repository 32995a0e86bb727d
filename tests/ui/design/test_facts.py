"""Facts are edited where they stand, saved on leaving, and never overwritten under the caret."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.ui.components.choice import Choice
from desktop.ui.components.fact_grid import FactGrid
from desktop.ui.components.facts import Fact
from desktop.ui.components.layouts import column
from desktop.ui.components.option import Option
from desktop.ui.components.text_field import TextField
from desktop.ui.design.kit import UiKit
from tests.ui.design.keyboard import click, press, type_text

Show = Callable[[QWidget], QWidget]

FACTS = [
    Fact("phone", "Phone", "0755 8812 4000"),
    Fact("tier", "Tier", "A", raw="a", kind="choice", options=(Option("a", "A"), Option("b", "B"))),
    Fact("number", "Number", "C-001284", editable=False),
]


class Window(QWidget):
    """A grid and a field to go to."""

    def __init__(self, kit: UiKit) -> None:
        super().__init__()
        self.grid = FactGrid(kit, "About")
        self.grid.set_facts(FACTS)
        self.other = TextField(kit)
        self.said: list[tuple[str, str]] = []
        self.grid.committed.connect(lambda key, text: self.said.append((key, text)))
        self.resize(500, 400)
        column(self.grid, self.other, into=self)

    def editor(self) -> TextField:
        """Give the open editor of the phone."""
        editor = self.grid.row("phone").editor
        assert isinstance(editor, TextField)
        return editor


@pytest.fixture
def window(kit: UiKit, show: Show) -> Window:
    made = Window(kit)
    show(made)
    return made


@pytest.mark.parametrize("key", [Qt.Key.Key_E, Qt.Key.Key_F2, Qt.Key.Key_Return])
def test_key_opens_the_editor_with_the_value_selected(window: Window, key: Qt.Key) -> None:
    value = window.grid.row("phone").value_widget
    value.setFocus(Qt.FocusReason.TabFocusReason)

    press(value, key)

    assert window.editor().selectedText() == "0755 8812 4000"
    assert window.editor().hasFocus()


def test_click_opens_the_editor(window: Window) -> None:
    click(window.grid.row("phone").value_widget)

    assert window.editor().hasFocus()


def test_leaving_saves_what_was_typed(window: Window) -> None:
    window.grid.edit("phone")
    type_text(window.editor(), "0755 8812 4090")

    window.other.setFocus()

    assert window.said == [("phone", "0755 8812 4090")]
    assert window.grid.row("phone").editor is None


def test_enter_saves_and_keeps_the_focus_on_the_fact(window: Window) -> None:
    window.grid.edit("phone")
    type_text(window.editor(), "1")

    press(window.editor(), Qt.Key.Key_Return)

    assert window.said == [("phone", "1")]
    assert window.grid.row("phone").value_widget.hasFocus()


def test_escape_undoes(window: Window) -> None:
    window.grid.edit("phone")
    type_text(window.editor(), "1")

    press(window.editor(), Qt.Key.Key_Escape)

    assert window.said == []
    assert not window.grid.is_editing()


def test_leaving_unchanged_saves_nothing(window: Window) -> None:
    window.grid.edit("phone")

    window.other.setFocus()

    assert window.said == []


def test_fact_that_cannot_be_changed_opens_no_editor(window: Window) -> None:
    click(window.grid.row("number").value_widget)

    assert not window.grid.is_editing()


def test_change_from_elsewhere_stands_beside_the_editor_and_keeps_the_caret(window: Window) -> None:
    window.grid.edit("phone")
    editor = window.editor()
    editor.setText("0755")
    editor.setCursorPosition(2)

    window.grid.set_facts([Fact("phone", "Phone", "0755 1111"), *FACTS[1:]])

    assert (editor.text(), editor.cursorPosition(), editor.hasFocus()) == ("0755", 2, True)
    assert window.grid.row("phone").note == "Changed on another laptop: 0755 1111"


def test_same_value_again_says_nothing(window: Window) -> None:
    window.grid.edit("phone")

    window.grid.set_facts(FACTS)

    assert window.grid.row("phone").note == ""


def test_refused_value_comes_back_into_the_editor_with_the_reason(window: Window) -> None:
    window.grid.edit("phone")
    type_text(window.editor(), "12")
    window.other.setFocus()

    window.grid.set_error("phone", "Number looks too short.")

    assert (window.editor().text(), window.editor().tone) == ("12", "error")
    assert window.grid.row("phone").note == "Number looks too short."


def test_choice_is_saved_when_it_is_made(window: Window) -> None:
    window.grid.edit("tier")
    choice = window.grid.row("tier").editor
    assert isinstance(choice, Choice)
    assert choice.menu is not None

    press(choice.menu.rows, Qt.Key.Key_Down)
    press(choice.menu.rows, Qt.Key.Key_Return)

    assert window.said == [("tier", "b")]
    assert not window.grid.is_editing()


def test_new_fact_leaves_the_open_editor_alone(window: Window) -> None:
    window.grid.edit("phone")
    editor = window.editor()
    type_text(editor, "07")

    window.grid.set_facts([Fact("name", "Name", "Kestrel"), *FACTS])

    assert window.editor() is editor
    assert editor.text() == "07"


def test_missing_value_is_an_en_dash_for_screen_readers_too(kit: UiKit, show: Show) -> None:
    grid = FactGrid(kit, "About")
    grid.set_facts([Fact("site", "Website")])
    show(grid)

    assert grid.row("site").value_widget.accessibleName() == "Website: –"


def test_editor_that_is_left_untouched_takes_nothing_back_that_came_meanwhile(window: Window) -> None:
    window.grid.edit("phone")
    window.grid.set_facts([Fact("phone", "Phone", "0755 1111"), *FACTS[1:]])

    press(window.editor(), Qt.Key.Key_Return)

    assert window.said == []
