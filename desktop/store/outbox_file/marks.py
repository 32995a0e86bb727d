"""What the database notes about the outbox file, what a save put into it, what comparing the two found."""

import json
from dataclasses import asdict, dataclass

from sqlalchemy import Connection

from desktop.store.connections import RawConnection, raw

MARK = "outbox_file"
"""Name of what the database notes about the file."""


_NOTE = "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


@dataclass(frozen=True, slots=True)
class Mark:
    """How the file ended when the database last wrote to it. ``foreign`` entries are in the file only."""

    size: int = 0
    tag: str = ""
    entries: int = 0
    done: int = 0
    foreign: int = 0

    @property
    def live(self) -> int:
        """How many of the database's entries the file keeps."""
        return self.entries - self.done


@dataclass(frozen=True, slots=True)
class Appended:
    """What a save put into the file: one of its mutations, and between which sizes it lies."""

    mutation: str
    start: int
    end: int
    tag: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """What comparing found: entries that one side lacked, and whether the file itself was damaged."""

    brought_in: int = 0
    written_again: int = 0
    gaps: int = 0
    cut: bool = False

    @property
    def nothing(self) -> bool:
        """Whether both sides were in step and the file was whole."""
        return self == Agreement()


def noted(driver: RawConnection) -> Mark:
    """Read the mark; an empty one where nothing was written yet."""
    found = driver.execute("SELECT value FROM meta WHERE key = ?", (MARK,)).fetchone()
    return Mark() if found is None else Mark(**json.loads(found[0]))


def note(connection: Connection, mark: Mark) -> None:
    """Write the mark in the caller's transaction."""
    raw(connection).execute(_NOTE, (MARK, json.dumps(asdict(mark))))
