"""Which bytes of something a request asks for."""

import re
from typing import Final

from starlette.requests import Request

from sync.contract.errors import AppError, Code

_RANGE: Final = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")


def asked_range(request: Request, etag: str, size: int) -> tuple[int, int]:
    """Read which bytes are wanted; what cannot be read means all of them, as RFC 9110 has it.

    Raises:
        AppError: ``FILE_OFFSET`` for a range that lies behind the end.
    """
    found = _RANGE.fullmatch(request.headers.get("range", "").strip())
    unless = request.headers.get("if-range")
    if found is None or unless not in {None, etag}:
        return 0, size
    start = int(found[1])
    end = min(int(found[2]) + 1, size) if found[2] else size
    if start >= end:
        raise AppError(Code.FILE_OFFSET, f"there are {size} bytes", offset=size)
    return start, end
