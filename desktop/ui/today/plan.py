"""What a day holds, asked on the read lane: visits, meetings and calls in order, tasks due, the last customers.

Pure apart from the reads it is handed; knows no widgets.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.domain.listing import Condition, Listing, Sort, Test
from desktop.ui.bridge.ports import Reads, Row
from desktop.ui.design.route_line import DONE, HERE, NEXT
from sync.contract.clock import instant_text, parse_instant

STOP_KINDS = ("visit", "meeting", "call", "message")
"""Kinds of activity that are stops of a day; a note is written somewhere else."""

TYPES = frozenset({"activity", "task", "account", "contact", "opportunity"})
"""Record types on which the page depends."""

_TASKS_SHOWN = 200
_RECENT_LOOKED_AT = 80
_RECENT_SHOWN = 7
_USUAL_MINUTES = 30


@dataclass(frozen=True, slots=True)
class Day:
    """One calendar day of one user; ``start`` is local midnight."""

    user: str
    start: datetime

    @property
    def end(self) -> datetime:
        """Midnight after it, by the calendar: days of 23 and 25 hours exist."""
        return _midnight(self.start, 1)

    @property
    def week_start(self) -> datetime:
        """Midnight of the Monday of its week."""
        return _midnight(self.start, -self.start.weekday())

    def shifted(self, days: int) -> "Day":
        """Give a day before or after it."""
        return Day(self.user, _midnight(self.start, days))


def day_of(user: str, moment: datetime) -> Day:
    """Give the calendar day of an aware local moment."""
    return Day(user, moment.replace(hour=0, minute=0, second=0, microsecond=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class DayStop:
    """One stop: an activity, or a task with a time of day.

    ``minutes`` is how long it takes, 0 for a task. ``done`` is said by the record itself; an activity of the past is
    done by its time.
    """

    id: str
    type: str
    kind: str
    at: datetime
    minutes: int
    account: str
    title: str
    person: str
    note: str
    detail: str
    done: bool
    unsent: bool

    def state(self, now: datetime) -> str:
        """Tell how the stop is drawn at a moment: done, here or next."""
        if self.type == "task":
            return DONE if self.done else NEXT
        if self.at > now:
            return NEXT
        return HERE if now < self.at + timedelta(minutes=self.minutes or _USUAL_MINUTES) else DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTask:
    """A task that is due on the day or before it, or was done on it. ``timed`` tells whether ``due`` has a time."""

    id: str
    title: str
    about: str
    account: str
    due: datetime | None
    timed: bool
    done: bool
    done_at: datetime | None
    urgent: bool
    unsent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentCustomer:
    """A customer with the last thing that happened there."""

    id: str
    name: str
    kind: str
    what: str
    at: str


@dataclass(frozen=True, slots=True)
class DayPlan:
    """Everything the page shows of one day, in the order in which it is shown."""

    day: Day
    stops: tuple[DayStop, ...]
    tasks: tuple[DueTask, ...]
    recent: tuple[RecentCustomer, ...]


def read_day(reads: Reads, day: Day, now: datetime) -> DayPlan:
    """Ask for everything of a day; runs on the read lane. ``now`` bounds what counts as recent."""
    return DayPlan(day, _stops(reads, day), _tasks(reads, day), _recent(reads, day.user, now))


def has_time(local: datetime) -> bool:
    """Tell whether a due instant means a time of day: midnight and the last minute of a day mean the day."""
    return (local.hour, local.minute) not in {(0, 0), (23, 59)}


def _stops(reads: Reads, day: Day) -> tuple[DayStop, ...]:
    within = (Condition("at", Test.GE, instant_text(day.start)), Condition("at", Test.LT, instant_text(day.end)))
    kinds = Condition("kind", Test.IN, list(STOP_KINDS))
    listing = Listing("activity", where=(_mine(day.user), *within, kinds), sort=(Sort("at"),))
    activities = [_activity_stop(row, day) for row in _rows(reads, listing)]
    timed = (_task_stop(row, day) for row in _rows(reads, _tasks_of(day)))
    return tuple(sorted((*activities, *(each for each in timed if each)), key=lambda stop: (stop.at, stop.id)))


def _tasks_of(day: Day) -> Listing:
    within = (
        Condition("due_at", Test.GE, instant_text(day.start)),
        Condition("due_at", Test.LT, instant_text(day.end)),
    )
    return Listing("task", where=(_mine(day.user), *within), sort=(Sort("due_at"),), limit=_TASKS_SHOWN)


def _activity_stop(row: Row, day: Day) -> DayStop:
    titles = row["titles"]
    subject = str(row.get("subject") or "")
    return DayStop(
        id=str(row["id"]),
        type="activity",
        kind=str(row["kind"]),
        at=_local(row["at"], day),
        minutes=int(row.get("duration_minutes") or 0),
        account=str(row.get("account") or ""),
        title=titles.get("account") or subject,
        person=titles.get("contact") or "",
        note=subject if titles.get("account") else "",
        detail=str(row.get("outcome") or titles.get("opportunity") or ""),
        done=False,
        unsent=bool(row.get("pending")),
    )


def _task_stop(row: Row, day: Day) -> DayStop | None:
    at = _local(row["due_at"], day)
    if not has_time(at):
        return None
    titles = row["titles"]
    account = titles.get("account") or ""
    title = str(row.get("title") or "")
    return DayStop(
        id=str(row["id"]),
        type="task",
        kind="task",
        at=at,
        minutes=0,
        account=str(row.get("account") or ""),
        title=account or title,
        person=titles.get("contact") or "",
        note=title if account else "",
        detail="",
        done=bool(row.get("done")),
        unsent=bool(row.get("pending")),
    )


def _tasks(reads: Reads, day: Day) -> tuple[DueTask, ...]:
    open_ones = Listing(
        "task",
        where=(_mine(day.user), Condition("done", Test.NE, True), Condition("due_at", Test.LT, instant_text(day.end))),
        sort=(Sort("due_at"),),
        limit=_TASKS_SHOWN,
    )
    done_ones = Listing(
        "task",
        where=(
            _mine(day.user),
            Condition("done", Test.EQ, True),
            Condition("done_at", Test.GE, instant_text(day.start)),
            Condition("done_at", Test.LT, instant_text(day.end)),
        ),
        sort=(Sort("done_at"),),
        limit=_TASKS_SHOWN,
    )
    return tuple(_due_task(row, day) for listing in (open_ones, done_ones) for row in _rows(reads, listing))


def _due_task(row: Row, day: Day) -> DueTask:
    titles = row["titles"]
    due = _local(row["due_at"], day) if row.get("due_at") else None
    about = [titles.get("account") or titles.get("opportunity") or "", titles.get("contact") or ""]
    return DueTask(
        id=str(row["id"]),
        title=str(row.get("title") or ""),
        about=" · ".join(part for part in about if part),
        account=str(row.get("account") or ""),
        due=due,
        timed=due is not None and has_time(due),
        done=bool(row.get("done")),
        done_at=_local(row["done_at"], day) if row.get("done_at") else None,
        urgent=row.get("priority") == "high",
        unsent=bool(row.get("pending")),
    )


def _recent(reads: Reads, user: str, now: datetime) -> tuple[RecentCustomer, ...]:
    listing = Listing(
        "activity",
        where=(_mine(user), Condition("at", Test.LE, instant_text(now)), Condition("account", Test.FILLED)),
        sort=(Sort("at", descending=True),),
        limit=_RECENT_LOOKED_AT,
    )
    found: dict[str, RecentCustomer] = {}
    for row in _rows(reads, listing):
        account = str(row["account"])
        name = row["titles"].get("account")
        if name and account not in found:
            what = str(row.get("subject") or "")
            found[account] = RecentCustomer(id=account, name=name, kind=str(row["kind"]), what=what, at=str(row["at"]))
    return tuple(found.values())[:_RECENT_SHOWN]


def _rows(reads: Reads, listing: Listing) -> Sequence[Row]:
    return reads.rows(listing.type, reads.ids(listing))


def _mine(user: str) -> Condition:
    return Condition("owner", Test.EQ, user)


def _local(instant: object, day: Day) -> datetime:
    return parse_instant(str(instant)).astimezone(day.start.tzinfo)


def _midnight(start: datetime, days: int) -> datetime:
    # Noon is moved and cut back, so that a change of the clock in between does not move the date.
    noon = start.replace(hour=12) + timedelta(days=days)
    return noon.replace(hour=0, minute=0, second=0, microsecond=0)
