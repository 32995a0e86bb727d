"""Where the user is, noted as it changes, so that a window that was killed opens where it was."""

from collections.abc import Mapping
from typing import Any, cast

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QAbstractItemView, QApplication

from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.drafts import Shelf
from desktop.ui.bridge.routes import record_of
from desktop.ui.components.dialog import Overlay
from desktop.ui.components.popover import Popover
from desktop.ui.records.account_acts import AccountActs
from desktop.ui.shell.history import Visit
from desktop.ui.shell.page import Route
from desktop.ui.shell.page_stack import UnknownPageError
from desktop.ui.shell.window import ShellWindow

_NAME = "place"
_WAY = "way"
_TRAIL = "trail"
LAYOUT = "layout"
"""Under this name lies what pages remember, as long as the settings file does not have it."""

_OVER_LISTS = ("ask ", "filter ", "view-name ")
"""How the drafts of lines and popovers over a list are called: they belong to the place, and go with it."""

_MOST_VISITS = 30
_FOLLOWED = "followed"
_SETTLED_MS = 250
"""A selection is noted when it has rested so long; moving through a list writes once."""


class LastPlace(QObject):
    """Notes page, selection, open form, the way here and sizes; gives them back after a kill, not after a good end.

    An ordinary day begins on the first page. A place at which the program was killed before it was shown is not tried
    a second time: it may be what killed it.
    """

    def __init__(self, window: ShellWindow, shelf: Shelf, context: ScreenContext) -> None:
        super().__init__(window)
        self._window = window
        self._context = context
        self._shelf = shelf
        self._form = ""
        self._is_following = False
        self._is_over = False
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLED_MS)
        self._settled.timeout.connect(self.note)
        context.drafts.on_keep(self._note_form)

    def resume(self) -> bool:
        """Open where the window was killed; tells whether there is such a place."""
        kept = self._shelf.get(_NAME)
        if not isinstance(kept, Mapping) or not kept.get("page"):
            return False
        self._shelf.put(_NAME, None)
        state, route = kept.get("state"), _route(kept)
        try:
            way = self._shelf.get(_WAY)
            behind, ahead = (_visits(way, name) for name in ("behind", "ahead"))
            trail = self._shelf.get(_TRAIL)
            if isinstance(trail, Mapping):
                self._context.trail.go_on(trail)
            self._window.resume(route, dict(state or {}), behind, ahead)
        except UnknownPageError:
            return False
        self._reopen(str(kept.get("form") or ""))
        return True

    def follow(self) -> None:
        """Note from now on."""
        if self._is_following:
            return
        self._is_following = True
        self._window.page_changed.connect(self._follow_page)
        cast(QApplication, QApplication.instance()).focusChanged.connect(self._begin)
        self._context.memory.on_change(self._begin)
        self._follow_page()

    def end(self) -> None:
        """Forget the place: the window is closed as it should be. Nothing is noted any more."""
        self._settled.stop()
        self._is_over = True
        if self._is_following:
            self._is_following = False
            cast(QApplication, QApplication.instance()).focusChanged.disconnect(self._begin)
            self._window.page_changed.disconnect(self._follow_page)
            for name in (_NAME, _WAY, _TRAIL, LAYOUT):
                self._shelf.put(name, None)
            for kind in _OVER_LISTS:
                self._context.drafts.drop_all_but(kind, ())

    @Slot()
    def note(self) -> None:
        """Note the place now."""
        self._settled.stop()
        route, page = self._window.route, self._window.page
        if route is None or page is None or self._is_over:
            return
        self._form = self._open_form()
        place: dict[str, Any] = {"page": route.page, "args": dict(route.args), "state": dict(page.save_state())}
        self._shelf.put(_NAME, {**place, "form": self._form})
        behind, ahead = self._window.places_around(_MOST_VISITS)
        self._shelf.put(_WAY, {"behind": [*map(_plain, behind)], "ahead": [*map(_plain, ahead)]})
        record = record_of(route)
        self._shelf.put(_TRAIL, self._context.trail.around(*record) if record is not None else None)
        self._shelf.put(LAYOUT, self._context.memory.changed())

    def _reopen(self, form: str) -> None:
        page = self._window.page
        if form and page is not None and not page.reopen(form):
            # What belongs to a customer is added from every page, by the palette.
            AccountActs(self._context, self._window.host, lambda: None).reopen(form)

    def _note_form(self) -> None:
        # What was typed must be found, so the form around it is noted before the next key.
        if self._open_form() != self._form:
            self.note()

    def _open_form(self) -> str:
        host = self._window.host
        covers: list[Overlay | Popover] = [*host.findChildren(Overlay), *host.findChildren(Popover)]
        return next((each.draft for each in covers if each.draft and not each.isHidden()), "")

    @Slot()
    def _follow_page(self) -> None:
        page = self._window.page
        if page is not None and not page.property(_FOLLOWED):
            page.setProperty(_FOLLOWED, True)
            page.changed.connect(self._begin)
            for view in page.findChildren(QAbstractItemView):
                if view.selectionModel() is not None:
                    view.selectionModel().currentChanged.connect(self._begin)
        self.note()

    @Slot()
    def _begin(self) -> None:
        if not self._is_over:
            self._settled.start()


def _plain(visit: Visit) -> dict[str, Any]:
    return {"page": visit.route.page, "args": dict(visit.route.args), "state": dict(visit.state)}


def _visits(way: object, name: str) -> list[Visit]:
    kept = way.get(name) if isinstance(way, Mapping) else None
    return [Visit(_route(each), dict(each.get("state") or {})) for each in kept or () if isinstance(each, Mapping)]


def _route(kept: Mapping[str, Any]) -> Route:
    args = {str(name): str(value) for name, value in dict(kept.get("args") or {}).items()}
    return Route(str(kept.get("page")), args)
