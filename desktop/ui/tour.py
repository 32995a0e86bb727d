"""A walk through all screens of an open profile that leaves a picture of each; works without a display.

Nothing of the profile changes: language, theme and size hold for the walk only.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.domain.listing import Condition, Listing, Sort, Test
from desktop.system.i18n import LANGUAGES

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop.services.application import Application
    from desktop.ui.bridge.ports import Reads
    from desktop.ui.workplace.workplace import Workplace

SIZE = (1440, 900)
_ROUNDS = 4
_LANE_S = 30.0
_READERS = 2


@dataclass(frozen=True, slots=True)
class Look:
    """How the walk looks: what is empty stays as the profile has it. ``size`` is in px."""

    language: str = ""
    theme: str = ""
    size: tuple[int, int] = SIZE


@dataclass(frozen=True, slots=True)
class _Stop:
    """One picture: a page, what it is shown with, and what is done on it before the picture is taken."""

    name: str
    page: str
    args: Callable[["Reads"], dict[str, str]] = lambda _reads: {}
    act: Callable[["Workplace"], None] = lambda _workplace: None


def has_display() -> bool:
    """Tell whether a window could be seen; without one the walk is what can be shown."""
    if os.environ.get("QT_QPA_PLATFORM") in {"offscreen", "minimal"}:
        return False
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def walk(application: "Application", folder: Path, look: Look | None = None) -> list[Path]:
    """Take a picture of every screen into ``folder``, which is made; gives the files in the order of the walk.

    The application must be open; whether it is started makes no difference.

    Raises:
        ValueError: A language or theme that the program does not have.
        OSError: A picture cannot be written.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    chosen = look or Look()
    if chosen.language and chosen.language not in LANGUAGES:
        raise ValueError(f"{chosen.language} is not one of {', '.join(LANGUAGES)}")
    qt = QApplication.instance() or QApplication(sys.argv[:1])
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    with _workplace(application, chosen) as workplace:
        for number, stop in enumerate(_stops(), start=1):
            _go(application, workplace, stop)
            file = folder / f"{number:02}-{stop.name}.png"
            if not workplace.window.grab().save(str(file)):
                raise OSError(f"the picture cannot be written: {file}")
            files.append(file)
    qt.sendPostedEvents()
    return files


@contextmanager
def _workplace(application: "Application", look: Look) -> "Iterator[Workplace]":
    from desktop.ui.workplace.workplace import Workplace

    before = application.texts.language
    if look.language:
        application.texts.set_language(look.language)
    workplace = Workplace(application)
    try:
        choice = workplace.theme_hub.choice
        mode = look.theme or choice.mode
        workplace.theme_hub.choose(replace(choice, mode=mode, language=application.texts.language, motion=False))
        workplace.show()
        workplace.window.resize(*look.size)
        yield workplace
    finally:
        workplace.close(remember=False)
        application.texts.set_language(before)


def _go(application: "Application", workplace: "Workplace", stop: _Stop) -> None:
    from desktop.ui.shell.page import Route

    workplace.window.open(Route(stop.page, stop.args(application.reads)))
    page = workplace.window.page
    _settle(application)
    if page is not None:
        page.focus_main()
    stop.act(workplace)
    _settle(application)


def _settle(application: "Application") -> None:
    """Wait until the reads that were asked for are done and drawn; each answer may ask for more."""
    from PySide6.QtCore import QEventLoop, QObject, Qt, Signal

    class Bell(QObject):
        rung = Signal()

    for _ in range(_ROUNDS):
        loop, bell = QEventLoop(), Bell()
        bell.rung.connect(loop.quit, Qt.ConnectionType.QueuedConnection)
        # Both readers have to arrive, so everything that was submitted before is done by then.
        barrier = threading.Barrier(_READERS, action=bell.rung.emit)
        for _reader in range(_READERS):
            application.jobs.submit_read(partial(barrier.wait, _LANE_S))
        loop.exec()


def _stops() -> list[_Stop]:
    from desktop.ui.bridge import routes

    return [
        _Stop("today", routes.TODAY),
        _Stop("customers", routes.CUSTOMERS),
        _Stop("customer", routes.CUSTOMER, _best_customer),
        _Stop("people", routes.PEOPLE),
        _Stop("pipeline", routes.PIPELINE),
        _Stop("pipeline-table", routes.PIPELINE, act=_open_table),
        _Stop("choice", routes.CHOICE),
        _Stop("change-log", routes.CHANGES),
        _Stop("settings", routes.SETTINGS),
        _Stop("sync-details", routes.TODAY, act=_open_sync),
        _Stop("keys", routes.CUSTOMERS, act=_open_keys),
    ]


def _best_customer(reads: "Reads") -> dict[str, str]:
    """Choose the customer with whom most happened lately: the page has most to show there."""
    wanted = Listing(
        "activity", where=(Condition("account", Test.FILLED),), sort=(Sort("at", descending=True),), limit=200
    )
    rows = reads.rows("activity", reads.ids(wanted))
    counted: dict[str, int] = {}
    for row in rows:
        counted[str(row["account"])] = counted.get(str(row["account"]), 0) + 1
    if not counted:
        any_account = reads.ids(Listing("account", sort=(Sort("name"),), limit=1))
        return {"id": any_account[0]} if any_account else {}
    return {"id": max(counted, key=lambda account: (counted[account], account))}


def _open_table(workplace: "Workplace") -> None:
    workplace.window.page.switch_to("table")  # type: ignore[union-attr]


def _open_sync(workplace: "Workplace") -> None:
    workplace.window.show_sync()


def _open_keys(workplace: "Workplace") -> None:
    _close_popovers(workplace.window.host)
    workplace.window.show_keys()


def _close_popovers(host: "QWidget") -> None:
    from desktop.ui.components.popover import Popover

    for popover in host.findChildren(Popover):
        popover.close_now()
