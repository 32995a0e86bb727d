"""Filter chips by keyboard and mouse."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop.ui.components.chip_bar import Chip, ChipBar, ChipButton
from desktop.ui.design.kit import UiKit
from tests.ui.design.keyboard import click, press

Show = Callable[[QWidget], QWidget]

CHIPS = [Chip("owner", "me", "Owner"), Chip("city", "深圳", "City"), Chip("status", "Active", "Status")]


@pytest.fixture
def bar(kit: UiKit, show: Show) -> ChipBar:
    """Three chips and the one to add, with the focus on the first."""
    made = ChipBar(kit, "Filters", "Filter", "F")
    made.resize(600, 40)
    made.set_chips(CHIPS)
    show(made)
    _chip(made, "owner").setFocus(Qt.FocusReason.TabFocusReason)
    return made


def _chip(bar: ChipBar, key: str) -> ChipButton:
    return next(chip for chip in bar.findChildren(ChipButton) if chip.chip.key == key and not chip.isHidden())


def _focused() -> str:
    holder = QApplication.focusWidget()
    return holder.chip.key if isinstance(holder, ChipButton) else "none"


def test_arrow_keys_move_between_chips_and_around(bar: ChipBar) -> None:
    seen = []
    for _ in range(4):
        press(_chip(bar, _focused()), Qt.Key.Key_Right)
        seen.append(_focused())

    assert seen == ["city", "status", "", "owner"]


def test_only_one_chip_is_reached_by_tab(bar: ChipBar) -> None:
    press(_chip(bar, "owner"), Qt.Key.Key_Right)

    by_tab = [chip.key for chip in CHIPS if _chip(bar, chip.key).focusPolicy() & Qt.FocusPolicy.TabFocus]
    # StrongFocus holds the bit of TabFocus, ClickFocus does not.
    assert by_tab == ["city"]


def test_delete_asks_to_remove_the_chip(bar: ChipBar) -> None:
    removed: list[str] = []
    bar.removed.connect(removed.append)

    press(_chip(bar, "owner"), Qt.Key.Key_Delete)

    assert removed == ["owner"]


def test_focus_stays_at_its_place_when_a_chip_goes(bar: ChipBar) -> None:
    press(_chip(bar, "owner"), Qt.Key.Key_Right)

    bar.set_chips([CHIPS[0], CHIPS[2]])

    assert _focused() == "status"


def test_click_on_the_cross_removes_and_elsewhere_opens(bar: ChipBar) -> None:
    removed: list[str] = []
    opened: list[str] = []
    bar.removed.connect(removed.append)
    bar.activated.connect(opened.append)
    chip = _chip(bar, "city")

    click(chip, QPoint(chip.width() - 10, 14))
    click(chip, QPoint(10, 14))

    assert (removed, opened) == (["city"], ["city"])


def test_enter_on_the_last_asks_for_a_new_filter(bar: ChipBar) -> None:
    asked: list[bool] = []
    bar.add_wanted.connect(lambda: asked.append(True))
    add = _chip(bar, "")

    press(add, Qt.Key.Key_Return)

    assert asked == [True]


def test_chip_that_cannot_be_removed_ignores_delete(kit: UiKit, show: Show) -> None:
    bar = ChipBar(kit, "Filters")
    bar.set_chips([Chip("a", "Fixed", removable=False)])
    show(bar)
    removed: list[str] = []
    bar.removed.connect(removed.append)

    press(_chip(bar, "a"), Qt.Key.Key_Delete)

    assert removed == []


def test_chips_wrap_into_lines_when_the_room_is_narrow(bar: ChipBar) -> None:
    assert bar.heightForWidth(120) > bar.heightForWidth(600)
