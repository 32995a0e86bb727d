"""What the database driver's errors mean for the person in front of the screen."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlcipher3.dbapi2 as driver
from sqlalchemy.engine import ExceptionContext

from sync.contract.errors import AppError, Code

_CODES: dict[int, Code] = {
    driver.SQLITE_BUSY: Code.DATABASE_BUSY,
    driver.SQLITE_LOCKED: Code.DATABASE_BUSY,
    driver.SQLITE_FULL: Code.DISK_FULL,
    driver.SQLITE_NOTADB: Code.DATABASE_UNUSABLE,
    driver.SQLITE_CORRUPT: Code.DATABASE_UNUSABLE,
    # The driver does not tell reading from writing; what was damaged is found by the seal of its page.
    driver.SQLITE_IOERR: Code.DISK_UNUSABLE,
    driver.SQLITE_READONLY: Code.DISK_UNUSABLE,
    # The file is there: what cannot be opened is the log beside it, which is made where it is missing.
    driver.SQLITE_CANTOPEN: Code.DISK_UNUSABLE,
}
_PRIMARY = 0xFF


def app_error(error: BaseException | None) -> AppError | None:
    """Give the refusal that a driver error stands for; ``None`` for errors that are the program's own fault."""
    if not isinstance(error, driver.Error):
        return None
    number = getattr(error, "sqlite_errorcode", None)
    code = _CODES.get(number & _PRIMARY) if isinstance(number, int) else None
    return None if code is None else AppError(code, str(error), reason=str(error))


def explain(context: ExceptionContext) -> None:
    """Raise the refusal in place of SQLAlchemy's error; a listener of the engine event ``handle_error``."""
    refusal = app_error(context.original_exception)
    if refusal is not None:
        raise refusal from context.original_exception


@contextmanager
def explained() -> Iterator[None]:
    """Turn driver errors of the block into refusals; for work that goes past SQLAlchemy."""
    try:
        yield
    except driver.Error as error:
        refusal = app_error(error)
        if refusal is None:
            raise
        raise refusal from error
