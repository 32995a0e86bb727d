"""Fields keep what was typed, say what is wrong in words, and commit when they are left."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.components.choice import Choice
from desktop.ui.components.field import Field
from desktop.ui.components.layouts import column
from desktop.ui.components.option import Option
from desktop.ui.components.slider import Slider
from desktop.ui.components.text_area import TextArea
from desktop.ui.components.text_field import PasswordField, TextField
from desktop.ui.design.kit import UiKit
from tests.ui.design.keyboard import click, press, type_text

Show = Callable[[QWidget], QWidget]


def _border(widget: QWidget) -> QColor:
    image = widget.grab().toImage()
    return image.pixelColor(0, image.height() // 2)


@pytest.mark.parametrize(
    ("tone", "token"), [("", "border_control"), ("check", "warning_solid"), ("error", "danger_solid")]
)
def test_box_is_outlined_by_its_state(kit: UiKit, qtbot: QtBot, tone: str, token: str) -> None:
    field = TextField(kit, "0755 88")
    qtbot.addWidget(field)

    field.set_tone(tone)

    assert _border(field) == kit.theme.color(token)


def test_read_only_field_has_no_outline(kit: UiKit, qtbot: QtBot) -> None:
    field = TextField(kit, "C-001284")
    qtbot.addWidget(field)

    field.setReadOnly(True)

    assert _border(field) == kit.theme.color("sunken")


def test_focused_field_shows_it_whoever_gave_the_focus(kit: UiKit, show: Show) -> None:
    field = TextField(kit)
    show(field)

    click(field)

    assert _border(field) == kit.theme.color("focus_ring")


def test_unknown_tone_is_refused(kit: UiKit, qtbot: QtBot) -> None:
    field = TextField(kit)
    qtbot.addWidget(field)

    with pytest.raises(ValueError, match="pink"):
        field.set_tone("pink")


def test_leaving_a_field_commits_what_was_typed_once(kit: UiKit, show: Show) -> None:
    holder = QWidget()
    field, other = TextField(kit, "a"), TextField(kit)
    column(field, other, into=holder)
    show(holder)
    said: list[str] = []
    field.committed.connect(said.append)
    field.setFocus()

    type_text(field, "b")
    press(field, Qt.Key.Key_Return)
    other.setFocus()

    assert said == ["ab"]


def test_leaving_an_unchanged_field_commits_nothing(kit: UiKit, qtbot: QtBot) -> None:
    field = TextField(kit, "a")
    qtbot.addWidget(field)

    with qtbot.assertNotEmitted(field.committed):
        press(field, Qt.Key.Key_Return)


def test_error_keeps_the_text_and_says_what_to_do(kit: UiKit, qtbot: QtBot) -> None:
    editor = TextField(kit, "0755 88")
    field = Field(kit, "Phone", editor)
    qtbot.addWidget(field)

    field.set_error("Number looks too short. Saved as a draft.")

    assert editor.text() == "0755 88"
    assert (editor.tone, field.note) == ("error", "Number looks too short. Saved as a draft.")
    assert editor.accessibleDescription() == "Number looks too short. Saved as a draft."


def test_error_that_is_gone_shows_the_hint_again(kit: UiKit, qtbot: QtBot) -> None:
    editor = TextField(kit)
    field = Field(kit, "Phone", editor, "With area code")
    qtbot.addWidget(field)
    field.set_error("too short")

    field.clear_note()

    assert (editor.tone, field.note) == ("", "With area code")


def test_doubt_offers_an_action(kit: UiKit, show: Show, qtbot: QtBot) -> None:
    field = Field(kit, "Name", TextField(kit, "永泰冻肉"))
    show(field)
    field.set_check("Looks like 永泰凍肉有限公司", "Open it")
    link = next(each for each in field.findChildren(QWidget) if each.accessibleName() == "Open it")

    with qtbot.waitSignal(field.action_clicked):
        click(link)


def test_label_of_a_field_names_its_editor(kit: UiKit, qtbot: QtBot) -> None:
    editor = TextField(kit)
    field = Field(kit, "Meat & More", editor)
    qtbot.addWidget(field)

    assert editor.accessibleName() == "Meat & More"


def test_password_is_hidden_until_asked_for(kit: UiKit, show: Show) -> None:
    field = PasswordField(kit, "Show password")
    show(field)
    hidden = field.echoMode()

    field.eye.click()

    assert hidden == TextField.EchoMode.Password
    assert field.echoMode() == TextField.EchoMode.Normal


def test_text_area_commits_with_ctrl_enter(kit: UiKit, show: Show) -> None:
    area = TextArea(kit)
    show(area)
    said: list[str] = []
    area.committed.connect(said.append)

    type_text(area, "two")
    press(area, Qt.Key.Key_Return)
    type_text(area, "lines")
    press(area, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert said == ["two\nlines"]


def test_tab_leaves_a_text_area(kit: UiKit, show: Show) -> None:
    holder = QWidget()
    area, field = TextArea(kit), TextField(kit)
    column(area, field, into=holder)
    show(holder)
    area.setFocus()

    press(area, Qt.Key.Key_Tab)

    assert field.hasFocus()
    assert area.text() == ""


OPTIONS = [Option("a", "Alba"), Option("b", "Bluefin"), Option("c", "Copperfield")]


def test_choice_is_made_by_keyboard(kit: UiKit, show: Show) -> None:
    choice = Choice(kit, OPTIONS, "a", "Customer")
    holder = QWidget()
    holder.resize(400, 300)
    column(choice, into=holder)
    show(holder)
    choice.setFocus()
    said: list[str] = []
    choice.changed.connect(said.append)

    press(choice, Qt.Key.Key_Down)
    assert choice.menu is not None
    press(choice.menu.rows, Qt.Key.Key_Down)
    press(choice.menu.rows, Qt.Key.Key_Return)

    assert (choice.value(), said) == ("b", ["b"])
    assert choice.hasFocus()


def test_letter_in_a_choice_jumps_to_the_option(kit: UiKit, show: Show) -> None:
    choice = Choice(kit, OPTIONS, "a", "Customer")
    show(choice)
    choice.open_list()
    assert choice.menu is not None

    press(choice.menu.rows, Qt.Key.Key_C)

    current = choice.menu.rows.current
    assert current is not None
    assert current.text == "Copperfield"


def test_escape_leaves_a_choice_as_it_was(kit: UiKit, show: Show) -> None:
    choice = Choice(kit, OPTIONS, "a", "Customer")
    show(choice)
    choice.open_list()
    assert choice.menu is not None
    press(choice.menu.rows, Qt.Key.Key_Down)

    press(choice.menu.rows, Qt.Key.Key_Escape)

    assert choice.value() == "a"
    assert choice.menu is None


def test_value_that_is_no_option_is_kept(kit: UiKit, qtbot: QtBot) -> None:
    choice = Choice(kit, OPTIONS, "z", "Customer")
    qtbot.addWidget(choice)

    choice.set_options(OPTIONS[:1])

    assert (choice.value(), choice.accessibleDescription()) == ("z", "z")


def test_wheel_over_a_slider_is_left_to_the_page_and_changes_nothing(kit: UiKit, show: Show) -> None:
    slider = Slider(kit, "Size", ["small", "middle", "large"], 1)
    show(slider)
    middle, none = QPointF(slider.rect().center()), Qt.MouseButton.NoButton
    where = (middle, slider.mapToGlobal(middle), QPoint(), QPoint(0, -120))
    plain, phase, is_inverted = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False
    down = QWheelEvent(*where, none, plain, phase, is_inverted)

    QApplication.sendEvent(slider, down)

    assert slider.value() == 1
    assert not down.isAccepted()
