"""The log of a profile: what the program did, with ids and without anybody's data.

Values must not reach the log, because the database beside it is encrypted and the log is not. Exceptions are therefore
written with their type and their frames; their message, which may quote a value, stays out.
"""

import copy
import logging
import secrets
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from sync.contract.errors import AppError

FILE_NAME = "roundsman.log"
MAX_BYTES = 1_000_000
KEPT_PIECES = 4

_CHATTY = ("urllib3", "sqlalchemy", "keyring", "asyncio")
"""Libraries of which only warnings are kept."""

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class DiscreetFormatter(logging.Formatter):
    """Writes exceptions without their messages, which may hold what somebody entered."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Write a record; an exception is written anew, because other handlers leave theirs in the record."""
        own = copy.copy(record)
        own.exc_text = None
        return super().format(own)

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - the name that logging calls
        """Give types, codes and frames of an exception and of what caused it."""
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            code = f" {error.code.value}" if isinstance(error, AppError) else ""
            lines.append(f"{type(error).__qualname__}{code}")
            lines += [
                f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            ]
            error = error.__cause__ or error.__context__
        return "\n".join(lines)


class _PatientFile(RotatingFileHandler):
    """A log file that may fail: on a full disk the program goes on, and says what matters itself."""

    def handleError(self, _record: logging.LogRecord) -> None:  # noqa: N802 - the name that logging calls
        """Leave the line out."""

    def close(self) -> None:
        """Close the file; what it could not take is lost."""
        with suppress(OSError):
            super().close()


@contextmanager
def logging_to(folder: Path, level: int = logging.INFO) -> Iterator[None]:
    """Write the program's log below ``folder`` while the context lasts; the newest file is ``roundsman.log``.

    One process has one log; entry points open it, ``open_application`` does not.
    """
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = _PatientFile(
        folder / FILE_NAME, maxBytes=MAX_BYTES, backupCount=KEPT_PIECES, encoding="utf-8", delay=True
    )
    handler.setFormatter(DiscreetFormatter())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        handler.close()


def log_unexpected(log: logging.Logger, error: BaseException) -> str:
    """Write an error nobody foresaw into the log; gives the short id under which it is found there."""
    error_id = secrets.token_hex(4)
    log.error("unexpected error %s", error_id, exc_info=error)
    return error_id
