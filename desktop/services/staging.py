"""A copy of a profile on which anything an office can say is played, through the same doors as from a real one.

The copy lies in a folder of its own and goes with it; the profile itself is only read. Nothing is sent: no sync is
ever started on the copy.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.domain.changes import ChangeSet, Origin
from desktop.domain.listing import Condition, Listing, Sort, Test
from desktop.services.backup import back_up
from desktop.services.sync_status import SyncStatus
from desktop.store.meta import OFFICE_SCHEMA
from desktop.store.replica import StoreReplica
from desktop.system.paths import ProfilePaths
from sync.client.ports import SyncRun, Taken
from sync.contract.clock import instant_text, new_id
from sync.contract.errors import Code
from sync.contract.wire import Op, Outcome, PullAnswer, Receipt, Revoked, Row

if TYPE_CHECKING:
    from desktop.commands.bus import Command, Done
    from desktop.services.application import Application

Open = Callable[[ProfilePaths], "Application"]

_MOST = 200
_MOST_BYTES = 1_000_000


def copy_of(application: "Application", folder: Path, open_application: Open) -> "Stage":
    """Copy an open profile into ``folder``, which must not be there, and open the copy.

    Raises:
        AppError: The copy cannot be written or opened.
    """
    back_up(application.paths, application.database, folder)
    return Stage(open_application(ProfilePaths(folder)))


class Stage:
    """The open copy, and what happens to it as if from elsewhere. ``close`` ends it."""

    def __init__(self, application: "Application") -> None:
        """Play on an application that was opened for this."""
        self.app = application
        self._replica = StoreReplica(application.database)
        self._seq = max(application.database.meta.seq, 0)

    def close(self) -> None:
        """Close the copy."""
        self.app.close()

    @property
    def now(self) -> datetime:
        """The moment, as the copy's clock shows it."""
        return self.app.clock.now()

    def run(self, command: "Command") -> "Done":
        """Do something as the user does."""
        done = self.app.bus.run(command)
        self.app.status.refresh()
        return done

    def customers(self) -> list[str]:
        """List customers about which nothing is asked, the one seen last first."""
        asked = {each.record for each in self.app.reads.conflicts()}
        wanted = Listing("account", sort=(Sort("last_visit_at", descending=True), Sort("name")))
        return [each for each in self.app.reads.ids(wanted) if each not in asked]

    def colleagues(self) -> list[str]:
        """List other people of the organisation by name."""
        others = Condition("id", Test.NE, self.app.session.user)
        return self.app.reads.ids(Listing("user", where=(others,), sort=(Sort("name"),)))

    def ask(self, about: tuple[str, str], field: str, **fields: Any) -> None:  # noqa: ANN401 - fields of any type
        """Let a question about a field of a record arrive, open; ``fields`` say what was before and who wrote what."""
        record_type, record = about
        view = self.app.reads.record(record_type, record)
        question = new_id(self.now)
        values = {
            "record_type": record_type,
            "record": record,
            "field": field,
            "asked": self.app.session.user,
            "state": "open",
            "mutation": question,
            **fields,
        }
        scope = str(values.pop("scope", "") or (view.scope if view is not None else ""))
        self._take_page(rows=[Row(type="conflict", id=question, scope=scope, version=0, deleted=False, fields=values)])

    def close_questions(self) -> None:
        """Let the office settle whatever is asked on this copy, so that one question can be shown by itself."""
        rows = []
        for view in self.app.reads.conflicts():
            about = self.app.reads.rows("conflict", [view.id])[0]
            known = self.app.reads.catalogue["conflict"].fields
            fields = {name: about[name] for name in known if about.get(name) is not None} | {"state": "resolved"}
            record = self.app.reads.record(view.type, view.record)
            scope = record.scope if record is not None else ""
            rows.append(Row(type="conflict", id=view.id, scope=scope, version=0, deleted=False, fields=fields))
        self._take_page(rows=rows)

    def revoke(self, account: str) -> None:
        """Let the office say that this user may not see a customer any more."""
        self._take_page(revoked=[account])

    def accept(self) -> None:
        """Let the office take everything that waits."""
        self._answer(Outcome.APPLIED, Code.INTERNAL, {})

    def refuse(self, code: Code, outcome: Outcome = Outcome.REJECTED, **data: object) -> None:
        """Let the office refuse everything that waits."""
        self._answer(outcome, code, data)

    def age_office(self) -> None:
        """Let the office be of a version that does not know all that this program can do."""
        self.app.database.meta.set(OFFICE_SCHEMA, 2)

    def note(self, minutes_ago: float, *, seconds: float = 14, **figures: Any) -> None:  # noqa: ANN401 - fields of SyncRun
        """Put a sync into the history of syncs."""
        begun = self.now - timedelta(minutes=minutes_ago)
        ended = begun + timedelta(seconds=seconds)
        self._replica.note_run(SyncRun(started_at=instant_text(begun), finished_at=instant_text(ended), **figures))
        self.app.status.refresh()

    def stands(self, **status: Any) -> None:  # noqa: ANN401 - fields of SyncStatus
        """Let the status be as a sync leaves it."""

        def changed(now: SyncStatus) -> SyncStatus:
            return replace(now, **{"online": True, "error": None, **status})

        self.app.status.refresh()
        self.app.status.change(changed)

    def _take_page(self, rows: Sequence[Row] = (), revoked: Sequence[str] = ()) -> None:
        self._seq += 1
        page = PullAnswer(
            rows=[replace(each, version=self._seq) for each in rows],
            changes=[],
            gone=[],
            granted=[],
            revoked=[Revoked(scope=each, seq=self._seq) for each in revoked],
            cursor=f"played-{self._seq}",
            seq=self._seq,
            head=self._seq,
            more=False,
        )
        self._publish(self._replica.take_page(page))

    def _answer(self, outcome: Outcome, code: Code, data: Mapping[str, object]) -> None:
        waiting = self._replica.outbox(max_mutations=_MOST, max_bytes=_MOST_BYTES)
        is_taken = outcome is Outcome.APPLIED
        self._seq += 1
        receipts = [
            Receipt(
                mutation=each.id,
                outcome=outcome,
                seq=self._seq if is_taken else 0,
                missing=each.op is Op.CREATE and not is_taken,
                fields=dict(each.fields) if is_taken else {name: each.was.get(name) for name in each.fields},
                code="" if is_taken else code.value,
                data={} if is_taken else {"type": each.type, **data},
            )
            for each in waiting
        ]
        self._publish(self._replica.take_receipts(receipts))

    def _publish(self, taken: Taken) -> None:
        self.app.hub.publish(ChangeSet(Origin.SYNC, taken.records))
        self.app.status.refresh()
