"""What is measured, by name. Each measure prepares what it needs, runs the real programs and gives figures.

Goals are those of the design for two processor cores and 100,000 accounts.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.bench import floors
from tests.bench.figures import Figure, percentile
from tests.bench.lab import TODAY, Lab, url_of
from tests.bench.measured import Bench, figure, new_office
from tests.bench.processes import ROOT, ask_module, office
from tests.bench.realigning import measure
from tests.bench.ui_measures import UI_MEASURES

_LIVE_CHANGES = 100
_HERD = 1_000


def first_sync(bench: Bench) -> Iterator[Figure]:
    """First sync of 100,000 rows into an empty encrypted profile; then a colleague's who sees the same."""
    lab, found, shared = bench.lab, list[dict[str, Any]](), list[dict[str, Any]]()
    server_mb = list[float]()
    insert_s = list[float]()
    for _ in range(bench.rounds):
        # A fresh server each time, so that its memory is that of one first sync and no chunk has been built.
        with lab.room() as room, office(url_of(lab.office_file(bench.small)), "--chunks", str(room / "c")) as running:
            profile = room / "profile"
            found.append(lab.task("first-sync", profile, "--server", running.address))
            server_mb.append(running.peak_mb)
            shared.append(lab.task("first-sync", room / "colleague", "--server", running.address))
            insert_s.append(floors.insert_rows(profile / "roundsman.db", lab.key(), room))
    rows = found[0]["rows"]
    floor = sorted(insert_s)[len(insert_s) // 2]
    name = f"first sync of {rows:,} rows"
    yield figure(name, "s", found, "seconds", goal=4.0, floor=floor)
    yield figure(
        "  the same when a colleague who sees the same has done it", "s", shared, "seconds", goal=4.0, floor=floor
    )
    yield figure("  until customers with open deals can be listed", "s", found, "usable_s", goal=1.5)
    yield figure("  until all rows are stored, without SQL indexes", "s", found, "rows_s")
    yield figure("  processor time of the laptop", "s", found, "cpu_s")
    rates = tuple(rows / each["seconds"] for each in found)
    yield Figure(
        name="  rows per second", unit="/s", samples=rates, goal=25_000, floor=rows / floor, more_is_better=True
    )
    yield figure("  memory of the laptop's process, at most", "MB", found, "peak_mb", goal=150)
    yield Figure(name="  memory of the server's process, at most", unit="MB", samples=tuple(server_mb), goal=150)


def first_sync_memory(bench: Bench) -> Iterator[Figure]:
    """Memory of both sides while 10,000, 100,000 and more than a million rows come; once each, it takes long."""
    before: tuple[float, float] | None = None
    for accounts in (bench.small // 10, bench.small, bench.lab.accounts):
        url = url_of(bench.lab.office_file(accounts))
        with bench.lab.room() as room, office(url, "--chunks", str(room / "c")) as running:
            found = bench.lab.task("first-sync", room / "profile", "--server", running.address)
            server_mb = running.peak_mb
        laptop_mb = found["peak_mb"]
        at = f"first sync of {found['rows']:,} rows"
        yield Figure(name=f"{at}: memory of the laptop", unit="MB", samples=(laptop_mb,), goal=150)
        goal = 1.15 if accounts == bench.lab.accounts else None
        if before is not None:
            yield Figure(name="  times that with fewer rows", unit="", samples=(laptop_mb / before[0],), goal=goal)
        yield Figure(name="  memory of the server", unit="MB", samples=(server_mb,), goal=150)
        if before is not None:
            yield Figure(name="  times that with fewer rows", unit="", samples=(server_mb / before[1],), goal=goal)
        yield Figure(name="  processor time of the laptop", unit="s", samples=(found["cpu_s"],))
        before = laptop_mb, server_mb


def search_index(bench: Bench) -> Iterator[Figure]:
    """How long after the start of a first sync of 100,000 rows search sees every row."""
    with bench.lab.room() as room, new_office(bench) as running:
        found = bench.lab.task("first-sync", room / "profile", "--server", running.address, "--search")
    yield Figure(name="search complete after a first sync began", unit="s", samples=(found["search_s"],), goal=20.0)
    yield Figure(name="  memory until then, at most", unit="MB", samples=(found["peak_with_search_mb"],), goal=250)


def saves_during_first_sync(bench: Bench) -> Iterator[Figure]:
    """Saves of the user while a first sync of 100,000 rows runs."""
    p99, longest, seconds = list[float](), list[float](), list[float]()
    for _ in range(bench.rounds):
        with bench.lab.room() as room, new_office(bench) as running:
            found = bench.lab.task("writes-during-first-sync", room / "profile", "--server", running.address)
        p99.append(percentile(found["milliseconds"], 0.99))
        longest.append(max(found["milliseconds"]))
        seconds.append(found["seconds"])
    yield Figure(name="save during the first sync, p99", unit="ms", samples=tuple(p99), goal=35)
    yield Figure(name="  the longest of them", unit="ms", samples=tuple(longest))
    yield Figure(name="  the first sync with 20 saves a second", unit="s", samples=tuple(seconds))


def daily_sync(bench: Bench) -> Iterator[Figure]:
    """Sending edits, fetching a colleague's, and nothing to do, on a laptop with 100,000 rows."""
    with bench.lab.room() as room, bench.lab.office_copy(bench.small) as running:
        found = bench.lab.task("daily-sync", room / "profile", "--server", running.address)
        request_ms = percentile(floors.request(running.address), 0.5)
        database = room / "profile" / "roundsman.db"
        update_ms = percentile(floors.update_rows(database, bench.lab.key(), room, many=1_000), 0.5)
        words_ms = percentile(floors.replace_documents(database, bench.lab.key(), room, many=1_000), 0.5)
        server_mb = running.peak_mb
    yield Figure(name="push of 10,000 edits to receipts", unit="s", samples=tuple(found["push_s"]), goal=2.5)
    yield Figure(name="pull of 1,000 changes", unit="ms", samples=tuple(found["pull_ms"]), goal=90, floor=update_ms)
    searched = "  of a text that is searched, so that each is indexed anew"
    yield Figure(name=searched, unit="ms", samples=tuple(found["pull_searched_ms"]), floor=update_ms + words_ms)
    yield Figure(name="sync with nothing to do", unit="ms", samples=tuple(found["noop_ms"]), goal=5, floor=request_ms)
    yield Figure(name="  memory of the server's process, at most", unit="MB", samples=(server_mb,))


def live(bench: Bench) -> Iterator[Figure]:
    """A change on one laptop until another has it in its database, both connected, 100,000 rows on each."""
    with bench.lab.room() as room, bench.lab.office_copy(bench.small) as running:
        found = hear_live(bench.lab, room, running.address)
    samples = found["milliseconds"]
    yield Figure(name="change on one laptop until it is on another", unit="ms", samples=tuple(samples), goal=80)
    yield Figure(name="  p95 of them", unit="ms", samples=(percentile(samples, 0.95),), goal=150)
    yield Figure(name="  CPU of the one that hears, of a core", unit="%", samples=(found["cpu_share"] * 100,))


def hear_live(lab: Lab, room: Path, address: str) -> dict[str, Any]:
    """Let one laptop save and another hear of it; gives what the one that hears found."""
    with ThreadPoolExecutor(2) as lane:
        given = ("--server", address, "--count", str(_LIVE_CHANGES))
        hearing = lane.submit(lab.task, "hear-live", room / "hears", *given)
        saving = lane.submit(lab.task, "save-live", room / "saves", *given)
        saving.result()
        found: dict[str, Any] = hearing.result()
        return found


def herd(bench: Bench) -> Iterator[Figure]:
    """A thousand connected laptops on one server process: how soon all hear, what it costs when nothing happens."""
    with bench.lab.room() as room:
        url = url_of(room / "office.db")
        password = str(bench.lab.password_file())
        ask_module(
            "sync.server",
            *("seed", "--db", url, "--accounts", "100", "--today", TODAY),
            *("--password-file", password, "--json"),
        )
        with office(url) as running:
            found = ask_module("tests.bench.herd_task", url, running.address, str(running.pid), str(_HERD))
            server_mb = running.peak_mb
    at = f"{_HERD:,} connected laptops"
    samples = found["milliseconds"]
    yield Figure(name=f"a change until a laptop hears of it, {at}", unit="ms", samples=tuple(samples))
    yield Figure(name="  p99 of them", unit="ms", samples=(percentile(samples, 0.99),), goal=100)
    yield Figure(name="  CPU of the server for one such change", unit="ms", samples=tuple(found["fan_out_cpu_ms"]))
    yield Figure(
        name=f"  CPU of the server while nothing happens, of a core, {at}",
        unit="%",
        samples=(found["quiet_cpu"] * 100,),
    )
    yield Figure(name="  memory of the server's process, at most", unit="MB", samples=(server_mb,))


def screens(bench: Bench) -> Iterator[Figure]:
    """What screens ask of the large profile."""
    found = bench.lab.task("reads", bench.lab.profile(bench.lab.accounts))
    at = f"at {found['accounts']:,} accounts"
    for name, key, goal in (
        (f"list of customers by name, {at}", "list_ms", 100),
        ("  filtered by city and status, by last visit", "filter_ms", 50),
        ("  all, by last visit", "sorted_ms", 50),
        ("  with a word of search", "found_ms", 50),
        ("  list of people by name", "people_ms", 100),
        ("what I did on one day", "day_ms", 50),
        ("what I did last, 20 entries", "recent_ms", 50),
        ("open deals by stage, with sums", "deals_ms", 100),
        ("open a record", "open_ms", 50),
        ("search across everything, p95", "search_ms", 50),
    ):
        note = "" if found["searchable"] or "search" not in name else "index not complete"
        yield Figure(name=name, unit="ms", samples=tuple(found[key]), goal=goal, note=note)
    yield Figure(name="  memory with all of this asked", unit="MB", samples=(found["peak_mb"],), goal=250)


def search(bench: Bench) -> Iterator[Figure]:
    """Every letter typed into the find field of the large profile, and the index behind it."""
    found = bench.lab.task("keystrokes", bench.lab.profile(bench.lab.accounts))
    at = f"{found['inputs']} inputs over {found['records']:,} records"
    yield Figure(name=f"a letter typed, p95 of {at}", unit="ms", samples=tuple(found["p95_ms"]), goal=50)
    for name, key in (
        ("  CPU of it, p95", "cpu_p95_ms"),
        ("  CPU of it, the worst", "cpu_worst_ms"),
        ("  a letter typed, median", "median_ms"),
        ("  CPU of it, median", "cpu_median_ms"),
    ):
        yield Figure(name=name, unit="ms", samples=tuple(found[key]))
    with bench.lab.profile_copy(bench.lab.accounts) as profile:
        built = bench.lab.task("search-build", profile)
    yield Figure(name="  the index built anew", unit="s", samples=(built["seconds"],))
    yield Figure(name="  CPU of it", unit="s", samples=(built["cpu_s"],))
    yield Figure(name="  size of the index", unit="MB", samples=(built["index_mb"],))


def saves(bench: Bench) -> Iterator[Figure]:
    """One save, fsync included, on the large profile."""
    with bench.lab.profile_copy(bench.lab.accounts) as profile:
        p95 = [
            percentile(bench.lab.task("saves", profile, "--seed", str(turn))["milliseconds"], 0.95)
            for turn in range(bench.rounds)
        ]
        floor = percentile(floors.commit_row(profile.parent), 0.95)
    yield Figure(name="save, p95", unit="ms", samples=tuple(p95), goal=50, floor=floor)


def starts(bench: Bench) -> Iterator[Figure]:
    """Cold starts of the command line on the large profile."""
    profile = bench.lab.profile(bench.lab.accounts)
    bare = tuple(_seconds("-c", "pass") for _ in range(bench.rounds))
    floor = sorted(bare)[len(bare) // 2]
    for name, arguments in (
        ("command line: --version", ("--version",)),
        ("command line: status", ("--profile", str(profile), "status", "--json")),
        ("command line: list account --limit 20", ("--profile", str(profile), "list", "account", "--limit", "20")),
    ):
        samples = tuple(_seconds("-m", "desktop", *arguments) for _ in range(bench.rounds))
        yield Figure(name=name, unit="s", samples=samples, goal=1.5, floor=floor)


def loading(bench: Bench) -> Iterator[Figure]:
    """How long the office needed to load the large set, when it was prepared."""
    report = bench.lab.seed_report(bench.lab.accounts)
    facts, made = report["facts"], sum(report["made"].values())
    name = f"seed of {bench.lab.accounts:,} accounts ({made:,} records)"
    yield Figure(name=name, unit="s", samples=(facts["seconds"],), goal=300)


def realign(bench: Bench) -> Iterator[Figure]:
    """A hundred accounts of 250 rows leave a laptop of 100,000 rows, with 200 edits under way, and come back."""
    found = list[dict[str, Any]]()
    for _ in range(bench.rounds):
        with bench.lab.room() as room:
            found.append(measure(room))
    for way, name in (("out", "100 accounts with 25,000 rows and 200 unsent edits leave"), ("in", "  come back")):
        yield figure(name, "s", [each[way] for each in found], "seconds", goal=3.0)
        yield figure("  processor time of laptop and office", "s", [each[way] for each in found], "cpu_s")
    yield figure("  edits lost", "", found, "lost", goal=0)


MEASURES: dict[str, Callable[[Bench], Iterator[Figure]]] = {
    "starts": starts,
    **UI_MEASURES,
    "screens": screens,
    "saves": saves,
    "first-sync": first_sync,
    "first-sync-memory": first_sync_memory,
    "saves-during-first-sync": saves_during_first_sync,
    "search-index": search_index,
    "search": search,
    "daily-sync": daily_sync,
    "live": live,
    "herd": herd,
    "loading": loading,
    "realign": realign,
}
"""What can be measured, in the order in which it is."""


def _seconds(*arguments: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began
