"""The pages of a window: made when first opened, kept, and made anew after a change of language."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.ui.shell.page import Page, PageSpec, PageState, ShellPort


class UnknownPageError(KeyError):
    """A route names a page that is not registered."""


class PageStack(QStackedWidget):
    """Keeps one page per name."""

    def __init__(self, specs: Sequence[PageSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._specs: Mapping[str, PageSpec] = {spec.name: spec for spec in specs}
        self._pages: dict[str, Page] = {}
        self._kept: dict[str, PageState] = {}

    @property
    def specs(self) -> Sequence[PageSpec]:
        """What was registered, in order."""
        return tuple(self._specs.values())

    def spec(self, name: str) -> PageSpec:
        """Give what was registered under a name.

        Raises:
            UnknownPageError: Nothing was.
        """
        found = self._specs.get(name)
        if found is None:
            raise UnknownPageError(name)
        return found

    def knows(self, name: str) -> bool:
        """Tell whether something was."""
        return name in self._specs

    def page(self, name: str) -> Page | None:
        """Give a page if it was made already."""
        return self._pages.get(name)

    def made(self, name: str, shell: ShellPort) -> Page:
        """Give a page, making it if needed."""
        page = self._pages.get(name)
        if page is None:
            page = self.spec(name).factory(shell)
            self._pages[name] = page
            self.addWidget(page)
            for control in page.controls():
                control.setParent(page)
                control.hide()
        return page

    def take_kept(self, name: str) -> PageState | None:
        """Give what a page said of itself before it was dropped, once."""
        return self._kept.pop(name, None)

    def keep(self, name: str, state: PageState) -> None:
        """Let a page look like this when it is next opened; raises ``UnknownPageError``."""
        self._kept[self.spec(name).name] = state

    def drop_all(self) -> None:
        """Take all pages away, keeping what they need to look the same when they are made again."""
        for name, page in self._pages.items():
            self._kept[name] = page.save_state()
            self.removeWidget(page)
            page.hide()
            page.deleteLater()
        self._pages.clear()
