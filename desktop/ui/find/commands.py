"""What the palette can do: every action that makes sense now, under the names it has in all languages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desktop.ui.design.kit import UiKit
from desktop.ui.shell.actions import Action

OPENS_PALETTE = "shell.find"
"""The one action that the palette does not offer: it is what opened it."""

_ICON = "arrow-right"


@dataclass(frozen=True, slots=True)
class Command:
    """One action in words."""

    id: str
    title: str
    icon: str
    keys: str
    is_here: bool


def commands_of(kit: UiKit, actions: Iterable[Action]) -> Sequence[Command]:
    """Put the actions that make sense now into words, those of the page first."""
    return [
        Command(action.id, kit.t(action.title_key), action.icon or _ICON, action.shortcut, bool(action.page))
        for action in actions
        if action.id != OPENS_PALETTE and action.is_enabled()
    ]
