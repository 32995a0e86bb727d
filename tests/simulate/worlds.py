"""A small organisation for one history: an office and some laptops, put back to where they began for the next one."""

import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from desktop.commands.bus import Bus
from desktop.live.reads import Reads
from desktop.store.database import Database
from desktop.store.files import FileStore
from desktop.store.files_shelf import StoreShelf
from desktop.store.replica import StoreReplica
from desktop.system.paths import ProfilePaths
from sync.client.blobs import Courier, Delivery
from sync.client.engine import Engine
from sync.client.report import SyncReport
from sync.contract.catalogue import Catalogue
from sync.contract.fields import Role
from sync.contract.wire import SignInRequest
from sync.server.blobs import Blobs
from sync.server.blobs_disk import BlobDisk, default_folder
from sync.server.handlers import Office
from sync.server.log import Log
from sync.server.storage import Storage
from tests.helpers.desk import Desk
from tests.helpers.direct_office import DirectOffice
from tests.helpers.small_world import PASSWORD, Person, Template, World
from tests.simulate.blobs import Carry, DirectBlobs, SmallPieces
from tests.simulate.chance import Course, WallClock
from tests.simulate.cheap import Kept
from tests.simulate.patching import silent
from tests.simulate.programs import BEFORE, NOW, of_before
from tests.simulate.slots import Image, Slot

TERRITORIES = ("North", "South")
SPARE = ("spare-1", "spare-2")
"""Laptops that begin as a copy of another one."""

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
_PEOPLE = (
    Person("ana"),
    Person("ben"),
    Person("dora", territories=("South",)),
    Person("mia", role=Role.MANAGER, territories=("North", "South")),
)
LAPTOPS = ("ana", "ben", "dora", "ana-2", "mia")
_KEY = bytes(32)


class SimLaptop(Desk):
    """One laptop. What it has in memory ends with ``restart``; what it has on its disk is an image."""

    def __init__(self, slot: Slot, image: Image, program: Catalogue, world: "SimWorld") -> None:
        """Start a program, named by what it knows, over what lies in the slot, which is ``image``."""
        self.name = slot.folder.name
        self.slot = slot
        self.clock = WallClock(world.course)
        self.program = program
        self.backup = image
        self._world = world
        self._files: FileStore | None = None
        self.restart()

    def restart(self) -> None:
        """Start the program over what is on the disk."""
        paths = ProfilePaths(self.slot.folder)
        self.database = Database.open(paths.database, _KEY, clock=self.clock, catalogue=self.program)
        self.reads = Reads(self.database)
        self.bus = Bus(self.database, self.reads, lambda _: None)
        self.replica = StoreReplica(self.database)
        self.dial()

    def dial(self) -> None:
        """Connect anew, over a network without faults."""
        self.office = DirectOffice(self._world.office, self.database.meta.token)

    def update(self) -> None:
        """End the program and start today's."""
        self.program = NOW
        self.restart()

    def put(self, image: Image) -> None:
        """Put other bytes on the disk, and start the program over them."""
        self.drop()
        self.slot.put(image)
        self.restart()

    def drop(self) -> None:
        """Let go of the file of files; it is not kept open from world to world."""
        if self._files is not None:
            self._files.close()
            self._files = None

    @property
    def files(self) -> FileStore:
        """The bytes of files on this laptop."""
        if self._files is None:
            self._files = FileStore(ProfilePaths(self.slot.folder).files, _KEY, self.clock)
        return self._files

    def carry_files(self, blobs: Callable[[], Blobs], carry: Carry) -> Delivery:
        """Send and fetch files once."""
        shelf = StoreShelf(self.database, self.files)
        office = DirectBlobs(blobs, self.database.meta.token, carry)
        return Courier(shelf, office, share=SmallPieces(), elapsed=lambda: 0.0).run()

    def sign_in(self) -> None:
        """Sign in again: a new token for the same laptop."""
        known = self.database.meta
        request = SignInRequest(
            login=known.login, password=PASSWORD, client_id=known.client_id, device=self.name, schema=1
        )
        answer = DirectOffice(self._world.office).sign_in(request)
        known.set_many({"token": answer.token})
        self.dial()

    def sync(self, *, compare: bool = True) -> SyncReport:
        """Sync once."""
        engine = Engine(
            replica=self.replica,
            office=self.office,
            user_id=self.user,
            clock=self.clock,
            elapsed=lambda: 0.0,
            nonce=lambda: "nonce",
            applied=lambda _: None,
        )
        return engine.run(compare=compare)


