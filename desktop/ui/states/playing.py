"""Shows one state: on a copy of the profile what leads to it is played, then the window goes where it is seen."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop.services.application import Application
from desktop.services.staging import Open, Stage, copy_of
from desktop.ui.shell.page import Route
from desktop.ui.walking import Look, at_work, settle
from desktop.ui.workplace.workplace import Workplace

Act = Callable[[Workplace, Stage], None]
Args = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class State:
    """``play`` lets it come about and gives what the page is shown with; ``act`` is what is done on the page then."""

    name: str
    page: str
    play: Callable[[Stage], Args]
    act: Act = lambda _workplace, _stage: None


@contextmanager
def played(application: Application, state: State, open_application: Open, look: Look) -> Iterator[Workplace]:
    """Show a state in a window over a copy of an open profile; both go afterwards.

    Raises:
        AppError: The copy cannot be written or opened.
    """
    with (
        tempfile.TemporaryDirectory(prefix="roundsman-state-") as folder,
        closing(copy_of(application, Path(folder) / "copy", open_application)) as stage,
    ):
        args = state.play(stage)
        with at_work(stage.app, look) as workplace:
            workplace.window.open(Route(state.page, args))
            settle(stage.app)
            page = workplace.window.page
            if page is not None:
                page.focus_main()
            state.act(workplace, stage)
            settle(stage.app)
            yield workplace
