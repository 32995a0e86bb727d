"""A laptop's way to the office's files: the real parts of both sides, without HTTP between them."""

from collections.abc import Callable
from typing import Any

import msgspec

from sync.client.blobs import Share
from sync.contract.blobs import BlobAnswer, BlobRequest
from sync.server.blobs import Blobs

Carry = Callable[[str, Callable[[], bytes]], bytes]

_PIECE = 96


class DirectBlobs:
    """Implements ``sync.client.blobs.BlobOffice``; ``carry`` is what the network does to each request."""

    def __init__(self, blobs: Callable[[], Blobs], token: str, carry: Carry) -> None:
        self._blobs = blobs
        self._token = token
        self._carry = carry

    def begin_blob(self, request: BlobRequest) -> BlobAnswer:
        return self._ask("begin_blob", lambda: self._blobs().begin(self._token, request))

    def blob_offset(self, sha256: str) -> int:
        return self._ask("blob_offset", lambda: self._blobs().standing(self._token, sha256)).offset

    def send_piece(self, sha256: str, offset: int, data: bytes) -> BlobAnswer:
        return self._ask("send_piece", lambda: self._take(sha256, offset, data))

    def fetch_piece(self, sha256: str, offset: int, size: int) -> bytes:
        def give() -> bytes:
            whole = self._blobs().fetchable(self._token, sha256)
            return b"".join(self._blobs().disk.read(sha256, offset, min(whole, offset + size)))

        return self._carry("fetch_piece", give)

    def _take(self, sha256: str, offset: int, data: bytes) -> BlobAnswer:
        blobs = self._blobs()
        upload = blobs.upload_of(self._token, sha256)
        blobs.check_offset(upload, offset)
        blobs.disk.write(sha256, upload.caller.client, offset, data)
        return blobs.end_piece(upload)

    def _ask(self, name: str, work: Callable[[], BlobAnswer]) -> BlobAnswer:
        return msgspec.json.decode(self._carry(name, lambda: msgspec.json.encode(work())), type=BlobAnswer)


class SmallPieces(Share):
    """Lets files travel in pieces so small that they are cut in their middle."""

    def __init__(self) -> None:
        super().__init__(busy=lambda: False, elapsed=lambda: 0.0, wait=lambda _: None)

    def piece(self) -> int:
        return _PIECE

    def pay(self, size: int, seconds: float) -> None:
        """Time does not count here."""


def directly(_name: str, deliver: Callable[[], Any]) -> Any:
    """Carry a request over a network without faults."""
    return deliver()
