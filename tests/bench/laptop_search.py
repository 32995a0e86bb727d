"""Measures search inside the laptop's process: every letter as somebody types, the index's size, building it anew."""

import time
from typing import Any

from desktop.live.reads import Reads
from desktop.services.application import Application
from desktop.store import checks
from tests.bench.figures import percentile

_ROUNDS = 5
_LIMIT, _PER_TYPE = 40, 8
"""What the find field asks for."""

_TYPED = (
    "Report wanted",
    "Heronbank",
    "fernwick",
    "quarterly walk",
    "compressor",
    "price end",
    "bakery",
    "office@c77",
    "13812345678",
    "5678",
    "zhangwei",
    "liwei",
    "wyz",
    "llwl",
    "lenglian",
    "shenzhen",
    "chongqing",
    "王一梓",
    "冷链物流",
    "价格太高",
    "门封",
    "深圳 冷",
    "heronbnk",
    "zhangwie",
    "李为",
    "a",
    "e",
    "的",
    "南",
)
_INDEX = ("search_text", "search_title")


def measure_keystrokes(application: Application) -> dict[str, Any]:
    """Type texts letter by letter and ask after each what the find field asks; milliseconds and those of CPU."""
    inputs = list(dict.fromkeys(text[:end] for text in _TYPED for end in range(1, len(text) + 1)))
    reads = application.reads
    rounds = [[_keystroke(reads, each) for each in inputs] for _ in range(_ROUNDS)]
    wall = [[spent[0] for spent in each] for each in rounds]
    cpu = [[spent[1] for spent in each] for each in rounds]
    return {
        "inputs": len(inputs),
        "median_ms": [percentile(each, 0.5) for each in wall],
        "p95_ms": [percentile(each, 0.95) for each in wall],
        "cpu_median_ms": [percentile(each, 0.5) for each in cpu],
        "cpu_p95_ms": [percentile(each, 0.95) for each in cpu],
        "cpu_worst_ms": [max(each) for each in cpu],
        **_size(application),
    }


def measure_building(application: Application) -> dict[str, Any]:
    """Build the index of everything anew; seconds, and those of CPU."""
    checks.search_again(application.database)
    began, spent = time.perf_counter(), time.process_time()
    application.search.finish()
    seconds, cpu = time.perf_counter() - began, time.process_time() - spent
    application.search.tidy()
    return {"seconds": seconds, "cpu_s": cpu, **_size(application)}


def _keystroke(reads: Reads, text: str) -> tuple[float, float]:
    began, spent = time.perf_counter(), time.thread_time()
    reads.search(text, limit=_LIMIT, per_type=_PER_TYPE)
    return (time.perf_counter() - began) * 1000, (time.thread_time() - spent) * 1000


def _size(application: Application) -> dict[str, Any]:
    with application.database.reading() as connection:
        blocks = [connection.exec_driver_sql(f"SELECT sum(length(block)) FROM {name}_data").scalar() for name in _INDEX]
        records = connection.exec_driver_sql(f"SELECT count(*) FROM {_INDEX[0]}_docsize").scalar()
    return {"index_mb": sum(each or 0 for each in blocks) / 1e6, "records": records}
