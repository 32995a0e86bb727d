"""The user's acts on this laptop, newest first."""

from sqlalchemy import Connection, select

from desktop.domain.changes import ActKind
from desktop.domain.done_acts import DoneAct
from desktop.store.journal import loads
from desktop.store.tables import command


def done_acts(connection: Connection, limit: int) -> list[DoneAct]:
    """List at most ``limit`` acts, newest first; undo and redo are acts too."""
    rows = connection.execute(select(command).order_by(command.c.n.desc()).limit(limit)).all()
    return [
        DoneAct(
            command=row.id,
            at=row.at,
            kind=ActKind(row.kind),
            label=row.label,
            label_values=loads(row.label_values),
            undone=row.undone_by is not None,
        )
        for row in rows
    ]
