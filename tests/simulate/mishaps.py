"""What goes wrong: networks, kills, copies, backups, clocks, sign-ins."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from sync.contract.errors import AppError, Code
from sync.server.auth import end_tokens
from sync.server.compacting import Rules, compact
from tests.simulate.network import Crash, Killed, Network
from tests.simulate.patching import patched
from tests.simulate.programs import NOW
from tests.simulate.steps import Step
from tests.simulate.worlds import SimLaptop

if TYPE_CHECKING:
    from tests.simulate.history import History


FAULTS_OF_NETWORKS = frozenset({Code.SERVER_UNREACHABLE, Code.SIGN_IN_ENDED})
"""What a sync may end with; the next one goes on from there."""

_CRASH_WITHIN = 60
_UPDATE_WITHIN = 600
_MOST_EDITS = 12


def sync_over_bad_network(history: "History", step: Step, laptop: SimLaptop, chance: random.Random) -> None:
    """Sync over a network that loses, repeats and holds up."""

    def tell(what: str) -> None:
        history.tell(laptop, step.number, what)
        history.happened[" ".join(what.split(" ")[:2])] += 1

    def meanwhile() -> None:
        history.happened["edit during a request"] += 1
        history.act(step, laptop, chance, chance.choice(("edit_account", "edit_account", "count_points", "create")))

    laptop.office.carry = Network(chance, history.late, tell, meanwhile).carry
    history.sync(step, laptop, chance)


def sync_while_working(history: "History", step: Step, laptop: SimLaptop, chance: random.Random) -> None:
    """Sync while the person goes on editing: during every push and every pull."""

    def carry(name: str, deliver: Callable[[], bytes]) -> bytes:
        history.watch.look(laptop)
        answer = deliver()
        if name in {"push", "pull"} and history.happened["edit during a request"] < _MOST_EDITS:
            history.happened["edit during a request"] += 1
            history.act(step, laptop, chance, chance.choice(("edit_account", "edit_contact", "delete")))
        return answer

    laptop.office.carry = carry
    history.sync(step, laptop, chance)


def carry_files(history: "History", step: Step, laptop: SimLaptop, chance: random.Random) -> None:
    """Send and fetch files over a network that is not good."""
    having = [each for each in history.world.laptops if each.files.exists()]
    laptop = chance.choice(having) if having and chance.random() < 0.7 else laptop
    network = Network(chance, history.late, lambda what: history.tell(laptop, step.number, what), lambda: None, 0.4)
    history.sync(step, laptop, chance)
    history.tell(laptop, step.number, "carries files")
    try:
        done = laptop.carry_files(lambda: history.world.blobs, network.carry)
    except AppError as refusal:
        if refusal.code not in FAULTS_OF_NETWORKS:
            raise
    except Killed:
        kill(history, step, laptop, chance)
    else:
        history.happened["carry_files"] += 1
        history.tell(laptop, step.number, f"sent {done.sent} files and fetched {done.fetched}")
        history.happened["file sent"] += done.sent
        history.happened["file fetched"] += done.fetched


def kill(history: "History", step: Step, laptop: SimLaptop, _chance: random.Random) -> None:
    """End the program without a word."""
    history.tell(laptop, step.number, "is killed and started again")
    history.happened["kill"] += 1
    laptop.put(laptop.slot.image())


def crash(history: "History", step: Step, laptop: SimLaptop, chance: random.Random) -> None:
    """Kill the laptop before one of the statements of an act or a sync."""
    statement, syncs = chance.randint(1, _CRASH_WITHIN), chance.random() < 0.6
    with laptop.database.writing():
        """The connection that writes is open from now on."""
    writer = history.world.kept.writer(laptop.database.file)
    with Crash(laptop.slot, writer, statement) as crash:
        if syncs:
            laptop.office.carry = crash.carry
            history.sync(step, laptop, chance)
        else:
            with patched(history.watch, "saved", lambda _laptop: None):
                history.act(step, laptop, chance, chance.choice(("edit_account", "create", "delete")))
    if crash.image is not None:
        history.tell(laptop, step.number, f"was killed at statement {statement} of this")
        history.happened["crash at a statement"] += 1
        laptop.put(crash.image)
    history.watch.saved(laptop)


def update_program(history: "History", step: Step, laptop: SimLaptop, chance: random.Random) -> None:
    """Start today's program on a laptop that has the one of before; it may be killed before any statement of that."""
    if laptop.program is NOW:
        return
    statement = chance.randint(1, _UPDATE_WITHIN)
    with laptop.database.writing():
        """The connection that writes is open from now on."""
    with Crash(laptop.slot, history.world.kept.writer(laptop.database.file), statement) as crash:
        laptop.update()
    history.tell(laptop, step.number, "starts the new program")
    history.happened["update_program"] += 1
    if crash.image is not None:
        history.tell(laptop, step.number, f"was killed at statement {statement} of this, and starts it again")
        history.happened["crash in an update"] += 1
        laptop.put(crash.image)


