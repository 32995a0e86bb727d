"""A laptop with its database open, in the words in which a test speaks of what a person does on it."""

from typing import Any

from desktop.commands.attention import Discard, Resend
from desktop.commands.bus import Bus, Command
from desktop.commands.conflicts import ResolveConflict
from desktop.commands.records import AddRecord, DeleteRecord, RestoreRecord, SetFields
from desktop.commands.undo import Undo
from desktop.domain.choosing import Choice
from desktop.domain.views import ConflictView
from desktop.live.reads import Reads
from desktop.store.database import Database


class Desk:
    """Somebody at a laptop. Whoever makes one says how it syncs."""

    name: str
    database: Database
    reads: Reads
    bus: Bus

    @property
    def user(self) -> str:
        """Id of whose laptop it is."""
        return self.database.meta.user_id

    @property
    def unsent(self) -> int:
        """How many edits wait."""
        return sum(each.changes for each in self.reads.waiting())

    def run(self, command: Command) -> Any:
        """Do something; gives the command's result."""
        return self.bus.run(command).result

    def add(self, record_type: str, /, **values: Any) -> str:
        """Make a record and give its id."""
        return str(self.run(AddRecord(record_type, values)))

    def set(self, record_type: str, record: str, /, **changes: Any) -> None:
        """Change fields."""
        self.run(SetFields(record_type, record, changes))

    def delete(self, record_type: str, record: str) -> None:
        """Delete a record."""
        self.run(DeleteRecord(record_type, record))

    def restore(self, record_type: str, record: str) -> None:
        """Bring a record back."""
        self.run(RestoreRecord(record_type, record))

    def undo(self) -> None:
        """Take the last act back."""
        self.run(Undo(rest=True))

    def questions(self, record: str | None = None) -> list[ConflictView]:
        """List the open choices, of one record or all."""
        return [each for each in self.reads.conflicts() if record in {None, each.record}]

    def choose(self, question: str, choice: Choice) -> None:
        """Answer one of them."""
        self.run(ResolveConflict(question, choice))

    def resend(self, mutation: str) -> None:
        """Send what was not accepted once more."""
        self.run(Resend(mutation))

    def discard(self, mutation: str) -> None:
        """Put aside what was not accepted."""
        self.run(Discard(mutation))

    def get(self, record_type: str, record: str) -> dict[str, Any] | None:
        """Give a record's values as a person sees them, ``None`` where there is nothing to see."""
        view = self.reads.record(record_type, record)
        return None if view is None or view.hidden else dict(view.values)
