"""What a first sync takes of memory at the office does not depend on how many accounts there are."""

import shutil
from pathlib import Path

from sqlalchemy import Connection

from sync.contract.entities import CATALOGUE
from sync.server import chunk_plan
from sync.server.bulk import insert_rows
from sync.server.chunk_plan import make_manifest
from sync.server.schema import ACCOUNT_HEAD, ENTITY_TABLES, USER_SCOPE
from sync.server.storage import Storage
from tests.helpers.allocation import peak_bytes
from tests.server.desk import Desk

FEW = 2_000
MANY = 20_000
TERRITORIES = 7
SLACK = 150_000
"""Bytes for the manifest itself, which has a line for each chunk."""


def see_accounts(connection: Connection, user: str, first: int, last: int) -> None:
    """Let somebody see accounts of several territories, without the work of making them one by one."""
    numbers = range(first, last)
    ids = {n: f"01900000-0000-7000-8000-{n:012x}" for n in numbers}
    places = {n: f"01900000-0000-7000-9000-{n % TERRITORIES:012x}" for n in numbers}
    accounts = [{"id": ids[n], "scope": ids[n], "version": n, "name": "Acme", "territory": places[n]} for n in numbers]
    insert_rows(connection, ENTITY_TABLES["account"], accounts)
    insert_rows(connection, ACCOUNT_HEAD, [{"scope": ids[n], "max_seq": n, "n_rows": 1, "sum_h": n} for n in numbers])
    insert_rows(connection, USER_SCOPE, [{"user_id": user, "scope": ids[n], "granted_seq": n} for n in numbers])


def test_manifest_of_tenfold_accounts_takes_no_more_memory(desk: Desk) -> None:
    user = desk.user("ana")
    storage = desk.log.storage
    taken: dict[int, int] = {}
    chunks: dict[int, int] = {}

    def ask() -> None:
        with storage.reading() as connection:
            manifest = make_manifest(connection, user, CATALOGUE)
        chunks[there] = len(manifest.chunks)

    there = 0
    for accounts in (FEW, MANY):
        with storage.writing() as connection:
            see_accounts(connection, user, there, accounts)
        there = accounts
        # The first time compiles statements.
        ask()
        taken[accounts] = peak_bytes(ask)

    assert chunks[MANY] >= TERRITORIES
    assert taken[MANY] < taken[FEW] + SLACK


def test_accounts_of_a_manifest_come_without_being_sorted_in_the_offices_memory(
    ready_sqlite: Path, tmp_path: Path
) -> None:
    file = shutil.copyfile(ready_sqlite, tmp_path / "office.db")
    storage = Storage(f"sqlite:///{file}")
    # SQLite's own memory shows nowhere, but its plan says whether it sorts.
    with storage.reading() as connection:
        asked = chunk_plan._all_accounts("ana").compile(  # noqa: SLF001 - as above
            dialect=connection.dialect, compile_kwargs={"literal_binds": True}
        )
        plan = [each[3] for each in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}")]
    storage.close()

    assert len(plan) == 3
    assert not [each for each in plan if "TEMP B-TREE" in each]
