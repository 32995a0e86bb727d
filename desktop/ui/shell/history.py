"""Where the user has been: a line of routes with what the pages looked like. Knows no widgets."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from desktop.ui.shell.page import PageState, Route

_MOST = 100


@dataclass(slots=True)
class Visit:
    """One place with the state in which it was left."""

    route: Route
    state: PageState = field(default_factory=dict)


class History:
    """Back and forward as browsers do it: going somewhere new forgets what lay ahead."""

    def __init__(self) -> None:
        self._visits: list[Visit] = []
        self._position = -1

    @property
    def current(self) -> Visit | None:
        """Where the user is."""
        return self._visits[self._position] if self._position >= 0 else None

    @property
    def can_go_back(self) -> bool:
        """Whether there is a place before this one."""
        return self._position > 0

    @property
    def can_go_forward(self) -> bool:
        """Whether the user came back from somewhere."""
        return self._position < len(self._visits) - 1

    def go(self, route: Route) -> Visit:
        """Note a new place; going to the present one again changes nothing."""
        if self.current is not None and self.current.route == route:
            return self.current
        self._visits = self._visits[: self._position + 1][-_MOST:]
        self._visits.append(Visit(route))
        self._position = len(self._visits) - 1
        return self._visits[-1]

    def around(self, most: int) -> tuple[list[Visit], list[Visit]]:
        """Give the latest places behind this one and the nearest ahead, at most so many of each, in their order."""
        behind, ahead = self._visits[: max(0, self._position)], self._visits[self._position + 1 :]
        return behind[-most:], ahead[:most]

    def restore(self, behind: Sequence[Visit], route: Route, ahead: Sequence[Visit]) -> Visit:
        """Stand in a line that was walked in another life of the program."""
        self._visits = [*behind, Visit(route), *ahead]
        self._position = len(behind)
        return self._visits[self._position]

    def back(self) -> Visit | None:
        """Go one place back."""
        if not self.can_go_back:
            return None
        self._position -= 1
        return self._visits[self._position]

    def forward(self) -> Visit | None:
        """Go one place forward."""
        if not self.can_go_forward:
            return None
        self._position += 1
        return self._visits[self._position]
