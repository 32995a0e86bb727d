"""What ``desktop.bootstrap`` gives the command line: ways to open the application and to walk its screens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.system.paths import ProfilePaths

if TYPE_CHECKING:
    from desktop.services.application import Application

OpenApplication = Callable[[ProfilePaths], "Application"]
"""Opens the application on a profile."""


@dataclass(frozen=True, slots=True)
class Programs:
    """Ways into the application.

    ``walk`` takes the pictures of a tour; its arguments are application, folder, language and theme. ``walk_states``
    takes one of every state of sync, each played on a copy of the profile.
    """

    open_application: OpenApplication
    walk: "Walk | None" = None
    walk_states: "Walk | None" = None


Walk = Callable[["Application", Path, str, str], Sequence[Path]]
"""Leaves pictures in a folder and gives the files."""
