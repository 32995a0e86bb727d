"""Writes drafts through the log, leaving alone what is there already, so that every seed can be run again."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from sync.contract.fields import Value, Values
from sync.server.log import Author, Log, Writer
from sync.server.passwords import Passwords, new_password
from sync.server.people import keep_password
from sync.server.seeds.drafts import Draft

FURNISHED_NAME: Final = "Roundsman"
"""What an organisation is called until somebody names it."""

_LOOKED_UP_AT_ONCE: Final = 200

# Where there is no external id to go by, these fields tell that a record is the same.
_NATURAL_KEYS: Final = {
    "user": "login",
    "territory": "name",
    "team": "name",
    "stage": "key",
    "product": "name",
    "tag": "name",
}


class SeedPasswords:
    """Gives new users their passwords.

    A password for everybody is hashed once only: a set with thousands of invented users need not take minutes for it.
    """

    def __init__(self, everybody: str | None = None) -> None:
        """``everybody`` is the password of all; ``None`` makes a one-time password for each."""
        self._hash = Passwords().hash
        self._everybody = None if everybody is None else self._hash(everybody)
        self.made: dict[str, str] = {}
        """One-time passwords by login."""

    @classmethod
    def one_for_all(cls) -> "SeedPasswords":
        """Make a single one-time password for everybody, fit for invented people only."""
        password = new_password()
        passwords = cls(password)
        passwords.made["everybody"] = password
        return passwords

    def stored_for(self, login: str) -> str:
        """Give what is to be stored for a new user."""
        if self._everybody is not None:
            return self._everybody
        self.made[login] = new_password()
        return self._hash(self.made[login])


class Filling:
    """Fills an office with drafts and counts what it made and what was there."""

    def __init__(self, log: Log, writer: Writer, passwords: SeedPasswords) -> None:
        """``writer`` must come from ``Log.loading``."""
        self._log = log
        self._writer = writer
        self._passwords = passwords
        self._known: dict[str, dict[tuple[str, str], str]] = {}
        self._same: dict[str, str] = {}
        self.made: Counter[str] = Counter()
        self.present: Counter[str] = Counter()

    def name_organisation(self, values: Values) -> None:
        """Set the organisation's name, currency and so on, unless somebody has named it already."""
        for each in self._writer.find("organisation", "name", FURNISHED_NAME):
            self._writer.patch("organisation", each, values)

    def put_missing(self, drafts: Iterable[Draft]) -> None:
        """Write drafts whose record is not there: not by id, nor by external id, nor (people, lists) by its name."""
        for part in _parts(drafts):
            for record_type in {each.type for each in part}:
                self._writer.load(record_type, (each.id for each in part if each.type == record_type))
            for each in part:
                self._put_if_missing(each)

    def put_new(self, drafts: Iterable[Draft]) -> None:
        """Write drafts of which none can be there; faster, and refused by the database where it is not so."""
        for each in drafts:
            self._put(each, each.values)

    def id_of(self, draft: Draft) -> str:
        """Give the id under which a draft's record really is."""
        return self._same.get(draft.id, draft.id)

    def _put_if_missing(self, draft: Draft) -> None:
        there = self._find(draft)
        if there is None:
            self._put(draft, self._values(draft))
            return
        if there != draft.id:
            self._same[draft.id] = there
        self.present[draft.type] += 1

    def _put(self, draft: Draft, values: Values) -> None:
        by = self._same.get(draft.by, draft.by) if draft.by else None
        author = Author(user=by, at=draft.at)
        self._writer.create(draft.type, values, record_id=draft.id, author=author)
        self.made[draft.type] += 1
        if draft.type == "user":
            stored = self._passwords.stored_for(str(draft.values["login"]))
            keep_password(self._log, self._writer, draft.id, stored)

    def _find(self, draft: Draft) -> str | None:
        if self._writer.get(draft.type, draft.id) is not None:
            return draft.id
        source, external = str(draft.values.get("external_source")), str(draft.values.get("external_id"))
        by_external = self._known_of(draft.type, source).get((source, external))
        if by_external is not None:
            return by_external
        natural = _NATURAL_KEYS.get(draft.type)
        found = self._writer.find(draft.type, natural, draft.values[natural]) if natural else []
        return found[0] if found else None

    def _known_of(self, record_type: str, source: str) -> dict[tuple[str, str], str]:
        if record_type not in self._known:
            known: dict[tuple[str, str], str] = {}
            for each in self._writer.find(record_type, "external_source", source):
                record = self._writer.get(record_type, each)
                if record is not None:
                    known[source, str(record.values.get("external_id"))] = each
            self._known[record_type] = known
        return self._known[record_type]

    def _values(self, draft: Draft) -> Values:
        if not self._same:
            return draft.values
        fields = self._writer.catalogue[draft.type].fields
        return {name: self._where(value) if fields[name].target else value for name, value in draft.values.items()}

    def _where(self, reference: Value) -> Value:
        return self._same.get(reference, reference)


def _parts(drafts: Iterable[Draft]) -> Iterator[Sequence[Draft]]:
    waiting = iter(drafts)
    while part := list(islice(waiting, _LOOKED_UP_AT_ONCE)):
        yield part
