"""Taking in many rows at once: one act, one undo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from desktop.commands import following
from desktop.commands.bus import Command, Work
from desktop.domain.listing import Condition, Test
from sync.contract.errors import AppError
from sync.contract.fields import Value


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row: ``line`` says where it stood, ``record_id`` which record it is where the file knew that."""

    line: int
    values: Mapping[str, Value]
    record_id: str | None = None


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not taken, and why."""

    line: int
    error: AppError


@dataclass(slots=True)
class Imported:
    """What became of the rows; ids in their order."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)


class Rehearsed(Exception):  # noqa: N818 - not an error: how a rehearsal leaves its transaction
    """A rehearsed import is done; ``imported`` is what it would have come to. Nothing of it is written."""

    def __init__(self, imported: Imported) -> None:
        """Carry the result out of the transaction."""
        super().__init__("rehearsed")
        self.imported = imported


class ImportRecords(Command):
    """Take in rows of one record type; the result is ``Imported``.

    A row is the record whose id it has, or whose external id, else a new one, so that taking the same file in again
    changes nothing. A row that is refused does not hold up the others.
    """

    label = "commands.imported"

    def __init__(self, record_type: str, rows: Sequence[ImportRow], *, rehearse: bool = False) -> None:
        """With ``rehearse`` the bus raises ``Rehearsed`` and nothing is written."""
        super().__init__()
        self.record_type = record_type
        self.rows = tuple(rows)
        self.rehearse = rehearse

    def apply(self, work: Work) -> Imported:
        """Take the rows in, in their order."""
        known = self._known(work)
        imported = Imported()
        for row in self.rows:
            try:
                self._take(work, row, known, imported)
            except AppError as refused:
                imported.refused.append(RefusedRow(row.line, refused))
        self.label_values["count"] = len(imported.created) + len(imported.changed)
        if self.rehearse:
            raise Rehearsed(imported)
        return imported

    def _take(self, work: Work, row: ImportRow, known: dict[tuple[str, str], str], imported: Imported) -> None:
        external = _external(row.values)
        record_id = row.record_id or (known.get(external) if external else None)
        if record_id is None:
            made = following.create(work, self.record_type, row.values)
            imported.created.append(made)
            if external:
                known[external] = made
            return
        before = following.found(work, self.record_type, record_id)
        differing = {name: value for name, value in row.values.items() if before.get(name) != value}
        if not differing:
            imported.unchanged.append(record_id)
            return
        following.change(work, self.record_type, record_id, differing)
        imported.changed.append(record_id)

    def _known(self, work: Work) -> dict[tuple[str, str], str]:
        wanted = sorted({str(row.values["external_id"]) for row in self.rows if row.values.get("external_id")})
        if not wanted:
            return {}
        found = work.select(self.record_type, [Condition("external_id", Test.IN, wanted)])
        return {external: str(each["id"]) for each in found if (external := _external(each))}


def _external(values: Mapping[str, Value]) -> tuple[str, str] | None:
    if not values.get("external_id"):
        return None
    return str(values.get("external_source") or ""), str(values["external_id"])
