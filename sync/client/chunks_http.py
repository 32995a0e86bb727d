"""Fetches the bytes of one chunk and holds them to the hash that came with them; a cut one goes on where it was cut."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final
from urllib.parse import urlencode

from sync.contract.chunks import CHUNK_BYTES, CHUNK_REST, CHUNK_TYPE, ChunkBody, ChunkEntry, etag_of, read_rest
from sync.contract.errors import AppError, Code

_STEP: Final = 65_536
_MOST_BYTES: Final = 4 * CHUNK_BYTES
_CUTS: Final = 3
"""So often a chunk is asked for once more from where it was cut."""
_PART: Final = re.compile(r"bytes (\d{1,15})-\d{1,15}/\d{1,15}")

Answered = Callable[[str, dict[str, str]], AbstractContextManager[Any]]
"""Makes a request for a path with these headers and gives its good answer unread."""


def fetch_chunk(answered: Answered, entry: ChunkEntry, cursor: str) -> ChunkBody:
    """Fetch a chunk.

    Raises:
        AppError: ``CHUNK_DAMAGED`` when it is not what the office sent, or as every request.
    """
    path = f"/v1/sync/chunks/{entry.name}?{urlencode({'place': entry.place, 'cursor': cursor})}"
    fetching = _Fetching()
    for cut in range(_CUTS + 1):
        before = len(fetching.data)
        try:
            with answered(path, fetching.headers()) as answer:
                fetching.take(answer)
            return fetching.body()
        except AppError as refusal:
            if refusal.code is not Code.SERVER_UNREACHABLE or len(fetching.data) == before or cut == _CUTS:
                raise
    raise AppError(Code.SERVER_UNREACHABLE, "the chunk is cut again and again")


class _Fetching:
    """What has arrived of a chunk."""

    def __init__(self) -> None:
        self.data = bytearray()
        self._etag = ""
        self._rest: ChunkEntry | None = None

    def headers(self) -> dict[str, str]:
        """Ask for all, or for what lies behind the cut."""
        if not self.data:
            return {}
        return {"Range": f"bytes={len(self.data)}-", "If-Range": self._etag}

    def take(self, answer: Any) -> None:  # noqa: ANN401 - the HTTP library's own type stays out
        """Read an answer to its end."""
        headers = answer.headers
        if headers.get("Content-Type", "").partition(";")[0].strip().lower() != CHUNK_TYPE:
            raise AppError(Code.NOT_A_SERVER, "the answer is no chunk")
        part = _PART.fullmatch(headers.get("Content-Range", "").strip())
        if part is None:
            self.data.clear()
        elif int(part[1]) != len(self.data):
            raise AppError(Code.NOT_A_SERVER, "the answer is another part than was asked for")
        self._etag = headers.get("ETag", "")
        self._rest = read_rest(headers.get(CHUNK_REST))
        if headers.get(CHUNK_REST) and self._rest is None:
            raise AppError(Code.NOT_A_SERVER, "the answer does not say what follows it")
        self._read(answer.raw)

    def body(self) -> ChunkBody:
        """Give the whole chunk."""
        data = bytes(self.data)
        if etag_of(data) != self._etag:
            raise AppError(Code.CHUNK_DAMAGED, "a chunk does not have the hash that the office told")
        return ChunkBody(data=data, rest=self._rest)

    def _read(self, raw: Any) -> None:  # noqa: ANN401 - as above
        while part := raw.read1(_STEP):
            self.data += part
            if len(self.data) > _MOST_BYTES:
                raise AppError(Code.NOT_A_SERVER, f"the chunk is larger than {_MOST_BYTES} bytes")
