"""A running application on one profile: every part, made once by ``desktop.bootstrap``."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.commands.bus import Bus
from desktop.live.foreign import ForeignChanges
from desktop.live.hub import LiveHub
from desktop.live.reads import Reads
from desktop.services.index_keeper import IndexKeeper
from desktop.services.jobs import Jobs
from desktop.services.profiles import Session, session_of
from desktop.services.search_builder import SearchBuilder
from desktop.store.database import Database
from desktop.store.unfinished import Unfinished
from desktop.system.i18n import Translator
from desktop.system.paths import ProfilePaths
from desktop.system.settings import (
    FILES_DAYS,
    FILES_MIB,
    FILES_OTHERS,
    FILES_OWN,
    SYNC_BY_ITSELF,
    SYNC_INTERVAL_S,
    Settings,
)
from sync.contract.clock import Clock

if TYPE_CHECKING:
    from desktop.services.files import Files
    from desktop.services.files_service import FileService
    from desktop.services.live_sync import LiveSync
    from desktop.services.sync_service import SyncService
    from desktop.services.sync_status import StatusBoard

_FILES = frozenset(each.key for each in (FILES_OWN, FILES_OTHERS, FILES_MIB, FILES_DAYS))


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncSide:
    """The parts that only a sync needs; made when somebody first asks for them."""

    service: "SyncService"
    status: "StatusBoard"
    live: "LiveSync"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSide:
    """The parts that only files need; made when somebody first asks for them."""

    files: "Files"
    service: "FileService"


class Application:
    """The parts of one profile, open. ``close`` ends it. Several may live in one process."""

    def __init__(  # noqa: PLR0913 - this is the graph: each part is one parameter
        self,
        *,
        paths: ProfilePaths,
        resources: Path,
        settings: Settings,
        texts: Translator,
        clock: Clock,
        zone: tzinfo,
        database: Database,
        jobs: Jobs,
        hub: LiveHub,
        reads: Reads,
        bus: Bus,
        search: SearchBuilder,
        indexes: IndexKeeper,
        unfinished: Unfinished,
        sync_side: Callable[["Application"], SyncSide],
        file_side: Callable[["Application"], FileSide],
    ) -> None:
        """Take the parts over; nothing runs by itself before ``start``."""
        self.paths = paths
        self.resources = resources
        self.settings = settings
        self.texts = texts
        self.clock = clock
        self.zone = zone
        self.database = database
        self.jobs = jobs
        self.hub = hub
        self.reads = reads
        self.bus = bus
        self.search = search
        self.indexes = indexes
        self.unfinished = unfinished
        self.on_raise: Callable[[], None] | None = None
        """Brings the window to the front; set by the window, called on another thread."""
        self._sync_side = sync_side
        self._file_side = file_side
        self._foreign: ForeignChanges | None = None

    @property
    def session(self) -> Session:
        """Who is signed in, as the office said last."""
        return session_of(self.database)

    @property
    def sync(self) -> "SyncService":
        """Sync with the office."""
        return self._side.service

    @property
    def status(self) -> "StatusBoard":
        """Where sending and receiving stands."""
        return self._side.status

    @property
    def files(self) -> "Files":
        """Files of records."""
        return self._files.files

    @property
    def file_service(self) -> "FileService":
        """Sending and fetching files."""
        return self._files.service

    def raise_window(self) -> None:
        """Bring the window to the front, because somebody tried to open a second one; any thread."""
        if self.on_raise is not None:
            self.on_raise()

    def start(self, sync_interval_s: float) -> None:
        """Follow other processes of this profile and sync by itself, as a window does. Once is enough."""
        if self._foreign is not None:
            return
        self._foreign = ForeignChanges(self.database, self.hub.publish)
        self._foreign.start()
        # What an earlier run, or another version, left to be done.
        self.indexes.start()
        self.search.start()
        if not self.settings.get(SYNC_BY_ITSELF):
            self.sync.pause()
            self._side.live.pause()
            self.file_service.pause()
        self._side.live.start()
        self.sync.start(sync_interval_s)
        self.file_service.start()
        self.settings.subscribe(self._hear_setting)

    def close(self) -> None:
        """End everything in the order in which parts need each other. Closing twice is harmless."""
        if self._foreign is not None:
            self._foreign.stop()
        if "_files" in vars(self):
            self._files.service.stop()
        if "_side" in vars(self):
            self._side.live.stop()
            self._side.service.stop()
        self.indexes.stop()
        self.hub.close()
        self.jobs.close()
        self.unfinished.close()
        if "_files" in vars(self):
            self._files.service.close()
        self.database.close()

    def _hear_setting(self, key: str) -> None:
        if key == SYNC_INTERVAL_S.key:
            self.sync.set_interval(float(self.settings.get(SYNC_INTERVAL_S)))
        if key == SYNC_BY_ITSELF.key:
            if self.settings.get(SYNC_BY_ITSELF):
                self._side.live.resume()
                self.sync.resume()
                self.file_service.resume()
            else:
                self._side.live.pause()
                self.sync.pause()
                self.file_service.pause()
        if key in _FILES:
            self.file_service.choose_again()

    @cached_property
    def _side(self) -> SyncSide:
        return self._sync_side(self)

    @cached_property
    def _files(self) -> FileSide:
        return self._file_side(self)
