"""One window per profile: the first keeps a lock, a second asks it over loopback to come to the front.

The lock decides; the port file beside it only tells where to knock. A window that was killed leaves no lock behind.
Whoever asks for the lock holds another one meanwhile, so that who does not get it finds where to knock.
"""

import contextlib
import json
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from desktop.system.locks import FileLock
from sync.contract.errors import AppError

_LOOPBACK = "127.0.0.1"
_TIMEOUT_S = 10.0
_MAX_KNOCK_BYTES = 200


class SingleInstance:
    """The claim of one window on a profile."""

    def __init__(self, lock_file: Path) -> None:
        """Use ``lock_file`` and a port file beside it; nothing is claimed yet."""
        self.raised: Callable[[], None] = _nobody
        """Called, on a thread of its own, whenever somebody else tried to open a second window."""
        self._lock = FileLock(lock_file)
        self._threshold = FileLock(lock_file.with_suffix(".turn"))
        self._port_file = lock_file.with_suffix(".port")
        self._secret = secrets.token_hex(16)
        self._listener: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._leaving = False
        self._waiting: list[socket.socket] = []

    @property
    def claimed(self) -> bool:
        """Whether this is the window of the profile."""
        return self._lock.held

    def claim(self) -> bool:
        """Become the window of the profile; false when there is one already.

        Raises:
            AppError: ``DISK_FULL`` or ``DISK_UNUSABLE``: the lock cannot be made.
        """
        with self._taking_turns():
            if not self._lock.acquire():
                return False
            self._leaving = False
            # On a full disk, or with no room for a socket or a thread, nobody can ask this window to come to the
            # front, and that is all.
            with contextlib.suppress(OSError, RuntimeError):
                self._listen()
        return True

    def take(self) -> bool | None:
        """Claim the profile, true, or bring the window that has it to the front, false; ``None`` if neither can be.

        Raises:
            AppError: as ``claim``.
        """
        if self.claim():
            return True
        if self.raise_other():
            return False
        # A window that was being closed has let the question wait until the profile was free.
        return True if self.claim() else None

    @contextlib.contextmanager
    def _taking_turns(self) -> Iterator[None]:
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(AppError):
                stack.enter_context(self._threshold.waiting())
            yield

    def _listen(self) -> None:
        listener = socket.create_server((_LOOPBACK, 0))
        try:
            self._listener = listener
            thread = threading.Thread(target=self._answer, args=(listener,), name="second-window", daemon=True)
            thread.start()
        except RuntimeError:
            self._listener = None
            listener.close()
            raise
        self._thread = thread
        self._tell_port(listener.getsockname()[1])

    def _tell_port(self, port: int) -> None:
        self._port_file.touch(mode=0o600)
        self._port_file.write_text(json.dumps({"port": port, "secret": self._secret}), encoding="utf-8")

    def raise_other(self) -> bool:
        """Ask the window that has the profile to come to the front; false when it does not, or was being closed."""
        try:
            known = json.loads(self._port_file.read_text(encoding="utf-8"))
            with socket.create_connection((_LOOPBACK, int(known["port"])), _TIMEOUT_S) as knock:
                knock.sendall(str(known["secret"]).encode("ascii"))
                knock.shutdown(socket.SHUT_WR)
                return knock.recv(1) == b"1"
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def close(self) -> None:
        """Give the profile free; nothing happens when it was not claimed."""
        if not self._lock.held:
            return
        self.leave()
        # Whoever finds nobody to ask takes another turn, after this one: then the profile is free.
        with self._taking_turns():
            with contextlib.suppress(OSError):
                self._port_file.unlink(missing_ok=True)
            self._lock.release()
        listener, self._listener = self._listener, None
        if listener is not None:
            self._end_listening(listener)
        for caller in self._waiting:
            caller.close()
        self._waiting.clear()

    def leave(self) -> None:
        """Keep the profile and come to the front no more: the window is gone, the database is being closed.

        Whoever asks from now on is answered by ``close``.
        """
        self._leaving = True

    def _end_listening(self, listener: socket.socket) -> None:
        # Closing a socket does not wake the thread that waits on it everywhere; a last caller does.
        with contextlib.suppress(OSError):
            socket.create_connection(listener.getsockname(), _TIMEOUT_S).close()
        listener.close()
        if self._thread is not None:
            self._thread.join(_TIMEOUT_S)

    def _answer(self, listener: socket.socket) -> None:
        while self._listener is listener:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            with contextlib.ExitStack() as ending, contextlib.suppress(OSError):
                ending.enter_context(caller)
                caller.settimeout(_TIMEOUT_S)
                if not secrets.compare_digest(_all_of(caller), self._secret.encode("ascii")):
                    continue
                if self._leaving:
                    ending.pop_all()
                    self._waiting.append(caller)
                    continue
                caller.sendall(b"1")
                self.raised()


def _nobody() -> None:
    """Nobody is there yet to come to the front; the window is about to be shown."""


def _all_of(caller: socket.socket) -> bytes:
    said = b""
    while len(said) < _MAX_KNOCK_BYTES and (part := caller.recv(_MAX_KNOCK_BYTES)):
        said += part
    return said
