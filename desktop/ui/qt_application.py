"""The one Qt application of this process."""

import sys

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from desktop import app_info
from desktop.ui.bridge.garbage import CyclicGarbage


def qt_application() -> QCoreApplication:
    """Give it, made where there is none; one that is made here looks after Python's garbage too."""
    there = QApplication.instance()
    if there is not None:
        return there
    made = QApplication([sys.argv[0]])
    made.setApplicationName(app_info.NAME)
    CyclicGarbage(made)
    return made
