"""Themes: fonts, icons, and changing them while widgets live."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtGui import QColor, QFontMetricsF, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.components.button import Button
from desktop.ui.components.label import Label
from desktop.ui.components.text_field import TextField
from desktop.ui.design.fonts import families, text_language
from desktop.ui.design.hub import ThemeHub
from desktop.ui.design.kit import UiKit
from tests.ui.design.keyboard import type_text


def test_figures_with_tnum_are_equally_wide(kit: UiKit) -> None:
    metrics = QFontMetricsF(kit.theme.font("body", tnum=True))

    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("8888")


def test_latin_text_is_set_in_the_shipped_face(kit: UiKit) -> None:
    assert kit.theme.font("body").families()[0] == "Inter"


def test_traditional_language_puts_its_own_face_before_the_simplified_one(kit: UiKit) -> None:
    faces = kit.theme.tokens.faces["linux"]

    names = families(faces, "zh_TW")

    assert names.index(faces.zh_hant[0]) < names.index(faces.zh_hans[0])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("永泰凍肉有限公司", "zh_TW"),
        ("永泰冻肉有限公司", "zh_CN"),
        ("Kestrel Foods", ""),
        ("景灣餐飲集團", "zh_TW"),
        ("王小明", ""),
    ],
)
def test_record_text_is_known_by_its_script(text: str, language: str) -> None:
    assert text_language(text) == language


def test_record_font_of_traditional_text_is_traditional_in_every_language(kit: UiKit) -> None:
    faces = kit.theme.tokens.faces["linux"]

    names = kit.theme.record_font("body", "永泰凍肉").families()

    assert names.index(faces.zh_hant[0]) < names.index(faces.zh_hans[0])


def test_icon_is_tinted_by_its_token(kit: UiKit) -> None:
    image = kit.theme.pixmap("plus", "danger", 24).toImage()

    drawn, wanted = image.pixelColor(12, 12), kit.theme.color("danger")
    assert abs(drawn.red() - wanted.red()) + abs(drawn.green() - wanted.green()) <= 4


def test_icon_on_a_sharper_screen_has_more_pixels(kit: UiKit) -> None:
    pixmap = kit.theme.pixmap("plus", "text", 16, 2.0)

    assert (pixmap.width(), pixmap.devicePixelRatio()) == (32, 2.0)


def test_unknown_colour_is_refused(kit: UiKit) -> None:
    with pytest.raises(KeyError):
        kit.theme.color("mauve")


def test_change_to_dark_reaches_palette_and_living_widgets(
    kit: UiKit, qtbot: QtBot, qapp: QApplication, go_dark: Callable[[], None]
) -> None:
    label = Label(kit, "Kestrel Foods")
    qtbot.addWidget(label)

    go_dark()

    text = QColor(kit.theme.tokens.colors["dark"]["text"])
    assert qapp.palette().color(QPalette.ColorRole.WindowText) == text
    assert label.palette().color(QPalette.ColorRole.WindowText) == text


def test_change_of_theme_keeps_what_is_being_typed(kit: UiKit, qtbot: QtBot, go_dark: Callable[[], None]) -> None:
    field = TextField(kit)
    qtbot.addWidget(field)
    type_text(field, "half a sen")

    go_dark()

    assert (field.text(), field.cursorPosition()) == ("half a sen", 10)


def test_high_contrast_draws_lines_in_the_colour_of_text(hub: ThemeHub, kit: UiKit) -> None:
    hub.choose(replace(hub.choice, high_contrast=True))

    assert kit.theme.color("border") == kit.theme.color("text")
    assert kit.theme.color("warning_subtle") == kit.theme.color("surface")


def test_same_choice_again_announces_nothing(hub: ThemeHub, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(hub.changed):
        hub.choose(replace(hub.choice))


def test_unknown_mode_is_refused(hub: ThemeHub) -> None:
    with pytest.raises(ValueError, match="sepia"):
        hub.choose(replace(hub.choice, mode="sepia"))


def test_touch_density_makes_targets_of_44_px(hub: ThemeHub, kit: UiKit, qtbot: QtBot) -> None:
    button = Button(kit, "Log visit")
    qtbot.addWidget(button)

    hub.choose(replace(hub.choice, density="touch"))

    assert button.sizeHint().height() == 44
    assert kit.theme.row == 44


def test_larger_text_makes_rows_higher(hub: ThemeHub, kit: UiKit) -> None:
    before = kit.theme.row

    hub.choose(replace(hub.choice, text_scale=1.5))

    assert kit.theme.row > before
    assert kit.theme.font("body").pixelSize() == round(13 * 1.5)


def test_widget_that_is_gone_hears_of_no_change(kit: UiKit, go_dark: Callable[[], None]) -> None:
    label = Label(kit, "gone")
    del label

    go_dark()

    assert kit.theme.is_dark
