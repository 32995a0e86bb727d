"""A network that loses, repeats and holds up, and laptops that are killed: at a request, or at a statement."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from sync.contract.errors import AppError, Code
from tests.simulate.slots import Image, Slot

_LOST_REQUEST = 0.08
_LOST_REPLY = 0.10
_LATE = 0.05
_TWICE = 0.06
_KILLED = 0.02
_EDIT_MEANWHILE = 0.10
_MOST_LATE = 3


class Killed(BaseException):
    """The program ended here, and nothing of it ran on."""


@dataclass
class Late:
    """Requests that the network still holds: they arrive when nobody waits for an answer any more."""

    waiting: list[tuple[str, Callable[[], bytes]]] = field(default_factory=list)

    def hold(self, name: str, deliver: Callable[[], bytes]) -> None:
        """Keep a request back."""
        self.waiting = [*self.waiting, (name, deliver)][-_MOST_LATE:]

    def deliver(self) -> list[str]:
        """Let everything arrive; gives what arrived."""
        waiting, self.waiting = self.waiting, []
        for _name, deliver in waiting:
            try:
                deliver()
            except AppError:
                """Nobody hears the refusal."""
        return [name for name, _deliver in waiting]


@dataclass
class Network:
    """What may happen to the requests of one sync. ``tell`` hears what did, ``meanwhile`` lets the person work on."""

    chance: random.Random
    late: Late
    tell: Callable[[str], None]
    meanwhile: Callable[[], None]
    harm: float = 1.0

    def carry(self, name: str, deliver: Callable[[], bytes]) -> bytes:
        """Carry one request and its answer, or lose one of them."""
        if self._happens(_EDIT_MEANWHILE):
            self.meanwhile()
        self._before(name, deliver)
        answer = deliver()
        if self._happens(_TWICE):
            self.tell(f"has its request {name} delivered twice")
            answer = deliver()
        if self._happens(_KILLED):
            self._kill(f"after the answer to {name}")
        if self._happens(_LOST_REPLY):
            self._lose(f"the reply to {name}")
        return answer

    def _before(self, name: str, deliver: Callable[[], bytes]) -> None:
        if self._happens(_KILLED):
            self._kill(f"before the request {name}")
        if self._happens(_LATE):
            self.late.hold(name, deliver)
            self._lose(f"the request {name}, which arrives late")
        if self._happens(_LOST_REQUEST):
            self._lose(f"the request {name}")

    def _happens(self, chance: float) -> bool:
        return self.chance.random() < chance * self.harm

    def _lose(self, what: str) -> None:
        self.tell(f"loses {what}")
        raise AppError(Code.SERVER_UNREACHABLE)

    def _kill(self, when: str) -> None:
        self.tell(f"is killed {when}")
        raise Killed


class Crash:
    """A kill before one of the next statements that the laptop writes with: ``image`` is what it leaves behind."""

    def __init__(self, slot: Slot, writer: Any, statement: int) -> None:
        self.image: Image | None = None
        self._slot = slot
        self._writer = writer
        self._left = statement

    def __enter__(self) -> Self:
        self._writer.set_trace_callback(self._count)
        return self

    def __exit__(self, *_error: object) -> None:
        self._writer.set_trace_callback(None)

    def carry(self, _name: str, deliver: Callable[[], bytes]) -> bytes:
        """Carry a request of a laptop that still lives."""
        if self.image is not None:
            raise Killed
        answer = deliver()
        if self.image is not None:
            raise Killed
        return answer

    def _count(self, _statement: str) -> None:
        self._left -= 1
        if self._left == 0:
            self.image = self._slot.image()
