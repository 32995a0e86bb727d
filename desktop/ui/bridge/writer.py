"""Intents of the user on their way to the bus: run on the write lane, answered on the thread that draws."""

import logging
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from functools import partial

from desktop.system.i18n import Translator
from desktop.ui.bridge.error_presenter import ErrorPresenter
from desktop.ui.bridge.ports import Bus, Command, Done, Jobs
from desktop.ui.bridge.ui_thread import UiThread
from sync.contract.errors import AppError, Code

log = logging.getLogger(__name__)

Said = Callable[[str, str], None]
"""Shows a sentence as done; the second text is the id of the act that Undo would take back, empty for none."""

Asks = Callable[[AppError, Callable[[], None], Callable[[], None]], None]
"""Asks about a refusal, such as that very much would be deleted: it calls the first to go on or the second to leave
everything as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """What a screen does with the outcome of an intent; all of it runs on the thread that draws.

    ``done`` gets the bus's answer after the commit. ``inline`` puts a refusal beside the field it is about.
    ``failed`` is told of any refusal, after it has been shown. ``quiet`` leaves the toast out, where the
    screen itself shows that it is done.
    """

    done: Callable[[Done], None] | None = None
    inline: Callable[[str], None] | None = None
    failed: Callable[[BaseException], None] | None = None
    quiet: bool = False


_PLAIN = Reaction()


class Writer:
    """Runs commands in the order in which they were given; "saved" is said after the commit, never before."""

    def __init__(self, bus: Bus, jobs: Jobs, ui: UiThread, errors: ErrorPresenter, texts: Translator) -> None:
        self._bus = bus
        self._jobs = jobs
        self._ui = ui
        self._errors = errors
        self._texts = texts
        self._said: Said | None = None
        self._asks: dict[Code, Asks] = {}

    def on_done(self, said: Said) -> None:
        """Name the place where "done" is said."""
        self._said = said

    def on_asking(self, code: Code, asks: Asks) -> None:
        """Name the place where the user is asked about commands that are refused for want of a word."""
        self._asks[code] = asks

    def run(self, command: Command, reaction: Reaction = _PLAIN, *, initiator: object | None = None) -> None:
        """Run a command; returns at once. That it is saved is drawn before anything is read that follows from it."""
        saved = self._jobs.precedence.claim
        future = self._jobs.submit_write(lambda: self._bus.run(command, initiator=initiator, saved=saved))
        again = partial(self.run, command, reaction, initiator=initiator)
        future.add_done_callback(
            lambda finished: self._ui.post(lambda: self._arrive(finished, command, reaction, again))
        )

    def _arrive(self, future: Future[Done], command: Command, reaction: Reaction, again: Callable[[], None]) -> None:
        try:
            self._answer(future, command, reaction, again)
        finally:
            self._ui.once_painted(self._jobs.precedence.release)

    def _answer(self, future: Future[Done], command: Command, reaction: Reaction, again: Callable[[], None]) -> None:
        try:
            error = future.exception()
        except CancelledError:
            log.warning("an act was cancelled before it was written")
            return
        asks = self._asks.get(error.code) if isinstance(error, AppError) else None
        if isinstance(error, AppError) and asks is not None:
            asks(error, partial(_agree, command, error.code, again), partial(_leave, reaction, error))
            return
        if error is not None:
            self._errors.present(error, reaction.inline)
            if reaction.failed is not None:
                reaction.failed(error)
            return
        done = future.result()
        if done.changes.records and not reaction.quiet and self._said is not None:
            self._said(
                self._texts.t(command.label, **command.label_values), done.command_id if command.undoable else ""
            )
        if reaction.done is not None:
            reaction.done(done)


def _agree(command: Command, asked: Code, again: Callable[[], None]) -> None:
    command.agree(asked)
    again()


def _leave(reaction: Reaction, error: AppError) -> None:
    if reaction.failed is not None:
        reaction.failed(error)
