"""Cuts a sync after every one of its bytes, and syncs once more each time: each edit has its effect exactly once."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from sync.contract.clock import SystemClock
from sync.contract.errors import AppError, Code
from sync.server.log import Log, open_log
from sync.server.schema import CHANGE_LOG, ENTITY_TABLES
from tests.helpers import oracle
from tests.helpers.fleet import Fleet, FleetLaptop
from tests.helpers.office import Office
from tests.power.cutting_proxy import CuttingProxy, Way

EXPECTED = frozenset({Code.SERVER_UNREACHABLE, Code.NOT_A_SERVER})
"""How a cut is told. An answer that ends politely within its head looks like that of somebody else's server."""

_WHOLE_CHECK_EVERY = 250


@dataclass
class Cuts:
    """What came of the cuts of one way; ``last`` is the last byte that a sync came to."""

    cuts: int = 0
    last: int = 0
    faults: list[str] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)

    def told(self) -> str:
        """Say what was found."""
        codes = ", ".join(f"{name} {times}" for name, times in self.refusals.most_common())
        figures = (
            f"{self.cuts} cuts, the last after {self.last} bytes, {len(self.faults)} went wrong (told as: {codes})"
        )
        return f"{figures}; {self.faults[0]}" if self.faults else figures


class Line:
    """One laptop behind a proxy, a colleague who works in the office, and a sync of the same length each time."""

    def __init__(self, laptop: FleetLaptop, log: Log, proxy: CuttingProxy) -> None:
        """The laptop is in step and talks through the proxy."""
        self._laptop = laptop
        self._log = log
        self._proxy = proxy
        self._account = laptop.add("account", name="Kestrel Foods", points=100_000)
        self._rounds = 0
        laptop.sync()

    def cut_all(self, way: Way, points: Iterable[int]) -> Cuts:
        """Cut at each of these bytes."""
        found = Cuts()
        for at in points:
            if self._cut(way, at, found):
                found.cuts += 1
                found.last = max(found.last, at)
            if found.cuts % _WHOLE_CHECK_EVERY == 0:
                self.check()
        self.check()
        return found

    def check(self) -> None:
        """Compare all that the laptop and the office have."""
        line = self._laptop.line()
        try:
            oracle.check_equals_office(line, self._laptop)
        finally:
            line.close()
        oracle.check_nothing_lies_over(self._laptop)

    def measure(self) -> dict[Way, int]:
        """Tell how many bytes a whole sync has each way."""
        before = dict(self._proxy.carried)
        self._edit()
        self._laptop.sync()
        return {way: carried - before[way] for way, carried in self._proxy.carried.items()}

    def _edit(self) -> dict[str, object]:
        """Make one edit on each side; gives what the laptop's own makes of the account."""
        self._rounds += 1
        mine: dict[str, object] = {"points": 100_000 + self._rounds, "phone": f"+86 {self._rounds:06}"}
        self._laptop.set("account", self._account, **mine)
        with self._log.writing() as writer:
            writer.patch("account", self._account, {"city": f"City {self._rounds:06}"})
        return mine

    def _cut(self, way: Way, at: int, found: Cuts) -> bool:
        """Edit on each side, cut, look, sync whole, look; tells whether the cut was reached."""
        mine = self._edit()
        self._proxy.cut(way, at, politely=at % 2 == 0)
        try:
            self._laptop.sync()
        except AppError as refusal:
            found.refusals[refusal.code.value] += 1
            if refusal.code not in EXPECTED:
                found.faults.append(f"{way.value} cut after {at} bytes: {refusal!r}")
        reached = self._proxy.mend()
        self._look(way, at, mine, found)
        self._laptop.sync()
        self._look(way, at, {**mine, "city": f"City {self._rounds:06}"}, found)
        self._look_in_office(way, at, {**mine, "city": f"City {self._rounds:06}"}, found)
        return reached

    def _look(self, way: Way, at: int, wanted: dict[str, object], found: Cuts) -> None:
        shown = self._laptop.get("account", self._account) or {}
        if any(shown.get(name) != value for name, value in wanted.items()):
            found.faults.append(f"{way.value} cut after {at} bytes: the laptop shows {shown}, not {wanted}")

    def _look_in_office(self, way: Way, at: int, wanted: dict[str, object], found: Cuts) -> None:
        accounts = ENTITY_TABLES["account"].c
        with self._laptop.database.reading() as connection:
            last = "SELECT mutation, outcome FROM journal WHERE origin = 'local' ORDER BY n DESC LIMIT 1"
            mutation, outcome = connection.exec_driver_sql(last).one()
        with self._log.storage.reading() as connection:
            row = connection.execute(
                select(accounts.points, accounts.phone, accounts.city).where(accounts.id == self._account)
            ).one()
            lines = select(func.count()).where(CHANGE_LOG.c.mutation == mutation)
            effects = connection.execute(lines).scalar_one()
        if dict(row._mapping) != wanted or effects != 1 or not outcome:  # noqa: SLF001 - a Row's public mapping
            found.faults.append(f"{way.value} cut after {at} bytes: the office has {row}, {effects} effects, {outcome}")


def cut_whole(folder: Path, way: Way, every: int) -> Cuts:
    """Cut at every byte, or every so many, of one way, with an office of its own."""
    folder.mkdir(parents=True)
    with Office(f"sqlite:///{folder / 'office.db'}", folder) as office, line_to(office, folder / "fleet") as line:
        return line.cut_all(way, range(0, line.measure()[way] + every, every))


@contextmanager
def line_to(office: Office, folder: Path) -> Iterator[Line]:
    """Set a laptop up that talks to a running office through a proxy."""
    with Fleet(office, folder) as fleet, CuttingProxy(office.url) as proxy:
        laptop = fleet.laptop("ana")
        laptop.talk_through(proxy.address)
        log = open_log(office.database, SystemClock())
        try:
            yield Line(laptop, log, proxy)
        finally:
            log.close()
