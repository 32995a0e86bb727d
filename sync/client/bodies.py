"""Reading an answer's body without ever holding more than was allowed, whatever it claims to unpack to."""

import gzip
import zlib
from collections.abc import Callable
from typing import BinaryIO, Protocol, cast

from sync.contract.errors import AppError, Code

ACCEPTED = "zstd, gzip"
"""Content encodings that ``read_body`` understands, as an ``Accept-Encoding`` header."""

TOO_LARGE = "too_large"
"""Member of the refusal's data when a body had more bytes than allowed; its value is how many were."""

_STEP = 65_536
_MAX_WINDOW = 8 * 1_048_576


class Readable(Protocol):
    """The raw bytes of an answer."""

    def read(self, size: int, /) -> bytes:
        """Give at most ``size`` bytes, none at the end."""
        ...


def read_body(raw: Readable, encoding: str, *, limit: int) -> bytes:
    """Read and unpack a body of at most ``limit`` bytes, counted after unpacking.

    Raises:
        AppError: ``NOT_A_SERVER`` when it is larger, damaged, or packed in a way nobody asked for.
    """
    unpack = _UNPACK.get(encoding.strip().lower())
    if unpack is None:
        raise AppError(Code.NOT_A_SERVER, f"the answer is packed as {encoding[:40]}")
    try:
        body = _read_all(unpack(raw), limit)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise AppError(Code.NOT_A_SERVER, "the answer cannot be unpacked") from None
    # A packed stream ends before the answer does; only an answer read to its end lets its connection be used again.
    raw.read(_STEP)
    return body


def _read_all(stream: Readable, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := stream.read(_STEP):
        size += len(part)
        if size > limit:
            raise AppError(Code.NOT_A_SERVER, f"the answer is larger than {limit} bytes", **{TOO_LARGE: limit})
        parts.append(part)
    return b"".join(parts)


def _plain(raw: Readable) -> Readable:
    return raw


def _gzip(raw: Readable) -> Readable:
    return gzip.GzipFile(fileobj=cast(BinaryIO, raw), mode="rb")


def _zstd(raw: Readable) -> Readable:
    import zstandard

    return _ZstdBody(zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW).stream_reader(cast(BinaryIO, raw)))


class _ZstdBody:
    """A packed stream whose own error is told as ours, so that its library is imported only where it is used."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        import zstandard

        try:
            return self._stream.read(size)
        except zstandard.ZstdError:
            raise AppError(Code.NOT_A_SERVER, "the answer cannot be unpacked") from None


_UNPACK: dict[str, Callable[[Readable], Readable]] = {
    "": _plain,
    "identity": _plain,
    "gzip": _gzip,
    "zstd": _zstd,
}
