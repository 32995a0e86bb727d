"""Builds the application: makes each part once and hands it what it needs. The only place that knows all parts.

Qt is imported where a window is wanted and nowhere else, so that the command line starts without it.
"""

from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.commands.bus import Bus
from desktop.live.hub import LiveHub
from desktop.live.reads import Reads
from desktop.services.application import Application, FileSide, SyncSide
from desktop.services.index_keeper import IndexKeeper
from desktop.services.jobs import Jobs
from desktop.services.profiles import open_database
from desktop.services.search_builder import SearchBuilder
from desktop.store.unfinished import KEY_PURPOSE, Unfinished
from desktop.system.clock import LocalZone
from desktop.system.i18n import Translator
from desktop.system.logs import logging_to
from desktop.system.paths import ProfilePaths, profile_paths, resources_folder
from desktop.system.settings import LANGUAGE, SYNC_INTERVAL_S, Settings
from desktop.system.single_instance import SingleInstance
from sync.contract.clock import Clock, SystemClock
from sync.contract.errors import AppError

if TYPE_CHECKING:
    from desktop.services.live_sync import LiveSync
    from desktop.services.sync_service import SyncService
    from desktop.services.sync_status import StatusBoard


def open_application(
    profile: ProfilePaths | Path | None = None, *, clock: Clock | None = None, zone: tzinfo | None = None
) -> Application:
    """Open a profile with everything that works on it; nothing runs by itself before ``Application.start``.

    Raises:
        AppError: ``PROFILE_MISSING``, or what the key store or the database refuses.
    """
    paths = profile if isinstance(profile, ProfilePaths) else profile_paths(profile)
    settings = Settings(paths.settings)
    ticking = clock or SystemClock()
    database = open_database(paths, clock=ticking)
    jobs = Jobs()
    hub = LiveHub(jobs.submit_read)
    reads = Reads(database)
    search = SearchBuilder(database, reads, jobs.submit_network, hub.publish)
    indexes = IndexKeeper(database, jobs.submit_network)
    hub.subscribe(search.note_change)
    hub.subscribe(indexes.note_change)
    resources = resources_folder()
    return Application(
        paths=paths,
        resources=resources,
        settings=settings,
        texts=Translator(resources / "i18n", settings.get(LANGUAGE)),
        clock=ticking,
        zone=zone or LocalZone(),
        database=database,
        jobs=jobs,
        hub=hub,
        reads=reads,
        bus=Bus(database, reads, hub.publish),
        search=search,
        indexes=indexes,
        unfinished=Unfinished(paths.unfinished, database.key_for(KEY_PURPOSE)),
        sync_side=_sync_side,
        file_side=_file_side,
    )


def open_window(profile: Path | None = None, instance: SingleInstance | None = None) -> int:
    """Open a profile and show its window, where there is none yet the first run; gives the exit code.

    ``instance`` is the claim on the profile, where somebody has made it already.

    Raises:
        AppError: as ``open_application``; where there is a screen, a window has said it.
    """
    paths = profile_paths(profile)
    if not paths.database.exists():
        return _open_first_window(paths)
    with logging_to(paths.logs), closing(_opened(paths, instance)) as application:
        return run_window(application, instance)


def _opened(paths: ProfilePaths, instance: SingleInstance | None) -> Application:
    try:
        return open_application(paths)
    except AppError as error:
        # What the sentence names, such as ``recover``, needs the profile while it is being read.
        if instance is not None:
            instance.close()
        # Who has clicked on a sign of the desktop sees nothing of what is written into a terminal.
        if has_display():
            show_refused(paths, error)
        raise


def show_refused(paths: ProfilePaths, error: AppError) -> None:
    """Say in a window why a profile is not opened, until it is closed; needs a display."""
    from desktop.ui.refused import Refused
    from desktop.ui.refused import show_refused as show

    settings, resources = Settings(paths.settings), resources_folder()
    show(Refused(error, settings, Translator(resources / "i18n", settings.get(LANGUAGE)), resources))


def run_window(application: Application, instance: SingleInstance | None = None) -> int:
    """Show the window on an open application until the user closes it; gives the exit code.

    Where the profile has a window already, that one comes to the front instead. A claim that is given stays with who
    gave it, until the database is closed.
    """
    from desktop.ui import main as window

    own = instance or SingleInstance(application.paths.window)
    own.raised = application.raise_window
    if not own.claimed and not own.claim():
        own.raise_other()
        return 0
    try:
        application.start(float(application.settings.get(SYNC_INTERVAL_S)))
        return window.run(application)
    finally:
        own.leave()
        if instance is None:
            own.close()


def has_display() -> bool:
    """Tell whether a window could be seen on this machine."""
    from desktop.ui.tour import has_display as seen

    return seen()


