"""Documents go into the index in the order of their numbers, whatever order they come in."""

from pathlib import Path

from tests.store.laptops import Laptop, account_row, page, raw_connection

MANY = 40


def runs_of(folder: Path) -> int:
    """Count the runs that the index of texts was written in."""
    with raw_connection(folder) as raw:
        (count,) = raw.execute("SELECT count(DISTINCT segid) FROM search_text_idx").fetchone()
        return int(count)


def test_page_against_the_order_of_its_rows_is_indexed_in_one_run(tmp_path: Path, laptop: Laptop) -> None:
    names = [f"01900000-0000-7000-8000-{number:012}" for number in range(MANY)]
    laptop.replica.take_page(page(*(account_row(each, 2, name="Acme") for each in names), seq=2))
    before = runs_of(tmp_path)

    laptop.replica.take_page(page(*(account_row(each, 3, name="Kestrel") for each in reversed(names)), seq=3))

    assert runs_of(tmp_path) == before + 1
    assert len(laptop.search("Kestrel")) > 0
