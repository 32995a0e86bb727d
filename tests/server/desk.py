"""An office inside the test process and laptops that speak to it message by message, on whichever database.

    desk = Desk(database_url)                       # fixture: desk
    ana = desk.laptop("ana", territories=("North",))
    account = ana.create("account", name="Acme")    # made on the laptop, waits
    receipts = ana.push()                           # handed in: {mutation id: Receipt}, in order
    page = ana.pull()                               # everything up to the head; ana.rows and ana.seq follow

A laptop's edits carry the position up to which it has pulled, as a real one's do.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sync.contract.clock import SystemClock, instant_text, new_id
from sync.contract.entities import SCHEMA_VERSION
from sync.contract.fields import Role
from sync.contract.wire import (
    Change,
    Chunk,
    Counts,
    Gone,
    HelloAnswer,
    HelloRequest,
    Mutation,
    Op,
    Outcome,
    PushAnswer,
    PushRequest,
    Receipt,
    Row,
    SignInRequest,
)
from sync.server.auth import set_password
from sync.server.handlers import Office
from sync.server.log import Author, Writer, open_log
from sync.server.passwords import Passwords
from sync.server.people import add_user
from tests.helpers.direct_office import DirectOffice

PASSWORD = "correct horse"


class Desk:
    """The office, open. ``close`` it."""

    def __init__(self, database_url: str) -> None:
        # Signing in is slow on purpose, and these tests sign in hundreds of times.
        self.office = Office(open_log(database_url, SystemClock()), Passwords(passes=1, memory_kib=8), "test")
        self.log = self.office.log
        self._stored = self.office.passwords.hash(PASSWORD)

    def close(self) -> None:
        self.log.close()

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        with self.log.writing() as writer:
            yield writer

    def user(self, login: str, *, role: Role = Role.REP, territories: Sequence[str] = ()) -> str:
        """Add a user; gives the id."""
        with self.log.writing() as writer:
            user = add_user(writer, login, role=role, territories=territories)
            set_password(writer.connection, user, self._stored, writer.now)
        return user

    def laptop(self, login: str, *, role: Role = Role.REP, territories: Sequence[str] = ()) -> "Laptop":
        """Add a user and sign a laptop in that has pulled everything."""
        return self.device(login, self.user(login, role=role, territories=territories))

    def device(self, login: str, user: str) -> "Laptop":
        """Sign another laptop of a user in."""
        laptop = Laptop(self.office, login, user)
        laptop.first_sync()
        return laptop

    def account(self, name: str = "Acme", *, by: str | None = None, **values: Any) -> str:
        """Make an account at the office; ``by`` is the id of its author."""
        with self.log.writing() as writer:
            return writer.create("account", {"name": name, **values}, author=Author(user=by))

    def territory(self, name: str) -> str:
        """Give the id of a territory."""
        with self.log.writing() as writer:
            return writer.find("territory", "name", name)[0]

    def values(self, record_type: str, record_id: str) -> dict[str, Any]:
        """Give a record's values at the office."""
        with self.log.writing() as writer:
            found = writer.get(record_type, record_id)
            return {} if found is None else dict(found.values)

    def conflicts(self) -> list[dict[str, Any]]:
        """List the open questions, oldest first, with their ids and scopes."""
        with self.log.writing() as writer:
            found = [writer.get("conflict", each) for each in writer.find("conflict", "state", "open")]
            return [{"id": each.id, "scope": each.scope, **each.values} for each in found if each is not None]


