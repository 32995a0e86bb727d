"""Errors that nobody foresaw: an id for the person concerned, one line in the log without anybody's data."""

import logging
import traceback
import uuid

logger = logging.getLogger(__name__)

_FRAMES = 4


def report(what: str, error: BaseException) -> str:
    """Log where something broke and give the id under which it stands in the log.

    The error's own message may hold what people typed and stays out.
    """
    error_id = uuid.uuid4().hex[:12]
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{each.filename.rpartition('/')[2]}:{each.lineno}" for each in reversed(frames[-_FRAMES:]))
    logger.error("%s broke under %s: %s at %s", what, error_id, type(error).__name__, where)
    return error_id
