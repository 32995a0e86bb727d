"""Everything the page of a customer shows, read in one go on the read lane."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from desktop.domain.listing import Condition, Listing, Test
from desktop.domain.views import HistoryEntry
from desktop.ui.bridge.ports import Reads
from desktop.ui.bridge.record_words import RecordWords
from desktop.ui.components.option import Option
from desktop.ui.records.account_data import AccountData, read_account
from desktop.ui.records.record_facts import reference_options

_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerQuestion:
    """What is asked: a customer, how far back, which kinds of activity, and whether its history is looked at."""

    account: str = ""
    latest: int = 60
    kinds: tuple[str, ...] = ()
    with_history: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerData:
    """``won`` are the sums of the last twelve months by currency, ``same`` customers that are this one, by id."""

    account: AccountData
    options: Mapping[str, Sequence[Option]]
    won: Mapping[str, int | float] = field(default_factory=dict)
    history: Sequence[HistoryEntry] = ()
    same: Mapping[str, str] = field(default_factory=dict)


def read_customer(reads: Reads, words: RecordWords, question: CustomerQuestion) -> CustomerData | None:
    """Read the page; ``None`` when the customer is not on this laptop."""
    account = read_account(reads, question.account, latest=question.latest, kinds=question.kinds)
    if account is None:
        return None
    since = (words.now() - _YEAR).date().isoformat()
    won = Listing(
        "opportunity",
        (
            Condition("account", Test.EQ, question.account),
            Condition("status", Test.EQ, "won"),
            Condition("closed_on", Test.GE, since),
        ),
    )
    totals = reads.totals(won, group_by="status", amount="amount")
    return CustomerData(
        account=account,
        options=reference_options(reads, account.record, words),
        won=totals[0].sums if totals else {},
        history=reads.history("account", question.account) if question.with_history else (),
        same={str(each["id"]): str(each.get("name") or "") for each in reads.rows("account", account.record.merged)},
    )
