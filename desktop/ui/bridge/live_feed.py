"""Live queries and one-off reads whose answers arrive on the thread that draws; nothing here blocks it."""

import logging
from collections.abc import Callable, Collection
from concurrent.futures import CancelledError, Future
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from desktop.ui.bridge.error_presenter import ErrorPresenter
from desktop.ui.bridge.ports import Hub, Jobs, Watch
from desktop.ui.bridge.ui_thread import UiThread

log = logging.getLogger(__name__)

T = TypeVar("T")


class LiveView:
    """One watched question of a widget; it ends with the widget, and rests while the widget is hidden."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._is_open = True

    @property
    def is_open(self) -> bool:
        """Whether answers are still wanted."""
        return self._is_open

    def refresh(self) -> None:
        """Ask again now, for instance after the question itself changed."""
        if self._is_open:
            self._watch.refresh()

    def set_visible(self, visible: bool) -> None:  # noqa: FBT001 - mirrors the widget's own state
        """Ask again after changes only while somebody looks; a hidden view catches up when it is shown."""
        if self._is_open:
            self._watch.visible = visible

    def close(self) -> None:
        """Ask no more; an answer that is under way is dropped."""
        if self._is_open:
            self._is_open = False
            self._watch.close()


class LiveFeed:
    """Hands out live views and reads; made once per window and closed before the lanes are."""

    def __init__(self, hub: Hub, jobs: Jobs, ui: UiThread, errors: ErrorPresenter) -> None:
        self._hub = hub
        self._jobs = jobs
        self._ui = ui
        self._errors = errors
        self._views: set[LiveView] = set()

    def watch(
        self, owner: QWidget, types: Collection[str], run: Callable[[], T], deliver: Callable[[T], None]
    ) -> LiveView:
        """Ask ``run`` on the read lane now and after every change of one of ``types``; answers go to ``deliver``.

        ``deliver`` runs on the thread that draws, only with answers that differ from the last one, and never after
        ``owner`` is gone.
        """
        holder: list[LiveView] = []

        def arrive(answer: T) -> None:
            if holder and holder[0].is_open:
                deliver(answer)

        view = LiveView(self._hub.watch(types, run, lambda answer: self._ui.post(lambda: arrive(answer))))
        holder.append(view)
        self._views.add(view)
        owner.destroyed.connect(lambda: self._forget(view))
        _FollowVisibility(owner, view)
        return view

    def read(self, owner: QWidget, run: Callable[[], T], deliver: Callable[[T], None]) -> "LatestRead[T]":
        """Ask ``run`` once on the read lane; the answer goes to ``deliver`` unless ``owner`` is gone by then."""
        asked = LatestRead(self, owner, deliver)
        asked.ask(run)
        return asked

    def latest(self, owner: QWidget, deliver: Callable[[T], None]) -> "LatestRead[T]":
        """Make a reader for questions that overtake each other, such as a text that is being typed."""
        return LatestRead(self, owner, deliver)

    def close(self) -> None:
        """End all views."""
        for view in tuple(self._views):
            self._forget(view)

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

    def _forget(self, view: LiveView) -> None:
        self._views.discard(view)
        view.close()


class LatestRead(Generic[T]):
    """Reads of one place on the screen: at most one is under way, and only the last one asked is delivered."""

    def __init__(self, feed: LiveFeed, owner: QWidget, deliver: Callable[[T], None]) -> None:
        self._feed = feed
        self._deliver = deliver
        self._asked: Callable[[], T] | None = None
        self._is_busy = False
        self._is_open = True
        owner.destroyed.connect(self.close)

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
