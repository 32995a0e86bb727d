"""The window over a running application: made, shown, and taken down again before the application ends."""

import sys

from PySide6.QtWidgets import QApplication

from desktop import app_info
from desktop.ui.bridge.ports import Application
from desktop.ui.workplace.workplace import Workplace


def run(application: Application) -> int:
    """Show the window until the user closes it; gives the exit code. The application stays open."""
    qt = QApplication.instance() or QApplication([sys.argv[0]])
    qt.setApplicationName(app_info.NAME)
    workplace = Workplace(application)
    workplace.show()
    workplace.help.start_if_wanted()
    try:
        return qt.exec()
    finally:
        workplace.close()
