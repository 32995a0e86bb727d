"""Shows the window of the first run and waits for what comes of it."""

from PySide6.QtCore import QEventLoop

from desktop.services.application import Application
from desktop.services.first_run import FirstRun
from desktop.ui.first_run.window import FirstRunWindow
from desktop.ui.qt_application import qt_application


def run(start: FirstRun) -> Application | None:
    """Show the window until the user starts working or closes it; gives the opened and started application."""
    _qt = qt_application()
    opened: list[Application | None] = []
    loop = QEventLoop()
    window = FirstRunWindow(start)

    def end(app: object) -> None:
        if not opened:
            opened.append(app if isinstance(app, Application) else None)
            loop.quit()

    window.finished.connect(end)
    window.show()
    window.focus_first()
    loop.exec()
    window.close()
    window.deleteLater()
    start.close()
    return opened[0] if opened else None
