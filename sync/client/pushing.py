"""Handing in the outbox: batches, halving when one is refused as a whole, one unreadable edit apart from the rest.

An edit leaves the outbox only with a receipt. Where the office cannot read one edit at all, the receipt is made here
(``QUARANTINED``): the rep then finds the edit with its values under "not accepted", and the edits behind it go on.

A run hands in what was saved until it begins with that, reads the log, and hands in once what was saved meanwhile. What
is saved later asks for the next run.
"""

import logging
from collections.abc import Sequence

from sync.client.ports import Replica, Taken
from sync.contract.errors import AppError, Code
from sync.contract.wire import HelloAnswer, Mutation, Op, Outcome, PushAnswer, Receipt

log = logging.getLogger(__name__)

_UNREADABLE = frozenset({Code.MESSAGE_UNREADABLE, Code.MESSAGE_TOO_LARGE})
_MAX_HELD = 3
"""So many edits may crash the office one by one before the run gives up: more, and the office itself is ill."""

_ROUNDS = 2
"""So often a run begins to hand in: what is saved until it has read the log still goes with it."""


class Outbox:
    """One run's way through the outbox: ``batch`` and ``batch_after``, then ``take`` or ``refused`` for each."""

    def __init__(self, replica: Replica, hello: HelloAnswer, user_id: str) -> None:
        """``user_id`` is whose edits may be handed in."""
        self._replica = replica
        self._user_id = user_id
        self._most = max(1, hello.max_mutations)
        self._max_bytes = hello.max_bytes
        self._limit = self._most
        self._after_n = 0
        self._last_n: int | None = None
        self._rounds = 0
        self._broken = 0
        self._waiting: set[str] = set()

    def close_behind(self, last_n: int) -> None:
        """Leave what comes behind a mutation to the next run; the next call moves the end, once.

        Whoever saves faster than the office answers would hold up the run otherwise, and the reading of the log.
        """
        if self.reopens:
            self._rounds += 1
            self._last_n = last_n

    @property
    def reopens(self) -> bool:
        """Tell whether ``close_behind`` still moves the end."""
        return self._rounds < _ROUNDS

    def batch(self) -> list[Mutation]:
        """Give the next mutations to hand in, none when nothing is left for this run.

        Raises:
            AppError: ``WRONG_USER`` when somebody else made one of them; they stay where they are.
        """
        return self._batch(self._after_n)

    def batch_after(self, sent: Sequence[Mutation]) -> list[Mutation]:
        """Give what follows a batch of which the receipts are not taken yet; nothing that another user made."""
        try:
            return self._batch(sent[-1].n)
        except AppError as refusal:
            # Told when the receipts for what was sent are safe and the next batch is asked for.
            log.info("the outbox goes no further: %s", refusal.code.value)
            return []

    def _batch(self, after_n: int) -> list[Mutation]:
        while True:
            found = self._replica.outbox(max_mutations=self._limit, max_bytes=self._max_bytes, after_n=after_n)
            if self._last_n is not None:
                found = [each for each in found if each.n <= self._last_n]
            if any(each.user and each.user != self._user_id for each in found):
                raise AppError(Code.WRONG_USER, "the outbox holds edits of another user")
            # What the office keeps waiting would get the same answer again; the next run asks once more.
            fresh = [each for each in found if each.id not in self._waiting]
            if fresh or not found:
                return fresh
            after_n = found[-1].n

    def take(self, batch: Sequence[Mutation], answer: PushAnswer) -> Taken:
        """Clear what the office gave receipts for; receipts for anything else are passed over.

        Raises:
            AppError: ``NOT_A_SERVER`` when the answer has no receipt for any of the batch.
        """
        sent = {each.id for each in batch}
        answers = [each for each in answer.receipts if each.mutation in sent]
        if not answers:
            raise AppError(Code.NOT_A_SERVER, "the answer has no receipts for what was handed in")
        self._limit = min(self._most, self._limit * 2)
        # What waits at the office for another laptop stays here and is handed in again with the next run.
        self._waiting |= {each.mutation for each in answers if each.outcome is Outcome.WAITING}
        receipts = [each for each in answers if each.outcome is not Outcome.WAITING]
        return self._replica.take_receipts(receipts) if receipts else Taken()

    @property
    def held(self) -> int:
        """How many mutations the office cannot take in this run."""
        return self._broken + len(self._waiting)

    def refused(self, batch: Sequence[Mutation], error: AppError) -> Taken:
        """Deal with a request that was refused as a whole: halve the batch, or set a single edit apart.

        Raises:
            AppError: ``error`` itself where a smaller batch would not help.
        """
        broken = error.code is Code.INTERNAL
        if not broken and error.code not in _UNREADABLE:
            raise error
        if not _stand_together(batch):
            # A group may make a batch longer than its limit, so the limit itself has to shrink.
            self._limit = max(1, min(self._limit, len(batch)) // 2)
            return Taken()
        log.warning("the office does not take mutation %s: %s", batch[0].id, error.code.value)
        if broken:
            return self._hold(batch, error)
        return self._replica.take_receipts([_quarantined(each, error) for each in batch])

    def _hold(self, batch: Sequence[Mutation], error: AppError) -> Taken:
        # The office may be mended, so these stay in the outbox and are tried again in the next run.
        self._broken += len(batch)
        self._after_n = batch[-1].n
        if self._broken > _MAX_HELD:
            raise error
        return Taken()


def _stand_together(batch: Sequence[Mutation]) -> bool:
    return len(batch) == 1 or (batch[0].group is not None and len({each.group for each in batch}) == 1)


def _quarantined(mutation: Mutation, error: AppError) -> Receipt:
    return Receipt(
        mutation=mutation.id,
        outcome=Outcome.QUARANTINED,
        missing=mutation.op is Op.CREATE,
        code=error.code.value,
        data=error.data,
    )
