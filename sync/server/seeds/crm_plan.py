"""Decides who has which account of the public CRM data set, and makes the records. Pure.

An account belongs to the office with most of its opportunities (ties by the office's name). Its owner is the agent
of that office with most of them (ties by name). Every agent of another office with an opportunity there gets an
explicit share. An opportunity without an account belongs to its agent alone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from sync.contract.clock import instant_text
from sync.contract.fields import Role, Value
from sync.server.seeds.crm_files import CrmFiles, RawAccount, RawOpportunity
from sync.server.seeds.drafts import Draft, FixedIds, midnight

SOURCE = "crm-opportunities"
"""The ``external_source`` of every record that comes from the set."""

CURRENCY = "USD"
_STAGES = (
    # key, name, Chinese name, probability, status
    ("prospecting", "Prospecting", "寻找", 10, "open"),
    ("engaging", "Engaging", "接触", 40, "open"),
    ("won", "Won", "成交", 100, "won"),
    ("lost", "Lost", "丢单", 0, "lost"),
)
STAGE_KEYS = frozenset(key for key, *_ in _STAGES)
"""Stages that the set knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an account belongs: to no office and nobody when it has no opportunities."""

    account: str
    office: str | None = None
    owner: str | None = None
    shared_with: tuple[str, ...] = ()
    tied: bool = False


def place_accounts(files: CrmFiles) -> dict[str, Placement]:
    """Give every account its office, owner and shares, by account name."""
    office_of = {each.name: each.office for each in files.agents}
    deals: dict[str, Counter[str]] = {each.name: Counter() for each in files.accounts}
    for each in files.opportunities:
        if each.account:
            deals[each.account][each.agent] += 1
    return {account: _place(account, by_agent, office_of) for account, by_agent in deals.items()}


def login_of(name: str) -> str:
    """Make a login of a person's name: lower case, dots for spaces."""
    return ".".join(name.lower().split())


def _place(account: str, by_agent: Counter[str], office_of: dict[str, str]) -> Placement:
    if not by_agent:
        return Placement(account=account)
    by_office: Counter[str] = Counter()
    for agent, count in by_agent.items():
        by_office[office_of[agent]] += count
    office = _most(by_office.items())
    return Placement(
        account=account,
        office=office,
        owner=_most((agent, count) for agent, count in by_agent.items() if office_of[agent] == office),
        shared_with=tuple(sorted(agent for agent in by_agent if office_of[agent] != office)),
        tied=list(by_office.values()).count(by_office[office]) > 1,
    )


def _most(counted: Iterable[tuple[str, int]]) -> str:
    return min(counted, key=lambda each: (-each[1], each[0]))[0]


