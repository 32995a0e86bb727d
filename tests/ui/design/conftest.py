"""A theme and words for tests of components; words are strict, so that a missing message fails."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.system.i18n import Translator
from desktop.ui.components.record_table import RecordTable
from desktop.ui.components.records import RecordModel
from desktop.ui.design.hub import ThemeHub
from desktop.ui.design.kit import UiKit
from desktop.ui.design.theme import ThemeChoice
from desktop.ui.shell.page import Route
from desktop.ui.shell.window import ShellWindow
from tests.ui.design.pages import PAGES
from tests.ui.design.record_rows import COLUMNS, Source, some_ids

RESOURCES = Path(__file__).resolve().parents[3] / "resources"

Show = Callable[[QWidget], QWidget]


@pytest.fixture
def hub(qapp: QApplication) -> ThemeHub:
    """A light, compact, English theme that is applied to the application; nothing moves by itself."""
    made = ThemeHub(RESOURCES, ThemeChoice(motion=False))
    made.apply()
    return made


@pytest.fixture
def kit(hub: ThemeHub) -> UiKit:
    """What widgets are given."""
    return UiKit(hub, Translator(RESOURCES / "i18n", "en", strict=True))


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    """Show a widget as the active window and wait until it is."""
    kept: list[QWidget] = []  # qtbot holds widgets weakly

    def shown(widget: QWidget) -> QWidget:
        kept.append(widget)
        qtbot.addWidget(widget)
        widget.show()
        widget.activateWindow()
        qtbot.waitUntil(widget.isActiveWindow)
        return widget

    return shown


@pytest.fixture
def go_dark(hub: ThemeHub) -> Callable[[], None]:
    """Change the theme to dark."""

    def change() -> None:
        hub.choose(replace(hub.choice, mode="dark"))

    return change


@pytest.fixture
def window(kit: UiKit, show: Show) -> ShellWindow:
    """A window of 1440 x 900 on its Customers page."""
    made = ShellWindow(kit, PAGES)
    made.resize(1440, 900)
    show(made)
    made.open(Route("customers"))
    return made


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def table(kit: UiKit, source: Source, show: Callable[[QWidget], QWidget]) -> RecordTable:
    """A table of 1,000 records with the focus in it."""
    made = RecordTable(kit, COLUMNS, RecordModel(source), "Customers")
    made.resize(700, 400)
    made.model().set_ids(some_ids(1000))
    show(made)
    made.setFocus()
    return made
