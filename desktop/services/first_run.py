"""What a laptop without a profile can do: look at a server, sign in, open the new profile and let the first sync begin.

Thread-safe; everything that talks to the network belongs on the network lane of ``jobs``.
"""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.services.application import Application
from desktop.services.jobs import Jobs
from desktop.services.profiles import Connect, Credentials, enrol, office_maker
from desktop.system.i18n import Translator
from desktop.system.paths import ProfilePaths, resources_folder
from desktop.system.settings import LANGUAGE, LOGIN, SERVER, SYNC_INTERVAL_S, Settings
from sync.client.transport import HttpOffice
from sync.contract.clock import Clock

_SECURE = "https://"
_KEY_FILE = "roundsman.key"


@dataclass(frozen=True, slots=True)
class FoundServer:
    """Who answers at an address. ``is_secure`` is false only for this very machine; ``took_ms`` is one answer."""

    address: str
    organisation: str
    is_secure: bool
    took_ms: int


class FirstRun:
    """One profile that does not exist yet. ``close`` when the window is done with it."""

    def __init__(
        self,
        paths: ProfilePaths,
        *,
        clock: Clock,
        open_application: Callable[[ProfilePaths], Application],
        open_sample: Callable[[], Application] | None = None,
        connect: Connect | None = None,
    ) -> None:
        """``open_sample`` starts the demonstration, where this program has one."""
        self.paths = paths
        self.jobs = Jobs()
        self.settings = Settings(paths.settings)
        self.resources = resources_folder()
        self.texts = Translator(self.resources / "i18n", self.settings.get(LANGUAGE))
        self.open_sample = open_sample
        self.chosen_language = ""
        """The language that was chosen in the window; kept with the profile once there is one."""
        self._clock = clock
        self._open = open_application
        self._connect = connect

    @property
    def known_server(self) -> str:
        """The server of an earlier attempt, if there was one."""
        return self.settings.get(SERVER)

    @property
    def known_login(self) -> str:
        """The login of an earlier attempt, if there was one."""
        return self.settings.get(LOGIN)

    @property
    def key_file(self) -> Path:
        """Where the key goes when the system has no keyring and the user agrees to a file."""
        return self.paths.folder / _KEY_FILE

    def look(self, server: str) -> FoundServer:
        """Ask who answers at an address as it was typed.

        Raises:
            AppError: ``VALUE_UNREADABLE``, ``INSECURE_ADDRESS``, ``NOT_A_SERVER`` or what the network refuses.
        """
        with closing(HttpOffice(server)) as office:
            begun = time.perf_counter()
            health = office.health()
            took_ms = round((time.perf_counter() - begun) * 1000)
        return FoundServer(office.address, health.organisation, office.address.startswith(_SECURE), took_ms)

    def sign_in(self, credentials: Credentials) -> None:
        """Make the profile.

        Raises:
            AppError: as ``profiles.enrol``; then there is no profile.
        """
        enrol(self.paths, credentials, clock=self._clock, connect=self._connect or office_maker(self.settings))

    def with_key_file(self, credentials: Credentials) -> Credentials:
        """Give the same credentials, with the key kept in a file beside the data."""
        return replace(credentials, key_file=str(self.key_file))

    def open(self) -> Application:
        """Open the new profile, in the language that was chosen meanwhile, and begin the first sync.

        Raises:
            AppError: as ``open_application``.
        """
        settings = Settings(self.paths.settings)
        if self.chosen_language:
            settings.set(LANGUAGE, self.chosen_language)
        application = self._open(self.paths)
        application.start(float(application.settings.get(SYNC_INTERVAL_S)))
        return application

    def close(self) -> None:
        """End the lanes."""
        self.jobs.close()
