"""Who works here and what that lets them see; pure: people, territories and assignments as plain values.

Also holds the other shared records that every write asks for: custom fields and stages.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from sync.contract.catalogue import Catalogue
from sync.contract.entities import CATALOGUE
from sync.contract.fields import Role, Value, Values
from sync.contract.rules import SHARED_SCOPE, USER_SCOPE_PREFIX

KEPT_TYPES: Final = ("user", "territory", "assignment", "custom_field", "stage")
"""Record types that an ``Organisation`` is made of."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One record of an organisation: its values and whether it is deleted."""

    values: Values
    deleted: bool
    version: int


@dataclass(frozen=True)
class Organisation:
    """One moment of the organisation. Immutable: ``having`` gives the next moment."""

    records: Mapping[str, Mapping[str, Kept]] = field(default_factory=dict)

    def having(self, record_type: str, record_id: str, kept: Kept | None) -> "Organisation":
        """Give the organisation with one record set, or taken out with ``None``."""
        members = dict(self.records.get(record_type, {}))
        if kept is None:
            members.pop(record_id, None)
        else:
            members[record_id] = kept
        return replace(self, records={**self.records, record_type: members})

    @cached_property
    def catalogue(self) -> Catalogue:
        """All record types with the live custom fields laid over them."""
        return CATALOGUE.with_custom(kept.values for _, kept in sorted(self._live("custom_field").items()))

    def keys(self, record_type: str) -> frozenset[str]:
        """List the ``key`` of every record of a type, deleted ones too: offline work may still name them."""
        return frozenset(str(each.values.get("key")) for each in self.records.get(record_type, {}).values())

    def role(self, user: str) -> Role | None:
        """Give the role of somebody who is not deleted."""
        kept = self._live("user").get(user)
        return None if kept is None else Role(kept.values.get("role") or Role.REP)

    def is_active(self, user: str) -> bool:
        """Tell whether this person may work at present."""
        kept = self._live("user").get(user)
        return kept is not None and kept.values.get("active") is not False

    @cached_property
    def people(self) -> frozenset[str]:
        """Everybody who is not deleted."""
        return frozenset(self._live("user"))

    @cached_property
    def administrators(self) -> frozenset[str]:
        """Everybody who sees everything."""
        return frozenset(user for user in self.people if self.role(user) is Role.ADMIN)

    def territories_of(self, user: str) -> tuple[str, ...]:
        """List the live territories somebody is assigned to, the first assignment first."""
        return self._assigned.get(user, ())

    def within(self, territories: Iterable[str]) -> frozenset[str]:
        """Give these territories and all below them."""
        found: set[str] = set()
        waiting = list(territories)
        while waiting:
            each = waiting.pop()
            if each not in found:
                found.add(each)
                waiting.extend(self._children.get(each, ()))
        return frozenset(found)

    def reach(self, user: str) -> frozenset[str]:
        """Give the territories whose accounts somebody sees; administrators see all without any."""
        own = self.territories_of(user)
        return self.within(own) if self.role(user) is Role.MANAGER else frozenset(own)

    def viewers_of_territory(self, territory: str | None) -> frozenset[str]:
        """List who sees the accounts of a territory: those assigned, managers above, administrators."""
        if territory not in self._viewers:
            return self.administrators
        return self._viewers[territory]

    def viewers_of_person(self, user: str) -> frozenset[str]:
        """List who sees the records that belong to one person alone."""
        found = {user} & self.people
        for territory in self.territories_of(user):
            found |= {each for each in self._viewers[territory] if self.role(each) is Role.MANAGER}
        return frozenset(found) | self.administrators

    def viewers_of_account(self, values: Values, shared_with: Iterable[str]) -> frozenset[str]:
        """List who sees an account: by its territory, as its owner, by a share."""
        chosen = frozenset({*shared_with, str(values.get("owner"))}) & self.people
        return chosen | self.viewers_of_territory(values.get("territory"))

    def persons_seen_by(self, user: str) -> frozenset[str]:
        """List whose own records somebody sees; those of deleted users stay with who saw them."""
        if user not in self.people:
            return frozenset()
        everybody = self.records.get("user", {})
        if user in self.administrators:
            return frozenset(everybody)
        if self.role(user) is not Role.MANAGER:
            return frozenset({user})
        reach = self.reach(user)
        return frozenset(each for each in everybody if reach.intersection(self.territories_of(each))) | {user}

    @cached_property
    def _assigned(self) -> dict[str, tuple[str, ...]]:
        live = self._live("assignment")
        order = sorted(live, key=lambda one: (str(live[one].values.get("created_at")), live[one].version, one))
        found: dict[str, tuple[str, ...]] = {}
        for each in order:
            user, territory = str(live[each].values.get("user")), str(live[each].values.get("territory"))
            if territory in self._live("territory") and territory not in found.get(user, ()):
                found[user] = (*found.get(user, ()), territory)
        return found

    @cached_property
    def _children(self) -> dict[Value, list[str]]:
        found: dict[Value, list[str]] = {}
        for each, kept in self._live("territory").items():
            found.setdefault(kept.values.get("parent"), []).append(each)
        return found

    @cached_property
    def _viewers(self) -> dict[str | None, frozenset[str]]:
        found: dict[str | None, set[str]] = {each: set() for each in self._live("territory")}
        for user in self.people:
            for territory in self.reach(user):
                found[territory].add(user)
        return {territory: frozenset(users) | self.administrators for territory, users in found.items()}

    def _live(self, record_type: str) -> dict[str, Kept]:
        cached: dict[str, dict[str, Kept]] = self.__dict__.setdefault("_live_records", {})
        if record_type not in cached:
            members = self.records.get(record_type, {})
            cached[record_type] = {each: kept for each, kept in members.items() if not kept.deleted}
        return cached[record_type]


def person_of(scope: str) -> str | None:
    """Give whose own scope this is, ``None`` for any other scope."""
    return scope.removeprefix(USER_SCOPE_PREFIX) if scope.startswith(USER_SCOPE_PREFIX) else None


def is_account(scope: str) -> bool:
    """Tell whether a scope is an account's."""
    return scope != SHARED_SCOPE and person_of(scope) is None
