"""The sample's opportunities, open ones by hand and closed ones by dice, and its tasks."""

import random
from collections.abc import Iterator

from sync.contract.fields import Value
from sync.server.seeds.demo_book import HISTORY_DAYS, Book, money
from sync.server.seeds.drafts import Draft
from sync.server.seeds.sample_tables import SampleRow

_CLOSED_PER_TIER = {"a": (3, 5), "b": (1, 3), "c": (0, 1)}
_WON_SHARE = 0.62


class Deals:
    """Opportunities and tasks of the sample."""

    def __init__(self, book: Book) -> None:
        """Take the tables of the book."""
        self._book = book
        self._prices = {row["key"]: int(row["price"]) for row in book.tables["products"]}
        self._first_contact: dict[str, str] = {}
        for row in book.tables["contacts"]:
            self._first_contact.setdefault(row["account"], row["latin"])

    def open_opportunities(self) -> Iterator[Draft]:
        """Give the deals of the board; each stands in its stage since a few days."""
        calendar = self._book.calendar
        for row in self._book.tables["deals_open"]:
            values: dict[str, Value] = {
                "name": row["name"],
                "account": self._book.id("account", row["account"]),
                "contact": self._contact(row["account"], row["contact"]),
                "product": self._book.id("product", row["product"]),
                "stage": row["stage"],
                "status": "open",
                "stage_since": calendar.instant(-int(row["days_in_stage"]), "10:30"),
                "amount": money(row["amount"]),
                "engaged_on": calendar.day(-int(row["engaged_ago"])),
                "expected_on": calendar.day(int(row["expected_in"])),
                "next_step": row["next_step"],
                "description": row["description"],
                "owner": self._book.user(row["owner"]),
                "x_competitor": row["competitor"],
            }
            at = calendar.instant(-int(row["engaged_ago"]), "10:15")
            yield self._book.draft("opportunity", f"{row['account']}/{row['name']}", values, at=at, by=row["owner"])

    def closed_opportunities(self) -> Iterator[Draft]:
        """Give the won and lost deals of the past months."""
        for account in self._book.tables["accounts"]:
            if not account["since"]:
                continue
            dice = self._book.dice("deals", account["key"])
            kinds = [row for row in self._book.tables["deals_closed"] if row["lang"] == account["lang"]]
            many = dice.randint(*_CLOSED_PER_TIER[account["tier"]])
            for kind in dice.sample(kinds, many):
                yield self._closed(account, kind, dice)

    def recent_opportunities(self) -> Iterator[Draft]:
        """Give the deals that were decided in the past weeks, told by hand."""
        calendar = self._book.calendar
        for row in self._book.tables["deals_recent"]:
            closed, engaged = (calendar.workday(-int(row[name])) for name in ("closed_ago", "engaged_ago"))
            values: dict[str, Value] = {
                "name": row["name"],
                "account": self._book.id("account", row["account"]),
                "contact": self._contact(row["account"], self._first_contact[row["account"]]),
                "product": self._book.id("product", row["product"]),
                "stage": row["status"],
                "status": row["status"],
                "closed_on": calendar.day(closed),
                "stage_since": calendar.instant(closed, "09:30"),
                "amount": money(row["amount"]),
                "engaged_on": calendar.day(engaged),
                "lost_reason": row["lost_reason"],
                "owner": self._book.user(row["owner"]),
            }
            at = calendar.instant(engaged, "11:00")
            yield self._book.draft("opportunity", f"{row['account']}/{row['name']}", values, at=at, by=row["owner"])

    def _closed(self, account: SampleRow, kind: SampleRow, dice: random.Random) -> Draft:
        calendar = self._book.calendar
        closed = calendar.workday(-dice.randint(6, HISTORY_DAYS - 30))
        engaged = calendar.workday(closed - dice.randint(15, 90))
        status = "won" if dice.random() < _WON_SHARE else "lost"
        units = dice.randint(int(kind["units_low"]), int(kind["units_high"]))
        values: dict[str, Value] = {
            "name": kind["name"],
            "account": self._book.id("account", account["key"]),
            "contact": self._contact(account["key"], self._first_contact[account["key"]]),
            "product": self._book.id("product", kind["product"]),
            "stage": status,
            "status": status,
            "closed_on": calendar.day(closed),
            "stage_since": calendar.instant(closed, "16:00"),
            "amount": money(str(units * self._prices[kind["product"]])),
            "engaged_on": calendar.day(engaged),
            "expected_on": calendar.day(closed + dice.randint(-20, 30)),
            "lost_reason": kind["lost_reason"] if status == "lost" else None,
            "owner": self._book.user(account["owner"]),
        }
        key = f"{account['key']}/{kind['name']}"
        return self._book.draft("opportunity", key, values, at=calendar.instant(engaged, "11:00"), by=account["owner"])

    def tasks(self) -> Iterator[Draft]:
        """Give what colleagues promised: overdue, for today, for the coming weeks, and lately done."""
        calendar = self._book.calendar
        for row in self._book.tables["tasks"]:
            done_day, _, done_time = row["done"].partition(" ")
            values: dict[str, Value] = {
                "title": row["title"],
                "account": self._book.id("account", row["account"]),
                "contact": self._contact(row["account"], row["contact"]),
                "due_at": calendar.instant(int(row["day"]), row["time"]),
                "done": bool(row["done"]),
                "done_at": calendar.instant(int(done_day), done_time) if row["done"] else None,
                "priority": row["priority"],
                "description": row["description"],
                "owner": self._book.user(row["owner"]),
            }
            at = calendar.instant(-int(row["made_ago"]) + min(0, int(row["day"])), "08:45")
            yield self._book.draft("task", f"{row['account']}/{row['title']}", values, at=at, by=row["owner"])

    def _contact(self, account: str, latin: str) -> str | None:
        return self._book.id("contact", f"{account}/{latin}") if latin else None
