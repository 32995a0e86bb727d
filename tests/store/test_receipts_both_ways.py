"""Receipts that are settled the short way leave what the whole way would have left, and only those take it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from desktop.store.connections import raw
from desktop.store.selecting import stored_select
from sync.client.ports import Taken
from sync.contract.fields import LAST_STAMPS
from sync.contract.wire import Receipt
from tests.store.laptops import USER, Laptop, account_row, open_database, page, plain, row
from tests.store.receipt_cases import ACCOUNT, CASES, CONTACT, FIELD, NEW, OTHER, SECOND, SHORT, WHOLE, edited

_STAMPS = frozenset(LAST_STAMPS)


@pytest.fixture(scope="module")
def pulled_file(empty_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that has pulled two accounts, and two contacts of the first, at position 10; made once."""
    folder = tmp_path_factory.mktemp("pulled")
    with opened(folder, empty_file) as laptop:
        stamps = {"updated_at": "2026-11-01T08:00:00.000Z", "updated_by": USER}
        contact: dict[str, Any] = {"scope": ACCOUNT, "account": ACCOUNT, "phone": "0", **stamps}
        rows = [row("contact", each, 10, name="王芳", **contact) for each in (CONTACT, SECOND)]
        laptop.replica.take_page(page(account_row(ACCOUNT, 10), account_row(OTHER, 10), *rows, seq=10))
    return folder / "store" / "data.db"


@contextmanager
def opened(folder: Path, file: Path) -> Iterator[Laptop]:
    (folder / "store").mkdir(parents=True)
    shutil.copyfile(file, folder / "store" / "data.db")
    with open_database(folder, create=False) as database:
        yield Laptop(database)


def whole_rows_read(laptop: Laptop, receipts: list[Receipt]) -> tuple[Taken, list[str]]:
    """Take receipts; gives what came of it, and the statements that read whole rows of records."""
    schema, asked = laptop.database.schema, list[str]()
    whole = tuple(str(stored_select(schema, each.name)) for each in schema.catalogue)
    with laptop.database.writing_patiently() as connection:
        raw(connection).set_trace_callback(asked.append)
    taken = laptop.replica.take_receipts(receipts)
    assert any(each.startswith("UPDATE journal") for each in asked)
    return taken, [each for each in asked if each.startswith(whole)]


def over(laptop: Laptop) -> list[tuple[Any, ...]]:
    return laptop.table("SELECT type, record, field, value, version FROM agreed ORDER BY type, record, field")


def state(laptop: Laptop, taken: Taken) -> dict[str, Any]:
    """Give everything that receipts may change."""
    tables = {name: laptop.table(f"SELECT * FROM {name} ORDER BY id") for name in ("accounts", "contacts", "tasks")}
    journal = "SELECT n, type, record, op, outcome, seq, code, data, settled IS NULL FROM journal ORDER BY n"
    told = (taken.settled, taken.conflicts, taken.attention, dict(taken.records))
    found = [each.id for each in laptop.search("王芳")]
    return {**tables, "agreed": over(laptop), "journal": laptop.table(journal), "told": told, "found": found}


@pytest.mark.parametrize("name", CASES)
def test_receipts_leave_what_the_whole_way_leaves(
    name: str, pulled_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[name]
    with opened(tmp_path / "one", pulled_file) as laptop:
        taken, read = whole_rows_read(laptop, case.receipts(laptop))
        left, lies_over = state(laptop, taken), over(laptop)
        ((phone, version),) = laptop.table("SELECT phone, version FROM contacts WHERE id = ?", CONTACT)
    monkeypatch.setattr("desktop.store.receipts.take_plain", lambda _c, _s, settled, _o, _t: settled)
    with opened(tmp_path / "other", pulled_file) as laptop:
        taken, _ = whole_rows_read(laptop, case.receipts(laptop))
        whole = state(laptop, taken)

    assert left == whole
    assert (phone, version) == (case.phone, case.version)
    mine = [(field, version) for _, record, field, _, version in lies_over if record == CONTACT]
    assert [each for each in mine if each[0] not in _STAMPS or each in case.over] == sorted(case.over)
    assert (CONTACT in left["told"][3].get("contact", ())) is case.told
    assert (WHOLE if read else SHORT) == case.way


def test_receipt_that_does_not_fit_goes_the_whole_way_alone(pulled_file: Path, tmp_path: Path) -> None:
    with opened(tmp_path, pulled_file) as laptop:
        rows = [row("contact", each, 11, scope=ACCOUNT, name="B", account=ACCOUNT) for each in (NEW, FIELD)]
        laptop.replica.take_page(page(*rows, seq=11))
        mutations = [edited(laptop, each) for each in (CONTACT, NEW, SECOND, FIELD)]
        befores = (10, 9, 10, 11)
        receipts = [
            plain(one, 20 + at, before) for at, (one, before) in enumerate(zip(mutations, befores, strict=True))
        ]

        _, (read,) = whole_rows_read(laptop, receipts)

        versions = dict(laptop.table("SELECT id, version FROM contacts"))
    assert versions == {CONTACT: 20, NEW: 11, SECOND: 22, FIELD: 23}
    assert [each for each in (CONTACT, NEW, SECOND, FIELD) if each in read] == [NEW]
