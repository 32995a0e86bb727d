"""Defects to put into the product one by one: whoever keeps promises must notice each of them."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from typing import Any

from desktop.store import lineage, meta, outbox, overlay, pages, snapshots
from desktop.store.connections import raw
from desktop.store.lineage import Kin
from desktop.store.replica import StoreReplica
from desktop.store.unit_of_work import UnitOfWork
from sync.client import pushing
from sync.client.ports import Lineage
from sync.contract import merge
from sync.contract.fields import Merge
from sync.contract.wire import Outcome, Receipt
from sync.server import applying, brake, handlers, pull, push
from sync.server.applying import Applier
from sync.server.blobs import Blobs
from sync.server.hindsight import Hindsight
from tests.simulate.patching import patched


@dataclass(frozen=True, slots=True)
class Change:
    """Something else in the place of a part of the product: ``made`` is given what was there."""

    where: Any
    name: str
    made: Callable[[Any], Any]

    def planted(self) -> AbstractContextManager[None]:
        """Put it there for a while."""
        return patched(self.where, self.name, self.made(getattr(self.where, self.name)))


def planted(defect: str) -> ExitStack:
    """Put a defect into the product until the block ends."""
    with ExitStack() as stack:
        for change in DEFECTS[defect]:
            stack.enter_context(change.planted())
        return stack.pop_all()


def _always(value: Any) -> Callable[[Any], Any]:
    return lambda _was: lambda *_args, **_named: value


def _all_but_the_first(found: Callable[..., Iterable[Any]]) -> Callable[..., list[Any]]:
    return lambda *args: list(found(*args))[1:]


def _joining(rule: Merge) -> Change:
    return Change(merge, "_JOINS", lambda joins: {**joins, rule: lambda _was, mine, _theirs: mine})


def _letting_rings(_was: Any) -> Any:
    return lambda _writer, _account, changes: dict(changes)


def _first_for_all(_take: Any) -> Any:
    def take(self: Any, batch: Sequence[Any], answer: Any) -> Any:
        outcome = answer.receipts[0].outcome
        return self._replica.take_receipts([Receipt(mutation=each.id, outcome=outcome) for each in batch])

    return take


def _whole_record(take: Any) -> Any:
    def take_receipts(self: StoreReplica, receipts: Sequence[Receipt]) -> Any:
        by_id = {each.mutation: each for each in receipts}
        with self._database.reading() as connection:
            unsent = raw(connection).execute(
                "SELECT a.mutation, b.mutation FROM journal a JOIN journal b ON a.record = b.record "
                "WHERE a.outcome IS NULL AND a.origin = 'local' AND b.outcome IS NULL AND b.origin = 'local'"
            )
            more = [replace_id(by_id[sent], other) for sent, other in unsent if sent in by_id and other not in by_id]
        return take(self, [*receipts, *more])

    return take_receipts


def replace_id(receipt: Receipt, mutation: str) -> Receipt:
    """Give the same receipt for another mutation."""
    return Receipt(mutation=mutation, outcome=receipt.outcome, seq=receipt.seq)


def _cursor_first(take: Any) -> Any:
    def take_page(self: StoreReplica, page: Any) -> Any:
        with self._database.writing_patiently() as connection:
            meta.write(connection, {meta.CURSOR: page.cursor, meta.SEQ: page.seq})
        return take(self, page)

    return take_page


def _refusing_all(apply: Any) -> Any:
    def apply_all(self: Any, parcels: Sequence[Any]) -> list[Receipt]:
        mark = self._writer.mark()
        receipts = apply(self, parcels)
        if not any(each.outcome is Outcome.QUARANTINED for each in receipts):
            return list(receipts)
        self._writer.go_back(mark)
        return [Receipt(mutation=each.id, outcome=Outcome.QUARANTINED, code="internal") for each in parcels]

    return apply_all


def _newest_base(mutations: Any) -> Any:
    def listed(connection: Any, *args: Any, **named: Any) -> list[Any]:
        seen = int(meta.read(connection, meta.SEQ) or 0)
        return [_with_base(each, max(each.base, seen)) for each in mutations(connection, *args, **named)]

    return listed


def _with_base(mutation: Any, base: int) -> Any:
    import msgspec

    return (
        msgspec.structs.replace(mutation, base=base)
        if hasattr(mutation, "__struct_fields__")
        else replace(mutation, base=base)
    )


def _dropping_older(patch: Any) -> Any:
    def by_clock(self: Applier, task: Any) -> Any:
        current = self._writer.get(task.mutation.type, task.mutation.record)
        if current is not None and task.mutation.at < str(current.values.get("updated_at")):
            return Outcome.NOOP, {}
        return patch(self, task)

    return by_clock


def _with_way(name: str, made: Callable[[Any], Any]) -> Change:
    from sync.contract.wire import Op

    op = {"patch": Op.PATCH}[name]
    return Change(applying, "_WAYS", lambda ways: {**ways, op: made(ways[op])})


def _without(name: str) -> Callable[[Any], Any]:
    return lambda deliver: lambda *args: replace(deliver(*args), **{name: []})


def _dropping_unsent(take: Any) -> Any:
    def take_scopes(connection: Any, schema: Any, page: Any, **named: Any) -> None:
        take(connection, schema, page, **named)
        for each in page.revoked:
            raw(connection).execute(
                "DELETE FROM journal WHERE outcome IS NULL AND origin = 'local' AND (record = ? OR record IN "
                "(SELECT id FROM contacts WHERE scope = ? UNION SELECT id FROM tasks WHERE scope = ?))",
                (each.scope, each.scope, each.scope),
            )

    return take_scopes


def _stored_at_once(begin: Any) -> Any:
    def begun(self: Blobs, token: str, request: Any) -> Any:
        answer = begin(self, token, request)
        self._mark(self.upload_of(token, request.sha256), handed_in=True) if answer.offset == 0 else None
        return answer

    return begun


_BATCH: Any = getattr(push, "_Batch")  # noqa: B009 - a defect reaches inside

DEFECTS: dict[str, list[Change]] = {
    "edits that were not seen are overwritten": [Change(merge, "is_stale", _always(False))],
    "the base of an edit is that of the moment it is handed in": [Change(outbox, "mutations", _newest_base)],
    "the later clock wins": [_with_way("patch", _dropping_older)],
    "a delete takes unseen edits along": [Change(Hindsight, "unseen", _always(None))],
    "a receipt is taken for the whole batch": [Change(pushing.Outbox, "take", _first_for_all)],
    "a receipt clears later edits of the same record": [Change(StoreReplica, "take_receipts", _whole_record)],
    "one bad edit refuses the whole batch": [Change(_BATCH, "_apply", _refusing_all)],
    "an edit that comes twice counts twice": [Change(_BATCH, "_known", _always({}))],
    "the cursor is written before the rows": [Change(StoreReplica, "take_page", _cursor_first)],
    "a page skips the first line of its window": [Change(pull, "_lines", _all_but_the_first)],
    "counters take the last value": [_joining(Merge.COUNTER)],
    "tags take the last list": [_joining(Merge.SET)],
    "merges of accounts close rings": [Change(applying, "without_rings", _letting_rings)],
    "long texts take the last version": [Change(merge, "merge_text", lambda _was: lambda _before, mine, _theirs: mine)],
    "pulled rows cover unsent edits": [Change(overlay.RecordOverlay, "covered", _always({}))],
    "everybody sees every row of a line": [Change(pull, "seen_among", lambda _was: lambda _c, _u, scopes: set(scopes))],
    "grants bring no rows": [Change(pull, "deliver", _without("rows"))],
    "revocations are not told": [Change(pull, "deliver", _without("revoked"))],
    "a revocation drops unsent edits": [Change(pages, "_take_scopes", _dropping_unsent)],
    "copies of a laptop are not noticed": [Change(lineage, "compare", _always(Kin(Lineage.SAME)))],
    "an office that was set back is not noticed": [
        Change(pull, "check_cursor", _always(None)),
        Change(handlers, "check_cursor", _always(None)),
    ],
    "an office that was set back gets no edit again": [Change(lineage, "records_behind", _always([]))],
    "edits handed in again claim to have seen what is gone": [Change(lineage, "rebase", _always([]))],
    "rows that come no more stay after a new first sync": [Change(snapshots, "take_out", _always([]))],
    "the office deletes whatever it is told to": [Change(brake.Brake, "look_at", _always(None))],
    "a laptop deletes very much and asks nobody": [Change(UnitOfWork, "brake", _always(None))],
    "a file is called stored before its bytes came": [Change(Blobs, "begin", _stored_at_once)],
}
"""By what they do."""
