"""Columns and rows of the list of customers; rows are prepared on the read lane."""

from collections.abc import Mapping
from typing import Any

from desktop.domain.overviews import NOTHING_OPEN, AccountOverview
from desktop.system.i18n import Translator
from desktop.ui.bridge.record_words import UNKNOWN, RecordWords
from desktop.ui.components.records import Cell, Column, RecordRow
from desktop.ui.design.kit import UiKit
from desktop.ui.records.account_words import AccountWords

SORTABLE = ("name", "segment", "city", "tier", "status", "last_visit_at", "owner", "updated_at")
"""Fields by which the list can be sorted, in the order of the menu."""


_NEEDS = {"status": 820, "tier": 740, "segment": 640, "city": 560}
"""Width of the table from which a column has room."""


def customer_columns(kit: UiKit, words: RecordWords, width: int) -> list[Column]:
    """Give the columns that a table of this width has room for."""

    def label(name: str) -> str:
        return words.label("account", name)

    columns = [
        Column("tick", "", 56, kind="tick"),
        Column("name", label("name"), 200, kind="name", sort=True, editable=True),
        Column("segment", label("segment"), 96, kind="secondary", sort=True),
        Column("city", label("city"), 60, kind="secondary", sort=True),
        Column("tier", label("tier"), 44, kind="secondary", sort=True),
        Column("status", label("status"), 76, kind="secondary", sort=True),
        Column("last_visit_at", label("last_visit_at"), 84, kind="secondary", sort=True),
        Column("next", kit.t("customers.column.next"), 152, stretch=True),
        Column("open", kit.t("customers.column.open"), 104, kind="money"),
    ]
    return [each for each in columns if width >= _NEEDS.get(each.key, 0)]


class CustomerRows:
    """Turns what the store answers into rows of the list."""

    def __init__(self, texts: Translator, words: RecordWords, account: AccountWords) -> None:
        self._texts = texts
        self._words = words
        self._account = account

    def row(self, record: Mapping[str, Any], overview: AccountOverview = NOTHING_OPEN) -> RecordRow:
        """Prepare one customer."""
        visit = self._last_visit(record)
        value = self._account.money_sum(overview.open_value)
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
                "status": self._words.choice("account", "status", record.get("status")),
                "last_visit_at": visit,
                "next": next_step,
                "open": value or Cell(UNKNOWN, tone="muted"),
            },
            unsent=bool(record.get("pending")),
            needs_choice=bool(record.get("choice")),
            spoken=self._spoken(record, visit.text, overview),
        )

    def _last_visit(self, record: Mapping[str, Any]) -> Cell:
        last = record.get("last_visit_at")
        if not last:
            return Cell(self._texts.t("customers.never"), tone="muted")
        return Cell(self._account.since(str(last)), tone="danger" if self._account.is_overdue(record) else "secondary")

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
