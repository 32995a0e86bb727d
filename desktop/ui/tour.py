"""A walk through all screens of an open profile that leaves a picture of each; works without a display.

Nothing of the profile changes: language, theme and size hold for the walk only.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.ui.walking import Look, at_work, check, made_application, save_picture, settle, take_picture

if TYPE_CHECKING:
    from desktop.services.application import Application
    from desktop.services.staging import Open
    from desktop.ui.journey import Journey, Step
    from desktop.ui.stops import Stop
    from desktop.ui.workplace.workplace import Workplace


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
    from desktop.ui.stops import stops

    chosen = look or Look()
    check(chosen)
    qt = made_application()
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    with at_work(application, chosen) as workplace:
        for number, stop in enumerate(stops(), start=1):
            go(application, workplace, stop)
            files.append(take_picture(workplace, folder / f"{number:02}-{stop.name}.png"))
        files += _component_sheets(workplace, folder)
    qt.sendPostedEvents()
    return files


def _component_sheets(workplace: "Workplace", folder: Path) -> list[Path]:
    """Draw every component in every state, light and dark."""
    from desktop.ui.sheet.sheet import component_sheet

    files = []
    for mode in ("light", "dark"):
        workplace.theme_hub.choose(replace(workplace.theme_hub.choice, mode=mode))
        sheet = component_sheet(workplace.kit)
        files.append(folder / f"components-{mode}.png")
        if not sheet.grab().save(str(files[-1])):
            raise OSError(f"the picture cannot be written: {files[-1]}")
        sheet.deleteLater()
    return files


def walk_journey(
    application: "Application", folder: Path, open_application: "Open", look: Look | None = None
) -> list[Path]:
    """Take ten steps of a rep's day by keys, on a copy of the profile; gives the sheet of their times.

    A profile without customers has no such day and gets no sheet. Keys of the user's own are left out. Where a step
    does not lead to what it leads to, the sheet says so, and has those before it.

    Raises:
        ValueError: A language or theme that the program does not have.
        OSError: The sheet cannot be written.
    """
    import tempfile
    from contextlib import closing

    from desktop.services.staging import copy_of
    from desktop.system.settings import KEYS
    from desktop.ui.journey import Journey, timing_sheet

    chosen = look or Look()
    check(chosen)
    qt = made_application()
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="roundsman-journey-") as room,
        closing(copy_of(application, Path(room) / "copy", open_application)) as stage,
    ):
        stage.app.settings.set(KEYS, {})
        with at_work(stage.app, chosen) as workplace:
            journey = Journey(stage.app, workplace)
            steps, missed = _walk_day(journey, stage.app)
            sheet = timing_sheet(steps, workplace.kit.t, missed)
    qt.sendPostedEvents()
    if not steps and not missed:
        return []
    file = folder / "timings.txt"
    file.write_text(sheet, encoding="utf-8")
    return [file]


def _walk_day(journey: "Journey", application: "Application") -> "tuple[Sequence[Step], str]":
    """Walk as far as the steps lead to what they lead to; gives the one that did not too, empty for none."""
    try:
        settle(application)
        steps = journey.walk()
        settle(application)
    except TimeoutError:
        return journey.steps, journey.walked or "journey.today"
    return steps, ""


def walk_states(
    application: "Application", folder: Path, open_application: "Open", look: Look | None = None
) -> list[Path]:
    """Take a picture of every state that sync can be in, each played on a copy of the profile; gives the files.

    The window that says why a profile is not opened comes last.

    A page of words, ``states.txt``, says which picture shows what.

    Raises:
        ValueError: A language or theme that the program does not have.
        OSError: A picture cannot be written.
    """
    from desktop.ui.states.catalogue import STATES
    from desktop.ui.states.playing import played
    from desktop.ui.states.refusing import REFUSALS, refused

    chosen = look or Look()
    check(chosen)
    qt = made_application()
    folder.mkdir(parents=True, exist_ok=True)
    files, told = [], []
    for number, state in enumerate(STATES, start=1):
        with played(application, state, open_application, chosen) as workplace:
            files.append(take_picture(workplace, folder / f"{number:02}-{state.name}.png"))
            told.append(f"{files[-1].name}  {workplace.kit.t(f'states.{state.name}')}")
        qt.sendPostedEvents()
    for number, (name, error) in enumerate(REFUSALS, start=len(files) + 1):
        with refused(application, error, chosen) as window:
            files.append(save_picture(window, folder / f"{number:02}-{name}.png"))
            told.append(f"{files[-1].name}  {window.kit.t(f'states.{name}')}")
        qt.sendPostedEvents()
    (folder / "states.txt").write_text("\n".join([*told, ""]), encoding="utf-8")
    return files


def go(application: "Application", workplace: "Workplace", stop: "Stop") -> None:
    """Go to a screen, away from whatever lies over the present one, and wait until it shows what it has to show."""
    from desktop.ui.shell.page import Route
    from desktop.ui.stops import close_forms

    close_forms(workplace.window)
    workplace.window.open(Route(stop.page, stop.args(application.reads)))
    page = workplace.window.page
    settle(application)
    if page is not None:
        page.focus_main()
    stop.act(workplace)
    settle(application)
