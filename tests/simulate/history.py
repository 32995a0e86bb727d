"""Lives through a plan: every step on the real parts, with what is promised at any time checked as it goes."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from desktop.store.connections import raw
from sync.client.report import SyncReport
from sync.contract.errors import AppError, Code
from sync.server import witness
from tests.simulate import meeting, mishaps, realigning
from tests.simulate.acts import ACTS, Turn
from tests.simulate.blobs import directly
from tests.simulate.clearing import clear_out
from tests.simulate.judge import judge
from tests.simulate.mishaps import FAULTS_OF_NETWORKS
from tests.simulate.network import Killed, Late
from tests.simulate.poison import poisonable
from tests.simulate.programs import NOW
from tests.simulate.slots import Image
from tests.simulate.steps import Plan, Step
from tests.simulate.watch import Watch
from tests.simulate.worlds import SimLaptop, SimWorld

MAX_ROUNDS = 8
"""More rounds than this without coming to rest is a ping-pong."""

_AFTERWARDS = 1000
_COMPARED = 0.15
# What a person is told when a colleague was faster; the edit was never made, so nothing can be lost.
_REFUSALS = frozenset(
    {
        Code.RECORD_DELETED,
        Code.RECORD_NOT_FOUND,
        Code.REFERENCE_NOT_FOUND,
        Code.NOTHING_TO_UNDO,
        Code.UNDO_PASSED_OVER,
        Code.CHANGED_SINCE,
        Code.VALUE_NOT_A_CHOICE,
        Code.RECORD_READ_ONLY,
        Code.NOTHING_TO_ATTEND,
        Code.NOTHING_TO_MEND,
        Code.NOT_PERMITTED,
        Code.SAME_RECORD,
        Code.NOT_MERGED,
    }
)


class BrokenPromiseError(AssertionError):
    """A promise was broken; carries the story."""

    def __init__(self, why: str, story: str) -> None:
        super().__init__(f"{why}\n{story}")
        self.why = why


@dataclass
class History:
    """One plan being lived through. ``told`` is what happened, ``happened`` how often what did."""

    world: SimWorld
    plan: Plan
    clocks_jump: bool = True
    told: list[str] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        """Live, come to rest, and be judged.

        Raises:
            BrokenPromiseError: a promise is broken, or something failed that must not.
        """
        try:
            with poisonable():
                self._begin()
                for step in self.plan.steps:
                    self._live(step)
                if self.plan.seed % 2:
                    self._update_all()
                self._heal()
                self._update_all()
                judge(self.world, self.watch)
        except Exception as error:
            why = str(error) if isinstance(error, AssertionError) else f"{type(error).__name__}: {error}"
            raise BrokenPromiseError(why, self.story()) from error

    def story(self) -> str:
        """Tell everything that happened."""
        return f"seed {self.plan.name}:\n" + "\n".join(self.told)

    # ------------------------------------------------------------------------------------------ the frame

    def _begin(self) -> None:
        self.world.open(self.plan.laptops, self.plan.old)
        self.late = Late()
        self.watch = Watch(self.world)
        self.office_backup: Image = self.world.begin["office"]

    def _live(self, step: Step) -> None:
        self.world.course.enter(step.number)
        laptop = self.world.laptops[step.who % len(self.world.laptops)]
        chance = random.Random(step.seed)
        if step.kind in ACTS:
            self.act(step, laptop, chance)
        else:
            HAPPENINGS[step.kind](self, step, laptop, chance)
        self.watch.look(laptop)

    def tell(self, laptop: SimLaptop | None, number: int, what: str) -> None:
        """Put a line into the story."""
        self.told.append(f"  {number:>4}  {laptop.name if laptop else 'office'} {what}")

    def act(self, step: Step, laptop: SimLaptop, chance: random.Random, kind: str | None = None) -> None:
        """Let the person at the laptop do something."""
        kind = kind or step.kind
        self.do(kind, Turn(laptop, chance, step.number), ACTS[kind])

    def do(self, kind: str, turn: Turn, what: Callable[[Turn], str]) -> None:
        """Let somebody do something that may be refused; ``kind`` is what it counts as."""
        try:
            self.tell(turn.laptop, turn.number, what(turn))
        except AppError as refusal:
            if refusal.code not in _REFUSALS:
                raise
            self.tell(turn.laptop, turn.number, f"is refused: {kind}, {refusal.code.value}")
            self.happened[f"{kind} refused"] += 1
        else:
            self.happened[kind] += 1
            self.watch.saved(turn.laptop)

    # ------------------------------------------------------------------------------------------ syncs

    def sync(self, step: Step, laptop: SimLaptop, chance: random.Random) -> None:
        """Sync once, over whatever network the laptop has now."""
        laptop.office.pull_limit = chance.choice((1, 2, 5, None))
        self.tell(laptop, step.number, "begins a sync")
        try:
            report = laptop.sync(compare=chance.random() < _COMPARED)
        except AppError as refusal:
            if refusal.code not in FAULTS_OF_NETWORKS:
                raise
            self.tell(laptop, step.number, f"cannot go on: {refusal.code.value}")
            self.happened[f"sync ended by {refusal.code.value}"] += 1
        except Killed:
            laptop.restart()
            self.happened["killed in a sync"] += 1
        else:
            self.note(step.number, laptop, report)
            self.happened["sync"] += 1
        laptop.dial()

    def note(self, number: int, laptop: SimLaptop, report: SyncReport) -> None:
        """Put a sync into the story. Rows that had to be fetched again were wrong, though that was mended."""
        self.tell(laptop, number, f"synced: {report.pushed} out, {report.pulled} in, {report.conflicts} to choose")
        self.happened["question"] += report.conflicts
        self.happened["not accepted"] += report.attention
        if report.compared and laptop.name in self.watch.ahead:
            self.watch.ahead.discard(laptop.name)
            return
        assert not report.repaired, f"{laptop.name} had to fetch {report.repaired} scopes again: its rows were wrong"

    # ------------------------------------------------------------------------------------------ coming to rest

    def _update_all(self) -> None:
        """Start today's program where that of before still runs: what is there then is what was there before."""
        for laptop in self.world.laptops:
            if laptop.program is not NOW:
                laptop.update()

    def _heal(self) -> None:
        """Sync everybody without faults until nothing moves."""
        self.told.append("  then everybody syncs without faults")
        self.world.course.enter(_AFTERWARDS)
        self.late.deliver()
        for laptop in self.world.laptops:
            laptop.dial()
        for number in range(1, MAX_ROUNDS + 1):
            self.world.course.enter(_AFTERWARDS + number)
            before = self._head()
            reports = [self._heal_one(laptop, number, place) for place, laptop in enumerate(self.world.laptops)]
            delivered = [self._carry_all(laptop) for laptop in self.world.laptops]
            if (
                not any(each.pushed or each.pulled for each in reports)
                and self._head() == before
                and not any(delivered)
                and not self._waiting_is_given_up()
            ):
                return
        raise AssertionError(f"the laptops do not come to rest within {MAX_ROUNDS} rounds")

    def _waiting_is_given_up(self) -> bool:
        """Let the office give up what did not come back, where edits wait for it; tells whether any did.

        Who made it may have been refused it, because the restored office knows nothing of a grant that came later.
        """
        if not self.watch.office_went_back or not any(laptop.unsent for laptop in self.world.laptops):
            return False
        lost = witness.close(self.world.office.log)
        self.tell(None, _AFTERWARDS, f"gives up {lost} lost changes")
        return lost > 0

    def _heal_one(self, laptop: SimLaptop, number: int, place: int) -> SyncReport:
        # The judge compares every row; that both sides add up the same is looked at on one laptop of each history.
        compare = place == self.plan.seed % len(self.plan.laptops) or laptop.name in self.watch.ahead
        try:
            report = laptop.sync(compare=compare)
        except AppError as refusal:
            if refusal.code is not Code.SIGN_IN_ENDED:
                raise
            laptop.sign_in()
            report = laptop.sync(compare=compare)
        self.note(_AFTERWARDS + number, laptop, report)
        self.watch.look(laptop)
        return report

    def _carry_all(self, laptop: SimLaptop) -> int:
        if not laptop.files.exists() and not self.happened["attach"]:
            return 0
        try:
            done = laptop.carry_files(lambda: self.world.blobs, directly)
        except AppError as refusal:
            if refusal.code is not Code.SIGN_IN_ENDED:
                raise
            # A copy that has not parted yet has signed in under the same id since.
            laptop.sign_in()
            done = laptop.carry_files(lambda: self.world.blobs, directly)
        return done.bytes_sent + done.bytes_fetched

    def _head(self) -> int:
        with self.world.office.log.storage.reading() as connection:
            return int(raw(connection).execute("SELECT seq FROM shard_head").fetchone()[0])


HAPPENINGS: dict[str, Callable[[History, Step, SimLaptop, random.Random], None]] = {
    "sync": History.sync,
    "compact": mishaps.compact_log,
    "edit_alike": meeting.edit_alike,
    "answer": meeting.answer,
    "look_after": meeting.look_after,
    "merge": meeting.merge,
    "part": meeting.part,
    "clear_out": clear_out,
    **{
        each.__name__: each
        for each in (
            mishaps.sync_over_bad_network,
            mishaps.sync_while_working,
            mishaps.carry_files,
            mishaps.kill,
            mishaps.crash,
            mishaps.update_program,
            mishaps.deliver_late,
            mishaps.clone,
            mishaps.back_up_laptop,
            mishaps.set_back_laptop,
            mishaps.back_up_office,
            mishaps.set_back_office,
            mishaps.jump_clock,
            mishaps.pause,
            mishaps.end_token,
            mishaps.sign_in,
            realigning.move_account,
            realigning.change_owner,
            realigning.share,
            realigning.unshare,
            realigning.assign_territories,
            realigning.change_role,
        )
    },
}
"""What happens that nobody on a laptop does, by the kind of its step."""
