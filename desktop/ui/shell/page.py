"""What a screen is to the shell, and what the shell is to a screen; neither knows more of the other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.components.banner import Notice
from desktop.ui.components.toast import Toast
from desktop.ui.design.kit import UiKit
from desktop.ui.shell.actions import Action, KnownAction

PageState = Mapping[str, object]
"""What a page needs to look as it did: current record, scroll position, open tab. Only plain values."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where to go: a page by name, and what it should show."""

    page: str
    args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hint:
    """A key in the hint strip that is no action of the registry: ``keys`` parted by spaces ("J K"), and words."""

    keys: str
    text: str


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the breadcrumb; the last one has no route."""

    text: str
    route: Route | None = None


class ShellPort(Protocol):
    """What a page may ask of the window around it."""

    @property
    def kit(self) -> UiKit:
        """Theme and words."""
        ...

    @property
    def host(self) -> QWidget:
        """The widget over which popovers, menus and dialogs are laid."""
        ...

    def open(self, route: Route) -> None:
        """Go to another page, or show something else on this one; the way back is kept."""
        ...

    def back(self) -> None:
        """Go to where the user came from."""
        ...

    def toast(self, toast: Toast) -> None:
        """Say what was done."""
        ...

    def banner(self, notice: Notice | None) -> None:
        """Say what is so until it changes; ``None`` takes it away."""
        ...

    def set_page_status(self, text: str) -> None:
        """Put quiet words at the right of the hint strip."""
        ...

    def known_actions(self) -> Sequence[KnownAction]:
        """List what can be done everywhere and on the pages that were open."""
        ...

    def keys_in_words(self, page: str) -> Mapping[str, str]:
        """Name the keys that the actions everywhere and those of a page have now, for sentences.

        By the id of the action with "_" for ".", as placeholders of messages are written.
        """
        ...

    def show_keys(self) -> None:
        """Open the sheet of all keys."""
        ...


class Page(QWidget):
    """One screen. Subclasses lay out their widgets in ``__init__`` and fill them in ``activate``.

    The shell makes a page when it is first opened, and again after a change of language, which is why
    nothing but ``save_state`` may be relied upon to survive. Order of calls: ``show_route``,
    ``restore_state`` (only when coming back), ``activate``; and ``save_state``, ``deactivate`` on leaving.
    """

    changed = Signal()
    """Title, crumbs, actions, hints or controls are not what they were; the shell asks for them again."""

    def __init__(self, shell: ShellPort) -> None:
        super().__init__()
        self.shell = shell
        self.kit = shell.kit

    def title(self) -> str:
        """Give the title for the top bar and the window."""
        raise NotImplementedError

    def note(self) -> str:
        """Give quiet words behind the title ("3 records were changed by you and by a colleague")."""
        return ""

    def crumbs(self) -> Sequence[Crumb]:
        """Give the breadcrumb; without one the title is shown."""
        return ()

    def controls(self) -> Sequence[QWidget]:
        """Give the widgets that stand in the top bar behind the title; always the same objects."""
        return ()

    def page_actions(self) -> Sequence[Action]:
        """List what can be done here; asked each time the page is shown or says that it ``changed``."""
        return ()

    def hints(self) -> Sequence[Hint]:
        """List keys to explain in the strip before those of the actions."""
        return ()

    def show_route(self, args: Mapping[str, str]) -> None:
        """Take over what should be shown; called before each ``activate``, with no args too."""

    def activate(self) -> None:
        """Read and show what is true now; the page is becoming visible."""

    def deactivate(self) -> None:
        """Stop what costs something; the page is no longer visible."""

    def save_state(self) -> PageState:
        """Give what ``restore_state`` needs later."""
        return {}

    def restore_state(self, state: PageState) -> None:
        """Look as it did when ``state`` was saved."""

    def reopen(self, form: str) -> bool:  # noqa: ARG002 - those that have forms look at it
        """Open a form again in which somebody was typing when the program was killed, by the name of its draft.

        Tells whether the form is the page's own; the window opens those that any page can have over it.
        """
        return False

    def focus_main(self) -> None:
        """Put the focus where the keys of the page work, usually into its list."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page to be: its name in routes, its place in the rail, how it is made.

    ``section`` is ``main``, ``pinned`` or ``sync``, or ``""`` for a page that the rail does not show;
    ``parent`` is then the entry that is lit while it is open.
    """

    name: str
    title_key: str
    icon: str
    factory: Callable[[ShellPort], Page]
    shortcut: str = ""
    section: str = "main"
    parent: str = ""
