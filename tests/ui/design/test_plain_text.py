"""Names out of records are drawn as they are, whatever they try."""

from collections.abc import Callable

import pytest
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.components.badge import Badge
from desktop.ui.components.button import Button
from desktop.ui.components.chip_bar import Chip, ChipButton
from desktop.ui.components.icon_button import IconButton
from desktop.ui.components.label import Label
from desktop.ui.components.plain_tooltip import plain_tooltip
from desktop.ui.components.toast import Toast, ToastView
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import one_line, text_width

BOLD = "<b>Acme</b>"
HOSTILE = [BOLD, "<img src=x>", "a&b", "<script>alert(1)</script>", "&lt;", "%s {0} {name}"]


@pytest.mark.parametrize("name", HOSTILE)
def test_label_shows_a_hostile_name_as_plain_text(kit: UiKit, qtbot: QtBot, name: str) -> None:
    label = Label(kit, name)
    qtbot.addWidget(label)

    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.sizeHint().width() == text_width(kit.theme.font("body"), name)


@pytest.mark.parametrize("name", [BOLD, "<img src=x>", "<script>alert(1)</script>"])
def test_tooltip_of_a_name_with_markup_is_escaped(name: str) -> None:
    shown = plain_tooltip(name)

    assert "&lt;" in shown
    assert name not in shown


def test_tooltip_of_an_ordinary_name_stays_as_it_is() -> None:
    assert plain_tooltip("Kestrel Foods & Sons") == "Kestrel Foods & Sons"


@pytest.mark.parametrize(
    "make",
    [
        Button,
        Badge,
        lambda kit, name: ChipButton(kit, Chip("a", name)),
        lambda kit, name: ToastView(kit, Toast(name)),
    ],
    ids=["button", "badge", "chip", "toast"],
)
def test_markup_takes_the_room_of_its_letters(kit: UiKit, qtbot: QtBot, make: Callable[[UiKit, str], QWidget]) -> None:
    marked, plain = make(kit, BOLD), make(kit, "Acme")
    qtbot.addWidget(marked)
    qtbot.addWidget(plain)

    assert marked.sizeHint().width() > plain.sizeHint().width()
    assert marked.accessibleName() == BOLD


def test_ampersand_in_a_button_makes_no_shortcut(kit: UiKit, qtbot: QtBot) -> None:
    button = Button(kit, "Meat & More")
    qtbot.addWidget(button)

    assert button.shortcut().isEmpty()
    assert button.label == "Meat & More"


def test_icon_button_escapes_its_tooltip(kit: UiKit, qtbot: QtBot) -> None:
    button = IconButton(kit, "phone", f"Call {BOLD}")
    qtbot.addWidget(button)

    assert BOLD not in button.toolTip()


@pytest.mark.parametrize("name", ["two\nlines", "tab\there", "back\u202ewards", "zero\x00byte", "line\u2028break"])
def test_name_on_one_line_holds_no_breaks_or_direction_marks(name: str) -> None:
    shown = one_line(name)

    assert not set(shown) & set("\n\t\u202e\x00\u2028")


def test_elided_label_has_its_whole_text_for_the_tooltip(kit: UiKit, qtbot: QtBot) -> None:
    label = Label(kit, "澜川冷链物流有限公司深圳市宝安区分公司")
    qtbot.addWidget(label)
    label.resize(60, 20)

    assert label.text() == "澜川冷链物流有限公司深圳市宝安区分公司"
    assert label.minimumSizeHint().width() < 60
