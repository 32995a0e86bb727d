"""The sample's customers and the people there."""

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from sync.contract.fields import Value
from sync.server.seeds.demo_book import HISTORY_DAYS, Book, is_chinese, money, number, words
from sync.server.seeds.drafts import Draft
from sync.server.seeds.sample_tables import SampleRow

_SHARES = (
    # account, login, reason
    ("beizhu", "ruonan", "Helps with the validation plan."),
    ("kettleby", "qihang", "广州机场的配餐间由启航跟进。"),
)
_INSTITUTIONS = frozenset({"学校", "医院", "院舍", "Clinic", "Laboratory"})
_TWO_CHARACTER_SURNAMES = frozenset({"欧阳", "歐陽"})
_FORMS_OF_ADDRESS = frozenset({"老师", "阿姨", "师傅", "医生", "老板", "姑娘", "主任", "小姐", "园长", "sir"})
_SPREAD_DEGREES = 0.011
_BIRTHDAYS_KNOWN = 0.4


class Customers:
    """Accounts and contacts; the timeline tells when each was last seen."""

    def __init__(self, book: Book) -> None:
        """Take the tables of the book."""
        self._book = book
        self._places = {row["key"]: row for row in book.tables["places"]}
        self._notes = {row["account"]: row["description"] for row in book.tables["notes"]}

    def accounts(self, last_visits: Mapping[str, str]) -> Iterator[Draft]:
        """Give the accounts; ``last_visits`` holds instants by account key."""
        for row in self._book.tables["accounts"]:
            yield self._account(row, last_visits.get(row["key"]))

    def shares(self) -> Iterator[Draft]:
        """Give the accounts that are opened to somebody of the other territory."""
        for key, login, reason in _SHARES:
            values = {"account": self._book.id("account", key), "user": self._book.user(login), "reason": reason}
            at = self._book.calendar.instant(-60, "15:00")
            yield self._book.draft("share", f"{key}/{login}", values, at=at, by="fangwei")

    def contacts(self, last_contacts: Mapping[str, str]) -> Iterator[Draft]:
        """Give the people; ``last_contacts`` holds instants by contact key (``account/latin``)."""
        accounts = {row["key"]: row for row in self._book.tables["accounts"]}
        seen: set[str] = set()
        for row in self._book.tables["contacts"]:
            account = accounts[row["account"]]
            key = f"{row['account']}/{row['latin']}"
            values = self._contact(row, account, key)
            values["is_primary"] = row["account"] not in seen
            values["last_contacted_at"] = last_contacts.get(key)
            seen.add(row["account"])
            yield self._book.draft("contact", key, values, at=self._made_at(account), by=account["owner"])

    def _account(self, row: SampleRow, last_visit_at: str | None) -> Draft:
        place = self._places[row["place"]]
        dice = self._book.dice("account", row["key"])
        values: dict[str, Value] = {name: row[name] for name in ("name", "local_name", "status", "tier", "segment")}
        values |= {
            "kind": "institution" if row["segment"] in _INSTITUTIONS else "company",
            "territory": self._book.id("territory", "west" if place["city"] == "广州" else "east"),
            "owner": self._book.user(row["owner"]),
            "phone": _landline(place, dice.randrange(100), dice.randrange(10_000)),
            "email": f"hello@{row['key']}.example",
            "website": f"https://{row['key']}.example",
            "address": row["address"],
            "district": place[row["lang"]],
            "city": place["city"],
            "province": place["province"],
            "country": place["country"],
            "location": [
                round(float(place["lat"]) + dice.uniform(-_SPREAD_DEGREES, _SPREAD_DEGREES), 6),
                round(float(place["lon"]) + dice.uniform(-_SPREAD_DEGREES, _SPREAD_DEGREES), 6),
            ],
            "employees": number(row["staff"]),
            "payment_terms": row["terms"],
            "credit_limit": money(row["limit"]),
            "visit_rhythm_days": number(row["rhythm"]),
            "customer_since": row["since"],
            "last_visit_at": last_visit_at,
            "tags": words(row["tags"]),
            "description": self._notes.get(row["key"]),
            "x_dock_doors": number(row["doors"]),
            "x_refrigerant": row["refrigerant"],
        }
        return self._book.draft("account", row["key"], values, at=self._made_at(row), by=row["owner"])

    def _made_at(self, account: SampleRow) -> str:
        # A prospect is a month old, a customer as old as the business; never younger than its first visit.
        today = self._book.calendar.today
        if not account["since"]:
            return self._book.calendar.instant(-30, "11:00")
        since = min(date.fromisoformat(account["since"]), today - timedelta(days=HISTORY_DAYS + 5))
        return self._book.calendar.instant((since - today).days, "11:00")

    def _contact(self, row: SampleRow, account: SampleRow, key: str) -> dict[str, Value]:
        place = self._places[account["place"]]
        dice = self._book.dice("contact", key)
        chinese = is_chinese(row["name"])
        values: dict[str, Value] = {
            "name": row["name"],
            "account": self._book.id("account", row["account"]),
            "owner": self._book.user(account["owner"]),
            "job_title": row["title"],
            "department": row["department"],
            "preferred_channel": row["channel"],
            "phone": _landline(place, dice.randrange(100), dice.randrange(10_000)),
            "mobile": _mobile(place, dice.randrange(100), dice.randrange(10_000)),
            "email": f"{row['latin']}@{row['account']}.example",
            "wechat": row["latin"].replace(".", "_") if chinese else None,
            "city": place["city"],
            "country": place["country"],
            "language": _language(place) if chinese else "en",
            "birthday": _birthday(dice) if dice.random() < _BIRTHDAYS_KNOWN else None,
        }
        values["family_name"], values["given_name"] = _name_parts(row["name"])
        return values


def _birthday(dice: random.Random) -> str:
    return f"{dice.randint(1966, 1998)}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}"


def _language(place: SampleRow) -> str:
    return "zh_TW" if place["country"] == "HK" else "zh_CN"


def _name_parts(name: str) -> tuple[str | None, str | None]:
    if not is_chinese(name):
        bare = name.removeprefix("Dr ").removeprefix("Prof ")
        given, _, family = bare.rpartition(" ")
        return family, given or None
    cut = 2 if name[:2] in _TWO_CHARACTER_SURNAMES else 1
    family, given = name[:cut], name[cut:]
    return family, None if given in _FORMS_OF_ADDRESS else given


def _landline(place: SampleRow, middle: int, last: int) -> str:
    # No subscriber's number begins with 0 in either network, so these ring nowhere.
    if place["country"] == "HK":
        return f"+852 00{middle:02d} {last:04d}"
    return f"+86 {place['area_code']} 00{middle:02d} {last:04d}"


def _mobile(place: SampleRow, middle: int, last: int) -> str:
    # Neither network gives out mobile numbers that begin so.
    return f"+852 01{middle:02d} {last:04d}" if place["country"] == "HK" else f"+86 101 00{middle:02d} {last:04d}"