def walk_screens(application: Application, folder: Path, *, language: str = "", theme: str = "") -> list[Path]:
    """Leave a picture of every screen in ``folder``, without a display if need be, and the times of a day's steps."""
    from desktop.ui.tour import walk, walk_journey
    from desktop.ui.walking import Look

    look = Look(language, theme)
    return walk(application, folder, look) + walk_journey(application, folder, _copies(application), look)


def walk_states(application: Application, folder: Path, *, language: str = "", theme: str = "") -> list[Path]:
    """Leave a picture of every state of sync in ``folder``, each played on a copy of the profile; gives the files."""
    from desktop.ui.tour import walk_states as walk
    from desktop.ui.walking import Look

    return walk(application, folder, _copies(application), Look(language, theme))


def _copies(application: Application) -> Callable[[ProfilePaths], Application]:
    """Give the way in which copies of a profile are opened: at the same time, in the same place."""

    def open_copy(paths: ProfilePaths) -> Application:
        return open_application(paths, clock=application.clock, zone=application.zone)

    return open_copy


def _open_first_window(paths: ProfilePaths) -> int:
    from desktop.services.demo import Demo
    from desktop.services.first_run import FirstRun
    from desktop.ui.first_run.run import run

    with ExitStack() as stack:

        def open_sample() -> Application:
            demo = stack.enter_context(closing(Demo()))
            demo.start(SystemClock())
            return open_application(demo.paths)

        first = FirstRun(paths, clock=SystemClock(), open_application=open_application, open_sample=open_sample)
        application = run(first)
        if application is None:
            return 0
        stack.enter_context(logging_to(application.paths.logs))
        return run_window(stack.enter_context(closing(application)))


def _sync_side(application: Application) -> SyncSide:
    from desktop.services.profiles import office_maker
    from desktop.services.standing import reached_last_time
    from desktop.services.sync_service import SyncParts, SyncService
    from desktop.services.sync_status import StatusBoard
    from desktop.store.replica import StoreReplica
    from desktop.system.locks import FileLock

    reads, meta = application.reads, application.database.meta
    connect = office_maker(application.settings)
    status = StatusBoard(reads.sync_figures, online=reached_last_time(reads))
    parts = SyncParts(
        replica=StoreReplica(application.database),
        connect=lambda: connect(meta.server, meta.token),
        user_id=meta.user_id,
        lock=FileLock(application.paths.folder / "sync.lock"),
        publish=application.hub.publish,
        status=status,
        clock=application.clock,
    )
    service = SyncService(parts, application.jobs)
    application.hub.subscribe(service.note_change)
    return SyncSide(service=service, status=status, live=_live_sync(application, service, status))


def _live_sync(application: Application, service: "SyncService", status: "StatusBoard") -> "LiveSync":
    import random
    import time

    from desktop.services.live_sync import Door, LiveParts, LiveSync
    from desktop.system.settings import TLS_CERTIFICATES
    from sync.client.listening import EventOffice
    from sync.client.live import SILENT_S
    from sync.client.live_http import HttpEvents
    from sync.client.surroundings import Reading, own_addresses
    from sync.client.transport import Timeouts

    meta, clock = application.database.meta, application.clock

    def connect(door: Door) -> EventOffice:
        certificates = application.settings.get(TLS_CERTIFICATES)
        timeouts = Timeouts(read_s=SILENT_S)
        return HttpEvents(door.server, token=door.token, certificates=certificates, timeouts=timeouts, clock=clock)

    parts = LiveParts(
        service=service,
        status=status,
        door=lambda: Door(meta.server, meta.token),
        connect=connect,
        known=lambda: meta.seq,
        read=lambda: Reading(clock.now().timestamp(), time.monotonic(), own_addresses(meta.server)),
        elapsed=time.monotonic,
        chance=random.random,
    )
    return LiveSync(parts)


def _file_side(application: Application) -> FileSide:
    from desktop.services.files import Files
    from desktop.services.files_service import FileParts, FileService
    from desktop.services.on_laptop import policy_of
    from desktop.store.files import PURPOSE, FileStore
    from desktop.store.files_shelf import StoreShelf
    from desktop.system.locks import FileLock
    from desktop.system.settings import TLS_CERTIFICATES
    from sync.client.blobs_http import HttpBlobs

    database, meta = application.database, application.database.meta
    store = FileStore(application.paths.files, database.key_for(PURPOSE), application.clock)
    shelf = StoreShelf(database, store, partial(policy_of, application.settings))
    parts = FileParts(
        shelf=shelf,
        store=store,
        connect=lambda: HttpBlobs(
            meta.server, token=meta.token, certificates=application.settings.get(TLS_CERTIFICATES)
        ),
        lock=FileLock(application.paths.folder / "files.lock"),
        status=application.status,
        publish=application.hub.publish,
        sent=application.sync.sync_soon,
    )
    service = FileService(parts)
    files = Files(
        reads=application.reads,
        bus=application.bus,
        shelf=shelf,
        fetch=service.fetch,
        attached=service.deliver_soon,
    )
    return FileSide(files=files, service=service)
