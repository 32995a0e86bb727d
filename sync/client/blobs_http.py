"""The office's files over HTTP: pieces up with their offset, ranges down, nothing believed that is not the office's."""

import re
from typing import Any, Final

import msgspec

from sync.client.bodies import read_body
from sync.client.transport import HttpOffice, told_as_refusals
from sync.contract.blobs import BLOB_TYPE, PIECE_TYPE, UPLOAD_OFFSET, BlobAnswer, BlobRequest
from sync.contract.errors import AppError, Code

_PATH: Final = "/v1/blobs"
_ANSWER_BYTES: Final = 65_536
_STEP: Final = 65_536
_PART: Final = re.compile(r"bytes (\d{1,15})-\d{1,15}/\d{1,15}")


class HttpBlobs(HttpOffice):
    """A connection of its own for files; implements ``sync.client.blobs.BlobOffice``."""

    def begin_blob(self, request: BlobRequest) -> BlobAnswer:
        """Begin to send a file or go on with it."""
        headers = {"Content-Type": "application/json"}
        with self._answered("POST", _PATH, msgspec.json.encode(request), headers) as answer:
            return _read(answer)

    def blob_offset(self, sha256: str) -> int:
        """Ask how much of a file the office has."""
        with self._answered("HEAD", f"{_PATH}/{sha256}") as answer:
            return _number(answer.headers.get(UPLOAD_OFFSET))

    def send_piece(self, sha256: str, offset: int, data: bytes) -> BlobAnswer:
        """Send a piece; see ``BlobOffice``."""
        headers = {"Content-Type": PIECE_TYPE, UPLOAD_OFFSET: str(offset)}
        with self._answered("PATCH", f"{_PATH}/{sha256}", data, headers) as answer:
            return _read(answer)

    def fetch_piece(self, sha256: str, offset: int, size: int) -> bytes:
        """Fetch at most so many bytes; what came before a cut is given, and only a cut before any is an error."""
        headers = {"Range": f"bytes={offset}-{offset + size - 1}", "If-Range": f'"{sha256}"'}
        with self._answered("GET", f"{_PATH}/{sha256}", None, headers) as answer:
            _check_piece(answer, sha256, offset)
            return _read_piece(answer.raw, size, self.address)


def _check_piece(answer: Any, sha256: str, offset: int) -> None:  # noqa: ANN401 - the HTTP library's own type stays out
    part = _PART.fullmatch(answer.headers.get("Content-Range", "").strip())
    starts = int(part[1]) if part is not None else 0
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != BLOB_TYPE or starts != offset or answer.headers.get("ETag") != f'"{sha256}"':
        raise AppError(Code.NOT_A_SERVER, "the piece is not what was asked for")


def _read_piece(raw: Any, size: int, address: str) -> bytes:  # noqa: ANN401 - as above
    parts: list[bytes] = []
    left = size
    try:
        with told_as_refusals(address):
            while left and (part := raw.read1(min(_STEP, left))):
                parts.append(part)
                left -= len(part)
    except AppError:
        if not parts:
            raise
    return b"".join(parts)


def _read(answer: Any) -> BlobAnswer:  # noqa: ANN401 - as above
    body = read_body(answer.raw, answer.headers.get("Content-Encoding", ""), limit=_ANSWER_BYTES)
    try:
        return msgspec.json.decode(body, type=BlobAnswer)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AppError(Code.NOT_A_SERVER, f"the answer tells nothing about a file: {error}") from error


def _number(text: str | None) -> int:
    if text is None or not (text.isascii() and text.isdecimal()):
        raise AppError(Code.NOT_A_SERVER, "the answer does not say how much is there")
    return int(text[:15])
