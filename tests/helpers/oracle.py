"""What must hold when a history has come to rest (SYNC.md part 2), checked against the office's own log.

It reads the office's tables and the laptops' journals, not their answers, and knows nothing of how they work.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import RowMapping, select

from desktop.store.selecting import stored_where
from desktop.store.tables import GONE_SCOPE, agreed, frozen_scope, journal
from sync.client.ports import Office
from sync.contract.entities import CATALOGUE
from sync.contract.fields import Merge
from sync.contract.wire import ATTENTION, Op, Outcome
from sync.server.schema import CHANGE_LOG, ENTITY_TABLES, MUTATION, RECEIPT
from sync.server.storage import Storage
from tests.helpers.desk import Desk
from tests.helpers.small_world import World

_TAKEN = {Outcome.APPLIED, Outcome.MERGED, Outcome.NOOP, Outcome.CONFLICT}
_ASKED = {Merge.ASK, Merge.APPEND}

_LINE = CHANGE_LOG.c
_LINES = select(_LINE.seq, _LINE.type, _LINE.record, _LINE.op, _LINE.delta, _LINE.mutation, _LINE.client_id).order_by(
    _LINE.seq
)
_SENT = select(MUTATION.c.mutation_id, MUTATION.c.client_id, MUTATION.c.payload)
_OUTCOMES = select(RECEIPT.c.mutation_id, RECEIPT.c.outcome)
_ABOUT, _ACCOUNT = ENTITY_TABLES["conflict"].c, ENTITY_TABLES["account"].c
_PROPOSALS = select(_ABOUT.id, _ABOUT.proposed, _ABOUT.others)
_POINTS = select(_ACCOUNT.id, _ACCOUNT.points)
_EDITS = select(journal).where(journal.c.origin == "local")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the office's log."""

    seq: int
    type: str
    record: str
    op: str
    delta: dict[str, list[Any]]
    mutation: str | None
    client: str | None


