"""What the window must find again when the program was killed: where the user was, and what was being typed.

A file of its own beside the database, because a keystroke must not wait for a save: every change is added to its end
at once, encrypted for itself, and is safe from a kill when ``put`` returns. From a power cut it is safe a moment later.
One process has it open, the one with the profile's window.
"""

import json
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from desktop.store.outbox_file import disk
from desktop.store.outbox_file.frames import FIRST, TAG_BYTES, FrameCipher
from sync.contract.errors import AppError

log = logging.getLogger(__name__)

KEY_PURPOSE: Final = "unfinished"
"""For what the key of this file is derived from the profile's."""

_KIND = 1
_MOST_BYTES = 4 * 1024 * 1024
"""So large the file grows before it is written anew with what still holds."""


class Unfinished:
    """JSON values by name. Used on one thread; read when it is first asked, made when something is first put."""

    def __init__(self, file: Path, key: bytes) -> None:
        """Name the file; nothing is read or made yet."""
        self._file = file
        self._cipher = FrameCipher(key)
        self._end = 0
        self._tag = FIRST
        self._is_told = False
        self._is_read = False
        self._held: dict[str, Any] = {}

    def get(self, name: str) -> Any:  # noqa: ANN401 - JSON values
        """Give what was put under a name, ``None`` for nothing."""
        return self._values.get(name)

    def put(self, name: str, value: Any) -> None:  # noqa: ANN401 - JSON values
        """Keep a JSON value; ``None`` forgets the name. Where the disk is full it is kept as long as the program runs.

        Raises:
            TypeError: The value is not JSON.
        """
        values = self._values
        if (self._is_read or name in values) and values.get(name) == value:
            return
        body = _body(name, value)
        # As it would come back from the file, and so that the caller may go on using its own.
        self._held[name] = json.loads(body)[1]
        if not self._is_read:
            return
        if value is None:
            del self._held[name]
        try:
            if self._end > _MOST_BYTES:
                self._write_anew()
            else:
                self._add(body)
        except AppError as failed:
            self._tell(failed)

    def names(self) -> list[str]:
        """List the names under which something was put."""
        return [name for name, value in list(self._values.items()) if value is not None]

    def forget(self, names: Iterable[str]) -> None:
        """Forget names so that nothing of what was put under them stays in the file."""
        for each in names:
            self.put(each, None)
        self.close()

    def close(self) -> None:
        """Write what holds and nothing else, so that nothing stays that was saved or dropped. Twice is harmless."""
        if not self._is_read or not self._end:
            return
        try:
            self._write_anew()
        except AppError as failed:
            self._tell(failed)

    @property
    def _values(self) -> dict[str, Any]:
        if not self._is_read:
            self._read()
        return self._held

    def _read(self) -> None:
        """Read the file; where that fails now it is not written either, and tried again with the next question."""
        try:
            reading = self._cipher.read(disk.read(self._file))
        except AppError as failed:
            self._tell(failed)
            return
        values: dict[str, Any] = {}
        # A frame that was being written at the kill is not there, one that was damaged takes no other with it.
        for frame in reading.frames:
            name, value = json.loads(frame.body)
            values[name] = value
            if value is None:
                del values[name]
        self._end, self._tag = reading.end, reading.tag
        meanwhile, self._held, self._is_read = self._held, values, True
        for name, value in meanwhile.items():
            self.put(name, value)

    def _add(self, body: bytes) -> None:
        sealed = self._cipher.seal(_KIND, body, self._tag)
        disk.append(self._file, sealed, at=self._end, durable=False)
        self._end += len(sealed)
        self._tag = sealed[-TAG_BYTES:]

    def _write_anew(self) -> None:
        content, tag = b"", FIRST
        for name, value in self._held.items():
            sealed = self._cipher.seal(_KIND, _body(name, value), tag)
            content, tag = content + sealed, sealed[-TAG_BYTES:]
        disk.replace(self._file, content)
        self._end, self._tag = len(content), tag

    def _tell(self, failed: AppError) -> None:
        if not self._is_told:
            log.warning("what is being typed cannot be kept over a crash: %s", failed)
            self._is_told = True


def _body(name: str, value: object) -> bytes:
    return json.dumps([name, value], ensure_ascii=False, separators=(",", ":")).encode()
