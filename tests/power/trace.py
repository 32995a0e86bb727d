"""The calls of a recorded program, in their order."""

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

_NUMBERS = struct.Struct("<QI")


class Kind(StrEnum):
    """What a call did. The letters are those of ``recorder.c``."""

    WRITE = "w"
    TRUNCATE = "t"
    SYNC = "s"
    CREATE = "c"
    UNLINK = "u"
    RENAME = "r"
    LINK = "l"
    FOLDER = "d"
    MARK = "m"


@dataclass(frozen=True, slots=True)
class Call:
    """One call. ``path`` begins with a slash and is empty for the recorded folder; ``data`` is what was written.

    ``number`` is the offset of a write and the size of a truncation; of a rename or link, ``data`` is the new name.
    """

    kind: Kind
    path: str
    number: int
    data: bytes

    @property
    def marked(self) -> dict[str, Any]:
        """What the program said in a mark."""
        said: dict[str, Any] = json.loads(self.data)
        return said


def read_trace(file: Path) -> list[Call]:
    """Read what the recorder wrote; an entry that was cut short by a kill is left out."""
    return list(_calls(file.read_bytes()))


def _calls(data: bytes) -> Iterator[Call]:
    at = 0
    while at + 5 <= len(data):
        (path_length,) = struct.unpack_from("<I", data, at + 1)
        head_end = at + 5 + path_length + _NUMBERS.size
        if head_end > len(data):
            return
        path = data[at + 5 : at + 5 + path_length].decode()
        number, length = _NUMBERS.unpack_from(data, at + 5 + path_length)
        if head_end + length > len(data):
            return
        yield Call(Kind(chr(data[at])), path, number, data[head_end : head_end + length])
        at = head_end + length
