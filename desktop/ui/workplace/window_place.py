"""Where the window stood and how large it was, from one start to the next."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication

from desktop.system.settings import RAIL_COLLAPSED, WINDOW, Settings
from desktop.ui.shell.window import COLLAPSE_BELOW, ShellWindow

_DESIGN = QRect(0, 0, 1440, 900)
_LEAST_SEEN = 80


class WindowPlace:
    """Restores and saves the geometry; a place that no screen shows any more is not used."""

    def __init__(self, window: ShellWindow, settings: Settings) -> None:
        self._window = window
        self._settings = settings

    def restore(self) -> None:
        """Go where the window was, else take the design's size within the screen."""
        saved = self._settings.get(WINDOW)
        rect = _rect(saved)
        if rect is None or not _is_seen(rect):
            rect = _fitting(_DESIGN)
        self._window.setGeometry(rect)
        if self._settings.get(RAIL_COLLAPSED) and rect.width() >= COLLAPSE_BELOW:
            self._window.toggle_rail()
        if saved.get("maximised"):
            self._window.showMaximized()

    def save(self) -> None:
        """Remember the place and whether the rail is collapsed."""
        normal = self._window.normalGeometry()
        rect = normal if normal.isValid() else self._window.geometry()
        place = {"x": rect.x(), "y": rect.y(), "width": rect.width(), "height": rect.height()}
        maximised = self._window.isMaximized()
        if place | {"maximised": maximised} != self._settings.get(WINDOW):
            self._settings.set(WINDOW, place | {"maximised": maximised})
        # In a narrow window the rail collapses by itself, which is nobody's choice.
        if self._window.width() < COLLAPSE_BELOW:
            return
        collapsed = self._window.frame.rail.is_collapsed
        if collapsed != self._settings.get(RAIL_COLLAPSED):
            self._settings.set(RAIL_COLLAPSED, collapsed)


def _rect(saved: dict[str, object]) -> QRect | None:
    numbers = [saved.get(name) for name in ("x", "y", "width", "height")]
    whole = [number for number in numbers if isinstance(number, int)]
    return QRect(*whole) if len(whole) == len(numbers) else None


def _is_seen(rect: QRect) -> bool:
    parts = [screen.availableGeometry().intersected(rect) for screen in QGuiApplication.screens()]
    return any(part.width() >= _LEAST_SEEN and part.height() >= _LEAST_SEEN for part in parts)


def _fitting(wanted: QRect) -> QRect:
    screen = QGuiApplication.primaryScreen().availableGeometry()
    rect = QRect(0, 0, min(wanted.width(), screen.width()), min(wanted.height(), screen.height()))
    rect.moveCenter(screen.center())
    return rect
