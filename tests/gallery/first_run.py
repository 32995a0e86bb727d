"""Pictures of the first run, against the running office."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer

from desktop.bootstrap import open_application
from desktop.services.first_run import FirstRun
from desktop.system.paths import ProfilePaths
from desktop.system.settings import THEME, Settings
from desktop.ui.first_run.window import FirstRunWindow
from desktop.ui.walking import Look
from tests.gallery.scenery import REP, Scenery
from tests.helpers.office import Office

_STEP_MS = 20
_MOST_STEPS = 1500


def first_run_pictures(scene: Scenery, folder: Path, look: Look) -> list[Path]:
    """Sign in anew with a profile of its own; gives the files."""
    profile = scene.folder / f"first-{folder.name}"
    paths = ProfilePaths(profile)
    Settings(paths.settings).set(THEME, look.theme or "light")
    start = FirstRun(paths, clock=scene.clock, open_application=open_application)
    start.texts.set_language(look.language or "en")
    window = FirstRunWindow(start)
    window.resize(*look.size)
    window.show()
    window.sign_in.server.setText(scene.office.url)
    window.sign_in.look()
    _until(lambda: window.sign_in.found is not None)
    window.sign_in.login.setText(REP)
    window.sign_in.password.setText(Office.PASSWORD)
    window.sign_in.password.setFocus()
    files = [_picture(window, folder / "00-first-run-sign-in.png")]
    window.sign_in.use_key_file()
    _until(lambda: window.arriving is not None and window.arriving.is_all_here)
    files.append(_picture(window, folder / "00-first-run-arriving.png"))
    window.close()
    window.deleteLater()
    start.close()
    return files


def _picture(window: FirstRunWindow, file: Path) -> Path:
    _until(lambda: True)
    file.parent.mkdir(parents=True, exist_ok=True)
    if not window.grab().save(str(file)):
        message = f"the picture cannot be written: {file}"
        raise OSError(message)
    return file


def _until(is_so: Callable[[], bool]) -> None:
    """Let the window live until a condition holds."""
    for _ in range(_MOST_STEPS):
        loop = QEventLoop()
        QTimer.singleShot(_STEP_MS, loop.quit)
        loop.exec()
        if is_so():
            return
    message = "the window did not get there"
    raise TimeoutError(message)
