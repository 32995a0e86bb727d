"""How many records a listing has, without reading them."""

from sqlalchemy import Connection, func

from desktop.domain.listing import Listing
from desktop.store.queries.listing import narrowed
from desktop.store.schema import Schema


def count(connection: Connection, schema: Schema, wanted: Listing) -> int:
    """Count the records of a listing; its order and limit do not matter.

    Raises:
        AppError: as ``listing.ids``.
    """
    statement = narrowed(connection, schema, wanted, func.count())
    return 0 if statement is None else int(connection.execute(statement).scalar_one())
