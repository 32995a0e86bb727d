"""Bytes of files on their way between laptop and office: how they are named, how large they may be, what is said.

A file is named by the SHA-256 of its bytes, in lower-case hexadecimal. It goes up in pieces after tus: ``BlobRequest``
tells size and name, the answer how much the office has; each piece says with ``Upload-Offset`` where it belongs.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sync.contract.errors import AppError, Code

MAX_BLOB_BYTES: Final = 512 * 1_048_576
"""Larger files are refused when they are attached, and by the office."""

UPLOAD_OFFSET: Final = "Upload-Offset"
UPLOAD_LENGTH: Final = "Upload-Length"
PIECE_TYPE: Final = "application/offset+octet-stream"
BLOB_TYPE: Final = "application/octet-stream"

_NAME: Final = re.compile(r"[0-9a-f]{64}")


class BlobState(StrEnum):
    """What an attachment's ``blob_state`` says: whether the office holds the bytes. Written by the office only."""

    NONE = "none"
    STORED = "stored"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobRequest:
    """``POST /v1/blobs``: begin to send a file, go on with it, or hear that the office has it."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobAnswer:
    """How much of a file the office has; with all of it ``state`` is ``stored``."""

    sha256: str
    size: int
    offset: int
    state: BlobState


def is_blob_name(text: str) -> bool:
    """Tell whether a text is the name of a file's bytes."""
    return _NAME.fullmatch(text) is not None


def check_blob(sha256: str, size: int) -> None:
    """Refuse what names no file that may travel.

    Raises:
        AppError: ``MESSAGE_UNREADABLE`` or ``FILE_TOO_LARGE``.
    """
    if not is_blob_name(sha256) or size < 0:
        raise AppError(Code.MESSAGE_UNREADABLE, "a file is named by the SHA-256 of its bytes")
    check_size(size)


def check_size(size: int) -> None:
    """Refuse a file that is too large to travel.

    Raises:
        AppError: ``FILE_TOO_LARGE``.
    """
    if size > MAX_BLOB_BYTES:
        limit = MAX_BLOB_BYTES // 1_048_576
        raise AppError(Code.FILE_TOO_LARGE, f"a file has at most {limit} MiB", limit=limit)
