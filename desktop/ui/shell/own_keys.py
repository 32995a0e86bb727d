"""Keys that the user gave to actions: they replace an action's own, and whoever had such a key goes without."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from desktop.ui.shell.actions import EVERYWHERE, Action, meet, normal_key

Chosen = Mapping[str, Any]
"""By action id what ``system.settings.KEYS`` holds."""


class OwnKeys:
    """Reads the user's choice anew for each action."""

    def __init__(self, read: Callable[[], Chosen] = dict) -> None:
        """``read`` gives the choice as it is now."""
        self._read = read

    def apply(self, action: Action) -> Action:
        """Give the action with the keys that it has here."""
        chosen = _without_doubles(self._read())
        own = chosen.get(action.id)
        if own is not None and own["page"] == action.page:
            return replace(action, shortcut=str(own["key"]), also=())
        taken = {normal_key(each["key"]) for each in chosen.values() if meet(each["page"], action.page)}
        if not taken & set(action.all_keys()):
            return action
        left = [key for key in (action.shortcut, *action.also) if key and normal_key(key) not in taken]
        return replace(action, shortcut=left[0] if left else "", also=tuple(left[1:]))


def with_key(chosen: dict[str, Any], action: Action, key: str) -> dict[str, Any]:
    """Add the choice of a key; another action of the user's choice that meets it and had the key loses it."""
    kept = {
        name: each
        for name, each in chosen.items()
        if not (_is_key(each) and normal_key(each["key"]) == normal_key(key) and meet(each["page"], action.page))
    }
    return {**kept, action.id: {"key": key, "page": action.page or EVERYWHERE}}


def _without_doubles(chosen: Chosen) -> Chosen:
    """Leave out what cannot hold: no key, or one that an earlier choice has which can be active together with it."""
    kept: dict[str, Any] = {}
    for name, each in chosen.items():
        if _is_key(each) and not any(_same_key(each, other) for other in kept.values()):
            kept[name] = each
    return kept


def _same_key(one: Chosen, other: Chosen) -> bool:
    return normal_key(one["key"]) == normal_key(other["key"]) and meet(one["page"], other["page"])


def _is_key(value: object) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("key"), str) and isinstance(value.get("page"), str)
