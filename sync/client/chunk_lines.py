"""Reads the lines of a chunk one after the other, so that no more than one is ever unpacked."""

import io
from collections.abc import Iterator
from typing import Final

from sync.client.untrusted import checked_slab
from sync.contract.catalogue import Catalogue
from sync.contract.chunks import CHUNK_END, Slab
from sync.contract.errors import AppError, Code
from sync.contract.wire import MAX_ANSWER_BYTES

_STEP: Final = 65_536
_MAX_WINDOW: Final = 8 * 1_048_576
_MOST_BYTES: Final = 4 * MAX_ANSWER_BYTES


def slabs_of(data: bytes, catalogue: Catalogue) -> Iterator[Slab]:
    """Unpack a chunk's bytes; rows of types that this program does not know come as they are.

    Raises:
        AppError: ``NOT_A_SERVER`` when they are no chunk.
    """
    import msgspec

    decoder = msgspec.json.Decoder(Slab)
    is_whole = False
    for line in _lines(data):
        is_whole = line == CHUNK_END
        if is_whole:
            continue
        try:
            slab = decoder.decode(line)
        except (msgspec.DecodeError, RecursionError) as error:
            raise AppError(Code.NOT_A_SERVER, f"the chunk holds no rows: {error}") from error
        checked = checked_slab(slab, catalogue)
        if checked.rows:
            yield checked
    if not is_whole:
        raise AppError(Code.NOT_A_SERVER, "the chunk does not end as it should")


def _lines(data: bytes) -> Iterator[bytes]:
    left = b""
    for part in _unpacked(data):
        *whole, left = (left + part).split(b"\n")
        yield from whole
    yield left


def _unpacked(data: bytes) -> Iterator[bytes]:
    import zstandard

    reader = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW).stream_reader(io.BytesIO(data))
    size = 0
    try:
        while part := reader.read(_STEP):
            size += len(part)
            if size > _MOST_BYTES:
                raise AppError(Code.NOT_A_SERVER, f"the chunk is larger than {_MOST_BYTES} bytes")
            yield part
    except zstandard.ZstdError as error:
        raise AppError(Code.NOT_A_SERVER, "the chunk cannot be unpacked") from error
