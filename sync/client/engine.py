"""Runs one sync: asks the plan for the next step, carries it out, remembers what it learnt, until the plan is done.

Every step is one request and one transaction on the laptop. A run may end anywhere, by an error, a cancel or a killed
process; the next one begins with hello and goes on from what the database says. The engine keeps nothing else.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias, TypeVar, assert_never

from sync.client import plan
from sync.client.background import begin_call, call_until_cancelled, fetched_ahead
from sync.client.bodies import TOO_LARGE
from sync.client.cancel import CancelToken
from sync.client.first_sync import FirstSync
from sync.client.ports import Office, Replica, Standing, SyncRun, Taken
from sync.client.pushing import Outbox
from sync.client.repairing import MAX_REPAIRS, Repair
from sync.client.report import Phase, ProgressCallback, SyncReport
from sync.client.testifying import testify
from sync.contract.clock import Clock, instant_text
from sync.contract.digest import Sum
from sync.contract.errors import AppError, Code
from sync.contract.wire import (
    MAX_PULL_ROWS,
    Action,
    HelloAnswer,
    HelloRequest,
    Mutation,
    PartRequest,
    PullAnswer,
    PushAnswer,
    PushRequest,
)

log = logging.getLogger(__name__)

T = TypeVar("T")

Answered: TypeAlias = tuple[list[Mutation], PushAnswer]
"""A batch and the office's answer for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """The parts a sync is made of.

    ``user_id`` is whose profile this is; an office that knows this laptop as somebody else's is refused. ``elapsed``
    gives seconds that never go back. ``nonce`` gives a text for hello that is new in every run. ``applied`` is told
    what each transaction changed, on the thread of the sync, after its commit.
    """

    replica: Replica
    office: Office
    user_id: str
    clock: Clock
    elapsed: Callable[[], float]
    nonce: Callable[[], str]
    applied: Callable[[Taken], None]

    def run(
        self,
        *,
        compare: bool = True,
        cancel: CancelToken | None = None,
        progress: ProgressCallback | None = None,
    ) -> SyncReport:
        """Sync once, on the calling thread.

        With ``cancel`` the run ends within one transaction of the token being set, even while the network is silent;
        it leaves no line in the history of syncs then.

        Raises:
            AppError: what went wrong; everything done until then stands.
            CancelledError: the token was set.
        """
        run = _Run(self, plan.Progress(compare=compare), cancel, progress or _unheard)
        try:
            report = run.to_end()
        except AppError as refusal:
            run.note_failure(refusal)
            raise
        run.note("")
        return report


class _Run:
    """One run. Its methods carry out one step each and write what they learnt into ``_progress``."""

    def __init__(
        self, engine: Engine, progress: plan.Progress, cancel: CancelToken | None, tell: ProgressCallback
    ) -> None:
        self._parts = engine
        self._replica = engine.replica
        self._progress = progress
        self._cancel = cancel
        self._tell = tell
        self._started = engine.elapsed()
        self._started_at = instant_text(engine.clock.now())
        self._report = SyncReport()
        self._outbox: Outbox | None = None
        self._page_rows = MAX_PULL_ROWS
        self._takes_echoes = True
        self._has_read = True
        self._to_send = 0
        self._from_seq = 0

    def to_end(self) -> SyncReport:
        self._offer()
        standing = self._replica.standing()
        while True:
            self._check_cancel()
            step = plan.next_step(standing, self._progress)
            if isinstance(step, plan.Finish):
                return self._finish(standing, step)
            try:
                self._carry_out(step, standing)
            except AppError as refusal:
                known = self._progress.hello is None or self._progress.diverged
                if refusal.code is not Code.CURSOR_DIVERGED or known:
                    raise
                self._progress = self._diverged()
            if not isinstance(step, plan.Hello):
                standing = self._replica.standing()

    def _diverged(self) -> plan.Progress:
        """Say hello again, which tells how far the histories are the same; where that did not help, start over."""
        if self._progress.greeted_again:
            return replace(self._progress, diverged=True)
        return replace(self._progress, hello=None, greeted_again=True)

    def note_failure(self, refusal: AppError) -> None:
        """Write the run into the history of syncs with why it ended early, unless the laptop itself is the reason."""
        try:
            self.note(refusal.code.value)
        except AppError as second:
            log.warning("a sync ended with %s and could not be noted: %s", refusal.code.value, second.code.value)

    def note(self, error: str) -> None:
        """Write the run into the history of syncs."""
        report = self._report
        self._replica.note_run(
            SyncRun(
                started_at=self._started_at,
                finished_at=instant_text(self._parts.clock.now()),
                pushed=report.pushed,
                pulled=report.pulled,
                conflicts=report.conflicts,
                attention=report.attention,
                first=report.first,
                error=error,
                data=_noted(report),
            )
        )

    def _carry_out(self, step: plan.Step, standing: Standing) -> None:
        match step:
            case plan.Hello():
                self._hello(standing)
            case plan.Part(lost):
                self._part(lost=lost)
            case plan.Restart():
                self._restart()
            case plan.Snapshot(after):
                self._snapshot(after)
            case plan.Push():
                self._push(standing)
            case plan.Pull(cursor):
                self._pull(cursor, standing.kept)
            case plan.Purge():
                self._purge()
            case plan.Compare():
                self._compare(standing)
            case plan.Finish():
                return
            case _:
                assert_never(step)

    def _check_cancel(self) -> None:
        if self._cancel is not None:
            self._cancel.check()

    def _ask(self, request: Callable[[], T]) -> T:
        return call_until_cancelled(request, self._cancel)

    def _hello(self, standing: Standing) -> None:
        self._tell(Phase.HELLO, 0, 1)
        request = HelloRequest(
            client_id=standing.client_id,
            schema=standing.schema,
            cursor=standing.cursor,
            head_n=standing.head_n,
            nonce=self._parts.nonce(),
            marks=self._replica.marks(),
        )
        answer = self._ask(lambda: self._parts.office.hello(request))
        if answer.user_id != self._parts.user_id:
            raise AppError(Code.WRONG_USER, "the office knows this laptop as another user's")
        lineage = self._replica.lineage(answer)
        self._replica.note_hello(answer)
        self._outbox = Outbox(self._replica, answer, self._parts.user_id)
        self._has_read = True
        self._to_send = standing.unsent
        self._from_seq = standing.seq
        self._progress = replace(
            self._progress,
            hello=answer,
            lineage=lineage,
            set_back=(set_back := self._was_set_back(answer, standing)),
            diverged=set_back or _has_no_way_on(answer, standing),
            at_head=answer.action is Action.NOTHING and answer.head <= standing.seq,
        )

    def _was_set_back(self, answer: HelloAnswer, standing: Standing) -> bool:
        """Tell whether the office was set back; whoever fetches everything anew has no cursor, but stood somewhere."""
        if answer.action is Action.SNAPSHOT and standing.cursor is None:
            return answer.common < self._replica.stood_at()
        return answer.action is Action.DIVERGED

    def _part(self, *, lost: bool) -> None:
        """Get an id and a token of its own. Killed anywhere, the next run does the same again, with the same id."""
        hello = self._progress.hello
        if lost and hello is not None:
            log.warning("the office was set back; own edits behind position %d are handed in again", hello.common)
            self._testify(hello.common)
            self._replica.offer_again(hello.common)
            self._offer()
        else:
            log.warning("the office has other edits under this laptop's id; going on under a new one")
            if hello is not None:
                self._replica.offer_behind(hello.common)
                self._offer()
            self._report = replace(self._report, parted=True)
        request = PartRequest(client_id=self._replica.new_id(), last_n=self._replica.standing().head_n)
        self._replica.part(self._ask(lambda: self._parts.office.part(request)).token)
        self._progress = plan.Progress(compare=self._progress.compare, parted=self._progress.parted + 1)

    def _offer(self) -> None:
        """Put own edits back into the outbox, as this run or a killed one began to: nothing is handed in before."""
        while self._replica.offer_some():
            self._check_cancel()

    def _testify(self, common: int) -> None:
        told = testify(self._replica, self._parts.office, common, self._ask)
        self._report = replace(self._report, set_back=True, told=self._report.told + told)

    def _restart(self) -> None:
        log.warning("the office cannot go on from this laptop's position; fetching everything anew")
        hello = self._progress.hello
        common = hello.common if hello is not None and self._progress.set_back else None
        if common is not None:
            self._testify(common)
        self._replica.restart_snapshot(common)
        self._offer()
        self._progress = replace(self._progress, diverged=False, restarts=self._progress.restarts + 1, at_head=False)

    def _snapshot(self, after: str | None) -> None:
        first = FirstSync(self._replica, self._parts.office, self._cancel)
        for step in first.steps(after):
            self._report = replace(self._report, pulled=self._report.pulled + step.rows)
            # Which of the rows are new to the screen is not worth finding out while everything is.
            self._parts.applied(Taken(records=dict.fromkeys(step.types, frozenset()), applied=step.rows))
            self._tell(Phase.FIRST, step.done, step.total)
            self._check_cancel()
        self._report = replace(self._report, first=True)
        self._from_seq = self._replica.standing().seq
        self._progress = replace(self._progress, at_head=False, moved=True)

    def _push(self, standing: Standing) -> None:
        """Hand in batch after batch. While the office deals with one, the receipts of the one before are taken.

        A batch is sent only after the answer for the one before it, so the order of the edits is kept.
        """
        outbox = self._greeted_outbox()
        if self._has_read:
            self._has_read = False
            outbox.close_behind(standing.head_n)
        batch = outbox.batch()
        if not batch:
            # What the database counts as unsent and what it gives out differ by what is held back or saved since.
            self._progress = replace(self._progress, held=standing.unsent)
            return
        answered: Answered | None = None
        while batch:
            request = PushRequest(
                client_id=standing.client_id, mutations=batch, waits=True, cursor=self._position(standing)
            )
            call = begin_call(partial(self._parts.office.push, request), self._cancel)
            self._settle(outbox, answered, standing)
            answered, following = None, outbox.batch_after(batch)
            try:
                answered = (batch, call.result())
            except AppError as refusal:
                self._add(outbox.refused(batch, refusal), pulled=0)
                break
            batch = following
        self._settle(outbox, answered, standing)
        self._progress = replace(self._progress, held=outbox.held)
        self._report = replace(self._report, held=outbox.held)

    def _position(self, standing: Standing) -> str:
        """Tell where the laptop stands; a program too old for the office hands in its edits anyhow."""
        hello = self._progress.hello
        too_old = hello is None or hello.action is Action.UPGRADE
        return "" if too_old else standing.cursor or ""

    def _settle(self, outbox: Outbox, answered: Answered | None, standing: Standing) -> None:
        if answered is None:
            return
        batch, answer = answered
        self._add(outbox.take(batch, answer), pulled=0)
        at_head = self._progress.at_head and answer.head <= standing.seq
        self._progress = replace(self._progress, moved=True, at_head=at_head)
        self._tell(Phase.SEND, self._report.pushed, max(self._to_send, self._report.pushed))

    def _pull(self, cursor: str, kept: str) -> None:
        pages = fetched_ahead(partial(self._fetch_page, kept), cursor, _next_cursor, self._cancel)
        try:
            for page in pages:
                if page.echoes and not self._replica.holds(page.echoes):
                    # Something of it is known otherwise here: it comes once more, whole.
                    self._takes_echoes = False
                    return
                self._take_page(page)
                self._takes_echoes = True
                self._check_cancel()
            self._reopen()
        except AppError as refusal:
            if TOO_LARGE not in refusal.data or self._page_rows == 1:
                raise
            # A few records may hold very long texts; a smaller page of them fits.
            self._page_rows = max(1, self._page_rows // 4)

    def _reopen(self) -> None:
        """Let what was saved until the log was read be handed in with this run."""
        outbox = self._greeted_outbox()
        if outbox.reopens:
            self._has_read = True
            self._progress = replace(self._progress, held=outbox.held)

    def _fetch_page(self, kept: str, cursor: str | None) -> PullAnswer:
        takes_echoes = self._takes_echoes
        page = self._parts.office.pull(cursor or "", self._page_rows, kept, echoes=takes_echoes)
        if page.more and page.cursor == cursor:
            raise AppError(Code.NOT_A_SERVER, "the office promises more and does not move on")
        if page.echoes and not takes_echoes:
            raise AppError(Code.NOT_A_SERVER, "the office names what it was asked to tell")
        return page

    def _take_page(self, page: PullAnswer) -> None:
        taken = self._replica.take_page(page)
        self._add(taken, pulled=taken.applied)
        moved = self._progress.moved or _holds_anything(page)
        self._progress = replace(self._progress, at_head=not page.more, moved=moved)
        total = max(page.head, page.seq) - self._from_seq
        self._tell(Phase.RECEIVE, min(page.seq - self._from_seq, total), total)

    def _purge(self) -> None:
        for taken in self._replica.purge():
            self._add(taken, pulled=0)
            self._check_cancel()
        self._progress = replace(self._progress, purged=True)

    def _compare(self, standing: Standing) -> None:
        self._tell(Phase.COMPARE, 0, 1)
        ours = self._replica.digest()
        if ours is None:
            self._progress = replace(self._progress, compared=True)
            return
        theirs = self._ask(self._parts.office.digest)
        if theirs.seq != standing.seq:
            # Somebody else's change came in between: read it and compare once more.
            self._progress = replace(self._progress, compares=self._progress.compares + 1, at_head=False)
            return
        equal = ours == Sum(theirs.rows, theirs.total) or self._repair()
        self._progress = replace(self._progress, compared=True)
        self._report = replace(self._report, compared=equal)

    def _repair(self) -> bool:
        """Fetch again what differs; tells whether that was possible. Much at once is cheaper as a first sync."""
        repair = Repair(self._replica, self._parts.office, self._ask, self._check_cancel)
        scopes = repair.differing()
        log.warning("rows differ from the office's in %d scopes; fetching them again", len(scopes))
        if len(scopes) > MAX_REPAIRS:
            self._replica.restart_snapshot()
            return False
        for done, scope in enumerate(scopes):
            self._add(repair.mend(scope), pulled=0)
            self._tell(Phase.COMPARE, done + 1, len(scopes))
        self._report = replace(self._report, repaired=len(scopes))
        return True

    def _finish(self, standing: Standing, step: plan.Finish) -> SyncReport:
        seconds = self._parts.elapsed() - self._started
        self._report = replace(self._report, cursor=standing.cursor, seconds=round(seconds, 3))
        if step.error is not None:
            raise AppError(step.error)
        return self._report

    def _greeted_outbox(self) -> Outbox:
        if self._outbox is None:
            message = "the plan hands in edits before hello"
            raise RuntimeError(message)
        return self._outbox

    def _add(self, taken: Taken, *, pulled: int) -> None:
        report = self._report
        self._report = replace(
            report,
            pushed=report.pushed + taken.settled,
            pulled=report.pulled + pulled,
            conflicts=report.conflicts + taken.conflicts,
            attention=report.attention + taken.attention,
            handed=_summed(report.handed, taken.handed),
        )
        if taken.records or taken.settled:
            self._parts.applied(taken)


def _noted(report: SyncReport) -> dict[str, object]:
    """Say what the history of syncs keeps beside the figures."""
    noted: dict[str, object] = {"set_back": True, "told": report.told} if report.set_back else {}
    noted |= {"parted": True} if report.parted else {}
    return {**noted, "handed": dict(report.handed)} if report.handed else noted


def _summed(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in (*one, *other)}


def _has_no_way_on(answer: HelloAnswer, standing: Standing) -> bool:
    return answer.action is Action.SNAPSHOT and standing.cursor is not None


def _holds_anything(page: PullAnswer) -> bool:
    return bool(page.rows or page.gone or page.granted or page.revoked)


def _next_cursor(page: PullAnswer) -> str | None:
    return page.cursor if page.more else None


def _unheard(_phase: Phase, _done: int, _total: int) -> None:
    """Progress that nobody asked for."""