@dataclass
class Ledger:
    """What the office has on paper."""

    lines: list[Line]
    sent: dict[str, dict[str, Any]]
    clients: dict[str, str]
    outcomes: dict[str, Outcome]
    proposals: dict[str, dict[str, Any]]
    """What each conflict proposes now: ``proposed`` and ``others``."""
    points: dict[str, int]
    """How many points each account has now."""
    by_mutation: dict[str, list[Line]] = field(default_factory=dict)
    by_record: dict[tuple[str, str], list[Line]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for line in self.lines:
            self.by_record.setdefault((line.type, line.record), []).append(line)
            if line.mutation is not None:
                self.by_mutation.setdefault(line.mutation, []).append(line)


def check(world: World) -> None:
    """Check everything about a small world that has come to rest.

    Raises:
        AssertionError: a promise is broken; the message says which.
    """
    for laptop in world.laptops:
        check_nothing_lies_over(laptop)
        check_equals_office(world.dial(laptop.database.meta.token), laptop)
    check_ledger(world.office.log.storage, world.laptops)
    check_nothing_moves(world)


def check_ledger(storage: Storage, laptops: Sequence[Desk]) -> None:
    """Check that every edit of these laptops, and of all others, has had its effect once, or is kept somewhere."""
    ledger = read_ledger(storage)
    check_log(ledger)
    for laptop in laptops:
        check_nothing_lost(ledger, laptop)
    check_counters(ledger)
    for line in ledger.lines:
        check_tags(ledger, line)
        check_text(ledger, line)


def read_ledger(storage: Storage) -> Ledger:
    """Read the office's log, mutations and receipts."""
    with storage.reading() as connection:
        lines = [
            Line(seq, kind, record, op, json.loads(delta or "{}"), mutation, client)
            for seq, kind, record, op, delta, mutation, client in connection.execute(_LINES)
        ]
        mutations = connection.execute(_SENT).all()
        outcomes = {mutation: Outcome(outcome) for mutation, outcome in connection.execute(_OUTCOMES)}
        proposals = {
            conflict: {"proposed": json.loads(proposed or "{}"), "others": json.loads(others or "[]")}
            for conflict, proposed, others in connection.execute(_PROPOSALS)
        }
        points = {account: count or 0 for account, count in connection.execute(_POINTS)}
    sent = {mutation: json.loads(payload or "{}") for mutation, _client, payload in mutations}
    clients = {mutation: client for mutation, client, _payload in mutations}
    return Ledger(lines, sent, clients, outcomes, proposals, points)


def check_log(ledger: Ledger) -> None:
    """Check that the log is dense and each mutation has exactly one receipt."""
    assert [line.seq for line in ledger.lines] == list(range(1, len(ledger.lines) + 1)), "the log has gaps"
    assert ledger.sent.keys() == ledger.outcomes.keys(), "a mutation has no receipt, or a receipt no mutation"


def check_nothing_lies_over(laptop: Desk) -> None:
    """Check that everything has its receipt, and that nothing lies over the office's rows any more."""
    assert laptop.unsent == 0, f"{laptop.name} still has unsent edits"
    held = dict(laptop_rows(laptop))
    with laptop.database.reading() as connection:
        # What a receipt told of an account that was revoked since stays with it.
        left = [each for each in connection.execute(select(agreed)) if (each.type, each.record) in held]
    assert not left, f"{laptop.name} keeps agreed values without an edit: {left}"


def check_equals_office(office: Office, laptop: Desk) -> None:
    """Check that a laptop holds exactly the rows its user may see, as the office has them (I3, I4).

    ``office`` is that laptop's own way to the office.
    """
    there, here = dict(office_rows(office)), dict(laptop_rows(laptop))
    assert here.keys() == there.keys(), f"{laptop.name} holds other records: {here.keys() ^ there.keys()}"
    for key, theirs in there.items():
        assert here[key] == theirs, f"{laptop.name} differs in {key}:\n  here   {here[key]}\n  office {theirs}"


def office_rows(office: Office) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """Give what the office would send to a new laptop of this user."""
    after: str | None = None
    while True:
        chunk = office.snapshot(after)
        for row in chunk.rows:
            values = dict(zip(chunk.columns, row[4:], strict=True))
            kept = {name: value for name, value in values.items() if value is not None}
            yield (chunk.type, row[0]), {"scope": row[1], "version": row[2], "deleted": row[3], **kept}
        after = chunk.after
        if after is None:
            return


def laptop_rows(laptop: Desk) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """Give what a laptop holds, without what it keeps of scopes that were revoked."""
    with laptop.database.reading() as connection:
        kept = {GONE_SCOPE, *connection.execute(select(frozen_scope.c.scope)).scalars()}
        for record in laptop.database.catalogue:
            for row in stored_where(connection, laptop.database.schema, record.name, "TRUE", ()):
                if row.scope not in kept:
                    own = {"scope": row.scope, "version": row.version, "deleted": row.deleted}
                    yield (record.name, row.id), {**own, **row.values}


def check_nothing_lost(ledger: Ledger, laptop: Desk, *, office_went_back: bool = False) -> None:
    """Check I1 and I2 for every edit ever made on a laptop.

    An office that went back need not know what it had refused: such edits stay on their laptop and wait for the rep.
    Nor what went with a revoked account: the laptop holds its values no more.
    """
    with laptop.database.reading() as connection:
        rows = connection.execute(_EDITS).mappings().all()
    for row in rows:
        mutation = row["mutation"]
        name = f"{laptop.name}: {row['op']} of {row['type']} {row['record'][-4:]} ({mutation}) {row['new']}"
        excused = row["outcome"] in ATTENTION or row["purged"]
        if office_went_back and excused and mutation not in ledger.outcomes:
            continue
        if office_went_back and row["purged"] and mutation not in ledger.outcomes:
            # Its values were taken off the laptop with their account: the office lists it as lost.
            continue
        assert row["outcome"] == ledger.outcomes.get(mutation), f"{name}: outcome here and there differ"
        place = (row["type"], row["record"])
        effects = [line for line in ledger.by_mutation.get(mutation, []) if (line.type, line.record) == place]
        assert len([line for line in effects if line.op == row["op"]]) <= 1, f"{name} took effect twice"
        if row["outcome"] == Outcome.LATE:
            _check_late(ledger, row, name)
        if Outcome(row["outcome"]) not in _TAKEN:
            continue
        if row["op"] == Op.PATCH:
            for name_, value in _wanted(ledger, row).items():
                _check_field(ledger, mutation, (*place, name_), value, name)
        elif row["outcome"] == Outcome.APPLIED:
            assert any(line.op == row["op"] for line in effects), f"{name} was applied and is not in the log"


def _wanted(ledger: Ledger, row: RowMapping) -> dict[str, Any]:
    """Give what an edit wanted; the office knows it where the laptop's own values went with their account."""
    if not row["purged"]:
        return dict(json.loads(row["new"] or "{}"))
    fields = CATALOGUE[row["type"]].fields
    return {name: value for name, value in ledger.sent[row["mutation"]]["fields"].items() if name in fields}


def _check_late(ledger: Ledger, row: RowMapping, name: str) -> None:
    """An edit that came late is asked about, each value of it that did not hold already."""
    place = (row["type"], row["record"])
    effects = [line for line in ledger.by_mutation.get(row["mutation"], []) if (line.type, line.record) == place]
    assert not effects, f"{name} came late and was written all the same"
    if row["op"] not in {Op.PATCH, Op.CREATE} or row["type"] == "conflict":
        return
    places = _standing(ledger, place)
    lines = [line for each in places for line in ledger.by_record.get(each, ())]
    ever = [pair for line in lines for each in line.delta.values() for pair in each] + [None]
    for field_name, value in _wanted(ledger, row).items():
        if CATALOGUE[row["type"]].fields[field_name].merge is Merge.COUNTER:
            _check_late_addition(ledger, row, field_name, value, name)
            continue
        known = (
            field_name in _STAMPS or value in ever or value in [_made_with(ledger, each, field_name) for each in places]
        )
        assert known or value in list(_proposed(ledger, row["mutation"], field_name)), (
            f"{name}: {field_name}={value!r} came late and nobody is asked about it"
        )


def _standing(ledger: Ledger, place: tuple[str, str]) -> list[tuple[str, str]]:
    """List a record and, of an account, all that ever stood for it: what was late is asked about there."""
    found = [place]
    for each in found:
        into = [pair for line in ledger.by_record.get(each, ()) for pair in line.delta.get("merged_into", ())]
        found += [("account", one) for one in into if one is not None and ("account", one) not in found]
    return found


def _check_late_addition(ledger: Ledger, row: RowMapping, field_name: str, value: Any, name: str) -> None:
    """What was added late to a number is asked about, whatever sum there is by now."""
    before = (ledger.sent[row["mutation"]].get("was") or {}).get(field_name) or 0
    asked = any(each is not None for each in _proposed(ledger, row["mutation"], field_name))
    assert asked or (value or 0) == before, f"{name}: {field_name}={value!r} came late and nobody is asked about it"


def _made_with(ledger: Ledger, place: tuple[str, str], field_name: str) -> Any:
    """Give the value that a record was made with, which the log does not keep."""
    for edit in ledger.sent.values():
        if edit["op"] == Op.CREATE and (edit["type"], edit["record"]) == place:
            return edit["fields"].get(field_name)
    return None


def _check_field(ledger: Ledger, mutation: str, place: tuple[str, str, str], value: Any, name: str) -> None:
    record_type, record, field_name = place
    merge = CATALOGUE[record_type].fields[field_name].merge
    history = [line for line in ledger.by_record[record_type, record] if field_name in line.delta]
    own = [line for line in history if line.mutation == mutation]
    if own:
        if merge in _ASKED:
            _check_overwritten_knowingly(ledger, own[-1], history, field_name, name)
        return
    if merge not in _ASKED or field_name in _REMEMBERED_ELSEWHERE:
        return
    if field_name == "merged_into" and value is not None and ledger.outcomes[mutation] is Outcome.NOOP:
        # Of two accounts that are merged each into the other, the first merge holds: they are one already.
        lines = [line for each in (record, value) for line in ledger.by_record.get(("account", each), ())]
        assert any(field_name in line.delta for line in lines), f"{name}: nobody merged them"
        return
    ever = [pair for line in history for pair in line.delta[field_name]] + [None]
    asked = value in list(_proposed(ledger, mutation, field_name))
    if not history and ledger.outcomes[mutation] is Outcome.NOOP and value in _seen_first(ledger, place):
        # Nothing has ever changed it at the office, and it already was what the edit wanted.
        return
    assert asked or (ledger.outcomes[mutation] is not Outcome.CONFLICT and value in ever), (
        f"{name}: {field_name}={value!r} is lost: neither in the log nor asked about"
    )


def _seen_first(ledger: Ledger, place: tuple[str, str, str]) -> list[Any]:
    """Give what each laptop saw in a field before it edited it for the first time: the office's value."""
    record_type, record, field_name = place
    first: dict[str, dict[str, Any]] = {}
    for mutation, edit in ledger.sent.items():
        if (edit["type"], edit["record"]) == (record_type, record) and field_name in edit.get("was", {}):
            known = first.setdefault(ledger.clients[mutation], edit)
            if edit["n"] < known["n"]:
                first[ledger.clients[mutation]] = edit
    return [edit["was"][field_name] for edit in first.values()]


def _check_overwritten_knowingly(
    ledger: Ledger, line: Line, history: Iterable[Line], field_name: str, name: str
) -> None:
    """An accepted value is replaced only by somebody who had seen it, or by the same laptop later."""
    for later in history:
        if later.seq <= line.seq or later.mutation is None or later.client == line.client:
            continue
        edit = ledger.sent[later.mutation]
        seen = edit.get("older", {}).get(field_name, edit["base"])
        same = later.delta[field_name][1] == line.delta[field_name][1]
        assert seen >= line.seq or same, (
            f"{name}: {field_name} was overwritten at {later.seq} by {later.mutation}, which had seen up to {seen}"
        )
        return


def _proposed(ledger: Ledger, mutation: str, field_name: str) -> Iterator[Any]:
    """Give what a mutation proposed for a field in the conflicts that it opened or brought up to date."""
    for line in ledger.by_mutation.get(mutation, []):
        if line.type == "conflict":
            yield (_value_after(ledger, line, "proposed") or {}).get(field_name)
            for other in _value_after(ledger, line, "others") or ():
                yield other["values"].get(field_name)


def _value_after(ledger: Ledger, line: Line, name: str) -> Any:
    # The log keeps no values of a creation, so what was proposed is read backwards from what came later.
    for later in ledger.by_record["conflict", line.record]:
        if name in later.delta and later.seq >= line.seq:
            return later.delta[name][1 if later.seq == line.seq else 0]
    return ledger.proposals[line.record][name]


_STAMPS = frozenset({"created_at", "created_by", "updated_at", "updated_by"})
_REMEMBERED_ELSEWHERE = frozenset({"stage_since", "closed_on", "done_at"})
"""Fields that follow from others of their group."""


def check_counters(ledger: Ledger) -> None:
    """Check that every counter is the exact sum of what was added on all laptops (I2)."""
    sums: dict[str, int] = {}
    for mutation, edit in ledger.sent.items():
        if edit["type"] != "account" or "points" not in edit["fields"] or ledger.outcomes[mutation] not in _TAKEN:
            continue
        before = (edit["was"].get("points") or 0) if edit["op"] == Op.PATCH else 0
        sums[edit["record"]] = sums.get(edit["record"], 0) + (edit["fields"]["points"] or 0) - before
    for record, have in ledger.points.items():
        assert have == sums.get(record, 0), f"account {record[-4:]} has {have} points, not {sums.get(record, 0)}"


def check_tags(ledger: Ledger, line: Line) -> None:
    """Check that an edit of tags put on and took off exactly its own."""
    if "tags" not in line.delta or line.mutation is None or line.op != Op.PATCH:
        return
    edit = ledger.sent[line.mutation]
    before, after = (set(value or ()) for value in line.delta["tags"])
    was, new = set(edit["was"].get("tags") or ()), set(edit["fields"].get("tags") or ())
    assert after == (before - (was - new)) | (new - was), f"tags {before} became {after} by {was} -> {new}"


def check_text(ledger: Ledger, line: Line) -> None:
    """Check that an edit of a long text brought its own lines and left what others had written."""
    if "description" not in line.delta or line.mutation is None or line.op != Op.PATCH:
        return
    edit = ledger.sent[line.mutation]
    before, after = (set((value or "").splitlines()) for value in line.delta["description"])
    was = set((edit["was"].get("description") or "").splitlines())
    new = set((edit["fields"].get("description") or "").splitlines())
    assert after >= new - was, f"lines {new - was - after} were written and are not there"
    if edit["fields"].keys() == {"description"}:
        assert after >= before - (was - new), f"lines {before - (was - new) - after} of others are gone"


def check_nothing_moves(world: World) -> None:
    """Check that more syncs write nothing (I10)."""
    with world.office.log.storage.reading() as connection:
        before = connection.execute(select(CHANGE_LOG.c.seq).order_by(CHANGE_LOG.c.seq.desc()).limit(1)).scalar()
    for laptop in world.laptops:
        report = laptop.sync()
        assert (report.pushed, report.pulled) == (0, 0), f"{laptop.name} still moves something: {report}"
    with world.office.log.storage.reading() as connection:
        after = connection.execute(select(CHANGE_LOG.c.seq).order_by(CHANGE_LOG.c.seq.desc()).limit(1)).scalar()
    assert before == after, "a sync without edits wrote into the log"