@dataclass
class SimWorld:
    """An office and laptops at the beginning of a history."""

    kept: Kept
    course: Course
    slots: dict[str, Slot]
    begin: dict[str, Image]
    before: dict[str, Image]
    """Laptops at the beginning that the program of before has made."""
    laptops: list[SimLaptop] = field(default_factory=list)

    def open(self, names: Sequence[str], old: Collection[str] = ()) -> None:
        """Put everything back to the beginning and open it; laptops of ``old`` have the program of before."""
        self.course.begin()
        for each in self.laptops:
            each.drop()
        self.laptops = []
        self.office_slot.put(self.begin["office"])
        self.open_office()
        for name in names:
            image, program = (self.before[name], BEFORE) if name in old else (self.begin[name], NOW)
            self.slots[name].put(image)
            self.laptops.append(SimLaptop(self.slots[name], image, program, self))

    @property
    def office_slot(self) -> Slot:
        """Where the office's files lie."""
        return self.slots["office"]

    def open_office(self) -> None:
        """Start the office's program over what is on its disk; who is connected stays so."""
        storage = Storage(f"sqlite:///{self.office_slot.folder / 'office.db'}")
        self.office = Office(Log(storage, WallClock(self.course)), self.kept.passwords, "test")
        self.blobs = Blobs(self.office.log, BlobDisk(default_folder(storage.url)))
        for each in self.laptops:
            each.office.office = self.office

    def clone(self, laptop: SimLaptop) -> SimLaptop | None:
        """Copy a laptop's files to another one; ``None`` when no other is left."""
        used = {each.name for each in self.laptops}
        free = [name for name in SPARE if name not in used]
        if not free:
            return None
        slot = self.slots[free[0]]
        image = laptop.slot.image()
        slot.put(image)
        copy = SimLaptop(slot, image, laptop.program, self)
        copy.clock.wrong_by = laptop.clock.wrong_by
        self.laptops.append(copy)
        return copy

    def dial(self, token: str) -> DirectOffice:
        """Give a way to the office."""
        return DirectOffice(self.office, token)


@contextmanager
def simulated_world() -> Iterator[SimWorld]:
    """Make a world that histories can be lived in, one after another, in this process."""
    where = _MEMORY if _MEMORY.is_dir() else None
    kept, course = Kept(), Course()
    with (
        tempfile.TemporaryDirectory(prefix="roundsman-simulate-", dir=where) as folder,
        silent(),
        kept.cheaply(),
    ):
        before, begin = _beginnings(Path(folder) / "begin", kept, course)
        slots = {name: Slot(Path(folder) / "slots" / name, kept) for name in (*begin, *SPARE)}
        yield SimWorld(kept, course, slots, begin, before)


def _beginnings(folder: Path, kept: Kept, course: Course) -> tuple[dict[str, Image], dict[str, Image]]:
    """Give what is there at the beginning: laptops of before, then laptops of now and the office."""
    with of_before():
        template = Template(folder, _PEOPLE, LAPTOPS, fill=_fill, clock=WallClock(course))
    laptops = [Slot(each, kept) for each in (template.folder / "laptops").iterdir()]
    before = {each.folder.name: each.image() for each in laptops}
    with World(template.folder, WallClock(course)) as world:
        for laptop in world.laptops:
            laptop.sync()
    file = template.folder / "office.db"
    kept.writer(file).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    office = {file.name: file.read_bytes()}
    return before, {**{each.folder.name: each.image() for each in laptops}, "office": office}


def _fill(world: World) -> None:
    ana, dora = world["ana"], world["dora"]
    first = ana.add("account", name="Kestrel Foods", phone="110", tags=["red"], description="one\ntwo\nthree")
    second = ana.add("account", name="Otter Pumps", points=5)
    third = dora.add("account", name="Wren Paper", points=1)
    ana.add("contact", name="Li Wei", account=first)
    ana.add("task", title="call", account=second)
    ana.add("task", title="own")
    dora.add("contact", name="Chen Mei", account=third)
    for _ in range(2):
        for laptop in world.laptops:
            laptop.sync()
