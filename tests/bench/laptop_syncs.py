"""Measures syncs inside the laptop's process, through the application's own services."""

import threading
import time
from typing import Any

from desktop.commands.mass_edit import EditMany
from desktop.commands.records import AddRecord
from desktop.domain.listing import Listing
from desktop.services.application import Application
from sync.client.report import Phase
from sync.contract.fields import Values
from tests.bench.processes import peak_memory_mb

_FIRST_SCREEN = 50
_SEARCH_GIVE_UP_S = 600.0
_PAUSE_S = 0.01
_SAVE_EVERY_S = 0.05
_EDITS = 10_000
_CHANGES = 1_000
_PER_COMMAND = 100
_REPEATS = 5
_LONG = 10_000
"""Minutes that no activity of the seeds lasts, so that each of them is changed."""


def measure_first_sync(application: Application, *, wait_for_search: bool) -> dict[str, Any]:
    """Sync an empty profile.

    ``usable_s`` is when a screenful of customers and of open deals could be listed, ``rows_s`` when all rows were
    stored, ``seconds`` when the sync was done, its SQL indexes and its comparison of counts included.
    """
    marks: dict[str, float] = {}
    began, cpu_began = time.perf_counter(), time.process_time()

    def told(phase: Phase, done: int, total: int) -> None:
        now = time.perf_counter() - began
        if phase is Phase.FIRST and done >= total:
            marks.setdefault("rows_s", now)
        if "usable_s" in marks:
            return
        counts = application.reads.counts()
        if min(counts.get("account", 0), counts.get("opportunity", 0)) >= _FIRST_SCREEN:
            marks["usable_s"] = time.perf_counter() - began

    report = application.sync.sync(told)
    seconds, cpu_s = time.perf_counter() - began, time.process_time() - cpu_began
    taken = {"seconds": seconds, "cpu_s": cpu_s, "peak_mb": peak_memory_mb()}
    found: dict[str, Any] = {"rows": report.pulled, **marks, **taken}
    if wait_for_search:
        found["search_s"] = _until_searchable(application, began)
        found["peak_with_search_mb"] = peak_memory_mb()
    return found


def measure_writes_during_first_sync(application: Application) -> dict[str, Any]:
    """Save something twenty times a second while a first sync runs; gives the milliseconds of each save."""
    ended = threading.Event()
    failures: list[BaseException] = []

    def sync() -> None:
        try:
            application.sync.sync()
        except BaseException as failure:
            failures.append(failure)
            raise
        finally:
            ended.set()

    thread = threading.Thread(target=sync)
    start = time.perf_counter()
    thread.start()
    samples: list[float] = []
    while not ended.wait(_SAVE_EVERY_S):
        began = time.perf_counter()
        application.bus.run(AddRecord("task", {"title": f"Call back {len(samples)}"}))
        samples.append((time.perf_counter() - began) * 1000)
    thread.join()
    seconds = time.perf_counter() - start
    if failures:
        raise failures[0]
    return {"milliseconds": samples, "seconds": seconds}


def measure_daily_sync(laptop: Application, colleague: Application) -> dict[str, Any]:
    """Send many edits, fetch a colleague's, and sync with nothing to do, on two synced laptops."""
    for each in (laptop, colleague):
        each.sync.sync()
        each.search.finish()  # which is built once, after the first sync, beside everything else
    found: dict[str, Any] = {"noop_ms": _idle(laptop)}
    found["pull_ms"] = [_fetch(laptop, colleague, {"duration_minutes": _LONG - turn}) for turn in range(_REPEATS)]
    found["pull_searched_ms"] = [_fetch(laptop, colleague, {"outcome": f"fetched {turn}"}) for turn in range(_REPEATS)]
    found["push_s"] = [_send(laptop, turn) for turn in range(_REPEATS)]
    found["peak_mb"] = peak_memory_mb()
    return found


def _idle(laptop: Application) -> list[float]:
    return [_timed_sync(laptop) * 1000 for _ in range(4 * _REPEATS)]


def _fetch(laptop: Application, colleague: Application, changes: Values) -> float:
    _edit(colleague, _CHANGES, changes)
    colleague.sync.sync()
    return _timed_sync(laptop) * 1000


def _send(laptop: Application, turn: int) -> float:
    _edit(laptop, _EDITS, {"outcome": f"sent {turn}"})
    return _timed_sync(laptop)


def _timed_sync(laptop: Application) -> float:
    began = time.perf_counter()
    laptop.sync.sync(compare=False)
    return time.perf_counter() - began


def _edit(laptop: Application, many: int, changes: Values) -> None:
    """Change ``many`` activities alike, in commands of a size that a person would select."""
    activities = laptop.reads.ids(Listing("activity", limit=many))
    for start in range(0, many, _PER_COMMAND):
        part = activities[start : start + _PER_COMMAND]
        laptop.bus.run(EditMany("activity", part, changes))


def _until_searchable(application: Application, began: float) -> float:
    waiting = threading.Event()
    while not application.reads.search_progress().ready:
        if time.perf_counter() - began > _SEARCH_GIVE_UP_S:
            raise TimeoutError("the search index was not complete in ten minutes")
        waiting.wait(_PAUSE_S)
    return time.perf_counter() - began
