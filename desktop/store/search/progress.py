"""How far the search index is."""

from sqlalchemy import Connection, select

from desktop.domain.views import SearchProgress
from desktop.store.tables import row_count, search_type


def search_progress(connection: Connection) -> SearchProgress:
    """Tell how many of the records are in the index."""
    statement = select(row_count.c.live, search_type.c.position, search_type.c.ready).join(
        search_type, search_type.c.type == row_count.c.type
    )
    rows = connection.execute(statement).all()
    total = sum(max(each.live, 0) for each in rows)
    done = sum(max(each.live, 0) if each.ready else min(each.position, max(each.live, 0)) for each in rows)
    complete = all(each.ready for each in rows)
    return SearchProgress(done=done if not complete else total, total=total if complete else max(total, done + 1))
