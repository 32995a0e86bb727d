"""Taking in many rows at once: one act, one undo."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from desktop.commands import following
from desktop.commands.bus import Command, Work
from desktop.domain.listing import Condition, Test
from sync.contract.errors import AppError, Code
from sync.contract.fields import Scope, Value

OTHER_OFFICE = "roundsman"
"""``external_source`` of what came from another organisation's Roundsman, whose ids are unique in the world."""

_IDENTITY = frozenset({"external_id", "external_source", "merged_into"})
"""Fields that say which record this is; one that stands for others keeps its own."""

_External = tuple[str, str]
"""Source and id of a record in another system."""


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row: ``line`` says where it stood.

    ``record_id`` is the id that the file gives the record: one of this laptop's, or what it was called in ``source``,
    where the file comes from. ``links`` name other rows of the file, by the id they have there, that fields refer to.
    ``unseen`` are references to records that are not on this laptop, by field: right only where the record has them
    already. ``unknown`` are fields left out because what they name is not here, so that a new record gets its author's
    own.
    """

    line: int
    values: Mapping[str, Value]
    record_id: str | None = None
    source: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    unseen: Mapping[str, AppError] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not taken, and why."""

    line: int
    error: AppError


@dataclass(slots=True)
class Imported:
    """What became of the rows; ids in their order. ``own`` counts new records that got their author's own, by field."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    own: Counter[str] = field(default_factory=Counter)


class Rehearsed(Exception):  # noqa: N818 - not an error: how a rehearsal leaves its transaction
    """A rehearsed import is done; ``imported`` is what it would have come to. Nothing of it is written."""

    def __init__(self, imported: Imported) -> None:
        """Carry the result out of the transaction."""
        super().__init__("rehearsed")
        self.imported = imported


class ImportRecords(Command):
    """Take in rows of one record type; the result is ``Imported``.

    A row is the record whose id it has, or whose external id, else a new one, so that taking the same file in again
    changes nothing. Where that record was merged into another one, the other one gets what the file says anew of it;
    what a row of its own says of the other one goes before. An id that is not known here becomes the new record's
    external id, unless the row has one. A row that is refused does not hold up the others.
    """

    label = "commands.imported"

    def __init__(self, record_type: str, rows: Sequence[ImportRow], *, rehearse: bool = False) -> None:
        """With ``rehearse`` the bus raises ``Rehearsed`` and nothing is written."""
        super().__init__()
        self.record_type = record_type
        self.rows = tuple(rows)
        self.rehearse = rehearse

    def apply(self, work: Work) -> Imported:
        """Take the rows in, in their order; what others of them refer to first."""
        taking = _Taking(work, self.record_type)
        taking.look_up(self.rows)
        left = list(self.rows)
        while left:
            ready = [row for row in left if taking.is_ready(row)]
            # Rows that wait for each other, or for a row that was refused, are refused in their turn.
            for row in sorted(ready or left, key=taking.is_merged):
                taking.take(row)
            taken = {id(row) for row in ready or left}
            left = [row for row in left if id(row) not in taken]
        imported = taking.imported
        self.label_values["count"] = len(imported.created) + len(imported.changed)
        if self.rehearse:
            raise Rehearsed(imported)
        return imported


class _Taking:
    """Rows of one file on their way in."""

    def __init__(self, work: Work, record_type: str) -> None:
        self.imported = Imported()
        self._work = work
        self._type = record_type
        self._known: dict[_External, str] = {}
        self._placed: dict[str, str] = {}
        self._merged: dict[_External, str] = {}
        self._said: dict[str, set[str]] = {}

    def look_up(self, rows: Sequence[ImportRow]) -> None:
        """Find the records that have the external ids of these rows."""
        wanted = sorted({external[1] for row in rows if (external := _external(row))})
        found = self._work.select(self._type, [Condition("external_id", Test.IN, wanted)]) if wanted else ()
        self._known = {_external_of(each): str(each["id"]) for each in found}
        merged = self._work.merged_outside(self._type, wanted) if wanted else ()
        self._merged = {(source, external): each for source, external, each in merged}

    def is_ready(self, row: ImportRow) -> bool:
        """Tell whether all that a row refers to has been taken."""
        return all(each in self._placed for each in row.links.values())

    def is_merged(self, row: ImportRow) -> bool:
        """Tell whether a row is a record for which another one stands."""
        if self._work.catalogue[self._type].scope is not Scope.ACCOUNT_ROOT:
            return False
        _own, found = self._found(row)
        return found is not None and self._work.standing(self._type, found) != found

    def take(self, row: ImportRow) -> None:
        """Take a row, or say why not."""
        try:
            record_id = self._take(row)
        except AppError as refused:
            self.imported.refused.append(RefusedRow(row.line, refused))
            return
        if row.record_id:
            self._placed[row.record_id] = record_id

    def _take(self, row: ImportRow) -> str:
        values = {**row.values, **{name: self._linked(name, each) for name, each in row.links.items()}}
        own, record_id = self._found(row)
        external = _external(row, here=own is not None)
        if own is not None and own != row.record_id:
            values = {name: value for name, value in values.items() if not name.startswith("external_")}
        if own is None and external is not None:
            values |= {"external_source": external[0] or None, "external_id": external[1]}
        self._check_unseen(row, record_id)
        if record_id is None:
            record_id = self._create(row, values)
        elif (standing := self._work.standing(self._type, record_id)) != record_id:
            return self._pass_on(record_id, standing, values)
        else:
            self._change(record_id, values)
        if external:
            self._known[external] = record_id
        return record_id

    def _found(self, row: ImportRow) -> tuple[str | None, str | None]:
        """Give the record that a row is by an id, and by anything: also one for which another one stands."""
        own = self._here(row)
        external = _external(row, here=own is not None)
        return own, own or (self._known.get(external) or self._merged.get(external) if external else None)

    def _pass_on(self, merged: str, standing: str, values: Mapping[str, Value]) -> str:
        """Let the record that stands for another one have what a row says anew of that one."""
        before = following.found(self._work, self._type, merged)
        said = self._said.get(standing, set()) | _IDENTITY
        news = {name: each for name, each in values.items() if before.get(name) != each and name not in said}
        self._change(standing, news)
        return standing

    def _here(self, row: ImportRow) -> str | None:
        """Give the record that a row is by its id, or by the one it had before it went to another office and back."""
        before = row.values.get("external_id") if row.values.get("external_source") == OTHER_OFFICE else None
        return next((each for each in (row.record_id, before) if each and self._work.get(self._type, each)), None)

    def _check_unseen(self, row: ImportRow, record_id: str | None) -> None:
        """Let a reference to what this laptop does not see pass where nothing would change."""
        before: Mapping[str, Value] = {} if record_id is None else following.found(self._work, self._type, record_id)
        for name, refused in row.unseen.items():
            if before.get(name) != refused.data["value"]:
                raise refused

    def _create(self, row: ImportRow, values: Mapping[str, Value]) -> str:
        made = following.create(self._work, self._type, values)
        self.imported.created.append(made)
        self.imported.own.update(row.unknown)
        return made

    def _change(self, record_id: str, values: Mapping[str, Value]) -> None:
        before = following.found(self._work, self._type, record_id)
        self._said.setdefault(record_id, set()).update(values)
        differing = {name: value for name, value in values.items() if before.get(name) != value}
        if not differing:
            self.imported.unchanged.append(record_id)
            return
        following.check_external_id(self._work, self._type, differing, before)
        following.change(self._work, self._type, record_id, differing)
        self.imported.changed.append(record_id)

    def _linked(self, name: str, link: str) -> str:
        if link not in self._placed:
            raise AppError(Code.REFERENCE_NOT_FOUND, type=self._type, field=name, value=link)
        return self._placed[link]


def _external(row: ImportRow, *, here: bool = False) -> _External | None:
    """Say by which external id a row goes; ``here`` tells that its own id is one of this laptop's."""
    if row.values.get("external_id"):
        return _external_of(row.values)
    if here or not row.record_id:
        return None
    return str(row.values.get("external_source") or row.source), row.record_id


def _external_of(values: Mapping[str, Value]) -> _External:
    return str(values.get("external_source") or ""), str(values["external_id"])
