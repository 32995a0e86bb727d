"""Tells an office that was set back what this laptop had seen of it, before this laptop forgets where it stood."""

import logging
from collections.abc import Callable
from typing import TypeAlias

from sync.client.ports import Office, Replica
from sync.contract.errors import AppError, Code
from sync.contract.witness import MAX_SEEN_LINES, WitnessAnswer, WitnessRequest

log = logging.getLogger(__name__)

Ask: TypeAlias = Callable[[Callable[[], WitnessAnswer]], WitnessAnswer]


def testify(replica: Replica, office: Office, common: int, ask: Ask) -> int:
    """Tell everything seen beyond the position ``common``; gives the number of lines. Telling twice is harmless.

    Raises:
        AppError: the office cannot take it down now; the run ends, and the next one tells all of it.
    """
    cursor = replica.standing().cursor
    told, place = 0, ""
    while cursor is not None:
        lines, place = replica.seen(common, place)
        for start in range(0, len(lines), MAX_SEEN_LINES):
            request = WitnessRequest(cursor=cursor, lines=lines[start : start + MAX_SEEN_LINES])
            try:
                told += ask(lambda request=request: office.witness(request)).lines  # type: ignore[misc]
            except AppError as refusal:
                if refusal.code is not Code.NOT_FOUND:
                    raise
                log.info("the office keeps no list of what was seen of it")
                return told
        if not place:
            break
    return told
