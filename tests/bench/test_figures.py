"""Figures are worked out and written as they are meant."""

import math
from pathlib import Path

from tests.bench.document import write_document
from tests.bench.figures import Figure, line, percentile
from tests.bench.lab import fingerprint
from tests.bench.measures import MEASURES
from tests.bench.processes import ROOT


def test_value_is_the_median_of_the_samples() -> None:
    assert Figure(name="save", unit="ms", samples=(9.0, 1.0, 2.0)).value == 2.0


def test_share_of_goal_is_above_one_when_the_goal_is_missed() -> None:
    assert Figure(name="save", unit="ms", samples=(75.0,), goal=50.0).share_of_goal == 1.5


def test_share_of_goal_of_a_rate_is_above_one_when_the_rate_is_too_low() -> None:
    rate = Figure(name="rows", unit="/s", samples=(50.0,), goal=100.0, floor=200.0, more_is_better=True)

    assert rate.share_of_goal == 2.0
    assert rate.times_floor == 4.0


def test_share_of_goal_of_a_rate_of_nothing_is_endless() -> None:
    assert Figure(name="rows", unit="/s", samples=(0.0,), goal=1.0, more_is_better=True).share_of_goal == math.inf


def test_share_of_a_goal_of_nothing_is_nought_or_endless() -> None:
    assert Figure(name="edits lost", unit="", samples=(0.0,), goal=0).share_of_goal == 0.0
    assert Figure(name="edits lost", unit="", samples=(1.0,), goal=0).share_of_goal == math.inf


def test_percentile_is_a_sample_that_was_taken() -> None:
    assert percentile(range(1, 101), 0.95) == 95
    assert percentile([3.0], 0.99) == 3.0


def test_line_names_median_goal_floor_and_number_of_samples() -> None:
    text = line(Figure(name="save, p95", unit="ms", samples=(10.0, 20.0, 30.0), goal=50, floor=5))

    for part in ("save, p95", "20 ms", "50 ms", "0.40", "floor 5 ms (x4.0)", "n=3"):
        assert part in text


def test_document_gets_the_tables_of_what_was_measured_and_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "benchmarks.md"
    path.write_text(
        "Before\n<!-- saves -->\nold\n<!-- end of saves -->\nBetween\n<!-- starts -->\nkept\n<!-- end of starts -->\n",
        encoding="utf-8",
    )

    write_document(
        path, {"saves": [Figure(name="save", unit="ms", samples=(7.0,))]}, machine="2 cores", day="2026-11-20"
    )

    text = path.read_text(encoding="utf-8")
    assert "| save | 7 ms |" in text
    assert "2026-11-20, 2 cores." in text
    assert "old" not in text
    assert "Between\n<!-- starts -->\nkept" in text


def test_document_has_a_place_for_every_measure() -> None:
    text = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")

    for name in MEASURES:
        assert text.count(f"<!-- {name} -->") == text.count(f"<!-- end of {name} -->") == 1


def test_fingerprint_changes_with_its_sources() -> None:
    assert fingerprint(("sync/contract/fields.py",)) != fingerprint(("sync/contract/values.py",))
    assert fingerprint(("sync/contract",)) == fingerprint(("sync/contract",))
