"""What the pipeline shows, read on the read lane."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from desktop.domain.listing import Clause, Condition, Listing, Sort, Test
from desktop.domain.views import RecordView
from desktop.ui.bridge.ports import Reads, Row
from desktop.ui.bridge.record_words import RecordWords
from desktop.ui.components.option import Option
from desktop.ui.records.account_data import read_stages
from desktop.ui.records.record_facts import reference_options

TYPES = frozenset({"opportunity", "account", "stage", "conflict"})
"""Record types on which the board depends."""

MOST_CARDS = 600
"""Cards that a board holds; sums and counts are of all."""

_QUARTER_MONTHS = 3


@dataclass(frozen=True, slots=True)
class StageSum:
    """How many open opportunities a stage holds, and their amounts by currency."""

    count: int = 0
    sums: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardData:
    """``deals`` are the open ones, those that close first first; ``won`` are the sums of this quarter."""

    stages: Sequence[Row]
    deals: Sequence[Row]
    sums: Mapping[str, StageSum]
    won: StageSum

    @property
    def open_stages(self) -> Sequence[Row]:
        """The stages that stand on the board."""
        return [stage for stage in self.stages if stage.get("status") == "open"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DealData:
    """One opportunity with what its facts may name."""

    record: RecordView
    stages: Sequence[Row]
    options: Mapping[str, Sequence[Option]]


def read_board(reads: Reads, where: tuple[Clause, ...], today: date) -> BoardData:
    """Read the board under these filters."""
    opened = (Condition("status", Test.EQ, "open"), *where)
    listing = Listing("opportunity", opened, (Sort("expected_on"), Sort("amount", descending=True)), limit=MOST_CARDS)
    groups = reads.totals(Listing("opportunity", opened), group_by="stage", amount="amount")
    since = today.replace(month=(today.month - 1) // _QUARTER_MONTHS * _QUARTER_MONTHS + 1, day=1).isoformat()
    won = (Condition("status", Test.EQ, "won"), Condition("closed_on", Test.GE, since), *where)
    won_groups = reads.totals(Listing("opportunity", won), group_by="status", amount="amount")
    return BoardData(
        stages=read_stages(reads),
        deals=reads.rows("opportunity", reads.ids(listing)),
        sums={str(each.key): StageSum(each.count, _pairs(each.sums)) for each in groups},
        won=StageSum(won_groups[0].count, _pairs(won_groups[0].sums)) if won_groups else StageSum(),
    )


def read_deal(reads: Reads, opportunity: str, words: RecordWords) -> DealData | None:
    """Read one opportunity; ``None`` when it is not on this laptop."""
    view = reads.record("opportunity", opportunity)
    if view is None:
        return None
    options = reference_options(reads, view, words)
    return DealData(record=view, stages=read_stages(reads), options=options)


def _pairs(sums: Mapping[str, int | float]) -> tuple[tuple[str, int], ...]:
    return tuple((currency, int(minor)) for currency, minor in sums.items() if minor)
