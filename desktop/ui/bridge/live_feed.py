"""Live queries and one-off reads whose answers arrive on the thread that draws; nothing here blocks it."""

import logging
from collections.abc import Callable, Collection
from concurrent.futures import CancelledError, Future
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop.domain.changes import ChangeSet
from desktop.ui.bridge.error_presenter import ErrorPresenter
from desktop.ui.bridge.ports import Jobs, LiveHub, Watch
from desktop.ui.bridge.ui_thread import UiThread
from sync.contract.errors import AppError

log = logging.getLogger(__name__)

T = TypeVar("T")


class Ending(Protocol):
    """Something that listens until it is closed."""

    def close(self) -> None:
        """Listen no more."""
        ...


class LiveView:
    """One watched question of a widget; it ends with the widget, and rests while the widget is hidden."""

    def __init__(self) -> None:
        self._watch: Watch[Any] | None = None
        self._is_open = True

    @property
    def is_open(self) -> bool:
        """Whether answers are still wanted."""
        return self._is_open

    def begin(self, watch: Watch[Any]) -> None:
        """Take the hub's watch, which may have answered already."""
        self._watch = watch

    def refresh(self) -> None:
        """Ask again now, for instance after the question itself changed."""
        if self._is_open and self._watch is not None:
            self._watch.refresh()

    def set_visible(self, visible: bool) -> None:  # noqa: FBT001 - mirrors the widget's own state
        """Ask again after changes only while somebody looks; a hidden view catches up when it is shown."""
        if self._is_open and self._watch is not None:
            self._watch.visible = visible

    def close(self) -> None:
        """Ask no more; an answer that is under way is dropped."""
        if self._is_open:
            self._is_open = False
            if self._watch is not None:
                self._watch.close()


class LiveChanges:
    """A listener to changes themselves; it ends with its widget."""

    def __init__(self) -> None:
        self.is_open = True
        self.leave: Callable[[], None] | None = None

    def close(self) -> None:
        """Listen no more."""
        self.is_open = False
        if self.leave is not None:
            self.leave()
            self.leave = None


class LiveFeed:
    """Hands out live views and reads; made once per window and closed before the lanes are."""

    def __init__(self, hub: LiveHub, jobs: Jobs, ui: UiThread, errors: ErrorPresenter) -> None:
        self._hub = hub
        self._jobs = jobs
        self._ui = ui
        self._errors = errors
        self._endings: set[Ending] = set()

    def watch(
        self, owner: QWidget, types: Collection[str], run: Callable[[], T], deliver: Callable[[T], None]
    ) -> LiveView:
        """Ask ``run`` on the read lane now and after every change of one of ``types``; answers go to ``deliver``.

        ``deliver`` runs on the thread that draws, only with answers that differ from the last one, and never after
        ``owner`` is gone.
        """
        view = LiveView()

        def ask() -> T:
            try:
                return run()
            except AppError as error:
                refusal = error
                self._ui.post(lambda: self._errors.present(refusal))
                raise

        def arrive(answer: T) -> None:
            if view.is_open:
                deliver(answer)

        view.begin(self._hub.watch(types, ask, lambda answer: self._ui.post(lambda: arrive(answer))))
        self._end_with(owner, view)
        _FollowVisibility(owner, view)
        return view

    def changes(self, owner: QWidget, types: Collection[str], deliver: Callable[[ChangeSet], None]) -> LiveChanges:
        """Hand over every change that touches one of ``types``, for lists that refresh single rows."""
        listener = LiveChanges()

        def arrive(changes: ChangeSet) -> None:
            if listener.is_open:
                deliver(changes)

        def hear(changes: ChangeSet) -> None:
            if changes.touches(types):
                self._ui.post(lambda: arrive(changes))

        listener.leave = self._hub.subscribe(hear)
        self._end_with(owner, listener)
        return listener

    def read(self, owner: QWidget, run: Callable[[], T], deliver: Callable[[T], None]) -> None:
        """Ask ``run`` once on the read lane; the answer goes to ``deliver`` unless ``owner`` is gone by then."""

        # Asked instead of told: lists read a page at every scroll, and each connection would stay with the widget.
        def arrive(future: Future[T]) -> None:
            if isValid(owner):
                self.answer_of(future, deliver)

        self.submit(run, arrive)

    def read_much(self, owner: QWidget, run: Callable[[], T], deliver: Callable[[T], None]) -> None:
        """Ask ``run`` once, as ``read`` does, on a lane where it may take its time: lists and records do not wait."""
        future = self._jobs.submit_aside(run)

        def arrive() -> None:
            if isValid(owner):
                self.answer_of(future, deliver)

        future.add_done_callback(lambda _done: self._ui.post(arrive))

    def latest(self, owner: QWidget, deliver: Callable[[T], None]) -> "LatestRead[T]":
        """Make a reader for questions that overtake each other, such as a text that is being typed."""
        return LatestRead(self, owner, deliver)

    def close(self) -> None:
        """End everything that listens."""
        for ending in tuple(self._endings):
            self._end(ending)

    def submit(self, run: Callable[[], T], arrive: Callable[[Future[T]], None]) -> None:
        """Run on the read lane, then call ``arrive`` with the finished future on the thread that draws."""
        self._jobs.submit_read(run).add_done_callback(lambda future: self._ui.post(lambda: arrive(future)))

    def answer_of(self, future: Future[T], deliver: Callable[[T], None]) -> None:
        """Give a finished read's answer to ``deliver``, or its error to the presenter."""
        try:
            error = future.exception()
        except CancelledError:
            log.debug("a read was cancelled, the window closes")
            return
        if error is not None:
            self._errors.present(error)
            return
        deliver(future.result())

    def _end_with(self, owner: QWidget, ending: Ending) -> None:
        self._endings.add(ending)
        owner.destroyed.connect(lambda: self._end(ending))

    def _end(self, ending: Ending) -> None:
        self._endings.discard(ending)
        ending.close()


class LatestRead(Generic[T]):
    """Reads of one place on the screen: at most one is under way, and only the last one asked is delivered."""

    def __init__(self, feed: LiveFeed, owner: QWidget, deliver: Callable[[T], None]) -> None:
        self._feed = feed
        self._deliver = deliver
        self._asked: Callable[[], T] | None = None
        self._is_busy = False
        self._is_open = True
        owner.destroyed.connect(lambda: self.close())  # noqa: PLW0108 - a bound method would be held weakly

    def ask(self, run: Callable[[], T]) -> None:
        """Ask; what was asked before and has not begun is forgotten."""
        self._asked = run
        if not self._is_busy:
            self._next()

    def close(self) -> None:
        """Deliver nothing more."""
        self._is_open = False
        self._asked = None

    def _next(self) -> None:
        run, self._asked = self._asked, None
        if run is None:
            return
        self._is_busy = True
        self._feed.submit(run, self._arrive)

    def _arrive(self, future: Future[T]) -> None:
        self._is_busy = False
        if not self._is_open:
            return
        if self._asked is None:
            self._feed.answer_of(future, self._deliver)
        self._next()


class _FollowVisibility(QObject):
    """Tells a view whether its widget can be seen."""

    def __init__(self, owner: QWidget, view: LiveView) -> None:
        super().__init__(owner)
        self._view = view
        owner.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Look at showing and hiding; everything passes."""
        if event.type() == QEvent.Type.Show:
            self._view.set_visible(True)
        elif event.type() == QEvent.Type.Hide:
            self._view.set_visible(False)
        return False
