"""Runs one step of the store again and again, killed at another statement each time; started by ``test_crashes``.

A child process per kill, because a killed process must really be gone. Prints one JSON line per kill: the state that
the next program finds, and the state after the step was repeated.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import Pool

from desktop.store import index_making
from sync.contract.wire import Chunk, Gone
from tests.store.laptops import Laptop, account_row, applied, change, open_database, page, row

ACCOUNT = "01900000-0000-7000-8000-000000000001"
CONTACT = "01900000-0000-7000-8000-000000000002"
MADE = "01900000-0000-7000-8000-000000000003"


def prepare(folder: Path) -> None:
    """Make the database that every step begins with: pulled rows, an unsent edit."""
    with open_database(folder) as database:
        laptop = Laptop(database)
        rows = account_row(ACCOUNT, 5), row("contact", CONTACT, 6, scope=ACCOUNT, name="王芳", account=ACCOUNT)
        laptop.replica.take_page(page(*rows, seq=6))
        laptop.change("account", ACCOUNT, phone="1")
        laptop.change("account", ACCOUNT, points=3)


def save(laptop: Laptop) -> None:
    with laptop.unit() as work:
        work.change("account", ACCOUNT, {"name": "Acme 上海", "city": "上海"})
        if work.get("activity", MADE) is None:
            work.create("activity", {"kind": "visit", "account": ACCOUNT, "body": "谈价格"}, record_id=MADE)
        work.delete("contact", CONTACT)


def receipts(laptop: Laptop) -> None:
    laptop.replica.take_receipts(
        [applied(each, 10 + index, fields={"points": 9, "phone": "1"}) for index, each in enumerate(laptop.outbox())]
    )


def pull(laptop: Laptop) -> None:
    rows = account_row(ACCOUNT, 8, phone="7", city="上海"), row("contact", MADE, 9, scope=ACCOUNT, name="李强")
    changes = (change(8, "account", ACCOUNT, city=(None, "上海")),)
    laptop.replica.take_page(page(*rows, seq=9, changes=changes, gone=(Gone(type="contact", id=CONTACT),)))


def snapshot(laptop: Laptop) -> None:
    if laptop.replica.standing().cursor is not None and not laptop.replica.standing().snapshot_started:
        if laptop.replica.standing().seq == 50:
            return
        laptop.replica.restart_snapshot()
    after = laptop.replica.standing().snapshot_after
    names = ["name", "phone", "tags"]
    if after is None:
        first = [[ACCOUNT, ACCOUNT, 20, False, "Acme", "7", ["a"]]]
        others = [[f"a{n:03}", f"a{n:03}", 21, False, f"Account {n}", None, None] for n in range(250)]
        laptop.replica.take_chunk(_chunk("account", names, [*first, *others], "next"))
    contacts = [[MADE, ACCOUNT, 22, False, "李强"]]
    laptop.replica.take_chunk(_chunk("contact", ["name"], contacts, None))


def age_indexes(laptop: Laptop) -> None:
    """Leave the indexes of customers as an earlier version made them: one otherwise, one missing, one too many."""
    with laptop.database.writing() as connection:
        for sql in (
            "DROP INDEX accounts_by_name",
            "CREATE INDEX accounts_by_name ON accounts (name, id)",
            "DROP INDEX accounts_by_city",
            "CREATE INDEX accounts_by_postcode ON accounts (postcode, id)",
        ):
            connection.exec_driver_sql(sql)


def exchange_indexes(laptop: Laptop) -> None:
    for _step in index_making.catch_up(laptop.database, lambda: False):
        continue


STEPS: dict[str, Callable[[Laptop], None]] = {
    "save": save,
    "receipts": receipts,
    "pull": pull,
    "snapshot": snapshot,
    "indexes": exchange_indexes,
}


def _chunk(type_: str, columns: list[str], rows: list[list[Any]], after: str | None) -> Chunk:
    cursor = None if after else "snapshot"
    return Chunk(type=type_, columns=columns, rows=rows, after=after, cursor=cursor, seq=50, done=len(rows), total=300)


def state(laptop: Laptop) -> str:
    """Describe everything that counts, without ids that are new each time."""
    found: dict[str, Any] = {
        name: laptop.table(f"SELECT id, scope, version, deleted, hidden, name, phone FROM {name} ORDER BY id")
        for name in ("accounts", "contacts")
    }
    found["activities"] = laptop.table("SELECT id, scope, body, deleted, hidden FROM activities")
    found["journal"] = laptop.table("SELECT type, record, op, new, origin, outcome, seq FROM journal ORDER BY n")
    found["agreed"] = laptop.table("SELECT * FROM agreed ORDER BY type, record, field")
    found["counts"] = laptop.table("SELECT * FROM row_count WHERE live > 0 ORDER BY type")
    found["indexes"] = sorted(laptop.table("SELECT name, sql FROM sqlite_master WHERE name LIKE 'accounts_by_%'"))
    found["whole"] = laptop.table("PRAGMA integrity_check")
    found["meta"] = laptop.table("SELECT key, value FROM meta WHERE key IN ('cursor', 'seq') ORDER BY key")
    found["gate"] = laptop.table("SELECT mode FROM gate")
    found["search"] = [[each.id for each in laptop.search(text)] for text in ("上海", "谈价格", "李强")]
    return json.dumps(found, ensure_ascii=False)


def killed_at(folder: Path, step: str, statement: int) -> None:
    """Run a step in a child that is killed when it begins that statement."""
    child = os.fork()
    if child == 0:
        left = [statement]

        def count(_sql: str) -> None:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        traced(folder, step, count)
        os._exit(0)
    os.waitpid(child, 0)


def traced(folder: Path, step: str, hear: Callable[[str], None]) -> str:
    """Run a step and hear of each statement when it begins; gives the state afterwards."""
    with open_database(folder, create=False) as database:
        laptop = Laptop(database)

        def listen(raw: Any, _record: object, _proxy: object) -> None:
            raw.set_trace_callback(hear)

        event.listen(Pool, "checkout", listen)
        STEPS[step](laptop)
        event.remove(Pool, "checkout", listen)
        return state(laptop)


def main(folder: Path, step: str, kills: int) -> None:
    """Kill at so many statements, spread evenly, and tell what was found each time."""
    prepare(folder / "base")
    with open_database(folder / "base", create=False) as database:
        if step == "indexes":
            age_indexes(Laptop(database))
        before = state(Laptop(database))
    statements: list[str] = []
    shutil.copytree(folder / "base", folder / "whole")
    done = traced(folder / "whole", step, statements.append)
    for index in range(kills):
        at = 1 + index * (len(statements) - 1) // max(1, kills - 1)
        here = folder / f"at-{at}"
        shutil.copytree(folder / "base", here)
        killed_at(here, step, at)
        with open_database(here, create=False) as database:
            laptop = Laptop(database)
            found = state(laptop)
            STEPS[step](laptop)
            line = {"before": before, "done": done, "found": found, "repeated": state(laptop)}
        sys.stdout.write(json.dumps(line) + "\n")
        shutil.rmtree(here)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
