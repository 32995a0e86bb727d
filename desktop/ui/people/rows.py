"""Saved views, columns and rows of the list of people."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from desktop.domain.listing import Condition, Listing, Sort, Test
from desktop.system.i18n import Translator
from desktop.ui.bridge.record_words import RecordWords
from desktop.ui.components.records import Cell, Column, RecordRow
from desktop.ui.design.kit import UiKit
from desktop.ui.records.account_words import AccountWords
from sync.contract.clock import instant_text

SORTABLE = ("name", "account", "job_title", "last_contacted_at", "owner", "updated_at")
"""Fields by which the list can be sorted, in the order of the menu."""

VIEWS = ("all", "main", "mine", "unheard")
"""The saved views in order."""

UNHEARD_DAYS = 60

SAID = {
    "all": "",
    "main": "is_primary = yes",
    "mine": "owner = me",
    "unheard": f"last_contacted_at not since {UNHEARD_DAYS} days ago",
}
"""What always holds on a view, in words."""

_NEEDS = {"email": 1040, "channel": 800, "job_title": 660, "mobile": 520}
_BOTH = 1120
"""So wide a table has room for whole addresses and for the channel that somebody prefers."""

_CUSTOMER = 168
_SCROLL_BAR = 12
_MOST = {"email": 250, "job_title": 176}
"""What fits nearly every value; these grow first, up to there, before the customer takes the rest."""

_CHANNEL_ICONS = {"phone": "phone", "message": "message-circle", "email": "mail", "visit": "map-pin"}


def people_listing(view: str, user: str, now: datetime) -> Listing:
    """Give the question of a saved view."""
    if view == "main":
        return Listing("contact", (Condition("is_primary", Test.EQ, value=True),), (Sort("name"),))
    if view == "mine":
        return Listing("contact", (Condition("owner", Test.EQ, user),), (Sort("name"),))
    if view == "unheard":
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        before = Condition("last_contacted_at", Test.NOT_SINCE, instant_text(midnight - timedelta(days=UNHEARD_DAYS)))
        return Listing("contact", (before,), (Sort("last_contacted_at"),))
    return Listing("contact", sort=(Sort("name"),))


def people_columns(kit: UiKit, words: RecordWords, width: int) -> list[Column]:
    """Give the columns that a table of this width has room for."""

    def label(name: str) -> str:
        return words.label("contact", name)

    columns = [
        Column("tick", "", 56, kind="tick"),
        Column("name", label("name"), 144, kind="name", sort=True, editable=True),
        Column("account", label("account"), 200, kind="secondary", sort=True, stretch=True),
        Column("job_title", label("job_title"), 136, kind="secondary", sort=True),
        Column("mobile", label("mobile"), 140, kind="secondary"),
        Column("channel", kit.t("people.column.channel"), 72, kind="secondary"),
        Column("email", label("email"), 214, kind="secondary"),
        Column("last_contacted_at", label("last_contacted_at"), 104, kind="secondary", sort=True),
    ]
    shown = [each for each in columns if width >= _NEEDS.get(each.key, 0)]
    if _NEEDS["email"] <= width < _BOTH:
        shown = [each for each in shown if each.key != "channel"]
    return _widened(shown, width)


def _widened(columns: Sequence[Column], width: int) -> list[Column]:
    """Share what a table of this width has to spare."""
    spare = width - _SCROLL_BAR - sum(_CUSTOMER if each.stretch else each.width for each in columns)
    grown: dict[str, int] = {}
    for each in sorted((each for each in columns if each.key in _MOST), key=lambda each: list(_MOST).index(each.key)):
        more = min(max(spare, 0), _MOST[each.key] - each.width)
        grown[each.key], spare = each.width + more, spare - more
    return [replace(each, width=grown.get(each.key, each.width)) for each in columns]


class PeopleRows:
    """Turns what the store answers into rows of the list."""

    def __init__(self, texts: Translator, words: RecordWords, account: AccountWords) -> None:
        self._texts = texts
        self._words = words
        self._account = account

    def row(self, record: Mapping[str, Any]) -> RecordRow:
        """Prepare one person."""
        account = record["titles"].get("account", "")
        preferred = record.get("preferred_channel")
        channel = self._words.choice("contact", "preferred_channel", preferred)
        last = record.get("last_contacted_at")
        heard = self._account.since(str(last)) if last else self._texts.t("customers.never")
        return RecordRow(
            str(record["id"]),
            {
                "name": str(record.get("name") or ""),
                "account": account,
                "job_title": str(record.get("job_title") or ""),
                "mobile": str(record.get("mobile") or record.get("phone") or ""),
                "channel": Cell(channel, icon=_CHANNEL_ICONS.get(str(preferred), "")),
                "email": str(record.get("email") or ""),
                "last_contacted_at": Cell(heard, tone="secondary" if last else "muted"),
            },
            unsent=bool(record["pending"]),
            needs_choice=bool(record["choice"]),
            spoken=", ".join(
                part for part in (str(record.get("name")), str(record.get("job_title") or ""), account) if part
            ),
        )
