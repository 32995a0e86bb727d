"""Text as it is really drawn: the right Chinese face, one line for both scripts, lines as high as the scale says."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontDatabase, QFontMetrics, QImage, QPainter
from pytestqt.qtbot import QtBot

from desktop.ui.components.label import Label
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import draw_text, text_width
from desktop.ui.design.text_block import break_lines

SENTENCE = "两套，下周三前送达。"
WRAPPED = "Data on this laptop is encrypted. 数据已在本机加密，管理员可以在公司终止登录。 It goes on from there."


def drawn(kit: UiKit, text: str, lang: str, role: str = "body") -> QImage:
    """Draw a text at the left of a white strip."""
    strip = QImage(400, 40, QImage.Format.Format_RGB32)
    strip.fill(Qt.GlobalColor.white)
    painter = QPainter(strip)
    painter.setFont(kit.theme.font(role, lang=lang))
    draw_text(painter, QRect(4, 0, 392, 40), text, QColor("black"))
    painter.end()
    return strip


def lowest_ink(strip: QImage) -> int:
    return max(y for y in range(strip.height()) for x in range(strip.width()) if strip.pixel(x, y) & 0xFF < 0x80)


def has_both_faces(kit: UiKit) -> bool:
    faces = kit.theme.tokens.faces["linux"]
    return {faces.zh_hans[0], faces.zh_hant[0]} <= set(QFontDatabase.families())


def test_each_script_keeps_its_own_face_whichever_was_drawn_first(kit: UiKit) -> None:
    if not has_both_faces(kit):
        pytest.skip("the faces of both scripts are not installed")

    first = [drawn(kit, SENTENCE, lang, "small") for lang in ("zh_TW", "zh_CN")]
    again = [drawn(kit, SENTENCE, lang, "medium") for lang in ("zh_CN", "zh_TW")]

    # The full stop stands in the middle in Traditional text and at the lower left in Simplified text.
    assert first[0] != first[1]
    assert again[0] != again[1]


@pytest.mark.parametrize("role", ["small", "body", "section", "heading"])
def test_chinese_text_moves_no_latin_text_beside_it(kit: UiKit, role: str) -> None:
    alone, beside = drawn(kit, "HHH", "zh_CN", role), drawn(kit, "HHH 深圳", "zh_CN", role)
    width = QFontMetrics(kit.theme.font(role, lang="zh_CN")).horizontalAdvance("HHH")

    assert alone.copy(0, 0, 4 + width, 40) == beside.copy(0, 0, 4 + width, 40)
    assert lowest_ink(alone) < lowest_ink(beside)


@pytest.mark.parametrize("role", ["small", "body"])
def test_wrapped_lines_are_as_high_as_the_scale_says_in_both_scripts(kit: UiKit, qtbot: QtBot, role: str) -> None:
    label = Label(kit, WRAPPED, role, wrap=True)
    qtbot.addWidget(label)

    assert label.heightForWidth(4000) == kit.theme.line(role)
    assert label.heightForWidth(160) % kit.theme.line(role) == 0
    assert label.heightForWidth(160) > 2 * kit.theme.line(role)


def test_wrapped_label_says_all_its_words_in_its_lines(kit: UiKit, qtbot: QtBot) -> None:
    label = Label(kit, WRAPPED, wrap=True)
    qtbot.addWidget(label)
    label.resize(200, label.heightForWidth(200))
    label.show()
    picture = label.grab().toImage()
    lines = label.height() // kit.theme.line("body")

    paper = picture.pixel(picture.width() - 1, picture.height() - 1)
    for line in range(lines):
        rows = range(line * kit.theme.line("body"), (line + 1) * kit.theme.line("body"))
        assert any(picture.pixel(x, y) != paper for y in rows for x in range(picture.width()))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("amara.nwosu@vantry.example", ["amara.nwosu", "@vantry.example"]),
        ("a@b @c d@ e", ["a@b @c d@ e"]),
    ],
)
def test_address_that_takes_two_lines_is_parted_before_its_at(kit: UiKit, text: str, lines: list[str]) -> None:
    font = kit.theme.font("body")

    assert break_lines(text, font, text_width(font, "amara.nwosu@vantry.exampl")) == lines
