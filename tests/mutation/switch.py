"""The switch in front of every change: which one is on, and which of them a test has come by."""


class Switch:
    """Called by the changed code with the number of a change; true where that change is on."""

    def __init__(self) -> None:
        self.on = -1
        self.reached: set[int] = set()

    def __call__(self, number: int) -> bool:
        """Tell whether a change is on, and note that somebody came by."""
        self.reached.add(number)
        return number == self.on
