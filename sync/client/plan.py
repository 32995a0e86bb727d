"""What a sync does next; pure: no network, no database, no clock.

``next_step`` looks at where the laptop stands and at what this run has learnt so far. The engine carries a step out,
writes the outcome into the ``Progress`` and asks again, until it is told to finish. Nothing else decides the order.
"""

from dataclasses import dataclass

from sync.client.ports import Lineage, Standing
from sync.contract.errors import Code
from sync.contract.wire import Action, HelloAnswer


@dataclass(frozen=True, slots=True)
class Hello:
    """Tell the office where this laptop stands."""


@dataclass(frozen=True, slots=True)
class Part:
    """Go on under a new id: the office has other mutations under the present one.

    With ``lost`` the office was set back, and own mutations that it does not have any more are handed in again.
    """

    lost: bool = False


@dataclass(frozen=True, slots=True)
class Restart:
    """Forget cursor and snapshot position: the office cannot go on from there. Rows and outbox stay."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Fetch everything this user may see, from the slice after ``after`` on."""

    after: str | None


@dataclass(frozen=True, slots=True)
class Push:
    """Hand in one batch of unsent mutations."""


@dataclass(frozen=True, slots=True)
class Pull:
    """Fetch one page of the log."""

    cursor: str


@dataclass(frozen=True, slots=True)
class Purge:
    """Take off what this user may not see any more, as far as the office has answered for all edits of it."""


@dataclass(frozen=True, slots=True)
class Compare:
    """Compare the number of live records with the office's."""


@dataclass(frozen=True, slots=True)
class Finish:
    """Nothing is left to do; ``error`` tells why the sync could not go through."""

    error: Code | None = None


Step = Hello | Part | Restart | Snapshot | Push | Pull | Purge | Compare | Finish


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What one run has learnt so far.

    ``held`` counts unsent mutations that the office cannot take at present; they stay in the outbox and the run
    goes on without them. ``lineage`` is what hello told of the own mutations, ``parted`` how often this run went on
    under a new id, ``set_back`` that hello told of an office which was set back, ``greeted_again`` that the office
    was found to be of another history after hello. ``at_head`` tells that everything in the log has been read,
    ``moved`` that rows or mutations travelled in this run, ``purged`` that what may not stay was looked through.
    ``compares`` counts comparisons that the log overtook.
    """

    compare: bool = True
    hello: HelloAnswer | None = None
    set_back: bool = False
    greeted_again: bool = False
    diverged: bool = False
    restarts: int = 0
    lineage: Lineage = Lineage.SAME
    parted: int = 0
    held: int = 0
    at_head: bool = False
    purged: bool = False
    moved: bool = False
    compared: bool = False
    compares: int = 0


_MAX_COMPARES = 2


def next_step(standing: Standing, progress: Progress) -> Step:
    """Choose the next step.

    An office that cannot read this laptop's records any more (``UPGRADE``) still takes its edits: they are handed in
    before the run ends with the request to update.
    """
    hello = progress.hello
    if hello is None:
        return Hello()
    to_send = standing.unsent > progress.held
    if hello.action is Action.UPGRADE:
        return Push() if to_send else Finish(Code.CLIENT_TOO_OLD)
    if progress.lineage is not Lineage.SAME:
        # A new id has a lineage of its own; twice in one run would be a server that answers at random.
        lost = progress.lineage is Lineage.LOST
        return Part(lost) if not progress.parted else Finish(Code.NOT_A_SERVER)
    if progress.diverged:
        # Twice in one run would be a server that answers at random; the next run may try again.
        return Restart() if progress.restarts == 0 else Finish(Code.CURSOR_DIVERGED)
    return _step_with_data(standing, progress, to_send=to_send)


def _step_with_data(standing: Standing, progress: Progress, *, to_send: bool) -> Step:
    if standing.cursor is None:
        return Snapshot(standing.snapshot_after if standing.snapshot_started else None)
    if to_send:
        return Push()
    if not progress.at_head:
        return Pull(standing.cursor)
    if standing.purge_due and not progress.purged:
        return Purge()
    return Compare() if _should_compare(progress) else Finish()


def _should_compare(progress: Progress) -> bool:
    return progress.compare and progress.moved and not progress.compared and progress.compares < _MAX_COMPARES
