"""What may stand over the pages while they stay in use, such as the guided tour."""

from PySide6.QtWidgets import QWidget


class Companion(QWidget):
    """A child of the window's frame: F6 reaches it like a pane, Esc of the window ends it first while it is shown."""

    def take_focus(self) -> None:
        """Put the focus where its own keys work."""
        raise NotImplementedError

    def end(self) -> None:
        """Go."""
        raise NotImplementedError
