"""The form of the outbox file: frames that are encrypted each for itself and name the one before. Bytes only, no files.

A frame can be read whatever happened to its neighbours; what happened to them is noticed, because every frame carries
the tag of the one before it, under its own tag.

    marker 4 | length 4 | nonce 12 | tag of the frame before 16 | ciphertext, tag 16
"""

import hashlib
import hmac
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TAG_BYTES = 16
FIRST = bytes(TAG_BYTES)
"""Stands for the tag of the frame before the first."""

_MARKER = b"\xf1RO\x01"
_NONCE_BYTES = 12
_HEAD = struct.Struct(f">4sI{_NONCE_BYTES}s{TAG_BYTES}s")
_SMALLEST = TAG_BYTES + 1
_LABEL = b"roundsman outbox file 1"


class Kind(IntEnum):
    """What a frame holds; the first byte under the encryption."""

    IDENTITY = 1
    ACT = 2
    ENTRY = 3
    DONE = 4


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame that was read and is as it was written. ``before`` is the tag that it expects before itself."""

    start: int
    end: int
    before: bytes
    tag: bytes
    kind: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds. ``gaps`` are the ends of places where frames are missing, damaged, or not in their order.

    ``cut`` tells that the file ends within a frame: it was being written when the program or the machine stopped, or
    the rest was lost. ``end`` is where the last whole frame ends, ``tag`` is its tag.
    """

    frames: tuple[Frame, ...]
    gaps: tuple[int, ...]
    cut: bool
    end: int
    tag: bytes


class FrameCipher:
    """Seals and opens frames with a key of their own, made from the profile's."""

    def __init__(self, profile_key: bytes) -> None:
        """Derive the key: the expansion of HKDF (RFC 5869), which is all that a random key needs."""
        self._key = hmac.digest(profile_key, _LABEL + b"\x01", hashlib.sha256)

    def seal(self, kind: int, body: bytes, before: bytes) -> bytes:
        """Make a frame that comes after the one with the tag ``before``; its own tag is its last bytes."""
        nonce = os.urandom(_NONCE_BYTES)
        head = _HEAD.pack(_MARKER, 1 + len(body) + TAG_BYTES, nonce, before)
        return head + self._aead.encrypt(nonce, bytes((kind,)) + body, head)

    def read(self, content: bytes) -> Reading:
        """Read every whole frame, whatever lies between them."""
        found: list[Frame] = []
        gaps: list[int] = []
        expected, position = FIRST, 0
        for frame in self._frames(content):
            if frame.start != position or frame.before != expected:
                gaps.append(frame.start)
            found.append(frame)
            position, expected = frame.end, frame.tag
        rest = memoryview(content)[position:]
        cut = bool(rest) and _is_cut(rest)
        if rest and not cut:
            gaps.append(len(content))
        return Reading(tuple(found), tuple(gaps), cut, position, expected)

    @cached_property
    def _aead(self) -> "AESGCM":
        # Takes longer to import than to use; who changes nothing does without.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self._key)

    def _frames(self, content: bytes) -> Iterator[Frame]:
        position = 0
        while position >= 0:
            frame = self._frame_at(content, position)
            if frame is None:
                position = content.find(_MARKER, position + 1)
            else:
                yield frame
                position = frame.end if frame.end < len(content) else -1

    def _frame_at(self, content: bytes, start: int) -> Frame | None:
        from cryptography.exceptions import InvalidTag

        body_at = start + _HEAD.size
        if body_at > len(content):
            return None
        marker, length, nonce, before = _HEAD.unpack_from(content, start)
        end = body_at + length
        if marker != _MARKER or length < _SMALLEST or end > len(content):
            return None
        try:
            plain = self._aead.decrypt(nonce, content[body_at:end], content[start:body_at])
        except InvalidTag:
            return None
        return Frame(start, end, before, content[end - TAG_BYTES : end], plain[0], plain[1:])


def _is_cut(rest: memoryview) -> bool:
    """Tell whether a file ends like one of which only the beginning of the last frame reached the disk."""
    start = bytes(rest[: len(_MARKER)])
    if not any(rest):
        # Some file systems make a file longer before they write into it.
        return True
    if len(rest) < _HEAD.size:
        return _MARKER.startswith(start)
    _, length, _, _ = _HEAD.unpack_from(rest)
    return start == _MARKER and _HEAD.size + length > len(rest)
