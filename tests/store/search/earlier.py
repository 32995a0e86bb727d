"""Profiles of earlier versions as tests of their search open them: found in, built and tidied step by step."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.store.search import tidying
from desktop.store.search.building import build_some
from tests.store.laptops import Laptop, open_database


@contextmanager
def laptop_of(folder: Path) -> Iterator[Laptop]:
    with open_database(folder, create=False) as database:
        yield Laptop(database)


def titles(laptop: Laptop, text: str) -> list[str]:
    return [each.title for each in laptop.search(text)]


def finish(laptop: Laptop) -> None:
    """Build what is not searched yet and tidy, to the end."""
    while not build_some(laptop.database).ready or tidy(laptop, 100):
        pass


def tidy(laptop: Laptop, pages: int) -> bool:
    """Tidy so many pages; tells whether more is to be tidied."""
    with laptop.database.writing_patiently() as connection:
        return tidying.tidy_some(connection, pages)
