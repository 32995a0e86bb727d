"""The first sync in chunks: what everything a user may see is cut into, how a chunk is named, what it holds.

A manifest lists the chunks; each is fetched by its name. The name is a hash of what is inside (which scopes, how many
rows, their versions), so it stands for the same rows for ever and for everybody; it is no right to them. A chunk is
zstd over lines of JSON, each a ``Slab`` and the last ``CHUNK_END``; ``ETag`` carries the SHA-256 of those bytes.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

CHUNK_TYPE: Final = "application/vnd.roundsman.chunk"
CHUNK_REST: Final = "Roundsman-Rest"
"""Header of a chunk that does not hold all of its place: name, place and rows of what follows, parted by spaces."""

CHUNK_ROWS: Final = 4000
"""A chunk has at most so many rows."""
CHUNK_BYTES: Final = 4 * 1_048_576
"""A chunk has at most so many bytes unpacked, unless a single row has more."""

CHUNK_END: Final = b"null"
"""The last line, by which a chunk that was cut is told from a whole one."""

SLAB_HEAD: Final = ("id", "scope", "version", "deleted")
"""What a slab's values begin with, before those of its columns."""

_NAME: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkEntry:
    """One chunk: its name, where its rows lie (opaque), and about how many there are."""

    name: str
    place: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """``GET /v1/sync/manifest``: everything the user may see, as chunks in the order in which to fetch them.

    ``cursor`` is where pulling begins when all are there; ``seq`` is its position. Chunks may hold newer rows.
    """

    cursor: str
    seq: int
    rows: int
    chunks: list[ChunkEntry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slab:
    """Some rows of one type, as columns: ``values`` are those of ``SLAB_HEAD``, then one list for each of ``columns``.

    Columns that are empty in all of these rows are left out.
    """

    type: str
    columns: list[str]
    values: list[list[Any]]

    @property
    def rows(self) -> int:
        """How many rows these are."""
        return len(self.values[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkBody:
    """A chunk as it travelled: packed bytes that were checked, and the entry of what follows in its place."""

    data: bytes
    rest: ChunkEntry | None = None


def is_chunk_name(text: str) -> bool:
    """Tell whether a text can be the name of a chunk."""
    return _NAME.fullmatch(text) is not None


def rest_header(rest: ChunkEntry) -> str:
    """Write what follows a chunk as a header."""
    return f"{rest.name} {rest.place} {rest.rows}"


def read_rest(text: str | None) -> ChunkEntry | None:
    """Read what ``rest_header`` wrote; ``None`` where there is nothing or nothing that can be read."""
    parts = (text or "").split(" ")
    if len(parts) != len(ChunkEntry.__dataclass_fields__) or not is_chunk_name(parts[0]) or not parts[2].isdecimal():
        return None
    return ChunkEntry(name=parts[0], place=parts[1], rows=int(parts[2][:9]))


def etag_of(data: bytes) -> str:
    """Give the ``ETag`` of a chunk's bytes."""
    return f'"{hashlib.sha256(data).hexdigest()}"'
