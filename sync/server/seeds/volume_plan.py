"""Makes the records of a set of any size, one account after the other, without keeping any. Pure.

Same size, day and seed: same records. Ids are made from the record's number, so that none need be remembered.
"""

import math
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sync.contract.fields import Value
from sync.server.seeds import volume_words as words
from sync.server.seeds.demo_organisation import STAGES
from sync.server.seeds.drafts import Draft, shaped_id
from sync.server.seeds.volume_shape import Portions, Ranked, VolumeSize

SOURCE: Final = "volume"
SPAN_DAYS: Final = 1095
"""How far back a set reaches: three years."""

_AHEAD_DAYS: Final = 100

_TYPE_NUMBERS: Final = {
    "territory": 1,
    "user": 2,
    "assignment": 3,
    "product": 4,
    "stage": 5,
    "account": 6,
    "contact": 7,
    "opportunity": 8,
    "activity": 9,
    "task": 10,
    "tag": 11,
}
_MIX: Final = 0x9E3779B97F4A7C15F39D
_MASK: Final = 2**80 - 1


class Volume:
    """A set of records of one size."""

    def __init__(self, size: VolumeSize, *, today: date, seed: int = 1) -> None:
        """Prepare; memory grows by 8 bytes per account and type."""
        self.size = size
        self._seed = seed
        self._dice = random.Random(f"volume/{seed}")  # noqa: S311 - invented data needs no cryptographic randomness
        self._beginning = datetime.combine(today, time(), UTC) - timedelta(days=SPAN_DAYS)
        self._beginning_ms = int(self._beginning.timestamp() * 1000)
        # Written once: a million instants are made of them.
        self._days = [f"{self._beginning + timedelta(days=n):%Y-%m-%d}" for n in range(SPAN_DAYS + _AHEAD_DAYS)]
        self._portions = {each: Portions(size, each, seed) for each in ("contact", "opportunity", "activity", "task")}
        self._cities = Ranked(len(words.CITIES))
        self._segments = Ranked(len(words.SEGMENTS))
        self._made = dict.fromkeys(self._portions, 0)
        self._stages = [key for key, _share in words.STAGE_KEYS]
        self._stage_shares = [share for _key, share in words.STAGE_KEYS]
        self._stage_status = {key: status for key, *_, status in STAGES}

    def shared(self) -> Iterator[Draft]:
        """Give colleagues, territories, products, stages and tags."""
        for n in range(self.size.users):
            yield self._draft("territory", n, {"name": f"Territory {n + 1}"}, 0.0)
            user = {"name": f"Rep {n + 1}", "login": f"rep{n + 1}", "role": "rep", "active": True}
            yield self._draft("user", n, user, 0.0)
            yield self._draft("assignment", n, {"user": self._user(n), "territory": self._id("territory", n, 0.0)}, 0.0)
        boss = {"name": "Admin", "login": "admin", "role": "admin", "active": True}
        yield self._draft("user", self.size.users, boss, 0.0)
        for n, (code, name, local_name, price) in enumerate(words.PRODUCTS):
            product = {"code": code, "name": name, "local_name": local_name, "price": [price * 100, "CNY"]}
            yield self._draft("product", n, {**product, "active": True}, 0.0)
        for n, (key, name, local_name, probability, days, status) in enumerate(STAGES):
            stage: dict[str, Value] = {"key": key, "name": name, "local_name": local_name, "position": n + 1}
            stage |= {"probability": probability, "status": status}
            yield self._draft("stage", n, {**stage, "standard_days": days} if days else stage, 0.0)
        for n, name in enumerate(words.TAGS):
            yield self._draft("tag", n, {"name": name, "colour": "neutral"}, 0.0)

    def customers(self) -> Iterator[Draft]:
        """Give every account with all that belongs to it, in the order of accounts."""
        for n in range(self.size.accounts):
            since = SPAN_DAYS * 0.9 * n / self.size.accounts
            yield self._account(n, since)
            people = [self._contact(n, since, place) for place in range(self._portions["contact"][n])]
            yield from people
            contacts = [each.id for each in people]
            for _ in range(self._portions["opportunity"][n]):
                yield self._opportunity(n, since, contacts)
            for _ in range(self._portions["activity"][n]):
                yield self._activity(n, since, contacts)
            for _ in range(self._portions["task"][n]):
                yield self._task(n, since)

    # ------------------------------------------------------------------------------------------ records

    def _account(self, n: int, since: float) -> Draft:
        dice = self._dice
        city, province, country, area, lat, lon = words.CITIES[self._cities.draw(dice.random())]
        chinese = dice.random() < 0.6  # noqa: PLR2004 - six of ten names are Chinese
        values: dict[str, Value] = {
            "name": self._company(chinese=chinese),
            "kind": "company",
            "status": dice.choices(("active", "prospect", "dormant", "lost"), (55, 25, 15, 5))[0],
            "tier": dice.choices(("a", "b", "c"), (10, 30, 60))[0],
            "segment": words.SEGMENTS[self._segments.draw(dice.random())],
            "territory": self._id("territory", n % self.size.users, 0.0),
            "owner": self._owner(n),
            "phone": self._phone(country, area),
            "email": f"office@c{n}.example",
            "address": f"{city} {dice.randrange(1, 900)} 号" if chinese else f"{dice.randrange(1, 900)} Harbour Road",
            "city": city,
            "province": province,
            "country": country,
            "location": [round(lat + dice.gauss(0, 0.08), 6), round(lon + dice.gauss(0, 0.08), 6)],
            "employees": int(dice.lognormvariate(3.6, 1.2)) + 1,
            "visit_rhythm_days": dice.choice((21, 30, 45, 60, 90)),
            "last_visit_at": self._instant(max(since, SPAN_DAYS - dice.expovariate(1 / 40))),
            "customer_since": self._instant(since)[:10],
        }
        if dice.random() < 0.3:  # noqa: PLR2004 - three of ten have tags
            values["tags"] = sorted({dice.choice(words.TAGS), dice.choice(words.TAGS)})
        if dice.random() < 0.2:  # noqa: PLR2004 - two of ten have a note
            values["description"] = self._sentence()
        return self._draft("account", n, values, since)

    def _contact(self, n: int, since: float, place: int) -> Draft:
        dice = self._dice
        chinese = dice.random() < 0.6  # noqa: PLR2004 - six of ten names are Chinese
        if chinese:
            family, given = (
                dice.choice(words.SURNAMES),
                "".join(dice.choices(words.GIVEN_SIGNS, k=dice.choice((1, 2, 2)))),
            )
            name = family + given
        else:
            family, given = dice.choice(words.LATIN_FAMILY), dice.choice(words.LATIN_GIVEN)
            name = f"{given} {family}"
        number = self._next("contact")
        values: dict[str, Value] = {
            "name": name,
            "given_name": given,
            "family_name": family,
            "account": self._account_id(n),
            "owner": self._owner(n),
            "job_title": dice.choice(words.JOB_TITLES),
            "mobile": f"+86 101 {dice.randrange(10_000):04d} {dice.randrange(10_000):04d}",
            "email": f"p{number}@c{n}.example",
            "language": "zh_CN" if chinese else "en",
            "is_primary": place == 0,
        }
        return self._draft("contact", number, values, since + place)

    def _opportunity(self, n: int, since: float, contacts: list[str]) -> Draft:
        dice = self._dice
        stage = dice.choices(self._stages, self._stage_shares)[0]
        status = self._stage_status[stage]
        begun = self._between(since)
        ended = min(begun + dice.uniform(10, 120), float(SPAN_DAYS))
        product = dice.randrange(len(words.PRODUCTS))
        _code, name, local_name, price = words.PRODUCTS[product]
        values: dict[str, Value] = {
            "name": dice.choice((name, local_name)),
            "account": self._account_id(n),
            "owner": self._owner(n),
            "product": self._id("product", product, 0.0),
            "stage": stage,
            "status": status,
            "stage_since": self._instant(ended),
            "amount": [price * 100 * max(1, int(dice.lognormvariate(0.7, 0.8))), "CNY"],
            "engaged_on": self._instant(begun)[:10],
            "expected_on": self._instant(ended + dice.uniform(5, 90))[:10],
        }
        if status != "open":
            values["closed_on"] = self._instant(ended)[:10]
        if contacts:
            values["contact"] = dice.choice(contacts)
        return self._draft("opportunity", self._next("opportunity"), values, begun)

    def _activity(self, n: int, since: float, contacts: list[str]) -> Draft:
        dice = self._dice
        day = self._between(since)
        kind = dice.choices(words.ACTIVITY_KINDS, words.ACTIVITY_SHARES)[0]
        values: dict[str, Value] = {
            "kind": kind,
            "account": self._account_id(n),
            "owner": self._owner(n),
            "subject": dice.choice(words.SUBJECTS),
            "body": self._sentence(),
            "at": self._instant(day),
        }
        if contacts and dice.random() < 0.7:  # noqa: PLR2004 - seven of ten name a person
            values["contact"] = dice.choice(contacts)
        if kind in {"visit", "meeting"}:
            values |= {"duration_minutes": dice.randrange(15, 95, 5), "outcome": dice.choice(words.OUTCOMES)}
        return self._draft("activity", self._next("activity"), values, day)

    def _task(self, n: int, since: float) -> Draft:
        dice = self._dice
        made = self._between(since)
        due = made + dice.uniform(1, 30)
        values: dict[str, Value] = {
            "title": dice.choice(words.TASK_TITLES),
            "account": self._account_id(n),
            "owner": self._owner(n),
            "due_at": self._instant(due),
            "done": due < SPAN_DAYS and dice.random() < 0.95,  # noqa: PLR2004 - one of twenty is forgotten
            "priority": dice.choices(("normal", "high", "low"), (7, 2, 1))[0],
        }
        if values["done"]:
            values["done_at"] = self._instant(due)
        return self._draft("task", self._next("task"), values, made)

    # ------------------------------------------------------------------------------------------ parts

    def _company(self, *, chinese: bool) -> str:
        dice = self._dice
        if chinese:
            return "".join(dice.choices(words.CHINESE_SIGNS, k=dice.choice((2, 2, 3)))) + dice.choice(
                words.CHINESE_TRADES
            )
        beginning, ending = dice.choice(words.LATIN_BEGINNINGS), dice.choice(words.LATIN_ENDINGS)
        return f"{beginning}{ending} {dice.choice(words.LATIN_TRADES)}"

    def _sentence(self) -> str:
        dice = self._dice
        many = dice.choice((1, 1, 2))
        return " ".join(
            each.replace("{n}", str(dice.randrange(2, 9))) for each in dice.choices(words.SENTENCES, k=many)
        )

    def _phone(self, country: str, area: str) -> str:
        # No subscriber's number begins with 0 in either network.
        head, tail = self._dice.randrange(1000), self._dice.randrange(10_000)
        return f"+852 0{head:03d} {tail:04d}" if country == "HK" else f"+86 {area} 0{head:03d} {tail:04d}"

    def _between(self, since: float) -> float:
        # Later days are likelier: business grows.
        return since + (SPAN_DAYS - since) * math.sqrt(self._dice.random())

    def _instant(self, day: float) -> str:
        seconds = int(day * 86_400)
        minutes, second = divmod(seconds % 86_400, 60)
        return f"{self._days[seconds // 86_400]}T{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}.000Z"

    def _next(self, record_type: str) -> int:
        number = self._made[record_type]
        self._made[record_type] = number + 1
        return number

    def _owner(self, n: int) -> str:
        return self._user(n % self.size.users)

    def _user(self, n: int) -> str:
        return self._id("user", n, 0.0)

    def _account_id(self, n: int) -> str:
        return self._id("account", n, SPAN_DAYS * 0.9 * n / self.size.accounts)

    def _id(self, record_type: str, number: int, day: float) -> str:
        # A bijection of (seed, type, number) onto 80 bits by multiplying with an odd constant: no two ids meet.
        plain = self._seed << 72 | _TYPE_NUMBERS[record_type] << 64 | number
        return shaped_id(self._beginning_ms + int(day * 86_400_000), plain * _MIX & _MASK)

    def _draft(self, record_type: str, number: int, values: dict[str, Value], day: float) -> Draft:
        at = self._instant(day)
        owner = values.get("owner")
        return Draft(
            type=record_type,
            id=self._id(record_type, number, day),
            values={**values, "external_id": f"{record_type}-{number}", "external_source": SOURCE},
            at=at,
            by=owner,
        )
