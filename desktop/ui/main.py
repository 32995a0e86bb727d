"""The window over a running application: made, shown, and taken down again before the application ends."""

from desktop.ui.bridge.ports import Application
from desktop.ui.qt_application import qt_application
from desktop.ui.workplace.workplace import Workplace


def run(application: Application) -> int:
    """Show the window until the user closes it; gives the exit code. The application stays open."""
    qt = qt_application()
    workplace = Workplace(application)
    workplace.show()
    workplace.help.start_if_wanted()
    try:
        return qt.exec()
    finally:
        workplace.close()
