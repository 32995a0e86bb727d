"""Actions: everything the user can do, as data. Menus, shortcuts, the hint strip and the key sheet come from here."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QKeySequence

EVERYWHERE = ""
"""The page of an action that works on every page."""

_OF_OVERLAYS = frozenset({"Esc", "Return", "Tab", "Ctrl+Return"})


class DuplicateKeyError(ValueError):
    """Two actions that can be active together want the same key."""


class DuplicateActionError(ValueError):
    """Two actions that can be active together have the same id."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do.

    ``shortcut`` is written as Qt does ("Ctrl+Shift+S", "J", "?", "F2"); ``also`` holds further keys for the
    same. ``page`` is the name of the page on which it works, ``EVERYWHERE`` for all; a page's own actions
    get its name when it is shown. With ``hint_key``, a message of one or two words, the action stands in
    the hint strip.
    """

    id: str
    title_key: str
    run: Callable[[], None]
    icon: str = ""
    shortcut: str = ""
    also: tuple[str, ...] = ()
    enabled_when: Callable[[], bool] | None = None
    page: str = EVERYWHERE
    hint_key: str = ""

    def is_enabled(self) -> bool:
        """Tell whether it makes sense now."""
        return self.enabled_when is None or self.enabled_when()

    def all_keys(self) -> tuple[str, ...]:
        """Give all its keys in one spelling."""
        return tuple(normal_key(key) for key in (self.shortcut, *self.also) if key)


def normal_key(shortcut: str) -> str:
    """Spell a shortcut in the one way that can be compared."""
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.PortableText)


@dataclass(frozen=True, slots=True)
class KnownAction:
    """An action as it was made, and with the keys that it has now; ``place_key`` is the title of where it works."""

    made: Action
    now: Action
    place_key: str


class ActionRegistry:
    """All actions of a window. An action everywhere and one of a page are active together, so they share one scope."""

    def __init__(self, rekey: Callable[[Action], Action] = lambda action: action) -> None:
        """``rekey`` gives an action with the keys that its user wants."""
        self._rekey = rekey
        self._actions: list[Action] = []
        self._known: dict[tuple[str, str], Action] = {}

    @property
    def known(self) -> Sequence[Action]:
        """All actions that were ever registered, with their own keys; those of pages that are not open too."""
        return tuple(self._known.values())

    def learn(self, actions: Iterable[Action]) -> None:
        """Know actions of a page that is not open."""
        self._known.update({(each.page, each.id): each for each in actions})

    def rekeyed(self, action: Action) -> Action:
        """Give an action with the keys that it has now."""
        return self._rekey(action)

    def rekeyed_from(self, actions: Iterable[Action]) -> dict[str, str]:
        """Give the keys that their user changed, by those with which these actions were made.

        Those that every overlay has for itself stay, whatever a page's action does with them.
        """
        made = [(self._known[action.page, action.id].shortcut, action.shortcut) for action in actions]
        return {before: now for before, now in made if before and before not in _OF_OVERLAYS and before != now}

    def take_keys(self) -> None:
        """Give every action its keys anew, because its user wants others."""
        given = [self._known[each.page, each.id] for each in self._actions]
        self._actions = []
        self.add_all(given)

    def add(self, action: Action) -> None:
        """Register an action.

        Raises:
            DuplicateActionError: Its id is taken in this scope.
            DuplicateKeyError: One of its keys is.
        """
        self._known[action.page, action.id] = action
        action = self._rekey(action)
        for other in self._actions:
            if not meet(action.page, other.page):
                continue
            if other.id == action.id:
                raise DuplicateActionError(f"action {action.id} is registered twice on {action.page or 'every page'}")
            shared = set(action.all_keys()) & set(other.all_keys())
            if shared:
                raise DuplicateKeyError(f"{min(shared)} belongs to {other.id} and to {action.id}")
        self._actions.append(action)

    def add_all(self, actions: Iterable[Action]) -> None:
        """Register several; raises as ``add`` does."""
        for action in actions:
            self.add(action)

    def remove_page(self, page: str) -> None:
        """Forget the actions of one page."""
        self._actions = [action for action in self._actions if action.page != page]

    def active(self, page: str) -> Sequence[Action]:
        """List what can be done on a page, its own actions first, each group in the order of registration."""
        own = [action for action in self._actions if page and action.page == page]
        return [*own, *(action for action in self._actions if action.page == EVERYWHERE)]

    def find(self, key: str, page: str) -> Action | None:
        """Give the action that a key starts on a page, enabled or not."""
        wanted = normal_key(key)
        return next((action for action in self.active(page) if wanted in action.all_keys()), None)


def meet(one: str, other: str) -> bool:
    """Tell whether actions of these two pages can be active together."""
    return one == other or EVERYWHERE in {one, other}
