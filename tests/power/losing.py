"""Cuts the power of a recorded session at many moments and looks at what is left each time."""

import logging
import random
import shutil
import subprocess
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from desktop.services.profiles import enrol
from sync.contract.clock import SystemClock
from sync.contract.errors import AppError
from tests.helpers.direct_office import DirectOffice
from tests.helpers.small_world import Person, Template, World
from tests.power import shim
from tests.power.controls import Control
from tests.power.disk import Disk, lay_out
from tests.power.examine import Found, Pages, Promised, examine, pages, promises
from tests.power.session import ACTS, credentials, paths
from tests.power.trace import Call, Kind, read_trace

ROOT = Path(__file__).resolve().parents[2]
_TRIES = 6
_BEFORE_A_PROFILE = 0.15
"""How often the cut comes while somebody signs in for the first time."""
_SIGNED_IN_AGAIN = 0.1
_THOROUGH = 0.02


@dataclass
class Outcome:
    """What a number of power cuts came to.

    ``lost`` counts states in which the database alone lost something, ``unmended`` those in which something is lost
    after the program has opened it and looked into the outbox file.
    """

    states: int = 0
    lost: int = 0
    unmended: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    example: str = ""

    def add(self, found: Found, where: str) -> None:
        """Count one state."""
        self.states += 1
        self.lost += bool(found.faults)
        self.unmended += bool(found.mended)
        self.faults.update({each.partition(":")[0] for each in found.faults + found.mended})
        if (found.faults or found.mended) and not self.example:
            self.example = f"{where}: alone {'; '.join(found.faults)[:600]}; opened {'; '.join(found.mended)[:600]}"

    def join(self, other: "Outcome") -> None:
        """Add what others found."""
        self.states += other.states
        self.lost += other.lost
        self.unmended += other.unmended
        self.faults.update(other.faults)
        self.example = self.example or other.example


def make_template(folder: Path) -> Path:
    """Make an office with a few records and a colleague's laptop; gives what ``Lab`` takes."""

    def fill(world: World) -> None:
        for number in range(3):
            account = world["ben"].add("account", name=f"Kestrel {number}", description="k" * 400)
            world["ben"].add("contact", name="王芳", account=account)
        world["ben"].sync()

    return Template(folder, [Person("ana"), Person("ben")], ["ben"], fill=fill).folder


class Lab:
    """A place for one recording at a time. The profile keeps its path, because its settings name the key file."""

    def __init__(self, folder: Path, template: Path) -> None:
        """Work below ``folder``, which must not be there yet."""
        folder.mkdir(parents=True)
        self._template = template
        self._library = shim.build(folder)
        self._world = folder / "world"
        self._trace = folder / "trace"
        self.laptop = folder / "laptop"

    def record(self, seed: int, settings: Sequence[str] = (), *, acts: int = ACTS) -> "Recording":
        """Live through a session in a program of its own; gives its calls."""
        for each in (self._world, self.laptop):
            shutil.rmtree(each, ignore_errors=True)
        shutil.copytree(self._template, self._world)
        self.laptop.mkdir()
        self._trace.unlink(missing_ok=True)
        command = [sys.executable, "-m", "tests.power.session", str(self._world), str(seed), str(acts), *settings]
        seen = shim.environment(self._library, self.laptop, self._trace)
        done = subprocess.run(command, env=dict(seen), cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return Recording(self, read_trace(self._trace))

    def examine(self, promised: Promised, sent: Pages = (), *, thorough: bool = False) -> Found:
        """Look at the profile as it lies there; see ``examine.examine``."""
        return examine(paths(self.laptop).folder, promised, sent, thorough=thorough)

    def sign_in_again(self) -> Found:
        """Sign in where a first attempt was cut off."""
        try:
            with World(self._world, SystemClock()) as world:
                enrol(
                    paths(self.laptop),
                    credentials(self.laptop),
                    clock=SystemClock(),
                    connect=lambda _address, token: DirectOffice(world.office, token),
                )
        except AppError as refusal:
            return Found((f"cannot be signed in again: {refusal!r}",))
        return self.examine(Promised(enrolled=True), thorough=True)


class Recording:
    """A recorded session, and what its database was after each commit."""

    def __init__(self, lab: Lab, calls: Sequence[Call]) -> None:
        """``calls`` were made in the lab's folder."""
        self._lab = lab
        self.calls = calls
        self._promised = promises(calls)
        self._sent = pages(calls)
        self._marks = [0, *(at + 1 for at, call in enumerate(calls) if call.kind is Kind.MARK)]
        self._enrolled = next(at for at, each in enumerate(self._promised) if each.enrolled)
        self._moments: list[int] = []
        self._digests: list[str] = []

    def follow(self) -> Outcome:
        """Look at what a kill (not a power cut) at each sync and mark would leave, and remember the states."""
        outcome, disk = Outcome(), Disk()
        for at, call in enumerate(self.calls):
            if call.kind in {Kind.SYNC, Kind.MARK}:
                lay_out(disk.whole(), self._lab.laptop)
                found = self._lab.examine(self._promised[at], self._sent, thorough=True)
                outcome.add(found, f"killed at call {at}")
                self._moments.append(at)
                self._digests.append(found.digest)
            disk.follow(call)
        return outcome

    def cut(self, states: int, seed: int, *, syncs: bool = True) -> Outcome:
        """Cut the power at so many random moments."""
        dice = random.Random(seed)
        outcome, disk, followed = Outcome(), Disk(syncs=syncs), 0
        seen: set[object] = set()
        for moment in sorted(self._moment(dice) for _ in range(states)):
            for call in self.calls[followed:moment]:
                disk.follow(call)
            followed = moment
            image, signature = disk.crash(dice)
            for _ in range(_TRIES):
                if signature not in seen:
                    break
                image, signature = disk.crash(dice)
            seen.add(signature)
            lay_out(image, self._lab.laptop)
            outcome.add(self._looked_at(moment, dice), f"cut at call {moment} of {len(self.calls)}, seed {seed}")
        return outcome

    def _moment(self, dice: random.Random) -> int:
        if dice.random() < _BEFORE_A_PROFILE:
            return dice.randrange(self._enrolled)
        return dice.randint(self._enrolled, len(self.calls))

    def _looked_at(self, moment: int, dice: random.Random) -> Found:
        promised = self._promised[moment]
        found = self._lab.examine(promised, self._sent, thorough=dice.random() < _THOROUGH)
        if found.faults or found.mended:
            return found
        if not found.digest:
            return self._lab.sign_in_again() if dice.random() < _SIGNED_IN_AGAIN else found
        if self._digests and found.digest not in self._possible(moment):
            return replace(found, faults=("half applied: the database is as it never was between two commits",))
        return found

    def _possible(self, moment: int) -> list[str]:
        """List the states from the last one that was called saved to the one that was being written."""
        last_mark = max(each for each in self._marks if each <= moment)
        first = bisect_left(self._moments, last_mark - 1)
        return self._digests[first : bisect_left(self._moments, moment) + 1]


def session(folder: Path, template: Path, seed: int, states: int) -> Outcome:
    """Record one session and cut its power; runs in a process of its own."""
    logging.disable(logging.WARNING)  # an outbox file that was torn says so each time
    recording = Lab(folder, template).record(seed)
    outcome = recording.follow()
    outcome.join(recording.cut(states - outcome.states, seed))
    return outcome


def controlled(folder: Path, template: Path, control: Control, states: int) -> Outcome:
    """Cut the power of a session that is set up to lose."""
    recording = Lab(folder, template).record(1, control.settings, acts=12)
    return recording.cut(states, 1, syncs=control.syncs)
