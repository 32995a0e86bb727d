"""The shapes in which reads answer: frozen data, no storage, no screens. Instants and values are wire values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from desktop.domain.changes import ActKind
from sync.client.ports import SyncRun
from sync.contract.errors import Code
from sync.contract.fields import Value, Values
from sync.contract.wire import Op, Outcome

__all__ = [
    "ActChange",
    "ActView",
    "AttentionView",
    "ConflictView",
    "Found",
    "HistoryEntry",
    "OtherProposal",
    "RecordView",
    "SearchProgress",
    "Side",
    "SyncRun",
    "Total",
    "UndoLabel",
    "Waiting",
]


class Side(StrEnum):
    """One of the two values of a conflict."""

    CURRENT = "current"
    PROPOSED = "proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherProposal:
    """What one more person wanted in the same place; values by field."""

    values: Mapping[str, Value]
    by: str | None
    by_name: str
    at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictView:
    """Two edits of one merge group of which neither saw the other; values by field.

    ``field`` is the merge group, ``deleted``, or ``created`` for a record that its author could not make any more.
    ``mine`` tells which value this profile's user wrote, ``None`` where neither. ``asked`` is whether this user is one
    of those to choose. ``others`` wanted further values.
    """

    id: str
    type: str
    record: str
    title: str
    field: str
    before: Mapping[str, Value]
    current: Mapping[str, Value]
    current_by: str | None
    current_by_name: str
    current_at: str | None
    proposed: Mapping[str, Value]
    proposed_by: str | None
    proposed_by_name: str
    proposed_at: str | None
    mine: Side | None
    asked: bool
    others: tuple[OtherProposal, ...] = ()

    @property
    def yours(self) -> Mapping[str, Value]:
        """The value of this profile's user; of a conflict between others, the current one."""
        return self.proposed if self.mine is Side.PROPOSED else self.current

    @property
    def theirs(self) -> Mapping[str, Value]:
        """The other value; of a conflict between others, the proposed one."""
        return self.current if self.mine is Side.PROPOSED else self.proposed

    @property
    def theirs_by(self) -> str | None:
        """The user who wrote ``theirs``."""
        return self.current_by if self.mine is Side.PROPOSED else self.proposed_by

    @property
    def theirs_by_name(self) -> str:
        """The name of who wrote ``theirs``."""
        return self.current_by_name if self.mine is Side.PROPOSED else self.proposed_by_name

    @property
    def theirs_at(self) -> str | None:
        """When ``theirs`` was written."""
        return self.current_at if self.mine is Side.PROPOSED else self.proposed_at


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView:
    """One record as it is shown.

    ``values`` lacks empty fields. ``titles`` names what the reference fields point to. ``pending`` are the fields with
    an unsent edit, ``unsent_op`` what else waits (``create``, ``delete``, ``restore``). ``hidden`` is a record that
    lists do not show (deleted, or its account is), ``frozen`` one that may be read and not written. ``merged`` are the
    accounts for which this one stands.
    """

    type: str
    id: str
    title: str
    values: Values
    titles: Mapping[str, str]
    pending: frozenset[str]
    unsent_op: Op | None
    conflicts: tuple[ConflictView, ...]
    deleted: bool
    hidden: bool
    frozen: bool
    version: int
    scope: str
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A record that a search found: ``matched`` is the text in which the words stand, ``field`` where it stands.

    The marks are the stretches that were found, in ``matched`` and in the title. ``reading`` is how a Chinese title
    sounds where it was found by that, with marks of its own.
    """

    type: str
    id: str
    title: str
    matched: str
    field: str
    marks: tuple[tuple[int, int], ...] = ()
    title_marks: tuple[tuple[int, int], ...] = ()
    reading: str = ""
    reading_marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Worded:
    """One of the program's own words that fits what was typed: ``place`` in the list, the best ``fit`` is 0.

    ``reading`` is how it sounds where it was found by that.
    """

    place: int
    fit: int
    marks: tuple[tuple[int, int], ...]
    reading: str = ""
    reading_marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One change of a record: ``fields`` maps a name to (old, new); a creation has ``None`` as old.

    ``origin`` is ``local`` or ``sync``. ``outcome`` is ``None`` while an own change waits. ``label`` is the message
    key of the user's act, empty for changes from the office.
    """

    n: int
    at: str
    by: str | None
    by_name: str
    op: Op
    fields: Mapping[str, tuple[Value, Value]]
    origin: str
    outcome: Outcome | None
    code: str
    mutation: str
    command: str | None
    label: str = ""
    label_values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActChange:
    """One record's part in an act: ``fields`` maps a name to (old, new), ``titles`` names records that these point to.

    ``outcome`` is ``None`` while an own change waits.
    """

    type: str
    record: str
    title: str
    op: Op
    fields: Mapping[str, tuple[Value, Value]]
    titles: Mapping[str, str]
    outcome: Outcome | None
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActView:
    """What somebody did: an own act with ``kind`` and ``label``, or one change of a colleague as it arrived.

    ``label`` and ``label_values`` of an undo are those of the act that it took back; ``undone_by`` is the id of the act
    that took this one back, empty for none. ``changes`` are the first of ``records``.
    """

    id: str
    at: str
    by: str | None
    by_name: str
    mine: bool
    kind: ActKind | None
    label: str
    label_values: Mapping[str, object]
    undone_by: str
    changes: tuple[ActChange, ...]
    records: int

    @property
    def undone(self) -> bool:
        """Whether it was taken back."""
        return bool(self.undone_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionView:
    """An own change that the office did not accept, with the values it carried. ``id`` is the mutation's.

    ``before`` are the values that it was to replace, ``titles`` names records that either of them refers to, by id.
    ``waits_for`` is the id of another such change with which it goes, ``together`` counts those that go with this one.
    ``error_id`` finds what happened in the office's log.
    """

    id: str
    type: str
    record: str
    title: str
    op: Op
    values: Values
    outcome: Outcome
    code: str
    data: Mapping[str, object]
    at: str
    before: Values = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    waits_for: str | None = None
    together: int = 0

    @property
    def error_id(self) -> str:
        """Give the id of an unexpected error, empty for a refusal that explains itself."""
        return str(self.data.get("error_id") or "")

    @property
    def is_held(self) -> bool:
        """Whether it is a deletion that waits for its author's word."""
        return self.code == Code.DELETION_HELD.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Unsent changes of one record type; ``oldest_at`` is when the first of them was made."""

    type: str
    changes: int
    records: int
    oldest_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """One group of a sum. ``key`` is the group's value (``2026-Q3`` for a quarter), ``title`` names a reference.

    ``sums`` maps a currency to minor units; plain numbers are summed under the empty text.
    """

    key: Value
    title: str
    count: int
    sums: Mapping[str, int | float]


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoLabel:
    """The act that undo or redo would take: ``label`` is its message key, ``label_values`` the key's placeholders."""

    command: str
    label: str
    label_values: Mapping[str, object]
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchProgress:
    """How far the search index is: ``done`` of ``total`` records; ``ready`` when every record is in it."""

    done: int
    total: int

    @property
    def ready(self) -> bool:
        """Whether a search sees every record."""
        return self.done >= self.total
