"""Measures what a screen asks of a large profile, and saves, inside the laptop's process."""

import random
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from desktop.commands.records import SetFields
from desktop.domain.listing import Condition, Listing, Sort, Test
from desktop.live.reads import Reads
from desktop.services.application import Application
from sync.contract.fields import Value
from tests.bench.figures import percentile
from tests.bench.lab import LOGIN, TODAY
from tests.bench.processes import peak_memory_mb

_REPEATS = 5
_RECORDS = 40
_SAVES = 200
_SCREENFUL = 40
_WORDS = (
    "冷",
    "冷链",
    "深圳",
    "门封",
    "王",
    "李伟",
    "Heron",
    "a",
    "bakery",
    "fernwick",
    "价",
    "Report wanted",
    "rep",
    "南",
    "office@c77",
)


def measure_reads(reads: Reads, *, seed: int) -> dict[str, Any]:
    """List, filter, open and search; milliseconds, medians or p95 of each of several rounds."""
    dice = random.Random(seed)
    (me,) = reads.ids(Listing("user", where=(Condition("login", Test.EQ, LOGIN),)))
    everything = Listing("account", sort=(Sort("name"),))
    accounts = reads.ids(everything)
    return {
        "list_ms": _times(lambda: _screenful(reads, everything)),
        "filter_ms": _times(lambda: _screenful(reads, _filtered())),
        "sorted_ms": _times(lambda: _screenful(reads, _by_last_visit())),
        "found_ms": _times(lambda: _screenful(reads, Listing("account", text="冷链", sort=(Sort("name"),)))),
        "people_ms": _times(lambda: _screenful(reads, Listing("contact", sort=(Sort("name"),)))),
        "day_ms": _times(lambda: _screenful(reads, _activities_of_a_day(me))),
        "recent_ms": _times(lambda: _screenful(reads, _latest_activities(me))),
        "deals_ms": _times(lambda: reads.totals(_open_deals(), group_by="stage", amount="amount")),
        "open_ms": [_opening(reads, dice.sample(accounts, _RECORDS)) for _ in range(_REPEATS)],
        "search_ms": [_searching(reads) for _ in range(_REPEATS)],
        "searchable": reads.search_progress().ready,
        "accounts": len(accounts),
        "peak_mb": peak_memory_mb(),
    }


def measure_saves(application: Application, *, seed: int) -> dict[str, Any]:
    """Change one field of a random customer, again and again; milliseconds of each save."""
    dice = random.Random(seed)
    accounts = dice.sample(application.reads.ids(Listing("account")), _SAVES)
    edits = [SetFields("account", each, {"district": f"District {n}"}) for n, each in enumerate(accounts)]
    return {"milliseconds": [_time(partial(application.bus.run, each)) for each in edits]}


def _filtered() -> Listing:
    where = (Condition("city", Test.EQ, "深圳"), Condition("status", Test.IN, ["active", "prospect"]))
    return Listing("account", where=where, sort=(Sort("last_visit_at", descending=True),))


def _by_last_visit() -> Listing:
    return Listing("account", sort=(Sort("last_visit_at", descending=True),))


def _activities_of_a_day(me: str) -> Listing:
    within = (Condition("at", Test.GE, f"{TODAY}T00:00:00.000Z"), Condition("at", Test.LE, f"{TODAY}T23:59:59.999Z"))
    kinds = Condition("kind", Test.IN, ["visit", "call", "meeting", "message"])
    return Listing("activity", where=(Condition("owner", Test.EQ, me), *within, kinds), sort=(Sort("at"),))


def _latest_activities(me: str) -> Listing:
    where = (Condition("owner", Test.EQ, me), Condition("at", Test.LE, f"{TODAY}T10:00:00.000Z"))
    return Listing("activity", where=where, sort=(Sort("at", descending=True),), limit=20)


def _open_deals() -> Listing:
    return Listing("opportunity", where=(Condition("status", Test.EQ, "open"),))


def _screenful(reads: Reads, listing: Listing) -> Sequence[dict[str, Value]]:
    return reads.rows(listing.type, reads.ids(listing)[:_SCREENFUL])


def _opening(reads: Reads, accounts: Sequence[str]) -> float:
    return percentile([_time(partial(_open, reads, each)) for each in accounts], 0.5)


def _searching(reads: Reads) -> float:
    return percentile([_time(partial(reads.search, word)) for word in _WORDS], 0.95)


def _open(reads: Reads, account: str) -> None:
    """Ask what the page of a customer asks."""
    reads.record("account", account)
    reads.timeline(account, limit=200)
    for kind in ("contact", "opportunity", "task"):
        of_account = Listing(kind, where=(Condition("account", Test.EQ, account),))
        reads.rows(kind, reads.ids(of_account))


def _times(work: Callable[[], object]) -> list[float]:
    return [_time(work) for _ in range(_REPEATS)]


def _time(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
