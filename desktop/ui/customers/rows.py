"""Columns and rows of the list of customers; rows are prepared on the read lane."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from desktop.domain.overviews import NOTHING_OPEN, AccountOverview
from desktop.system.i18n import Translator
from desktop.ui.bridge.record_words import UNKNOWN, RecordWords
from desktop.ui.components.records import Cell, Column, RecordRow
from desktop.ui.design.kit import UiKit
from sync.contract.clock import parse_instant

_DAYS_IN_WORDS = 365

SORTABLE = ("name", "segment", "city", "tier", "status", "last_visit_at", "owner", "updated_at")
"""Fields by which the list can be sorted, in the order of the menu."""


def customer_columns(kit: UiKit, words: RecordWords) -> list[Column]:
    """Give the columns that are shown until the user chooses others."""

    def label(name: str) -> str:
        return words.label("account", name)

    return [
        Column("name", label("name"), 220, kind="name", sort=True, stretch=True),
        Column("segment", label("segment"), 96, kind="secondary", sort=True),
        Column("city", label("city"), 72, kind="secondary", sort=True),
        Column("tier", label("tier"), 48, kind="secondary", sort=True),
        Column("status", label("status"), 96, kind="badge", sort=True),
        Column("last_visit_at", label("last_visit_at"), 96, kind="date", sort=True),
        Column("next", kit.t("customers.column.next"), 180, stretch=True),
        Column("open", kit.t("customers.column.open"), 104, kind="money"),
    ]


class CustomerRows:
    """Turns what the store answers into rows of the list."""

    def __init__(self, texts: Translator, words: RecordWords) -> None:
        self._texts = texts
        self._words = words

    def row(self, record: Mapping[str, Any], overview: AccountOverview = NOTHING_OPEN) -> RecordRow:
        """Prepare one customer."""
        visit = self._last_visit(record)
        value = self.money_sum(overview.open_value)
        next_step = (
            Cell(overview.next_task) if overview.next_task else Cell(self._texts.t("customers.no_next"), tone="muted")
        )
        return RecordRow(
            str(record["id"]),
            {
                "name": str(record.get("name") or ""),
                "segment": str(record.get("segment") or ""),
                "city": str(record.get("city") or ""),
                "tier": self._words.choice("account", "tier", record.get("tier")),
                "status": self._status(record),
                "last_visit_at": visit,
                "next": next_step,
                "open": value or Cell(UNKNOWN, tone="muted"),
            },
            unsent=bool(record.get("pending")),
            needs_choice=bool(record.get("choice")),
            spoken=self._spoken(record, visit.text, overview),
        )

    def since(self, instant: str) -> str:
        """Say how long ago something was in whole days: "Today", "74 days"; beyond a year the day itself."""
        days = self._days(instant, self._words.now())
        if days <= 0:
            return self._texts.t("customers.today")
        if days > _DAYS_IN_WORDS:
            return self._words.day(instant)
        return self._texts.t("customers.days", count=days)

    def is_overdue(self, record: Mapping[str, Any]) -> bool:
        """Tell whether the last visit lies further back than the customer's rhythm."""
        rhythm, last = record.get("visit_rhythm_days"), record.get("last_visit_at")
        return bool(rhythm and last) and self._days(str(last), self._words.now()) > int(rhythm or 0)

    def money_sum(self, sums: Mapping[str, int | float]) -> str:
        """Write sums of several currencies side by side, the largest first; nothing where there are none."""
        parts = sorted(sums.items(), key=lambda each: -each[1])
        return " + ".join(self._texts.money(int(minor), currency) for currency, minor in parts if minor)

    def _last_visit(self, record: Mapping[str, Any]) -> Cell:
        last = record.get("last_visit_at")
        if not last:
            return Cell(self._texts.t("customers.never"), tone="muted")
        return Cell(self.since(str(last)), tone="danger" if self.is_overdue(record) else "text_secondary")

    def _status(self, record: Mapping[str, Any]) -> Cell:
        status = record.get("status")
        if not status:
            return Cell("")
        tones = {"active": "success", "prospect": "info", "lost": "danger"}
        return Cell(self._words.choice("account", "status", status), tone=tones.get(str(status), "neutral"))

    def _spoken(self, record: Mapping[str, Any], visit: str, overview: AccountOverview) -> str:
        parts = [
            str(record.get("name") or ""),
            str(record.get("city") or ""),
            self._words.choice("account", "status", record.get("status")),
            self._texts.t("customers.spoken_visit", when=visit),
            overview.next_task,
            self._texts.t("lists.unsent") if record.get("pending") else "",
            self._texts.t("lists.needs_choice") if record.get("choice") else "",
        ]
        return ", ".join(part for part in parts if part)

    @staticmethod
    def _days(instant: str, now: datetime) -> int:
        return (now.date() - parse_instant(instant).astimezone(now.tzinfo).date()).days
