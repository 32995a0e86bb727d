"""The demonstration: a server process of its own on this machine with the product's sample, and a rep's new profile.

Everything lies in one temporary folder and goes with it. The server is a separate program, as in real life: the
packaged one beside this program, else ``python -m sync.server``.
"""

import json
import logging
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.services.profiles import Credentials, enrol
from desktop.system.paths import ProfilePaths, profile_paths
from desktop.system.settings import GUIDE, Settings
from sync.contract.clock import Clock
from sync.contract.errors import AppError, Code

log = logging.getLogger(__name__)

_SERVER = "roundsman-server"
_LISTENING = "Listening on "
_END_S = 10
_SEED_S = 300


@dataclass(frozen=True, slots=True)
class SecondLaptop:
    """What a second laptop of the demonstration is called with: the words of two calls of this program."""

    init: tuple[str, ...]
    window: tuple[str, ...]


class Demo:
    """A running demonstration. ``start`` before anything else, ``close`` at the end; both take their time."""

    def __init__(self, folder: Path | None = None) -> None:
        """``folder`` is the rep's profile if it should outlive the demonstration."""
        self._home = Path(tempfile.mkdtemp(prefix="roundsman-demo-"))
        self.paths: ProfilePaths = profile_paths(folder or self._home / "laptop-1")
        self.url = ""
        self._password = self._home / "password.txt"
        self._database = f"sqlite:///{self._home / 'office.db'}"
        self._server: subprocess.Popen[str] | None = None
        self._logins: list[str] = []

    def start(self, clock: Clock) -> None:
        """Fill an office, let it listen, and sign the first rep in on a new profile.

        Raises:
            AppError: ``SERVER_UNREACHABLE`` when the server program does not start; or as ``profiles.enrol``.
        """
        self._password.touch(mode=0o600)
        self._password.write_text(secrets.token_urlsafe(12) + "\n", encoding="utf-8")
        self._ask("seed", "demo", "--password-file", str(self._password))
        users = json.loads(self._ask("user", "list", "--json"))
        self._logins = sorted(str(each["login"]) for each in users if each["role"] == "rep")
        # The sample is told from the point of view of this rep, who has most to see.
        self._logins.sort(key=lambda login: login != "ruonan")
        self._listen()
        if not self.paths.database.exists():
            enrol(self.paths, self._credentials(self._logins[0], self.paths.folder / "demo.key"), clock=clock)
            Settings(self.paths.settings).set(GUIDE, "start")

    def second_laptop(self) -> SecondLaptop:
        """Tell how a colleague's laptop is opened on the same office."""
        profile = ("--profile", str(self._home / "laptop-2"))
        credentials = self._credentials(self._logins[1], self._home / "laptop-2.key")
        sign_in = ("--server", self.url, "--user", credentials.login, "--password-file", str(self._password))
        return SecondLaptop((*profile, "init", *sign_in, "--key-file", credentials.key_file), profile)

    def close(self) -> None:
        """End the server and remove the temporary folder. Closing twice is harmless."""
        if self._server is not None:
            self._server.terminate()
            try:
                self._server.wait(_END_S)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
            if self._server.stdout is not None:
                self._server.stdout.close()
            self._server = None
        shutil.rmtree(self._home, ignore_errors=True)

    def _credentials(self, login: str, key_file: Path) -> Credentials:
        password = self._password.read_text(encoding="utf-8").strip()
        return Credentials(server=self.url, login=login, password=password, key_file=str(key_file))

    def _ask(self, *arguments: str) -> str:
        command = [*_program(), *arguments, "--db", self._database]
        try:
            done = subprocess.run(  # noqa: S603 - our own server program, with words of our own
                command, capture_output=True, encoding="utf-8", timeout=_SEED_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as failed:
            raise AppError(Code.SERVER_UNREACHABLE, str(failed), server=_SERVER) from None
        if done.returncode:
            log.warning("the server program ended with %s", done.returncode)
            raise AppError(Code.SERVER_UNREACHABLE, done.stderr.strip(), server=_SERVER)
        return done.stdout

    def _listen(self) -> None:
        errors = self._home / "server.log"
        with errors.open("w", encoding="utf-8") as stderr:
            self._server = subprocess.Popen(  # noqa: S603 - our own server program, with words of our own
                [*_program(), "serve", "--port", "0", "--db", self._database],
                stdout=subprocess.PIPE,
                stderr=stderr,
                encoding="utf-8",
            )
        line = self._server.stdout.readline() if self._server.stdout else ""
        if not line.startswith(_LISTENING):
            raise AppError(Code.SERVER_UNREACHABLE, errors.read_text(encoding="utf-8").strip(), server=_SERVER)
        self.url = line.removeprefix(_LISTENING).strip()


def _program() -> Sequence[str]:
    if getattr(sys, "frozen", False):
        own = Path(sys.executable)
        return (str(own.with_name(_SERVER + own.suffix)),)
    return (sys.executable, "-m", "sync.server")
