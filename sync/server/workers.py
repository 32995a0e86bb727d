"""Several processes that serve one office on one address, and the one that watches over them.

The watching process opens the address, forks the workers, and does nothing else: it holds no connection and no thread.
A worker that dies is replaced; when the watching process itself is gone, its workers end at once.
"""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn, TypeAlias

from sync.contract.errors import AppError, Code

Work: TypeAlias = Callable[[socket.socket, Callable[[str], None]], None]
"""Serves on an open socket until told to end; tells in one line that it has begun."""

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
_MOST_STILLBORN: Final = 3
_LONGEST_LINE: Final = 1000


class Workers:
    """The workers of one office, seen from the process that watches over them."""

    def __init__(self, listener: socket.socket, work: Work, count: int) -> None:
        """``work`` runs in each of ``count`` processes; it must open its own connections."""
        self._listener = listener
        self._work = work
        self._count = count
        self._pipes: dict[int, int] = {}
        self._serving: set[int] = set()
        self._ending = False
        self._stillborn = 0
        self._lifeline = os.pipe()

    def run(self, say: Callable[[str], None]) -> None:
        """Serve until told to end; ``say`` gets the line of a worker when all of them serve.

        Raises:
            AppError: ``SERVER_UNREACHABLE`` when workers end again and again before they serve.
        """
        for each in _SIGNALS:
            signal.signal(each, self._end)
        for _ in range(self._count):
            self._fork()
        lines = [self._line_of(worker) for worker in list(self._pipes)]
        if all(lines) and not self._ending:
            say(lines[0])
        while self._pipes:
            ended, _status = os.waitpid(-1, 0)
            if ended in self._pipes:
                self._replace(ended)
        if self._stillborn > _MOST_STILLBORN:
            raise AppError(
                Code.SERVER_UNREACHABLE, "the workers end before they serve; what they said comes before this"
            )

    def _replace(self, ended: int) -> None:
        served = ended in self._serving or bool(self._line_of(ended))
        self._stillborn = 0 if served else self._stillborn + 1
        self._serving.discard(ended)
        os.close(self._pipes.pop(ended))
        if self._stillborn > _MOST_STILLBORN:
            self._end(signal.SIGTERM, None)
        if not self._ending:
            self._fork()

    def _line_of(self, worker: int) -> str:
        """Wait until a worker serves, or has ended without."""
        line = os.read(self._pipes[worker], _LONGEST_LINE).decode()
        if line:
            self._serving.add(worker)
        return line

    def _fork(self) -> None:
        reading, writing = os.pipe()
        # Told to end between the fork and the note of it, this process would forget the worker.
        with _signals_waiting():
            worker = os.fork()
            if worker == 0:
                os.close(reading)
                self._serve(writing)
            self._pipes[worker] = reading
        os.close(writing)

    def _serve(self, writing: int) -> NoReturn:
        """Be a worker, and end as any program ends."""
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        for pipe in (self._lifeline[1], *self._pipes.values()):
            os.close(pipe)
        threading.Thread(target=_end_with, args=(self._lifeline[0],), daemon=True).start()
        self._work(self._listener, lambda line: _tell(writing, line))
        sys.exit(0)

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._ending = True
        for worker in self._pipes:
            os.kill(worker, signal.SIGTERM)


@contextmanager
def _signals_waiting() -> Iterator[None]:
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)


def _tell(pipe: int, line: str) -> None:
    os.write(pipe, line.encode())
    os.close(pipe)


def _end_with(lifeline: int) -> None:
    """Wait until the watching process is gone, then end: its address is to be free for the next one."""
    os.read(lifeline, 1)
    os._exit(1)
