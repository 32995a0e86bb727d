"""Hands own edits in again that an office which was set back has not any more: slice by slice, saves go between.

A slice is every such entry of some records, because what is visible of a record follows from all that lies over it. How
far it has come stands in the database, and nothing is handed in before the end, so whoever is killed goes on there.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from desktop.store import gate, lineage, meta, notes, snapshots, testimony
from desktop.store.database import Database
from desktop.store.gate import GateMode
from desktop.store.incoming import Touched
from desktop.store.outbox_file.bringing import show_unsent

_ENTRIES = 200
"""Entries of one transaction, unless one record alone has more; some 20 ms."""

_POSITIONS = 2000
"""Positions forgotten in one transaction."""


def begin(database: Database, common: int, *, parting: bool) -> None:
    """Let own mutations that took effect behind ``common`` be handed in again, and everything be fetched anew.

    With ``parting`` they are under a new id, the same one until ``part`` is called.
    """
    with database.reading() as connection:
        known = lineage.known_upto(connection, common)
    with database.writing_patiently() as connection:
        if parting and meta.read(connection, meta.NEXT_CLIENT_ID) is None:
            meta.write(connection, {meta.NEXT_CLIENT_ID: database.new_id()})
        _note(connection, lineage.Behind(common, known), restarts=True)


def begin_behind(database: Database, position: int) -> None:
    """Let own edits be handed in again that took effect behind the position where this laptop stands, if there are any.

    They are not in what it has read, and an office that was set back may have heard of another copy of it since.
    """
    with database.reading() as connection:
        if not lineage.took_effect_behind(connection, position):
            return
        known = lineage.known_upto(connection, position)
    with database.writing_patiently() as connection:
        _note(connection, lineage.Behind(position, known), restarts=False)


def go_on(database: Database) -> bool:
    """Do some of it in one transaction; gives whether there is more."""
    told = database.meta.get(meta.OFFERING)
    if told is None:
        return False
    behind = lineage.Behind(told["common"], told["known"])
    records: list[str] = []
    if told["after"] is not None:
        with database.reading() as connection:
            records = lineage.records_behind(connection, behind, told["after"], _ENTRIES)
    with database.writing_patiently() as connection, gate.opened(connection, GateMode.SYNC):
        if records:
            _offer(connection, database, behind, records, rebased=told["restarts"])
            meta.write(connection, {meta.OFFERING: {**told, "after": records[-1]}})
            return True
        if told["restarts"]:
            if testimony.forget_positions(connection, behind.common, _POSITIONS):
                # No record is left: whoever goes on need not look for one in the whole journal.
                meta.write(connection, {meta.OFFERING: {**told, "after": None}})
                return True
            _start_anew(connection, database, behind.common)
        meta.write(connection, {meta.OFFERING: None})
    return False


def _note(connection: Connection, behind: lineage.Behind, *, restarts: bool) -> None:
    begun = {"common": behind.common, "known": behind.known, "after": "", "restarts": restarts}
    meta.write(connection, {meta.OFFERING: begun})


def _offer(
    connection: Connection, database: Database, behind: lineage.Behind, records: Sequence[str], *, rebased: bool
) -> None:
    """Hand own edits of some records in again, and show them: from now on they wait as if they were made just now."""
    offered = lineage.offer_again(connection, behind, records)
    if rebased:
        lineage.rebase(connection, behind.common, records)
    touched = Touched()
    known = [each for each in offered if each["type"] in database.catalogue]
    show_unsent(connection, database.schema, known, touched)
    database.outbox_file.keep_again(connection, [each["mutation"] for each in offered])
    notes.note(connection, database.instance, touched.records())


def _start_anew(connection: Connection, database: Database, common: int) -> None:
    """Let everything be fetched from the start: what does not come again is hidden when that is complete."""
    rebased = lineage.rebase(connection, common)
    database.outbox_file.keep_again(connection, rebased, known=True)
    lineage.forget_marks(connection, common)
    snapshots.forget_all(connection, database)
