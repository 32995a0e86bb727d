"""The laptop's program of before: what it knows, and laptops that were made with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from desktop.services import profiles
from desktop.store.database import Database
from sync.contract.catalogue import Catalogue
from sync.contract.clock import Clock
from sync.contract.entities import CATALOGUE, SCHEMA_VERSION
from tests.simulate.patching import patched

NOW = CATALOGUE
"""What today's program knows."""

_LACKED = {"conflict": {"others"}}
"""Fields that came later, and that today's code does not ask for by name, which here plays the program of before."""

BEFORE = Catalogue(
    [
        replace(
            each, own_fields=tuple(field for field in each.own_fields if field.name not in _LACKED.get(each.name, ()))
        )
        for each in CATALOGUE
    ],
    version=SCHEMA_VERSION - 1,
)
"""What the program of before knew."""


class _DatabaseOfBefore(Database):
    """Opens a profile as the program of before does."""

    @classmethod
    def open(
        cls, file: Path, key: bytes, *, clock: Clock, create: bool = False, catalogue: Catalogue = BEFORE
    ) -> "_DatabaseOfBefore":
        return super().open(file, key, clock=clock, create=create, catalogue=catalogue)


@contextmanager
def of_before() -> Iterator[None]:
    """Let profiles be made and opened in the block by the program of before."""
    with patched(profiles, "Database", _DatabaseOfBefore):
        yield
