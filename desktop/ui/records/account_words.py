"""An account in words: what stands under its name, why it needs somebody, its people, deals, tasks and days."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from desktop.system.i18n import Translator
from desktop.ui.bridge.ports import Row
from desktop.ui.bridge.record_words import UNKNOWN, RecordWords
from desktop.ui.components.entries import Entry
from desktop.ui.records.brief_lines import Brief, Channel

KIND_ICONS = {
    "visit": "map-pin",
    "call": "phone",
    "meeting": "users",
    "message": "message-circle",
    "note": "pencil",
}
_TASK = "task"
"""Icons of the kinds of activity."""

_WEEK = 7
_DENSE = 3  # entries a month from which each month gets a heading


class AccountWords:
    """Turns what was read about an account into lines; safe on every thread."""

    def __init__(self, texts: Translator, words: RecordWords, user: str) -> None:
        self._texts = texts
        self._words = words
        self._user = user

    def since(self, instant: str) -> str:
        """Say how long ago something was in whole days: "Today", "74 days"; beyond a year the day itself."""
        days = self.days_since(instant)
        if days <= 0:
            return self._texts.t("account.today")
        return self._words.day(instant) if days > 365 else self._texts.t("account.days", count=days)  # noqa: PLR2004

    def days_since(self, instant: str) -> int:
        """Count the calendar days since an instant, in the user's zone."""
        return (self._words.now().date() - self._words.local(instant).date()).days

    def is_overdue(self, values: Mapping[str, Any]) -> bool:
        """Tell whether the last visit lies further back than the customer's rhythm."""
        rhythm, last = values.get("visit_rhythm_days"), values.get("last_visit_at")
        return bool(rhythm and last) and self.days_since(str(last)) > int(rhythm or 0)

    def money_sum(self, sums: Mapping[str, int | float], *, compact: bool = False) -> str:
        """Write sums of several currencies side by side, the largest first; nothing where there are none."""
        parts = sorted(sums.items(), key=lambda each: -each[1])
        shown = [self._texts.money(int(minor), currency, compact=compact) for currency, minor in parts if minor]
        return " + ".join(shown)

    def open_sum(self, deals: Sequence[Row]) -> str:
        """Write what open opportunities amount to together; nothing where none has an amount."""
        sums: dict[str, int] = {}
        for deal in deals:
            if deal.get("amount"):
                minor, currency = deal["amount"]
                sums[currency] = sums.get(currency, 0) + minor
        return self.money_sum(sums)

    def subtitle(self, values: Mapping[str, Any]) -> str:
        """Say what and where the customer is, on one line."""
        place = ", ".join(str(values[name]) for name in ("district", "city") if values.get(name))
        since = values.get("customer_since")
        known = self._texts.t("account.since", year=str(since)[:4]) if since else ""
        return " · ".join(part for part in (str(values.get("segment") or ""), place, known) if part)

    def reasons(self, values: Mapping[str, Any], tasks: Sequence[Row]) -> Sequence[Brief]:
        """Say why somebody should go there: the visit that is due, the tasks that are late."""
        found: list[Brief] = []
        if self.is_overdue(values):
            last, rhythm = str(values["last_visit_at"]), int(values["visit_rhythm_days"])
            said = self._texts.t("account.overdue", when=_unbroken(self._words.day(last)), count=rhythm)
            found.append(Brief("", said, mark="clock", is_plain=True))
        elif not values.get("last_visit_at") and values.get("status") in {"active", "prospect"}:
            found.append(Brief("", self._texts.t("account.never_visited"), mark="clock", is_plain=True))
        for task in [each for each in tasks if self._is_late(each)][:2]:
            said = self._texts.t(
                "account.task_late", title=task["title"], when=_unbroken(self._words.day(str(task["due_at"])))
            )
            found.append(Brief("", said, mark="list-checks", is_plain=True))
        return found

    def people(self, people: Sequence[Row]) -> Sequence[Brief]:
        """Name the people with their channels."""
        return [self._person(each) for each in people]

    def deals(self, deals: Sequence[Row], stages: Sequence[Row]) -> Sequence[Brief]:
        """Name opportunities with amount, stage and the time in it."""
        by_key = {str(each["key"]): each for each in stages}
        return [self._deal(each, by_key) for each in deals]

    def tasks(self, tasks: Sequence[Row]) -> Sequence[Brief]:
        """Name open tasks with their days; late ones in red."""
        return [
            Brief(
                str(task["id"]),
                str(task["title"]),
                right=self.due(task),
                tone="danger" if self._is_late(task) else "secondary",
                second=str(task["titles"].get("contact") or task["titles"].get("opportunity") or ""),
                unsent=bool(task["pending"]),
            )
            for task in tasks
        ]

    def due(self, task: Mapping[str, Any]) -> str:
        """Say when a task is due: a time today, else the day."""
        due = task.get("due_at")
        if not due:
            return UNKNOWN
        local = self._words.local(str(due))
        return f"{local:%H:%M}" if local.date() == self._words.now().date() else self._words.relative_alone(str(due))

    def entries(self, timeline: Sequence[Row], *, headings: bool = True) -> Sequence[Entry]:
        """Write what happened as entries of a timeline, parted by when it was."""
        found: list[Entry] = []
        group = ""
        days = [self._words.local(str(each.get("at") or each.get("created_at"))) for each in timeline]
        is_dense = len(days) >= _DENSE * len({(day.year, day.month) for day in days})
        for each, at in zip(timeline, days, strict=True):
            name = self._group(at, by_month=is_dense)
            if headings and name != group:
                group = name
                found.append(Entry(f"group {name}", title=name, is_heading=True))
            found.append(self._entry(each))
        return found

    def latest(self, timeline: Sequence[Row]) -> Sequence[Brief]:
        """Write what happened last in two short lines each."""
        return [self._short(each) for each in timeline]

    def _short(self, each: Row) -> Brief:
        kind = str(each.get("kind") or "")
        kind_name, who = self._kind_name(kind), self._by(each)
        title = self._texts.t("account.kind_by", kind=kind_name, who=who) if who else kind_name
        said = " · ".join(str(each[name]) for name in ("subject", "title", "body") if each.get(name))
        return Brief(
            str(each["id"]),
            title,
            second=said,
            right=self.on_day(str(each.get("at") or each.get("created_at"))),
            tone="secondary",
            second_tone="secondary",
            mark=KIND_ICONS.get(kind, "list-checks"),
            unsent=bool(each.get("pending")),
        )

    def on_day(self, instant: str) -> str:
        """Write a time today, else the day."""
        at, now = self._words.local(instant), self._words.now()
        return f"{at:%H:%M}" if at.date() == now.date() else self._texts.date(at.date(), today=now.date())

    def _person(self, person: Row) -> Brief:
        preferred = person.get("preferred_channel")
        reach = (
            ("phone", "phone", person.get("phone") or person.get("mobile")),
            ("message", "message-circle", person.get("wechat") or person.get("mobile")),
            ("email", "mail", person.get("email")),
        )
        states = {True: "preferred", False: "open"}
        return Brief(
            str(person["id"]),
            str(person["name"]),
            beside=str(person.get("job_title") or ""),
            second=self._reached_by(person),
            mark="person",
            channels=tuple(
                Channel(icon, states[preferred == channel] if number else "missing") for channel, icon, number in reach
            ),
            unsent=bool(person["pending"]),
        )

    def _reached_by(self, person: Row) -> str:
        preferred = person.get("preferred_channel")
        if preferred:
            return self._texts.t(f"account.prefers.{preferred}")
        return str(person.get("mobile") or person.get("phone") or person.get("email") or "")

    def _deal(self, deal: Row, stages: Mapping[str, Row]) -> Brief:
        stage = stages.get(str(deal.get("stage")), {})
        name = self.stage_name(stage) or str(deal.get("stage") or "")
        amount = deal.get("amount")
        days, standard = self.stage_days(deal), stage.get("standard_days")
        second, share = name, None
        if deal.get("status") != "open":
            closed = deal.get("closed_on")
            second = f"{name}, {self._words.day(str(closed))}" if closed else name
        elif days is not None and standard:
            second = self._texts.t("account.stage_day", stage=name, day=days, of=standard)
            share = min(1.0, days / int(standard))
        return Brief(
            str(deal["id"]),
            str(deal["name"]),
            second=second,
            right=self._texts.money(amount[0], amount[1]) if amount else UNKNOWN,
            share=share,
            share_tone="warning" if days is not None and standard and days > int(standard) else "accent",
            unsent=bool(deal["pending"]),
        )

    def stage_name(self, stage: Mapping[str, Any]) -> str:
        """Name a stage in the user's language, as far as there is a name in it."""
        return self._words.stage(stage)

    def stage_days(self, deal: Mapping[str, Any]) -> int | None:
        """Count the days that an opportunity has been in its stage, the first one as 1."""
        since = deal.get("stage_since")
        return None if not since else max(1, self.days_since(str(since)) + 1)

    def _entry(self, each: Row) -> Entry:
        kind = str(each.get("kind") or "")
        minutes = each.get("duration_minutes")
        kind_name = self._kind_name(kind)
        subject = str(each.get("subject") or each.get("title") or "")
        length = self._texts.t("account.minutes", count=int(minutes)) if minutes else ""
        title = " · ".join(part for part in (kind_name, subject, length) if part)
        unsent = bool(each.get("pending"))
        return Entry(
            str(each["id"]),
            when=self.on_day(str(each.get("at") or each.get("created_at"))),
            icon=KIND_ICONS.get(kind, "list-checks"),
            title=title,
            by=self._by(each),
            text=str(each.get("body") or ""),
            badge=self._texts.t("lists.unsent") if unsent else str(each.get("outcome") or ""),
            badge_tone="neutral" if unsent else "outline",
            badge_icon="cloud-upload" if unsent else "",
        )

    def _kind_name(self, kind: str) -> str:
        return self._texts.t("account.task_done") if kind == _TASK else self._words.choice("activity", "kind", kind)

    def _by(self, each: Row) -> str:
        mine = each.get("by") == self._user or (not each.get("by") and each.get("owner") == self._user)
        author = self._texts.t("account.you") if mine else str(each.get("by_name") or "")
        person = str(each["titles"].get("contact") or "")
        if author and person:
            return self._texts.t("account.two", one=author, other=person)
        return author or person

    def _group(self, at: datetime, *, by_month: bool) -> str:
        now = self._words.now()
        days = (now.date() - at.date()).days
        if days == 0:
            return self._texts.t("account.today")
        if 0 < days < _WEEK:
            return self._texts.t("account.this_week")
        if (at.year, at.month) == (now.year, now.month):
            return self._texts.t("account.this_month")
        if not by_month:
            return self._texts.t("account.this_year") if at.year == now.year else str(at.year)
        month = self._texts.t(f"when.month.m{at.month}")
        return month if at.year == now.year else self._texts.t("account.month_year", month=month, year=str(at.year))

    def _is_late(self, task: Mapping[str, Any]) -> bool:
        due = task.get("due_at")
        return bool(due) and self._words.local(str(due)) < self._words.now()


def _unbroken(words: str) -> str:
    """Keep a day on one line, where the sentence around it breaks."""
    return words.replace(" ", "\u00a0")
