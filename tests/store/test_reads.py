"""What the pages and lists of the application ask beside plain lists."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from desktop.domain.changes import ActKind
from desktop.domain.listing import Condition, Listing, Test
from desktop.domain.views import Side, Total, UndoLabel
from desktop.store import meta
from desktop.store.queries import acts, conflicts, history, records, totals
from desktop.store.schema import Schema
from sync.client.ports import SyncRun
from sync.contract.errors import AppError, Code
from sync.contract.fields import Role
from sync.contract.wire import HelloAnswer, Op, Outcome, Receipt
from tests.store.laptops import COLLEAGUE, USER, Laptop, account_row, page, row

ACCOUNT = "01900000-0000-7000-8000-0000000000a1"
CONFLICT = "01900000-0000-7000-8000-0000000000c1"


def ask(laptop: Laptop, question: Callable[[Connection, Schema], Any]) -> Any:
    with laptop.database.reading() as connection:
        return question(connection, laptop.database.schema)


def conflict_row(version: int, **values: Any) -> Any:
    same = {
        "record_type": "account",
        "record": ACCOUNT,
        "field": "phone",
        "before": {"phone": "0"},
        "current": {"phone": "1"},
        "current_by": COLLEAGUE,
        "current_at": "2026-11-20T08:00:00.000Z",
        "proposed": {"phone": "2"},
        "proposed_by": USER,
        "asked": USER,
        "state": "open",
    }
    return row("conflict", CONFLICT, version, scope=ACCOUNT, **{**same, **values})


@pytest.fixture
def clashing(laptop: Laptop) -> Laptop:
    """A laptop whose user is asked to choose."""
    laptop.database.meta.set(meta.USER_ID, USER)
    colleague = row("user", COLLEAGUE, 1, name="Li Qiang", login="li")
    laptop.replica.take_page(page(colleague, account_row(ACCOUNT, 2), conflict_row(3), seq=3))
    return laptop


def test_conflict_tells_both_values_and_whose_they_are(clashing: Laptop) -> None:
    (view,) = ask(clashing, conflicts.conflicts)

    assert (view.type, view.record, view.title, view.field) == ("account", ACCOUNT, "Acme", "phone")
    assert (view.mine, view.asked) == (Side.PROPOSED, True)
    assert (dict(view.yours), dict(view.theirs)) == ({"phone": "2"}, {"phone": "1"})
    assert (view.theirs_by_name, view.theirs_at) == ("Li Qiang", "2026-11-20T08:00:00.000Z")


def test_conflict_marks_its_record(clashing: Laptop) -> None:
    from desktop.store.queries import listing

    (shown,) = ask(clashing, lambda connection, schema: listing.rows(connection, schema, "account", [ACCOUNT]))

    assert shown["choice"] is True
    assert [each.id for each in clashing.shown("account", ACCOUNT).conflicts] == [CONFLICT]


def test_conflict_between_others_is_seen_but_not_asked(clashing: Laptop) -> None:
    clashing.replica.take_page(page(conflict_row(4, proposed_by=None, asked=COLLEAGUE), seq=4))

    (view,) = ask(clashing, conflicts.conflicts)
    assert (view.mine, view.asked) == (None, False)
    assert (dict(view.yours), dict(view.theirs)) == ({"phone": "1"}, {"phone": "2"})
    assert ask(clashing, lambda *parts: conflicts.conflicts(*parts, only_asked=True)) == []


def test_resolved_conflict_is_no_longer_listed(clashing: Laptop) -> None:
    with clashing.unit() as work:
        work.change("conflict", CONFLICT, {"state": "resolved", "resolution": {"phone": "2"}})

    assert ask(clashing, conflicts.conflicts) == []
    assert clashing.outbox()[-1].fields["resolution"] == {"phone": "2"}


def test_reps_cannot_rewrite_what_a_conflict_is_about(clashing: Laptop) -> None:
    with pytest.raises(AppError) as refusal:
        clashing.change("conflict", CONFLICT, current={"phone": "3"})

    assert refusal.value.code in {Code.NOT_PERMITTED, Code.FIELD_READ_ONLY}


def test_history_tells_own_changes_with_their_act_and_outcome(laptop: Laptop) -> None:
    with laptop.unit(label="commands.added", label_values={"name": "Acme"}) as work:
        account = work.create("account", {"name": "Acme"})
    laptop.change("account", account, phone="1")
    first, second = laptop.outbox()
    laptop.replica.take_receipts([Receipt(mutation=first.id, outcome=Outcome.APPLIED, seq=5)])

    changed, created = laptop.history("account", account)

    assert (changed.op, changed.outcome, dict(changed.fields)) == (Op.PATCH, None, {"phone": (None, "1")})
    assert (created.op, created.outcome, created.label) == (Op.CREATE, Outcome.APPLIED, "commands.added")
    assert (created.label_values, created.fields["name"]) == ({"name": "Acme"}, (None, "Acme"))
    assert (changed.mutation, changed.by) == (second.id, USER)


def test_timeline_holds_activities_and_finished_tasks_newest_first(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    other = laptop.add("account", {"name": "Other"})
    visit = laptop.add("activity", {"kind": "visit", "account": account, "at": "2026-01-02T00:00:00.000Z"})
    call = laptop.add("activity", {"kind": "call", "account": account, "at": "2026-01-01T00:00:00.000Z"})
    note = laptop.add("activity", {"kind": "note", "account": account})
    task = laptop.add("task", {"title": "Quote", "account": account})
    laptop.add("task", {"title": "Open", "account": account})
    laptop.add("activity", {"kind": "visit", "account": other})
    laptop.change("task", task, done=True)

    def timeline(**options: Any) -> list[tuple[str, str]]:
        found = ask(laptop, lambda connection, schema: history.timeline(connection, schema, account, **options))
        return [(each["id"], each["kind"]) for each in found]

    assert timeline() == [(task, "task"), (note, "note"), (visit, "visit"), (call, "call")]
    assert timeline(kinds=["call", "visit"]) == [(visit, "visit"), (call, "call")]
    assert timeline(limit=1) == [(task, "task")]


def test_last_characters_of_an_id_stand_for_it(laptop: Laptop) -> None:
    first, second = "01900000-0000-7000-8000-000000aaaaaa", "01900000-0000-7000-8000-000001aaaaaa"
    with laptop.unit() as work:
        for each in (first, second):
            work.create("account", {"name": "Acme"}, record_id=each)

    def resolved(text: str) -> str | Code:
        try:
            return str(ask(laptop, lambda connection, schema: records.resolve_id(connection, schema, "account", text)))
        except AppError as refusal:
            return refusal.code

    assert resolved(first) == first
    assert resolved(" 00AAAAAA ") == first
    assert resolved("aaaaaa") is Code.RECORD_AMBIGUOUS
    assert resolved("aaaaa") is Code.RECORD_NOT_FOUND
    assert resolved("bbbbbb") is Code.RECORD_NOT_FOUND
    assert resolved("%%%%%%") is Code.RECORD_NOT_FOUND


def test_missing_record_is_none(laptop: Laptop) -> None:
    assert laptop.record("account", "nobody") is None


def summed_by(laptop: Laptop, asked: Listing, group_by: str, amount: str) -> list[Total]:
    with laptop.database.reading() as connection:
        return totals.totals(connection, laptop.database.schema, asked, group_by=group_by, amount=amount)


def test_totals_sum_by_field_reference_and_stretch_of_time(laptop: Laptop) -> None:
    laptop.add("stage", {"key": "won", "name": "Won", "status": "won"}, role=Role.ADMIN)
    account = laptop.add("account", {"name": "Acme"})
    deals = [
        ("2026-01-31", [100, "CNY"], account),
        ("2026-03-31", [200, "CNY"], account),
        ("2026-04-01", [50, "EUR"], account),
        ("2026-12-31", None, None),
        (None, [7, "CNY"], None),
    ]
    for closed, amount, customer in deals:
        values = {"name": "Deal", "closed_on": closed, "amount": amount, "account": customer}
        laptop.add("opportunity", {**values, "stage": "won"} if closed else values)

    def summed(group_by: str, *where: Condition) -> list[tuple[Any, str, int, dict[str, Any]]]:
        found = summed_by(laptop, Listing("opportunity", where), group_by, "amount")
        return [(each.key, each.title, each.count, dict(each.sums)) for each in found]

    assert summed("closed_on:quarter") == [
        ("2026-Q1", "2026-Q1", 2, {"CNY": 300}),
        ("2026-Q2", "2026-Q2", 1, {"EUR": 50}),
        ("2026-Q4", "2026-Q4", 1, {}),
        (None, "", 1, {"CNY": 7}),
    ]
    assert summed("closed_on:year", Condition("closed_on", Test.FILLED))[0][2:] == (4, {"CNY": 300, "EUR": 50})
    assert [each[0] for each in summed("closed_on:month")] == ["2026-01", "2026-03", "2026-04", "2026-12", None]
    assert summed("account")[0] == (account, "Acme", 3, {"CNY": 300, "EUR": 50})
    assert [each[:3] for each in summed("status")] == [("open", "open", 1), ("won", "won", 4)]


NONSENSE = [("closed_on:week", "amount"), ("name:year", "amount"), ("amount", "amount"), ("name", "name"), ("tags", "")]


@pytest.mark.parametrize(("group_by", "amount"), NONSENSE)
def test_totals_that_make_no_sense_are_refused(laptop: Laptop, group_by: str, amount: str) -> None:
    with pytest.raises(AppError) as refusal:
        summed_by(laptop, Listing("opportunity"), group_by, amount)

    assert refusal.value.code is Code.VALUE_UNREADABLE


def undo_and_redo(laptop: Laptop) -> tuple[UndoLabel | None, UndoLabel | None]:
    with laptop.database.reading() as connection:
        return acts.undoable(connection), acts.redoable(connection)


def act(laptop: Laptop, **details: Any) -> str:
    with laptop.unit(**details) as work:
        work.create("tag", {"name": "tag"})
    return work.command_id


def test_undo_walks_back_and_redo_forward_under_the_names_of_the_acts(laptop: Laptop) -> None:
    first, second = act(laptop, label="first"), act(laptop, label="second")
    undone_second = act(laptop, kind=ActKind.UNDO, target=second)
    between = undo_and_redo(laptop)
    undone_first = act(laptop, kind=ActKind.UNDO, target=first)
    all_undone = undo_and_redo(laptop)
    redone_first = act(laptop, kind=ActKind.REDO, target=undone_first)
    forward = undo_and_redo(laptop)

    def names(labels: tuple[UndoLabel | None, UndoLabel | None]) -> list[tuple[str, str] | None]:
        return [None if each is None else (each.command, each.label) for each in labels]

    assert names(between) == [(first, "first"), (undone_second, "second")]
    assert names(all_undone) == [None, (undone_first, "first")]
    assert names(forward) == [(redone_first, "first"), (undone_second, "second")]


def test_new_act_leaves_nothing_to_redo(laptop: Laptop) -> None:
    first = act(laptop, label="first")
    act(laptop, kind=ActKind.UNDO, target=first)

    act(laptop, label="new")

    assert undo_and_redo(laptop)[1] is None


def test_act_that_cannot_be_undone_is_passed_over(laptop: Laptop) -> None:
    first = act(laptop, label="first")
    act(laptop, label="sent mail", undoable=False)

    undo, _ = undo_and_redo(laptop)

    assert undo is not None
    assert undo.command == first


def test_undo_is_known_after_a_restart(laptop: Laptop, tmp_path: Any) -> None:
    from tests.store.laptops import open_database

    first = act(laptop, label="first")
    laptop.database.close()

    with open_database(tmp_path, create=False) as database:
        undo, _ = undo_and_redo(Laptop(database))

    assert undo is not None
    assert undo.command == first


def test_waiting_counts_changes_and_records_by_type(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    laptop.change("account", account, phone="1")
    laptop.add("tag", {"name": "vip"})

    found = ask(laptop, lambda connection, _schema: acts.waiting(connection))

    assert [(each.type, each.changes, each.records) for each in found] == [("account", 2, 1), ("tag", 1, 1)]


def test_outbox_keeps_groups_together_and_respects_its_limits(laptop: Laptop) -> None:
    laptop.add("tag", {"name": "one"})
    with laptop.unit(grouped=True) as work:
        for number in range(3):
            work.create("tag", {"name": f"together {number}"})
    laptop.add("tag", {"name": "last"})

    def sizes(**limits: int) -> list[int]:
        taken, after = [], 0
        while batch := laptop.replica.outbox(after_n=after, **{"max_mutations": 99, "max_bytes": 10**6, **limits}):
            taken.append(len(batch))
            after = batch[-1].n
        return taken

    assert sizes() == [5]
    assert sizes(max_mutations=2) == [1, 3, 1]
    assert sizes(max_bytes=1) == [1, 3, 1]


def test_sync_runs_are_listed_newest_first(laptop: Laptop) -> None:
    for number in range(3):
        at = f"2026-11-21T0{number}:00:00.000Z"
        laptop.replica.note_run(SyncRun(started_at=at, finished_at=at, pushed=number, error="" if number else "x"))

    found = ask(laptop, lambda connection, _schema: acts.sync_runs(connection, 2))

    assert [(each.pushed, each.error) for each in found] == [(2, ""), (1, "")]


def test_hello_is_remembered_and_not_written_again(laptop: Laptop) -> None:
    from sync.contract.wire import Action

    answer = HelloAnswer(
        action=Action.NOTHING,
        epoch="e1",
        head=0,
        last_n=0,
        server_time="2026-11-21T10:00:00.000Z",
        role="manager",
        schema=1,
        user_id=USER,
    )
    laptop.replica.note_hello(answer)
    version = laptop.database.data_version()
    laptop.replica.note_hello(answer)

    assert laptop.database.meta.role is Role.MANAGER
    assert abs(laptop.database.meta.get(meta.CLOCK_OFFSET_MS) - 3_600_000) < 1000
    assert laptop.database.data_version() == version


def test_meta_keeps_and_forgets_values(laptop: Laptop) -> None:
    laptop.database.meta.set_many({meta.SERVER: "https://example.test", meta.TOKEN: "secret"})
    laptop.database.meta.set(meta.TOKEN, None)

    assert (laptop.database.meta.server, laptop.database.meta.token) == ("https://example.test", "")
