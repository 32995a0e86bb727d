"""Reads the four files of the public "CRM Sales Opportunities" data set as they are, and counts its traps.

Pure apart from reading: nothing is written anywhere, and a row that cannot be understood stops the whole reading,
so that a half-read set never reaches the database.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from sync.contract.errors import AppError, Code
from sync.contract.values import fold

FILES = ("accounts.csv", "products.csv", "sales_teams.csv", "sales_pipeline.csv")
_STAGES = frozenset({"prospecting", "engaging", "won", "lost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAccount:
    """A company. ``revenue_millions`` is in US dollars; ``parent`` names another company."""

    name: str
    sector: str
    founded: int | None
    revenue_millions: Decimal | None
    employees: int | None
    country: str
    parent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RawProduct:
    """A product and its list price in whole US dollars."""

    name: str
    series: str
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAgent:
    """A sales agent, whom a manager leads and a regional office employs."""

    name: str
    manager: str
    office: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RawOpportunity:
    """A deal. ``product`` is spelt as in the list of products, ``product_as_written`` as in the file."""

    id: str
    agent: str
    product: str
    product_as_written: str
    account: str
    stage: str
    engaged_on: str | None
    closed_on: str | None
    value: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmFiles:
    """The whole set, in the order of the files."""

    accounts: tuple[RawAccount, ...]
    products: tuple[RawProduct, ...]
    agents: tuple[RawAgent, ...]
    opportunities: tuple[RawOpportunity, ...]

    def respelt_products(self) -> Counter[tuple[str, str]]:
        """Count opportunities whose product is spelt otherwise than in the list: (as written, as listed)."""
        pairs = ((each.product_as_written, each.product) for each in self.opportunities)
        return Counter(pair for pair in pairs if pair[0] != pair[1])

    def idle_agents(self) -> tuple[str, ...]:
        """Name the agents without a single opportunity, in the order of the file."""
        busy = {each.agent for each in self.opportunities}
        return tuple(each.name for each in self.agents if each.name not in busy)


def read_files(folder: Path) -> CrmFiles:
    """Read and check the data set.

    Raises:
        AppError: ``FILE_UNREADABLE`` for a missing or undecodable file, ``IMPORT_ROW_REFUSED`` with file, line and
            reason for a row that names somebody unknown or holds an unreadable value.
    """
    accounts = tuple(_rows(folder, "accounts.csv", _account))
    products = tuple(_rows(folder, "products.csv", _product))
    agents = tuple(_rows(folder, "sales_teams.csv", _agent))
    read_opportunity = _OpportunityReader(accounts, products, agents)
    return CrmFiles(
        accounts=accounts,
        products=products,
        agents=agents,
        opportunities=tuple(_rows(folder, "sales_pipeline.csv", read_opportunity)),
    )


class _OpportunityReader:
    """Reads one row of the pipeline; knows which accounts, products and agents there are."""

    def __init__(
        self, accounts: tuple[RawAccount, ...], products: tuple[RawProduct, ...], agents: tuple[RawAgent, ...]
    ) -> None:
        self._accounts = {each.name for each in accounts}
        self._agents = {each.name for each in agents}
        # The set spells "GTX Pro" also "GTXPro": spaces do not tell products apart.
        self._products = {_squeezed(each.name): each.name for each in products}

    def __call__(self, row: dict[str, str]) -> RawOpportunity:
        product = self._products.get(_squeezed(row["product"]))
        if product is None:
            raise ValueError(f"unknown product {row['product']!r}")
        if row["account"] and row["account"] not in self._accounts:
            raise ValueError(f"unknown account {row['account']!r}")
        if row["sales_agent"] not in self._agents:
            raise ValueError(f"unknown sales agent {row['sales_agent']!r}")
        stage = row["deal_stage"].lower()
        if stage not in _STAGES:
            raise ValueError(f"unknown stage {row['deal_stage']!r}")
        return RawOpportunity(
            id=_required(row, "opportunity_id"),
            agent=row["sales_agent"],
            product=product,
            product_as_written=row["product"],
            account=row["account"],
            stage=stage,
            engaged_on=_day(row["engage_date"]),
            closed_on=_day(row["close_date"]),
            value=_decimal(row["close_value"]),
        )


_Row = TypeVar("_Row")


def _rows(folder: Path, name: str, read: Callable[[dict[str, str]], _Row]) -> Iterator[_Row]:
    path = folder / name
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for line, row in enumerate(csv.DictReader(stream), start=2):
                yield _one(name, line, row, read)
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else str(problem)
        raise AppError(Code.FILE_UNREADABLE, f"{path} cannot be read: {reason}", path=str(path)) from problem


def _one(name: str, line: int, row: dict[str, str], read: Callable[[dict[str, str]], _Row]) -> _Row:
    try:
        _check_width(row)
        return read({key: value.strip() for key, value in row.items()})
    except KeyError as problem:
        raise _refused(name, line, f"there is no column {problem}") from problem
    except ValueError as problem:
        raise _refused(name, line, str(problem)) from problem


def _check_width(row: dict[str, str]) -> None:
    # csv.DictReader keeps surplus values under the key None and fills missing ones with None.
    if None in row or None in row.values():
        raise ValueError("the number of values differs from the heading")


def _account(row: dict[str, str]) -> RawAccount:
    return RawAccount(
        name=_required(row, "account"),
        sector=row["sector"],
        founded=_integer(row["year_established"]),
        revenue_millions=_decimal(row["revenue"]),
        employees=_integer(row["employees"]),
        country=row["office_location"],
        parent=row["subsidiary_of"],
    )


def _product(row: dict[str, str]) -> RawProduct:
    price = _decimal(row["sales_price"])
    return RawProduct(name=_required(row, "product"), series=row["series"], price=price or Decimal(0))


def _agent(row: dict[str, str]) -> RawAgent:
    return RawAgent(
        name=_required(row, "sales_agent"),
        manager=_required(row, "manager"),
        office=_required(row, "regional_office"),
    )


def _required(row: dict[str, str], column: str) -> str:
    if not row[column]:
        raise ValueError(f"{column} is empty")
    return row[column]


def _day(text: str) -> str | None:
    return date.fromisoformat(text).isoformat() if text else None


def _integer(text: str) -> int | None:
    return int(text) if text else None


def _decimal(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is no amount") from None


def _squeezed(name: str) -> str:
    return fold(name).replace(" ", "")


def _refused(name: str, line: int, reason: str) -> AppError:
    detail = f"Line {line} of {name}: {reason}. Nothing was loaded."
    return AppError(Code.IMPORT_ROW_REFUSED, detail, file=name, line=line, reason=reason)
