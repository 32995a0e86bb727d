"""What a rep types finds what it should, best first."""

from collections.abc import Iterator, Sequence

import pytest

from tests.store.laptops import Laptop, open_database
from tests.store.search.corpus import EXPECTED, fill


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laptop]:
    """Everything of the corpus, written once."""
    with open_database(tmp_path_factory.mktemp("corpus")) as database:
        laptop = Laptop(database)
        fill(laptop)
        yield laptop


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*each, id=each[0]) for each in EXPECTED.items()])
def test_text_finds_its_records_best_first(filled: Laptop, text: str, expected: Sequence[object]) -> None:
    found = [each.title for each in filled.search(text)]

    if ... in expected:
        gap = expected.index(...)
        assert found[:gap] == list(expected[:gap])
        assert set(expected[gap + 1 :]) <= set(found[gap:])
    else:
        assert found == list(expected)
