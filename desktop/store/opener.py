"""What the parts below ``Database`` may ask of it, so that it may build on them."""

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection

from desktop.store.schema import Schema


class Store(Protocol):
    """An open database as far as most of the store needs it; ``Database`` is one."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Open a reading transaction."""
        ...

    def writing(self) -> AbstractContextManager[Connection]:
        """Open a writing transaction."""
        ...

    def writing_patiently(self) -> AbstractContextManager[Connection]:
        """Open a writing transaction after every save that waits."""
        ...

    def writer_wanted(self) -> bool:
        """Tell whether a save waits for the writer."""
        ...

    @property
    def schema(self) -> Schema:
        """Tables and codecs."""
        ...

    def now(self) -> str:
        """Give the present."""
        ...
