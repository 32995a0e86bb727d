"""Every screen in a language that is two fifths longer than English: nothing is cut, and nothing is said by the code.

Columns of tables are as wide as their user wants them; what they cut, they say whole in a tooltip.
"""

import inspect
import platform
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QTextLayout
from PySide6.QtWidgets import QApplication

from desktop import app_info
from desktop.bootstrap import open_application
from desktop.domain.listing import Listing
from desktop.services.first_run import FirstRun
from desktop.system.i18n import Translator
from desktop.system.paths import ProfilePaths, resources_folder
from desktop.ui.components.label import Label
from desktop.ui.design import text_block
from desktop.ui.first_run.window import FirstRunWindow
from desktop.ui.states.catalogue import STATES
from desktop.ui.states.playing import played
from desktop.ui.stops import stops
from desktop.ui.tour import go
from desktop.ui.walking import Look, at_work, settle
from tests.helpers.pseudo import LONGER, is_ours, outside, pseudo, write_pseudo
from tests.ui.screens2.laptop import SampleLaptop

SIZES = [(1440, 900), (1100, 680)]
_BLOCK = ("design/text_block.py",)
_TABLES = ("record_header.py", "record_delegate.py", "cells.py", "card_delegate.py")
# Keys as they are printed on keyboards, units, and names that are the same everywhere.
_NOBODYS = {"ctrl", "alt", "space", "menu", "del", "delete", "esc", "tab", "home", "end", "enter", "pgup", "pgdn"}
_NOBODYS |= {app_info.NAME.lower(), "roundsman", "行商", "english", "简体中文", "繁體中文", "行"}
_STATES = ("captive_portal", "disk_full", "office_needs_update", "choice_created", "set_aside", "brake")


# Beside the channels, in a pane that its user makes as wide as wanted; which channel is filled says the same.
_IN_A_PANE = {pseudo(f"Prefers {channel}") for channel in ("messages", "phone", "email", "a visit")}


class Ink:
    """What is drawn: ``texts`` as they were meant, ``cut`` of our own that did not fit."""

    def __init__(self) -> None:
        self.texts: set[str] = set()
        self.cut: set[str] = set()

    def begin(self) -> None:
        self.texts.clear()
        self.cut.clear()


def _by(files: tuple[str, ...]) -> bool:
    frame = inspect.currentframe()
    while frame is not None:
        if frame.f_code.co_filename.endswith(files):
            return True
        frame = frame.f_back
    return False


@pytest.fixture
def ink(monkeypatch: pytest.MonkeyPatch) -> Ink:
    found = Ink()
    elide, draw = QFontMetrics.elidedText, QPainter.drawText

    def elided(metrics: QFontMetrics, text: str, *rest: Any) -> str:
        shown = elide(metrics, text, *rest)
        if shown != text and is_ours(text) and text not in _IN_A_PANE and not _by(_TABLES):
            found.cut.add(text)
        return shown

    def drawn(painter: QPainter, *what: Any) -> Any:
        # A line of a longer text is no text of its own; what is broken into lines is told by the layout.
        if not _by(_BLOCK):
            found.texts.update(each for each in what if isinstance(each, str))
        return draw(painter, *what)

    def laid_out(text: str, font: QFont) -> QTextLayout:
        found.texts.add(text)
        return QTextLayout(text, font)

    monkeypatch.setattr(QFontMetrics, "elidedText", elided)
    monkeypatch.setattr(QPainter, "drawText", drawn)
    monkeypatch.setattr(text_block, "QTextLayout", laid_out)
    return found


@pytest.fixture
def longer(laptop: SampleLaptop, tmp_path: Path) -> SampleLaptop:
    write_pseudo(resources_folder() / "i18n", tmp_path / "i18n")
    laptop.app.texts = Translator(tmp_path / "i18n", "en", strict=True)
    return laptop


def words(text: str) -> Iterator[str]:
    yield from re.findall(r"[^\W\d_]{2,}", outside(text))


def is_initials(word: str) -> bool:
    """Tell whether a word may be the mark of a person or a company."""
    return len(word) == 2 and word.isupper()


def known(laptop: SampleLaptop) -> str:
    """Give everything that stands in records, and what else is this laptop's and nobody's words."""
    reads, session = laptop.app.reads, laptop.app.session
    rows = [row for record in reads.catalogue for row in reads.rows(record.name, reads.ids(Listing(record.name)))]
    data = [str(value) for row in rows for value in row.values()]
    own = (
        platform.node(),
        platform.system(),
        session.organisation,
        session.server,
        session.login,
        str(laptop.app.paths.folder),
        *_NOBODYS,
    )
    return " ".join([*data, *own]).lower()


def low(window: Any) -> list[str]:
    """List wrapped labels that are lower than their text."""
    labels = [each for each in window.findChildren(Label) if each.isVisible() and each.wordWrap()]
    return [each.text() for each in labels if each.height() < each.heightForWidth(each.width()) - 1]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_no_screen_cuts_words_and_none_says_what_no_catalogue_says(
    longer: SampleLaptop, ink: Ink, qapp: QApplication, size: tuple[int, int]
) -> None:
    data = known(longer)
    cut: dict[str, set[str]] = {}
    strange: dict[str, set[str]] = {}

    with at_work(longer.app, Look(theme="light", size=size)) as workplace:
        for stop in stops():
            go(longer.app, workplace, stop)
            settle(longer.app)
            ink.begin()
            workplace.window.grab()
            cut[stop.name] = {*ink.cut, *low(workplace.window)}
            labels = {each.text() for each in workplace.window.findChildren(Label) if each.isVisible()}
            said = {word for text in ink.texts | labels for word in words(text)}
            strange[stop.name] = {word for word in said if word.lower() not in data and not is_initials(word)}

    assert {name: texts for name, texts in cut.items() if texts} == {}
    assert {name: texts for name, texts in strange.items() if texts} == {}


def test_no_state_of_sync_cuts_words(longer: SampleLaptop, ink: Ink, qapp: QApplication) -> None:
    cut: dict[str, set[str]] = {}

    def opened(paths: ProfilePaths) -> Any:
        copy = open_application(paths, clock=longer.app.clock, zone=longer.app.zone)
        copy.texts = longer.app.texts
        return copy

    for state in STATES:
        if state.name in _STATES:
            with played(longer.app, state, opened, Look(theme="light", size=SIZES[1])) as workplace:
                ink.begin()
                workplace.window.grab()
                cut[state.name] = {*ink.cut, *low(workplace.window)}

    assert {name: texts for name, texts in cut.items() if texts} == {}


def test_first_run_cuts_no_words(longer: SampleLaptop, ink: Ink, qapp: QApplication, tmp_path: Path) -> None:
    start = FirstRun(ProfilePaths(tmp_path / "new"), clock=longer.clock, open_application=open_application)
    with closing(start):
        start.texts = longer.app.texts
        window = FirstRunWindow(start)
        window.resize(*SIZES[1])
        window.show()
        ink.begin()
        window.grab()
        cut = {*ink.cut, *low(window)}
        window.close()
        window.deleteLater()

    assert not cut


@pytest.mark.parametrize("message", ["Save", "{count} changes waiting", "Sign in by {day}. Your work stays here."])
def test_pseudo_language_is_longer_and_keeps_what_is_filled_in(message: str) -> None:
    said = pseudo(message)

    fields = set(re.findall(r"{\w+}", message))
    assert len(re.sub(r"{\w+}", "", said)) >= len(re.sub(r"{\w+}", "", message)) * LONGER
    assert set(re.findall(r"{\w+}", said)) == fields
