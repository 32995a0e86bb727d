"""``roundsman --demo``: says what runs and how to open a second laptop, then shows the window or walks the screens."""

import shlex
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli.output import Output
from desktop.cli.programs import Programs
from desktop.services.demo import Demo
from desktop.system.i18n import Translator
from desktop.system.logs import logging_to
from sync.contract.clock import SystemClock

if TYPE_CHECKING:
    from desktop.services.application import Application

Window = Callable[["Application"], int]


def run_demo(output: Output, texts: Translator, programs: Programs, profile: Path | None, window: Window | None) -> int:
    """Run the demonstration until its window closes; without a display (``window`` is ``None``) leave pictures.

    Raises:
        AppError: the server program does not start, or the profile cannot be made.
    """
    with closing(Demo(profile)) as demo:
        output.say(texts.t("cli.demo.starting"))
        demo.start(SystemClock())
        with logging_to(demo.paths.logs), closing(programs.open_application(demo.paths)) as app:
            app.sync.sync()
            output.say(texts.t("cli.demo.ready", name=app.session.name, server=demo.url, folder=str(demo.paths.folder)))
            if window is None:
                return _walk(output, texts, programs, app)
            second = demo.second_laptop()
            output.say(texts.t("cli.demo.second", init=_call(second.init), window=_call(second.window)))
            return window(app)


def _walk(output: Output, texts: Translator, programs: Programs, app: "Application") -> int:
    if programs.walk is None:
        return 1
    folder = Path(tempfile.mkdtemp(prefix="roundsman-pictures-"))
    output.say(texts.t("cli.demo.no_display", folder=str(folder)))
    for file in programs.walk(app, folder, "", ""):
        output.say(str(file))
    return 0


def _call(words: tuple[str, ...]) -> str:
    is_module = Path(sys.argv[0]).name == "__main__.py"
    own = [sys.executable, "-m", "desktop"] if is_module else [sys.argv[0]]
    return shlex.join([*own, *words])
