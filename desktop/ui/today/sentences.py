"""How the stops, tasks and figures of a day are written; knows no widgets."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from desktop.system.i18n import Translator
from desktop.ui.bridge.record_words import UNKNOWN, RecordWords, sentence_case
from desktop.ui.components.list_rows import ListRow
from desktop.ui.design.badge import BadgeSpec
from desktop.ui.design.route_line import DONE, HERE, Stop
from desktop.ui.today.day_route import RouteStop
from desktop.ui.today.plan import STOP_KINDS, DayPlan, DayStop, DueTask, RecentCustomer
from desktop.ui.today.stop_card import StopWords
from desktop.ui.today.week import WeekView

KIND_ICONS = {
    "visit": "map-pin",
    "meeting": "users",
    "call": "phone",
    "message": "message-circle",
    "note": "pencil",
    "task": "list-checks",
}


class DaySentences:
    """Writes a day for the screen, in the user's language and zone."""

    def __init__(self, texts: Translator, words: RecordWords) -> None:
        self._texts = texts
        self._words = words

    def title(self, plan: DayPlan) -> str:
        """Write the day itself: Friday 20 November."""
        return self._texts.long_date(plan.day.start.date())

    def summary(self, plan: DayPlan) -> str:
        """Count the day's stops by kind: "5 visits, 1 call"."""
        counts = Counter(stop.kind for stop in plan.stops)
        kinds = [kind for kind in (*STOP_KINDS, "task") if counts[kind]]
        parts = [self._texts.t(f"today.count.{kind}", count=counts[kind]) for kind in kinds]
        return self._texts.t("today.count.join").join(parts) or self._texts.t("today.count.none")

    def stops(self, plan: DayPlan, now: datetime) -> list[RouteStop]:
        """Prepare the stops; visits and meetings are numbered, other kinds show their icon."""
        prepared = []
        number = 0
        for stop in plan.stops:
            numbered = stop.kind in {"visit", "meeting"}
            number += numbered
            state = stop.state(now)
            node = Stop(state, str(number)) if numbered else Stop(state, icon=KIND_ICONS[stop.kind])
            prepared.append(RouteStop(stop.id, stop.at, node, self._stop(stop, state, now), stop.unsent))
        return prepared

    def tasks(self, plan: DayPlan, now: datetime) -> list[ListRow]:
        """Prepare the tasks; overdue ones say since when, in red."""
        return [self._task(task, now) for task in plan.tasks]

    def recent(self, customers: Sequence[RecentCustomer]) -> list[ListRow]:
        """Prepare the customers one saw last."""
        rows = []
        for each in customers:
            at = self._words.local(each.at)
            is_today = at.date() == self._words.now().date()
            when = _clock(at) if is_today else self._words.relative_alone(each.at)
            kind = self._words.choice("activity", "kind", each.kind)
            rows.append(
                ListRow(
                    each.id,
                    each.name,
                    second=each.what or kind,
                    right=when,
                    tone="muted",
                    mark=KIND_ICONS.get(each.kind, "pencil"),
                    spoken=f"{each.name}, {kind}, {each.what}, {when}",
                )
            )
        return rows

    def week_days(self, week: WeekView) -> str:
        """Write the working days of the week: Mon 16 – Fri 20."""
        first, last = (
            self._texts.t(
                "today.week.day",
                weekday=self._texts.t(f"when.weekday_short.d{day.isoweekday()}"),
                day=day.day,
            )
            for day in (week.first, week.last)
        )
        return self._texts.t("today.week.range", first=first, last=last)

    def when(self, instant: str) -> str:
        """Write a moment: today only the time."""
        local = self._words.local(instant)
        return _clock(local) if local.date() == self._words.now().date() else self._words.moment(instant)

    def money(self, sums: dict[str, int]) -> str:
        """Write sums of several currencies, the largest first; nothing won is an en dash."""
        parts = sorted(sums.items(), key=lambda each: -each[1])
        return " + ".join(self._texts.money(minor, currency) for currency, minor in parts if minor) or UNKNOWN

    def _stop(self, stop: DayStop, state: str, now: datetime) -> StopWords:
        kind = self._texts.t("today.kind.task") if stop.kind == "task" else self._kind(stop.kind)
        side, badge = "", None
        if state == DONE:
            badge = BadgeSpec(self._texts.t("today.state.done"), "success", "check")
        elif stop.type == "task" and stop.at < now:
            badge = BadgeSpec(self._texts.t("today.state.due_since", time=_clock(stop.at)), "warning", "clock")
        elif state == HERE:
            side = self._texts.t("today.state.here_since", time=_clock(stop.at))
        else:
            side = f"{_clock(stop.at)}  {kind}"
        said = badge.text if badge else side
        lines = tuple(line for line in (stop.note, stop.detail) if line)
        spoken = ", ".join(part for part in (_clock(stop.at), kind, stop.title, stop.person, *lines, said) if part)
        return StopWords(stop.title or kind, stop.person, lines, side, badge, spoken)

    def _task(self, task: DueTask, now: datetime) -> ListRow:
        due, tone = self._due(task, now)
        state = self._texts.t("today.state.done") if task.done else ""
        urgent = self._texts.t("today.task.urgent") if task.urgent and not task.done else ""
        return ListRow(
            task.id,
            task.title,
            second=" · ".join(part for part in (urgent, task.about) if part),
            right=due,
            tone=tone,
            is_done=task.done,
            is_checkable=True,
            unsent=task.unsent,
            spoken=", ".join(part for part in (task.title, urgent, task.about, due, state) if part),
        )

    def _due(self, task: DueTask, now: datetime) -> tuple[str, str]:
        if task.done:
            at = _clock(task.done_at) if task.done_at else ""
            return self._texts.t("today.task.done_at", time=at), "muted"
        if task.due is None:
            return "", "muted"
        if task.due.date() != now.date():
            return sentence_case(self._texts.relative(task.due, now)), "danger" if task.due < now else ""
        if not task.timed:
            return self._texts.t("today.task.today"), ""
        return _clock(task.due), "danger" if task.due < now else ""

    def _kind(self, kind: str) -> str:
        return self._words.choice("activity", "kind", kind)


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"
