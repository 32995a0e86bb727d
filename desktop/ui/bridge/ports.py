"""The parts of the running application that screens may know, under one roof; anything else is not theirs to use."""

from typing import Any, TypeAlias

from desktop.commands.bus import Bus, Command, Done
from desktop.live.hub import LiveHub, Watch
from desktop.live.reads import Reads
from desktop.services.application import Application
from desktop.services.jobs import Jobs
from desktop.services.profiles import Session
from desktop.services.sync_status import StatusBoard, SyncStatus, Tone

__all__ = [
    "Application",
    "Bus",
    "Command",
    "Done",
    "Jobs",
    "LiveHub",
    "Reads",
    "Row",
    "Session",
    "StatusBoard",
    "SyncStatus",
    "Tone",
    "Watch",
]

Row: TypeAlias = dict[str, Any]
"""A record in a list: its wire values that are not empty, ``id``, ``titles``, ``pending``, ``choice``."""
