"""One mutation that breaks the office holds up nothing: the rest of its batch and all others go on (F19, I12)."""

import random
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from sync.contract import rules
from sync.contract.wire import Mutation, Op, Outcome
from sync.server import applying
from sync.server.check import check
from sync.server.schema import MUTATION
from tests.server.desk import Desk, Laptop

_BATCH = 12
_EDITS = 5 * _BATCH
_FAULTS: tuple[type[Exception], ...] = (RuntimeError, KeyError, ZeroDivisionError, RecursionError, UnicodeError)


@pytest.fixture
def break_on(monkeypatch: pytest.MonkeyPatch) -> Callable[[set[str], random.Random], None]:
    """Let the office's own checks break on some records, each time in another way."""

    def begin(poisoned: set[str], chance: random.Random) -> None:
        def breaking(sound: Callable[..., Any]) -> Callable[..., Any]:
            def checked(record: Any, values: Mapping[str, Any], **more: Any) -> Any:
                if values.get("title") in poisoned:
                    raise chance.choice(_FAULTS)("broken by the test")
                return sound(record, values, **more)

            return checked

        monkeypatch.setattr(applying, "check_new", breaking(rules.check_new))
        monkeypatch.setattr(applying, "check_fields", breaking(rules.check_fields))

    return begin


@pytest.mark.allow_logs("mutation .* broke under")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_poisoned_edits_anywhere_in_several_batches_delay_no_other_one(
    desk: Desk, ana: Laptop, break_on: Callable[[set[str], random.Random], None], seed: int
) -> None:
    chance = random.Random(seed)
    first = [ana.create("task", title=f"old {number}") for number in range(_BATCH)]
    ana.sync()
    edits = [_edit(ana, chance, first, number) for number in range(_EDITS)]
    poisoned = {each.fields["title"]: each for each in chance.sample(edits, chance.randint(1, 6))}
    break_on(set(poisoned), chance)

    for batch in _batches(ana):
        receipts = {each.mutation: each for each in ana.send(batch).receipts}
        for each in batch:
            is_poison = each.fields["title"] in poisoned
            assert receipts[each.id].outcome is (Outcome.QUARANTINED if is_poison else Outcome.APPLIED)

    # What the last edit of each record that was not poisoned says is what holds, and the poison is kept as it came.
    for record in {each.record for each in edits}:
        sound = [each for each in edits if each.record == record and each.fields["title"] not in poisoned]
        if sound:
            assert desk.values("task", record)["title"] == sound[-1].fields["title"]
    assert _payloads(desk, {each.id for each in poisoned.values()}) == {each.id: each for each in poisoned.values()}
    assert check(desk.log).damage == []


def _edit(ana: Laptop, chance: random.Random, first: list[str], number: int) -> Mutation:
    if chance.random() < 0.5:
        return ana.patch("task", chance.choice(first), title=f"title {number}")
    record = f"01900000-0000-7000-8000-{number:012x}"
    return ana.add(Op.CREATE, "task", record, fields={"title": f"title {number}"})


def _batches(ana: Laptop) -> list[list[Mutation]]:
    waiting, ana.waiting = ana.waiting, []
    return [waiting[start : start + _BATCH] for start in range(0, len(waiting), _BATCH)]


def _payloads(desk: Desk, wanted: set[str]) -> dict[str, Mutation]:
    with desk.log.storage.reading() as connection:
        rows = connection.execute(
            select(MUTATION.c.mutation_id, MUTATION.c.payload).where(MUTATION.c.mutation_id.in_(wanted))
        )
        return {each.mutation_id: msgspec.json.decode(each.payload, type=Mutation) for each in rows}
