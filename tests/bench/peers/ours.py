"""Roundsman as one of the programs that are measured side by side: its real server, a laptop in its own process."""

from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.lab import Lab
from tests.bench.measured import ROWS_ACCOUNTS
from tests.bench.measures import hear_live
from tests.bench.peers.programs import SlowLine, by_way_of


@dataclass(frozen=True, slots=True)
class Roundsman:
    """This program: encrypted on the laptop, visibility and merging on the server."""

    lab: Lab
    name: str = "Roundsman"

    def install(self) -> None:
        """Prepare the office's data, once."""
        self.lab.office_file(ROWS_ACCOUNTS)

    def measure(self, room: Path, rows: int, line: SlowLine | None) -> dict[str, Any]:
        """Measure; the number of rows is that of the prepared office, which is ``rows`` within a thousandth."""
        with self.lab.office_copy(ROWS_ACCOUNTS) as served, by_way_of(line, served.address) as way:
            first = self.lab.task("first-sync", room / "first", "--server", way)
            daily = self.lab.task("daily-sync", room / "profile", "--server", way)
            live = hear_live(self.lab, room, way)
            server_mb = served.peak_mb
        return {
            "rows": first["rows"],
            "first_s": first["seconds"],
            "usable_s": first["usable_s"],
            "client_mb": first["peak_mb"],
            "disk_mb": sum(each.stat().st_size for each in (room / "first").glob("roundsman.db*")) / 1e6,
            "push_s": median(daily["push_s"]),
            "pull_ms": median(daily["pull_ms"]),
            "noop_ms": median(daily["noop_ms"]),
            "live_ms": live["milliseconds"],
            "server_mb": server_mb,
        }