def deliver_late(history: "History", step: Step, _laptop: SimLaptop, _chance: random.Random) -> None:
    """Let requests arrive that the network still held."""
    for name in history.late.deliver():
        history.tell(None, step.number, f"gets a late request {name}")
        history.happened["late request"] += 1


def clone(history: "History", step: Step, laptop: SimLaptop, _chance: random.Random) -> None:
    """Copy the laptop's files to another one."""
    copy = history.world.clone(laptop)
    if copy is not None:
        history.tell(laptop, step.number, f"is copied to {copy.name}")
        history.happened["clone"] += 1
        history.watch.copied(laptop, copy)


def back_up_laptop(history: "History", step: Step, laptop: SimLaptop, _chance: random.Random) -> None:
    """Keep the laptop's files as they are."""
    laptop.backup = laptop.slot.image()
    history.tell(laptop, step.number, "is backed up")
    history.happened["back_up_laptop"] += 1


def set_back_laptop(history: "History", step: Step, laptop: SimLaptop, _chance: random.Random) -> None:
    """Put a backup in the place of the laptop's files."""
    history.tell(laptop, step.number, "is set back to its backup")
    history.happened["set_back_laptop"] += 1
    laptop.put(laptop.backup)
    history.watch.set_back(laptop)


def back_up_office(history: "History", step: Step, _laptop: SimLaptop, _chance: random.Random) -> None:
    """Keep the office's files as they are."""
    history.office_backup = history.world.office_slot.image()
    history.watch.office_backed_up()
    history.tell(None, step.number, "is backed up")
    history.happened["back_up_office"] += 1


def set_back_office(history: "History", step: Step, _laptop: SimLaptop, _chance: random.Random) -> None:
    """Put a backup in the place of the office's files."""
    history.tell(None, step.number, "is set back to its backup")
    history.happened["set_back_office"] += 1
    history.watch.office_lost()
    history.world.office_slot.put(history.office_backup)
    history.world.open_office()
    history.watch.office_set_back()


def jump_clock(history: "History", step: Step, laptop: SimLaptop, chance: random.Random) -> None:
    """Let the laptop's clock be wrong from now on."""
    days = chance.choice((-3650, -400, -2, 0, 1, 30, 3650)) + chance.random()
    history.tell(laptop, step.number, f"has a clock that is wrong by {days:.1f} days from now on")
    history.happened["jump_clock"] += 1
    if history.clocks_jump:
        laptop.clock.wrong_by = timedelta(days=days)


def pause(history: "History", step: Step, _laptop: SimLaptop, chance: random.Random) -> None:
    """Let days pass."""
    days = chance.choice((1, 3, 40))
    history.tell(None, step.number, f"sees {days} quiet days")
    history.happened["pause"] += 1
    history.world.course.pass_over(timedelta(days=days))


def compact_log(history: "History", step: Step, _laptop: SimLaptop, chance: random.Random) -> None:
    """Let the office forget what is old, sooner than any office would."""
    history.watch.archive()
    rules = Rules(
        history=timedelta(days=chance.choice((0, 2, 30, 400))), acknowledged=timedelta(days=chance.choice((0, 1, 35)))
    )
    done = compact(history.world.office.log, rules)
    history.tell(None, step.number, f"compacts its log: {done.lines} lines, {done.records} records go")
    history.happened["compact"] += 1
    history.happened["line compacted"] += done.lines
    history.happened["record forgotten"] += done.records


def end_token(history: "History", step: Step, laptop: SimLaptop, _chance: random.Random) -> None:
    """End the laptop's sign-in."""
    client = laptop.database.meta.client_id
    with history.world.office.log.storage.writing() as connection:
        ended = end_tokens(connection, client, history.world.office.log.now())
    if ended:
        history.tell(None, step.number, f"ends the sign-in of {laptop.name}")
        history.happened["end_token"] += 1


def sign_in(history: "History", step: Step, laptop: SimLaptop, _chance: random.Random) -> None:
    """Sign the laptop in again."""
    try:
        laptop.sign_in()
    except AppError as refusal:
        if refusal.code is not Code.WRONG_USER:
            raise
    history.tell(laptop, step.number, "signs in again")
    history.happened["sign_in"] += 1
