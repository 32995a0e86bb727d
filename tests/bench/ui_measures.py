"""What is measured of the window: by its keys, at the large size, and while a first sync runs."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from tests.bench import floors
from tests.bench.figures import Figure, percentile
from tests.bench.measured import Bench, figure, new_office
from tests.bench.processes import ask_module

_FRAME_MS = 16.0
_STALL_MS = 50.0


def window(bench: Bench) -> Iterator[Figure]:
    """The window on the large profile, drawn into memory: cold start, other pages, customers."""
    profile = str(bench.lab.profile(bench.lab.accounts))
    found = [ask_module("tests.bench.window_task", profile, str(time.monotonic())) for _ in range(bench.rounds)]
    bare = [ask_module("tests.bench.bare_window_task", str(time.monotonic())) for _ in range(bench.rounds)]
    floor = percentile([each["start_s"] for each in bare], 0.5)
    yield figure("window: cold start to a usable list of customers", "s", found, "start_s", goal=1.5, floor=floor)
    for name, key, goal in (
        ("  switch to a page seen before", "pages_ms", 100),
        ("  open a customer", "open_ms", 50),
    ):
        samples = tuple(sample for each in found for sample in each[key])
        yield Figure(name=name, unit="ms", samples=samples, goal=goal)
    yield figure("  memory with all of this open", "MB", found, "peak_mb", goal=250)


def keys(bench: Bench) -> Iterator[Figure]:
    """Keys pressed in the window on the large profile, each until what it leads to is painted."""
    with bench.lab.profile_copy(bench.lab.accounts) as profile:
        found = [ask_module("tests.bench.ui_task", str(profile)) for _ in range(min(bench.rounds, 2))]
        commit = percentile(floors.commit_row(profile.parent), 0.5)
    for name, key, goal, goal_p95 in (
        ("another page, Ctrl and a digit", "pages_ms", 100, None),
        ("another view or filter of all customers", "filter_ms", 50, None),
        ("another order of all customers", "sort_ms", 100, None),
        ("open a customer, Enter", "open_ms", 50, None),
        ("a letter in the find field", "search_ms", None, 50),
        ("save a form, Ctrl and Enter", "save_ms", None, 50),
    ):
        samples = _all(found, key)
        bare = _all(found, f"bare_{key}") if f"bare_{key}" in found[0] else ()
        floor = commit if key == "save_ms" else percentile(bare, 0.5) if bare else None
        yield Figure(name=name, unit="ms", samples=samples, goal=goal, floor=floor)
        yield Figure(name="  p95 of them", unit="ms", samples=(percentile(samples, 0.95),), goal=goal_p95)
    frames, empty = _all(found, "frames_ms"), _all(found, "bare_frames_ms")
    floor = percentile(empty, 0.5)
    yield Figure(
        name="a frame while the list of customers rolls", unit="ms", samples=frames, goal=_FRAME_MS, floor=floor
    )
    late, late_empty = _late(frames, _FRAME_MS), _late(empty, _FRAME_MS)
    yield Figure(name=f"  longer than {_FRAME_MS:g} ms", unit="%", samples=(late,), goal=1.0, floor=late_empty)
    yield figure("  memory with all of this done", "MB", found, "peak_mb", goal=250)


def frames_during_first_sync(bench: Bench) -> Iterator[Figure]:
    """How long the thread that draws is busy at a stretch while 100,000 rows come and somebody walks through pages."""
    found = list[dict[str, Any]]()
    for _turn in range(bench.rounds):
        with bench.lab.room() as room, new_office(bench) as running:
            key = str(bench.lab.folder / "key")
            found.append(ask_module("tests.bench.ui_sync_task", str(room / "profile"), key, running.address))
    for name, key in (
        ("the longest stretch of the thread that draws", "wall_ms"),
        ("  the longest in its processor time", "cpu_ms"),
    ):
        yield Figure(name=name, unit="ms", samples=tuple(max(each[key]) for each in found), goal=_STALL_MS)
    yield _count(found, _STALL_MS, goal=0)
    yield _count(found, _FRAME_MS)


def _count(found: list[dict[str, Any]], limit: float, goal: float | None = None) -> Figure:
    counted = tuple(float(sum(1 for each in one["wall_ms"] if each > limit)) for one in found)
    return Figure(name=f"  stretches longer than {limit:g} ms", unit="", samples=counted, goal=goal)


def _all(found: list[dict[str, Any]], key: str) -> tuple[float, ...]:
    return tuple(sample for each in found for sample in each[key])


def _late(samples: tuple[float, ...], limit: float) -> float:
    return 100 * sum(1 for each in samples if each > limit) / len(samples)


UI_MEASURES: dict[str, Callable[[Bench], Iterator[Figure]]] = {
    "window": window,
    "keys": keys,
    "frames-during-first-sync": frames_during_first_sync,
}
"""What can be measured of the window, in the order in which it is."""
