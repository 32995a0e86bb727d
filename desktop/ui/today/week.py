"""The figures of a week beside those of the week before; asked on the read lane, knows no widgets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from desktop.domain.listing import Condition, Listing, Test
from desktop.ui.bridge.ports import Reads
from desktop.ui.today.plan import Day, has_time
from sync.contract.clock import instant_text, parse_instant


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """One week: ``won`` maps a currency to minor units, ``due`` counts the tasks that fell due until now."""

    visits: int
    calls: int
    won: Mapping[str, int | float]
    due: int
    on_time: int


@dataclass(frozen=True, slots=True)
class WeekView:
    """This week up to now, the whole week before, and the days it runs from and to."""

    first: date
    last: date
    this: WeekFigures
    before: WeekFigures


def read_week(reads: Reads, day: Day, now: datetime) -> WeekView:
    """Work out the figures of the day's week; runs on the read lane."""
    start = Day(day.user, day.week_start)
    last_week = start.shifted(-7)
    end = min(start.shifted(7).start, now)
    return WeekView(
        first=start.start.date(),
        last=start.shifted(4).start.date(),
        this=_figures(reads, start, end),
        before=_figures(reads, last_week, start.start),
    )


def _figures(reads: Reads, start: Day, end: datetime) -> WeekFigures:
    due, on_time = _follow_ups(reads, start, end)
    return WeekFigures(
        visits=_activities(reads, start, end, ("visit", "meeting")),
        calls=_activities(reads, start, end, ("call",)),
        won=_won(reads, start),
        due=due,
        on_time=on_time,
    )


def _activities(reads: Reads, start: Day, end: datetime, kinds: Sequence[str]) -> int:
    where = (*_within("at", start, end), Condition("kind", Test.IN, list(kinds)))
    return len(reads.ids(Listing("activity", where=where)))


def _won(reads: Reads, start: Day) -> Mapping[str, int | float]:
    where = (
        Condition("owner", Test.EQ, start.user),
        Condition("status", Test.EQ, "won"),
        Condition("closed_on", Test.GE, start.start.date().isoformat()),
        Condition("closed_on", Test.LT, start.shifted(7).start.date().isoformat()),
    )
    groups = reads.totals(Listing("opportunity", where=where), group_by="status", amount="amount")
    return groups[0].sums if groups else {}


def _follow_ups(reads: Reads, start: Day, end: datetime) -> tuple[int, int]:
    rows = reads.rows("task", reads.ids(Listing("task", where=_within("due_at", start, end))))
    fallen_due = [row for row in rows if row.get("done") or _deadline(row["due_at"], start) <= end]
    on_time = [
        row
        for row in fallen_due
        if row.get("done") and row.get("done_at") and parse_instant(row["done_at"]) <= _deadline(row["due_at"], start)
    ]
    return len(fallen_due), len(on_time)


def _deadline(instant: str, start: Day) -> datetime:
    """Give the moment after which a task is late: the end of its day when it has no time of its own."""
    due = parse_instant(instant).astimezone(start.start.tzinfo)
    if has_time(due):
        return due
    return Day(start.user, due.replace(hour=0, minute=0, second=0, microsecond=0)).end


def _within(field: str, start: Day, end: datetime) -> tuple[Condition, ...]:
    return (
        Condition("owner", Test.EQ, start.user),
        Condition(field, Test.GE, instant_text(start.start)),
        Condition(field, Test.LT, instant_text(end)),
    )
