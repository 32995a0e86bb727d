"""The door to writing: runs a command as one transaction and tells the live queries when it is committed.

What every command shares is here; what each means is in the module of its aggregate. May be called from any thread:
the database lets one write at a time.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from desktop.domain.changes import ActKind, ChangeSet, Origin
from desktop.domain.views import UndoLabel
from desktop.store.database import Database
from desktop.store.rehearsal import rehearsal
from desktop.store.unit_of_work import UnitOfWork, open_unit
from sync.contract.errors import AppError, Code

log = logging.getLogger(__name__)

Work: TypeAlias = UnitOfWork
"""What a command is given to read and write with; lives as long as its transaction."""


class Acts(Protocol):
    """What this user did last, as undo and redo ask."""

    def undoable(self) -> UndoLabel | None:
        """Name the act that undo would take back."""
        ...

    def redoable(self) -> UndoLabel | None:
        """Name the act that redo would do again."""
        ...


class Command:
    """What a user means to do.

    ``label`` is the message that tells it as done, in a toast and behind "Undo"; ``label_values`` are its
    placeholders. Both may be filled while it is applied. A command runs once, and once more with ``consent`` where the
    first time was refused for want of it.
    """

    label: str = ""
    undoable: bool = True
    kind: ActKind = ActKind.DO
    target: str | None = None
    """The act that is taken back or done again."""
    consent: bool = False
    """Whether its user was told how many records it deletes, and agreed."""

    def __init__(self) -> None:
        """Begin without placeholders."""
        self.label_values: dict[str, object] = {}

    def agree(self, asked: Code) -> None:  # noqa: ARG002 - most commands ask one thing only
        """Take the user's word for what this command was refused for; it may run once more."""
        self.consent = True

    def prepare(self, acts: Acts) -> None:
        """Look, before the transaction, at what was done before; most commands need not.

        Raises:
            AppError: There is nothing to do.
        """

    def apply(self, work: Work) -> object:
        """Do it; what is returned reaches the caller as ``Done.result``.

        Raises:
            AppError: It is refused; then nothing of it is written.
        """
        raise NotImplementedError

    def instead(self, refused: AppError) -> AppError | None:
        """Say what is raised where a refusal is remembered; ``None`` where it leaves no trace, as with most."""

    def remember(self, work: Work) -> None:
        """Note in a transaction of its own that it was refused; only after ``instead`` gave something."""


@dataclass(frozen=True, slots=True)
class Done:
    """A command that is committed: ``changes`` may be empty when everything was so already."""

    result: object
    command_id: str
    changes: ChangeSet


class Bus:
    """Runs commands for the user of a profile."""

    def __init__(self, database: Database, acts: Acts, publish: Callable[[ChangeSet], None]) -> None:
        """``publish`` hears of every commit, on the thread of the command."""
        self._database = database
        self._acts = acts
        self._publish = publish

    def run(
        self, command: Command, *, initiator: object | None = None, saved: Callable[[], None] | None = None
    ) -> Done:
        """Run a command; it is on disk when this returns. ``saved`` is called as soon as it is, before others are told.

        Raises:
            AppError: It is refused, and nothing is written but what ``Command.remember`` notes. ``MASS_DELETION`` asks
                for the user's word: with ``consent`` the same command goes through.
        """
        actor, role = self._database.meta.user()
        if not actor:
            raise AppError(Code.PROFILE_MISSING)
        command.prepare(self._acts)
        try:
            with open_unit(
                self._database,
                actor=actor,
                role=role,
                origin=Origin.COMMAND if command.kind is ActKind.DO else Origin.UNDO,
                label=command.label,
                label_values=command.label_values,
                undoable=command.undoable,
                kind=command.kind,
                target=command.target,
                initiator=initiator,
            ) as work:
                result = command.apply(work)
                work.label = command.label
                work.brake(consent=command.consent)
        except AppError as refused:
            told = command.instead(refused)
            if told is None:
                raise
            self._remember(command, actor)
            raise told from refused
        self._tell(work, saved)
        return Done(result, work.command_id, work.changes())

    def rehearse(self, command: Command) -> object:
        """Say what a command that only changes records would come to; nothing is written, and no writer waits for it.

        Raises:
            AppError: It would be refused.
        """
        actor, role = self._database.meta.user()
        if not actor:
            raise AppError(Code.PROFILE_MISSING)
        with rehearsal(self._database, actor=actor, role=role) as work:
            return command.apply(work)

    def _remember(self, command: Command, actor: str) -> None:
        with open_unit(self._database, actor=actor, role=self._database.meta.role) as work:
            command.remember(work)
        self._tell(work)

    def _tell(self, work: Work, saved: Callable[[], None] | None = None) -> None:
        try:
            if saved is not None:
                saved()
            changes = work.changes()
            if changes.records:
                self._publish(changes)
        except (MemoryError, RuntimeError):  # the second: no room for a thread
            # It is saved, and nobody may hear that it is not; screens show it with the next change.
            log.exception("a commit could not be told")
