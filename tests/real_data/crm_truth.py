"""What the raw files of the CRM data set say, worked out without a line of the product.

Reads the CSV files with the standard library and applies the rules of who sees what as they are written down: an
account belongs to the office with most of its opportunities (ties by name), every agent of another office with an
opportunity there sees it too, and an opportunity without an account belongs to its agent.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

Deal = dict[str, str]
Totals = dict[str, tuple[int, int]]
"""Group to number of deals and sum of their values in dollars."""


@dataclass(frozen=True)
class CrmTruth:
    """The raw rows and what follows from them."""

    folder: Path

    @cached_property
    def deals(self) -> list[Deal]:
        """Every opportunity, its product named as in the list of products."""
        listed = {row["product"].replace(" ", ""): row["product"] for row in self._rows("products.csv")}
        return [{**row, "product": listed[row["product"].replace(" ", "")]} for row in self._rows("sales_pipeline.csv")]

    @cached_property
    def office_of_agent(self) -> dict[str, str]:
        """Regional office by agent."""
        return {row["sales_agent"]: row["regional_office"] for row in self._rows("sales_teams.csv")}

    @cached_property
    def offices_of_manager(self) -> dict[str, set[str]]:
        """Regional offices by manager."""
        found: dict[str, set[str]] = {}
        for row in self._rows("sales_teams.csv"):
            found.setdefault(row["manager"], set()).add(row["regional_office"])
        return found

    @cached_property
    def accounts(self) -> set[str]:
        """Names of all companies."""
        return {row["account"] for row in self._rows("accounts.csv")}

    @cached_property
    def office_of_account(self) -> dict[str, str]:
        """Office with most opportunities by company."""
        counts: dict[str, Counter[str]] = {}
        for deal in self.deals:
            if deal["account"]:
                counts.setdefault(deal["account"], Counter())[self.office_of_agent[deal["sales_agent"]]] += 1
        found = {}
        for account, by_office in counts.items():
            most = max(by_office.values())
            found[account] = min(office for office, count in by_office.items() if count == most)
        return found

    def accounts_of_agent(self, agent: str) -> set[str]:
        """Name the companies that an agent sees."""
        office = self.office_of_agent[agent]
        shared = {deal["account"] for deal in self.deals if deal["sales_agent"] == agent and deal["account"]}
        return shared | self._accounts_of({office})

    def deals_of_agent(self, agent: str) -> list[Deal]:
        """List the opportunities that an agent sees."""
        accounts = self.accounts_of_agent(agent)
        return [
            deal
            for deal in self.deals
            if deal["account"] in accounts or (not deal["account"] and deal["sales_agent"] == agent)
        ]

    def accounts_of_manager(self, manager: str) -> set[str]:
        """Name the companies that a manager sees."""
        return self._accounts_of(self.offices_of_manager[manager])

    def deals_of_manager(self, manager: str) -> list[Deal]:
        """List the opportunities that a manager sees: of the office's companies, and the own ones of its agents."""
        offices = self.offices_of_manager[manager]
        accounts = self.accounts_of_manager(manager)
        return [
            deal
            for deal in self.deals
            if deal["account"] in accounts
            or (not deal["account"] and self.office_of_agent[deal["sales_agent"]] in offices)
        ]

    def _accounts_of(self, offices: set[str]) -> set[str]:
        return {account for account, office in self.office_of_account.items() if office in offices}

    def _rows(self, name: str) -> list[dict[str, str]]:
        with (self.folder / name).open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))


def totals(deals: Iterable[Deal], key: Callable[[Deal], str | None]) -> Totals:
    """Count and add up deals by a key; ``None`` leaves a deal out. Empty values count as nothing."""
    found: dict[str, tuple[int, int]] = {}
    for deal in deals:
        group = key(deal)
        if group is not None:
            count, value = found.get(group, (0, 0))
            found[group] = (count + 1, value + int(deal["close_value"] or 0))
    return found


def status_of(deal: Deal) -> str:
    """Give won, lost or open."""
    stage = deal["deal_stage"].lower()
    return stage if stage in {"won", "lost"} else "open"


def quarter_won(deal: Deal) -> str | None:
    """Give the quarter in which a deal was won, such as 2017-Q3."""
    if status_of(deal) != "won":
        return None
    year, month, _day = deal["close_date"].split("-")
    return f"{year}-Q{(int(month) + 2) // 3}"


def agent_won(deal: Deal) -> str | None:
    """Give who won a deal."""
    return deal["sales_agent"] if status_of(deal) == "won" else None


def product_won(deal: Deal) -> str | None:
    """Give the product of a deal that was won."""
    return deal["product"] if status_of(deal) == "won" else None
