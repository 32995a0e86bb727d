"""Edits that come back from the outbox file bear the stamps of their saves, with the office's ones under them."""

from pathlib import Path

import pytest

from sync.contract.wire import Outcome, Receipt
from tests.store.laptops import Laptop, account_row, open_database, page

_UNDER = "SELECT * FROM agreed ORDER BY record, field"
_STAMPS = "SELECT id, deleted, updated_at, updated_by FROM accounts ORDER BY id"


def rejected(mutation: str) -> Receipt:
    return Receipt(mutation=mutation, outcome=Outcome.REJECTED, code="not_permitted")


@pytest.mark.parametrize("how", ["first", "after others"])
def test_edits_from_the_file_are_stamped_like_saved_ones_and_give_it_back_when_refused(
    tmp_path: Path, how: str
) -> None:
    ids = [f"01900000-0000-7000-8000-00000000000{number}" for number in range(3)]
    with open_database(tmp_path) as database:
        laptop = Laptop(database)
        pulled = [account_row(each, 5, updated_at="2026-03-01T08:00:00.000Z", updated_by="cleo") for each in ids]
        laptop.replica.take_page(page(*pulled, seq=5))
        told = laptop.table(_STAMPS)
        if how == "after others":
            for each in ids:
                laptop.change("account", each, city="上海")
    older = (tmp_path / "store" / "data.db").read_bytes()
    with open_database(tmp_path) as database:
        laptop = Laptop(database)
        laptop.change("account", ids[0], phone="1")
        laptop.delete("account", ids[1])
        laptop.delete("account", ids[2])
        laptop.restore("account", ids[2])
        under, stamps = laptop.table(_UNDER), laptop.table(_STAMPS)
    (tmp_path / "store" / "data.db").write_bytes(older)

    with open_database(tmp_path) as database:
        laptop = Laptop(database)
        assert laptop.table(_STAMPS) == stamps != told
        assert laptop.table(_UNDER) == under
        laptop.replica.take_receipts([rejected(each.id) for each in laptop.outbox()])
        assert laptop.table(_STAMPS) == told
        assert laptop.table(_UNDER) == []
