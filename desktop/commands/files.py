"""Attaching: the record that describes a file whose bytes are on this laptop already."""

from dataclasses import dataclass

from desktop.commands import following
from desktop.commands.bus import Command, Work
from sync.contract.errors import AppError, Code
from sync.contract.fields import RecordType, Scope, Value, Values


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What is told about a file: its bytes' name and number, what it is called, what it holds."""

    sha256: str
    size: int
    name: str
    media_type: str | None


class AttachFile(Command):
    """Attach a file to a record; the result is the attachment's id."""

    label = "files.attached"

    def __init__(self, record_type: str, record_id: str, facts: FileFacts) -> None:
        """Name the record and describe the file."""
        super().__init__()
        self.record_type = record_type
        self.record_id = record_id
        self.facts = facts
        self.label_values["title"] = facts.name

    def apply(self, work: Work) -> str:
        """Add the attachment where the record is seen: with its account, else with this user's own."""
        record = work.catalogue[self.record_type]
        found = following.found(work, self.record_type, self.record_id)
        if found["deleted"]:
            raise AppError(Code.RECORD_DELETED, type=self.record_type, id=self.record_id)
        values: dict[str, Value] = {
            "name": self.facts.name,
            "record_type": self.record_type,
            "record": self.record_id,
            "sha256": self.facts.sha256,
            "size_bytes": self.facts.size,
            "media_type": self.facts.media_type,
        }
        account = _account_of(record, found)
        if account:
            values["account"] = account
        return following.create(work, "attachment", values)


def _account_of(record: RecordType, values: Values) -> str | None:
    if record.scope is Scope.ACCOUNT_ROOT:
        return str(values["id"])
    account = values.get("account") if "account" in record.fields else None
    return None if account is None else str(account)
