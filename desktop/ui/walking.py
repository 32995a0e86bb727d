"""A window that shows itself without anybody sitting there: how it looks, when it is done, and a picture of it."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.system.i18n import LANGUAGES

if TYPE_CHECKING:
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtWidgets import QWidget

    from desktop.services.application import Application
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


def check(look: Look) -> None:
    """Refuse a language that the program does not have.

    Raises:
        ValueError: It does not.
    """
    if look.language and look.language not in LANGUAGES:
        raise ValueError(f"{look.language} is not one of {', '.join(LANGUAGES)}")


def made_application() -> "QCoreApplication":
    """Give the one Qt application of this process, made for drawing into memory where there is none."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from desktop.ui.qt_application import qt_application

    return qt_application()


def take_picture(workplace: "Workplace", file: Path) -> Path:
    """Write what the window shows into a file, which is given back.

    Raises:
        OSError: It cannot be written.
    """
    return save_picture(workplace.window, file)


def save_picture(window: "QWidget", file: Path) -> Path:
    """Write what any window shows into a file, which is given back.

    Raises:
        OSError: It cannot be written.
    """
    if not window.grab().save(str(file)):
        raise OSError(f"the picture cannot be written: {file}")
    return file


@contextmanager
def speaking(application: "Application", look: Look) -> Iterator[None]:
    """Speak the language that was asked for, then the one of before."""
    before = application.texts.language
    if look.language:
        application.texts.set_language(look.language)
    try:
        yield
    finally:
        application.texts.set_language(before)


@contextmanager
def at_work(application: "Application", look: Look) -> "Iterator[Workplace]":
    """Show a window that looks as asked, on an open application, and close it without a trace."""
    from desktop.ui.bridge.drafts import MemoryShelf
    from desktop.ui.workplace.workplace import Workplace

    with speaking(application, look):
        workplace = Workplace(application, shelf=MemoryShelf())
        try:
            choice = workplace.theme_hub.choice
            mode = look.theme or choice.mode
            workplace.theme_hub.choose(replace(choice, mode=mode, language=application.texts.language, motion=False))
            workplace.show()
            workplace.window.resize(*look.size)
            yield workplace
        finally:
            workplace.close(remember=False)


def settle(application: "Application", limit_s: float = _LANE_S) -> None:
    """Wait until what was to be written and read is done and drawn; each answer may ask for more.

    Raises:
        TimeoutError: One reader was not free within ``limit_s`` after the other one, or neither was, or what was to be
            written did not end, within twice as long.
    """
    from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Signal

    class Bell(QObject):
        rung = Signal()

    quiet = 0
    while quiet < _ROUNDS:
        # A query that ran a moment ago waits for its turn; then what it gives has to be drawn as well.
        quiet = quiet + 1 if application.hub.is_settled else 0
        loop, bell = QEventLoop(), Bell()
        bell.rung.connect(loop.quit, Qt.ConnectionType.QueuedConnection)
        # Both readers have to arrive, so everything that was submitted before is done by then.
        barrier, late = threading.Barrier(_READERS, action=bell.rung.emit, timeout=limit_s), threading.Event()
        arrive = partial(_arrive, barrier, late, bell.rung.emit)
        application.jobs.submit_write(partial(_meet, application, arrive))
        limit = QTimer(bell)
        limit.setSingleShot(True)
        limit.timeout.connect(partial(_give_up, barrier, late, loop.quit))
        limit.start(round(2_000 * limit_s))
        loop.exec()
        limit.stop()
        if late.is_set():
            raise TimeoutError(f"a read did not end within {limit_s:g} s")


def _give_up(barrier: threading.Barrier, late: threading.Event, leave: Callable[[], None]) -> None:
    """Wait no longer where no reader comes to the barrier; who comes after all rings for nobody."""
    late.set()
    barrier.abort()
    leave()


def _meet(application: "Application", arrive: Callable[[], None]) -> None:
    """Send each reader to the barrier; runs on the write lane, behind what was to be written."""
    for _reader in range(_READERS):
        application.jobs.submit_read(arrive)


def _arrive(barrier: threading.Barrier, late: threading.Event, ring: Callable[[], None]) -> None:
    """Wait for the other reader; who waits in vain says so once."""
    try:
        barrier.wait()
    except threading.BrokenBarrierError:
        if not late.is_set():
            late.set()
            ring()
