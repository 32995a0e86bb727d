"""What is on this laptop, how large it is and what is still to come; and which files the user wants here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from desktop.domain.holdings import MIB, Amount, FilesHere, Holdings, Policy, amounts
from desktop.services.room import Room, room_of
from desktop.system.settings import FILES_DAYS, FILES_MIB, FILES_OTHERS, FILES_OWN, Settings
from sync.contract.catalogue import Catalogue
from sync.contract.fields import Scope
from sync.contract.file_classes import Covered, covered

if TYPE_CHECKING:
    from desktop.services.application import Application

REST = ""
"""The kind of all records that are no kind of their own."""

ATTACHMENT = "attachment"
_OF_CUSTOMERS = frozenset({Scope.ACCOUNT_ROOT, Scope.ACCOUNT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Records that are told of together: those of one family, or all others (``REST``)."""

    family: str
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnLaptop:
    """One look at everything; sizes are bytes on this laptop's disk, before all is here those that they will have."""

    kinds: Mapping[Kind, Amount]
    types: Mapping[str, Amount]
    holdings: Holdings
    files: FilesHere
    room: Room

    def files_of(self, policy: Policy, *, own: bool) -> Covered:
        """Count the files that a choice brings, among one's own or among others'."""
        is_wanted = policy.own if own else policy.others
        if not is_wanted:
            return Covered()
        return covered(self.holdings.files, own=own, size=policy.max_bytes, age_d=policy.max_age.days)

    def all_files(self, *, own: bool) -> Covered:
        """Count all the files that there are."""
        return covered(self.holdings.files, own=own)


def kinds_of(catalogue: Catalogue) -> list[Kind]:
    """Group the record types as the catalogue declares them, so that a new one appears by itself.

    Each family of records that belong to customers and are searched is a kind; what is left is one (``REST``), and
    so are the descriptions of files, because their bytes are told of apart.
    """
    families: dict[str, list[str]] = {}
    rest: list[str] = []
    for record in catalogue:
        if record.scope in _OF_CUSTOMERS and record.searched and record.name != ATTACHMENT:
            families.setdefault(record.family, []).append(record.name)
        else:
            rest.append(record.name)
    kinds = [Kind(family=family, types=tuple(names)) for family, names in families.items()]
    return [*kinds, Kind(family=REST, types=tuple(rest))]


def look(app: "Application") -> OnLaptop:
    """Look at everything; belongs on the read lane."""
    holdings, room = app.reads.holdings(), room_of(app.paths)
    found = amounts(holdings)
    kinds = {}
    for kind in kinds_of(app.reads.catalogue):
        amount = sum((found[each] for each in kind.types if each in found), Amount())
        kinds[kind] = amount
    return OnLaptop(kinds=kinds, types=found, holdings=holdings, files=app.files.standing(), room=room)


def policy_of(settings: Settings) -> Policy:
    """Read which files come by themselves."""
    return Policy(
        own=settings.get(FILES_OWN),
        others=settings.get(FILES_OTHERS),
        max_bytes=settings.get(FILES_MIB) * MIB,
        max_age=timedelta(days=settings.get(FILES_DAYS)),
    )
