"""A real office for tests: ``roundsman-server serve`` as a process of its own, on a free port, on either database.

    def test_something(office: Office) -> None:                  # runs twice: on SQLite and on PostgreSQL
        office.add_user("ana", territories=("North",))           # password: Office.PASSWORD
        office.url                                               # http://127.0.0.1:PORT, the same after a restart
        office.kill(); office.restart()                          # kill -9, then the same port again
        office.stop()                                            # SIGTERM; gives the exit code
        office.run("device", "list", "--json").out               # any roundsman-server command, in its own process
        with office.log() as log: ...                            # the office's database from inside this process

The fixtures ``office``, ``sqlite_office``, ``database_url`` and ``empty_database_url`` come from
``tests.helpers.databases`` and are known everywhere. A test that needs two offices, or one that is not started at once,
builds ``Office(database_url, folder)`` and uses it as a context manager.
"""

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from sync.contract.clock import SystemClock
from sync.contract.fields import Role

if TYPE_CHECKING:
    # This module is loaded with every test; SQLAlchemy only with those that open a database.
    from sync.server.log import Log

_END_S = 10


@dataclass(frozen=True, slots=True)
class Done:
    """What a command came to: exit code, stdout, stderr."""

    code: int
    out: str
    err: str


class Office:
    """A server process and its database. Ends the process when it is left as a context manager."""

    PASSWORD = "correct horse battery"

    def __init__(self, database: str, folder: Path, *, options: Sequence[str] = ()) -> None:
        """``database`` is an SQLAlchemy URL; the process writes what it says on stderr into ``folder``.

        ``options`` are further ones of ``serve``, for example for a certificate.
        """
        self.database = database
        self._options = options
        self.url = ""
        self._folder = folder
        self._port = 0
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        """Process id of the server."""
        return self._running().pid

    @property
    def errors(self) -> str:
        """Everything that the process wrote to stderr since the last start."""
        return self._stderr.read_text(encoding="utf-8")

    def start(self) -> None:
        """Start the server and wait until it listens; on the port it had before, if any."""
        command = self._command("serve", "--port", str(self._port), *self._options)
        with self._stderr.open("w", encoding="utf-8") as stderr:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, encoding="utf-8")
        line = self._stdout().readline()
        if not line.startswith("Listening on "):
            code = self._process.wait(_END_S)
            self.kill()
            raise RuntimeError(f"the server ended with {code} and said: {line}{self.errors}")
        self.url = line.removeprefix("Listening on ").strip()
        self._port = int(self.url.rpartition(":")[2])

    def stop(self, *, within_s: float = _END_S) -> int:
        """Ask the server to end (SIGTERM) and give its exit code; it is an error if that takes longer."""
        self._running().send_signal(signal.SIGTERM)
        code = self._running().wait(within_s)
        self.kill()
        return code

    def kill(self) -> None:
        """End the server at once, as a power cut would (SIGKILL); harmless when it has ended."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait(_END_S)
        self._stdout().close()
        self._process = None

    def restart(self) -> None:
        """Start the server again on the same port, after ``kill`` or ``stop``, or ending it first."""
        if self._process is not None:
            self.stop()
        self.start()

    def run(self, *arguments: str) -> Done:
        """Run any ``roundsman-server`` command on the office's database."""
        run = subprocess.run(self._command(*arguments), capture_output=True, encoding="utf-8", check=False)
        return Done(run.returncode, run.stdout, run.stderr)

    def add_user(
        self, login: str, *, role: str = "rep", territories: Sequence[str] = (), password: str = PASSWORD
    ) -> str:
        """Add a user with territories (by name, made when new); gives the user's id."""
        from sync.server.passwords import Passwords
        from sync.server.people import add_user, keep_password

        with self.log() as log, log.writing() as writer:
            user = add_user(writer, login, role=Role(role), territories=territories)
            keep_password(log, writer, user, Passwords().hash(password))
        return user

    @contextmanager
    def log(self) -> "Iterator[Log]":
        """Open the office's log inside this process, beside the server."""
        from sync.server.log import open_log

        log = open_log(self.database, SystemClock())
        try:
            yield log
        finally:
            log.close()

    @property
    def _stderr(self) -> Path:
        return self._folder / f"office-{id(self)}.stderr"

    def _command(self, *arguments: str) -> list[str]:
        # The options of a command come after its words; --db is one of every command's.
        words = [sys.executable, "-m", "sync.server", *arguments]
        return [*words, "--db", self.database]

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            message = "the server is not running"
            raise RuntimeError(message)
        return self._process

    def _stdout(self) -> IO[str]:
        stdout = self._running().stdout
        if stdout is None:
            message = "the server was started without a pipe"
            raise RuntimeError(message)
        return stdout