class CrmDrafts:
    """Turns the files into records, each type after those it refers to."""

    def __init__(self, files: CrmFiles) -> None:
        """Take files that ``read_files`` has checked."""
        self._files = files
        self._ids = FixedIds(SOURCE)
        self._placements = place_accounts(files)
        days = [each.engaged_on for each in files.opportunities if each.engaged_on]
        self._beginning = midnight(min(days, default="2000-01-01"))

    @property
    def placements(self) -> dict[str, Placement]:
        """Office, owner and shares by account name."""
        return self._placements

    def records(self) -> Iterator[Draft]:
        """Give all records in the order in which they can be written."""
        yield from self._people()
        yield from self._products()
        yield from self._stages()
        yield from self._accounts()
        yield from self._shares()
        for each in self._files.opportunities:
            yield self._opportunity(each)

    def _people(self) -> Iterator[Draft]:
        offices = sorted({each.office for each in self._files.agents})
        for office in offices:
            yield self._draft("territory", office, {"name": office})
        teams: dict[str, set[str]] = {}
        for agent in self._files.agents:
            teams.setdefault(agent.manager, set()).add(agent.office)
        for manager, led in sorted(teams.items()):
            yield self._user(manager, Role.MANAGER, team=None)
            yield self._draft("team", manager, {"name": manager, "lead": self._id("user", manager)})
            for office in sorted(led):
                yield self._assignment(manager, office)
        for agent in self._files.agents:
            yield self._user(agent.name, Role.REP, team=agent.manager)
            yield self._assignment(agent.name, agent.office)

    def _user(self, name: str, role: Role, *, team: str | None) -> Draft:
        values: dict[str, Value] = {"name": name, "login": login_of(name), "role": role.value, "active": True}
        if team:
            values["team"] = self._id("team", team)
        return self._draft("user", name, values)

    def _assignment(self, user: str, office: str) -> Draft:
        values = {"user": self._id("user", user), "territory": self._id("territory", office)}
        return self._draft("assignment", f"{user} / {office}", values)

    def _products(self) -> Iterator[Draft]:
        for each in self._files.products:
            values = {"name": each.name, "series": each.series, "price": _money(each.price), "active": True}
            yield self._draft("product", each.name, values)

    def _stages(self) -> Iterator[Draft]:
        for position, (key, name, local_name, probability, status) in enumerate(_STAGES, start=1):
            yield self._draft(
                "stage",
                key,
                {
                    "key": key,
                    "name": name,
                    "local_name": local_name,
                    "position": position,
                    "probability": probability,
                    "status": status,
                },
            )

    def _accounts(self) -> Iterator[Draft]:
        by_name = {each.name: each for each in self._files.accounts}
        for each in sorted(self._files.accounts, key=lambda one: (_depth(one, by_name), one.name)):
            placement = self._placements[each.name]
            yield self._draft(
                "account",
                each.name,
                {
                    "name": each.name,
                    "kind": "company",
                    "status": "active" if placement.office else "prospect",
                    "segment": each.sector or None,
                    "country": each.country or None,
                    "founded": each.founded,
                    "employees": each.employees,
                    "revenue": _money(each.revenue_millions, scale=1_000_000),
                    "parent": self._id("account", each.parent) if each.parent in by_name else None,
                    "territory": self._id("territory", placement.office) if placement.office else None,
                    "owner": self._id("user", placement.owner) if placement.owner else None,
                },
            )

    def _shares(self) -> Iterator[Draft]:
        for placement in self._placements.values():
            for agent in placement.shared_with:
                values = {
                    "account": self._id("account", placement.account),
                    "user": self._id("user", agent),
                    "reason": "Has opportunities here from another office.",
                }
                yield self._draft("share", f"{placement.account} / {agent}", values)

    def _opportunity(self, raw: RawOpportunity) -> Draft:
        since = raw.closed_on or raw.engaged_on
        values: dict[str, Value] = {
            "name": f"{raw.product}, {raw.account}" if raw.account else raw.product,
            "account": self._id("account", raw.account) if raw.account else None,
            "product": self._id("product", raw.product),
            "stage": raw.stage,
            "status": raw.stage if raw.stage in {"won", "lost"} else "open",
            "amount": _money(raw.value),
            "engaged_on": raw.engaged_on,
            "closed_on": raw.closed_on,
            "stage_since": instant_text(midnight(since)) if since else None,
            "owner": self._id("user", raw.agent),
        }
        return self._draft("opportunity", raw.id, values, day=raw.engaged_on)

    def _draft(self, record_type: str, key: str, values: dict[str, Value], *, day: str | None = None) -> Draft:
        moment = midnight(day) if day else self._beginning
        stamped = {name: value for name, value in values.items() if value is not None}
        return Draft(
            type=record_type,
            id=self._ids.make(record_type, key, moment),
            values={**stamped, "external_id": key, "external_source": SOURCE},
            at=instant_text(moment),
        )

    def _id(self, record_type: str, key: str) -> str:
        return self._ids.make(record_type, key, self._beginning)


def _depth(account: RawAccount, by_name: dict[str, RawAccount]) -> int:
    # A parent must be written before its subsidiaries; a ring of parents would end at the number of accounts.
    depth = 0
    while account.parent in by_name and depth < len(by_name):
        account, depth = by_name[account.parent], depth + 1
    return depth


def _money(amount: Decimal | None, *, scale: int = 1) -> list[Value] | None:
    return None if amount is None else [int((amount * scale).scaleb(2).to_integral_value()), CURRENCY]
