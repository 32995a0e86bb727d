"""The sheet of components has all of them, so that none is drawn without ever being looked at."""

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.ui import components
from desktop.ui.design.kit import UiKit
from desktop.ui.sheet.sheet import component_sheet

_OVER_A_WINDOW = {"Menu", "Overlay", "OverlayDialog", "Popover", "ToastStack"}
"""They lie over a page and darken it; what is in them is on the sheet."""

_ROOM = {"InspectorSplit", "ScrollArea", "Splitter", "Surface"}
"""They are the room that others stand in, and draw a line at most."""

_PAINTED = {"Board", "BoardColumn", "CardList", "RecordHeader", "RecordTable", "StageHeader"}
"""What they paint is on the sheet, drawn by the same delegates in every state; whole they stand on screens."""


def widgets() -> Iterator[type[QWidget]]:
    """List what a page can be made of."""
    for module in pkgutil.iter_modules(components.__path__):
        made = import_module(f"{components.__name__}.{module.name}")
        for name, each in inspect.getmembers(made, inspect.isclass):
            if each.__module__ == made.__name__ and issubclass(each, QWidget) and not name.startswith("_"):
                yield each


def test_sheet_shows_every_component(kit: UiKit, qtbot: QtBot) -> None:
    sheet = component_sheet(kit)
    qtbot.addWidget(sheet)

    shown = tuple(type(each) for each in (sheet, *sheet.findChildren(QWidget)))
    missing = {each.__name__ for each in widgets() if not any(issubclass(one, each) for one in shown)}

    assert missing <= _OVER_A_WINDOW | _ROOM | _PAINTED
