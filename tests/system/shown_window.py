"""Opens the window on the present display and walks it by keys: ``python -m tests.system.shown_window DIR``.

Writes one JSON document: per page its title, what holds the focus, and how many colours the display itself shows.
"""

import json
import sys
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.ui.workplace.workplace import Workplace
from tests.ui.screens.desk import make_sample, open_copy

_CTRL = Qt.KeyboardModifier.ControlModifier
_WALK = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_0, Qt.Key.Key_Comma)
_SETTLE_MS = 400
_SAMPLE_PX = 7


def main() -> int:
    """Walk and tell."""
    folder = Path(sys.argv[1])
    qt = QApplication(sys.argv[:1])
    make_sample(folder / "template")
    desk = open_copy(folder / "template", folder / "laptop")
    workplace = Workplace(desk.app)
    try:
        workplace.show()
        QTest.qWaitForWindowExposed(workplace.window)
        workplace.window.activateWindow()
        told = {"platform": qt.platformName(), "pages": [_visit(workplace, key) for key in _WALK]}
    finally:
        workplace.close()
        desk.close()
    json.dump(told, sys.stdout)
    return 0


def _visit(workplace: Workplace, key: Qt.Key) -> dict[str, object]:
    window = workplace.window
    # To the window of the platform, not to a widget: the way a key takes that somebody presses.
    QTest.keyClick(window.windowHandle(), key, _CTRL)
    loop = QEventLoop()
    QTimer.singleShot(_SETTLE_MS, loop.quit)
    loop.exec()
    holder = QApplication.focusWidget()
    picture = window.screen().grabWindow(0).toImage()
    colours = {
        picture.pixel(x, y)
        for x in range(0, picture.width(), _SAMPLE_PX)
        for y in range(0, picture.height(), _SAMPLE_PX)
    }
    return {
        "title": window.page.title() if window.page is not None else "",
        "focus": holder.accessibleName() if holder is not None else "",
        "inside": holder is not None and window.page is not None and window.page.isAncestorOf(holder),
        "colours": len(colours),
    }


if __name__ == "__main__":
    sys.exit(main())
