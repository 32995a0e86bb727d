"""The way between pages: opening, leaving, coming back, and making all anew in another language."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from desktop.ui.shell.history import History, Visit
from desktop.ui.shell.page import Page, PageState, Route, ShellPort
from desktop.ui.shell.page_stack import PageStack


class Navigator(QObject):
    """Tells pages in order what happens to them, and the window what to show around them."""

    left = Signal(str)
    """A page is no longer open; its actions must go."""

    shown = Signal()
    """Another page is open, or the open one says that it changed; it has not been told to read yet."""

    entered = Signal(str)
    """A page is open and has been told to read."""

    def __init__(self, pages: PageStack, shell: ShellPort, parent: QObject) -> None:
        super().__init__(parent)
        self._pages = pages
        self._shell = shell
        self._history = History()

    @property
    def route(self) -> Route | None:
        """Where the user is."""
        visit = self._history.current
        return visit.route if visit is not None else None

    @property
    def page(self) -> Page | None:
        """The open page."""
        return self._pages.page(self.route.page) if self.route is not None else None

    @property
    def can_go_back(self) -> bool:
        """Whether there is a place to go back to."""
        return self._history.can_go_back

    def open(self, route: Route) -> None:
        """Go to a page, or show something else on the open one; raises ``UnknownPageError`` and stays."""
        self._pages.spec(route.page)
        if route == self.route:
            self.focus_page()
            return
        self._leave()
        self._enter(self._history.go(route), is_return=False)

    def resume(self, route: Route, state: PageState, behind: Sequence[Visit], ahead: Sequence[Visit]) -> None:
        """Open a page and find it as it was left in another life of the program; raises ``UnknownPageError``.

        ``behind`` and ``ahead`` are where back and forward lead to; pages that are not known any more are left out.
        """
        self._pages.keep(route.page, state)
        self._leave()
        way = [[each for each in visits if self._pages.knows(each.route.page)] for visits in (behind, ahead)]
        self._enter(self._history.restore(way[0], route, way[1]), is_return=False)

    def around(self, most: int) -> tuple[list[Visit], list[Visit]]:
        """Give where back and forward lead to, at most so many places each, with what the pages looked like."""
        return self._history.around(most)

    def back(self) -> None:
        """Go to where the user came from, and find it as it was left."""
        if self._history.can_go_back:
            self._leave()
            self._return(self._history.back())

    def forward(self) -> None:
        """Go forward again."""
        if self._history.can_go_forward:
            self._leave()
            self._return(self._history.forward())

    def leave_and_drop(self) -> None:
        """Close all pages, keeping what they need to look the same."""
        self._leave()
        self._pages.drop_all()

    def enter_again(self) -> None:
        """Open the page again that was open before ``leave_and_drop``."""
        self._return(self._history.current)

    def focus_page(self) -> None:
        """Put the focus where the page's keys work."""
        if self.page is not None:
            self.page.focus_main()

    def _leave(self) -> None:
        visit, page = self._history.current, self.page
        if visit is None or page is None:
            return
        visit.state = page.save_state()
        self.left.emit(visit.route.page)
        page.deactivate()

    def _return(self, visit: Visit | None) -> None:
        if visit is not None:
            self._enter(visit, is_return=True)

    def _enter(self, visit: Visit, *, is_return: bool) -> None:
        name = visit.route.page
        is_new = self._pages.page(name) is None
        page = self._pages.made(name, self._shell)
        if is_new:
            page.changed.connect(self.shown)
        kept = self._pages.take_kept(name)
        page.show_route(visit.route.args)
        state = visit.state if is_return else kept
        if state:
            page.restore_state(state)
        self._pages.setCurrentWidget(page)
        self.shown.emit()
        page.activate()
        page.focus_main()
        self.entered.emit(name)
