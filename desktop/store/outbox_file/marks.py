"""What the database notes about the outbox file, what a save put into it, what comparing the two found."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Self

from sqlalchemy import Connection

from desktop.store.connections import RawConnection, raw

MARK = "outbox_file"
"""Name of what the database notes about the file."""

_SMALL_BYTES = 16_384
_FEW_ENTRIES = 1_000
_LARGE_BYTES = 32_000_000
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

    @property
    def is_stale(self) -> bool:
        """Whether most of the file is no longer needed, and writing it anew is worth it."""
        if self.size <= _SMALL_BYTES or self.done <= self.live:
            return False
        return self.live <= _FEW_ENTRIES or self.size > _LARGE_BYTES


@dataclass(frozen=True, slots=True)
class Appended:
    """What a save put into the file: one of its mutations, its act, between which sizes and after which tag it lies."""

    mutation: str
    start: int
    end: int
    tag: str
    act: str
    before: str

    @classmethod
    def between(cls, mark: Mark, grown: Mark, rows: Sequence[Mapping[str, object]], act: str) -> Self | None:
        """Tell what ``rows`` of an act became between two marks; nothing where there are none."""
        return cls(str(rows[0]["mutation"]), mark.size, grown.size, grown.tag, act, mark.tag) if rows else None


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