class Laptop:
    """One device: what it has pulled, what waits to be handed in."""

    def __init__(self, office: Office, login: str, user: str) -> None:
        self.user = user
        self.login = login
        self.client_id = new_id()
        self.rows: dict[tuple[str, str], Row] = {}
        self.changes: list[Change] = []
        self.gone: list[Gone] = []
        self.granted: set[str] = set()
        self.revoked: set[str] = set()
        self.cursor = ""
        self.seq = 0
        self.waiting: list[Mutation] = []
        self._n = 0
        answer = DirectOffice(office).sign_in(
            SignInRequest(
                login=login, password=PASSWORD, client_id=self.client_id, device="test", schema=SCHEMA_VERSION
            )
        )
        self.token = answer.token
        self.office = DirectOffice(office, answer.token)

    # ------------------------------------------------------------------------------------------ editing

    def create(self, record_type: str, /, *, record_id: str | None = None, **fields: Any) -> str:
        return self.add(Op.CREATE, record_type, record_id or new_id(), fields=fields).record

    def patch(self, record_type: str, record_id: str, /, **fields: Any) -> Mutation:
        """Edit; what the author saw before is what was pulled last."""
        have = self.rows.get((record_type, record_id))
        was = {name: None if have is None else have.fields.get(name) for name in fields}
        return self.add(Op.PATCH, record_type, record_id, fields=fields, was=was)

    def delete(self, record_type: str, record_id: str) -> Mutation:
        return self.add(Op.DELETE, record_type, record_id)

    def restore(self, record_type: str, record_id: str) -> Mutation:
        return self.add(Op.RESTORE, record_type, record_id)

    def add(self, op: Op, record_type: str, record_id: str, **more: Any) -> Mutation:
        """Record any mutation; ``more`` overrides whatever it would carry."""
        self._n += 1
        known = {
            "id": new_id(),
            "n": self._n,
            "type": record_type,
            "record": record_id,
            "op": op,
            "base": self.seq,
            "user": self.user,
            "at": instant_text(SystemClock().now()),
        }
        mutation = Mutation(**{**known, **more})
        self.waiting.append(mutation)
        return mutation

    # ------------------------------------------------------------------------------------------ talking

    def push(self, *, size: int = 200) -> list[Receipt]:
        """Hand everything in and give the receipts in order."""
        receipts: list[Receipt] = []
        while self.waiting:
            batch, self.waiting = self.waiting[:size], self.waiting[size:]
            receipts += self.send(batch).receipts
        return receipts

    def push_one(self) -> Receipt:
        """Hand in the only mutation that waits."""
        (receipt,) = self.push()
        return receipt

    def send(self, mutations: Sequence[Mutation]) -> PushAnswer:
        return self.office.push(PushRequest(client_id=self.client_id, mutations=list(mutations)))

    def first_sync(self) -> int:
        """Fetch everything; gives the number of slices."""
        self.rows = {}
        return self.first_sync_from(self.office.snapshot(None))

    def first_sync_from(self, chunk: Chunk) -> int:
        """Take a slice and fetch the rest; gives the number of slices."""
        slices = 1
        while True:
            for record_id, scope, version, deleted, *values in chunk.rows:
                fields = {name: value for name, value in zip(chunk.columns, values, strict=True) if value is not None}
                row = Row(type=chunk.type, id=record_id, scope=scope, version=version, deleted=deleted, fields=fields)
                self.rows[row.type, row.id] = row
            if chunk.cursor is not None:
                self.cursor, self.seq = chunk.cursor, chunk.seq
                return slices
            chunk = self.office.snapshot(chunk.after)
            slices += 1

    def pull(self, limit: int = 1000) -> int:
        """Pull up to the head, keeping what came; gives the number of pages."""
        pages = 0
        while True:
            page = self.office.pull(self.cursor, limit)
            pages += 1
            assert page.seq >= self.seq
            for scope in page.granted:
                self.granted.add(scope.scope)
                self.revoked.discard(scope.scope)
            for gone in page.revoked:
                self.revoked.add(gone.scope)
                self.granted.discard(gone.scope)
            for row in page.rows:
                known = self.rows.get((row.type, row.id))
                if known is None or row.version >= known.version:
                    self.rows[row.type, row.id] = row
            for left in page.gone:
                self.rows.pop((left.type, left.id), None)
            self.changes += page.changes
            self.gone += page.gone
            self.cursor, self.seq = page.cursor, page.seq
            if not page.more:
                return pages

    def sync(self) -> list[Receipt]:
        """Hand in, then pull."""
        receipts = self.push()
        self.pull()
        return receipts

    def hello(self, cursor: str | None = "own") -> HelloAnswer:
        cursor = self.cursor if cursor == "own" else cursor
        return self.office.hello(HelloRequest(client_id=self.client_id, schema=SCHEMA_VERSION, cursor=cursor))

    def counts(self) -> Counts:
        return self.office.counts()

    # ------------------------------------------------------------------------------------------ looking

    def seen(self) -> dict[tuple[str, str], Row]:
        """Give the rows without those of scopes that were revoked."""
        return {key: row for key, row in self.rows.items() if row.scope not in self.revoked}

    def holds(self, record_type: str, record_id: str) -> bool:
        return (record_type, record_id) in self.seen()

    def value(self, record_type: str, record_id: str, field: str) -> Any:
        return self.rows[record_type, record_id].fields.get(field)

    def live_counts(self) -> dict[str, int]:
        """Count what is here as the office counts, without empty types."""
        found: dict[str, int] = {}
        for row in self.seen().values():
            if not row.deleted:
                found[row.type] = found.get(row.type, 0) + 1
        return found


def outcomes(receipts: Sequence[Receipt]) -> list[Outcome]:
    """Give what became of each mutation."""
    return [each.outcome for each in receipts]
