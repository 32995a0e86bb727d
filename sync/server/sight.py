"""What a user may see and refer to while a push is under way, its own unwritten changes included."""

import re
from collections.abc import Iterable
from typing import Final

from sqlalchemy import select

from sync.contract.errors import AppError, Code
from sync.contract.fields import FieldType, RecordType, Scope, Values
from sync.contract.values import fold
from sync.contract.wire import Mutation
from sync.server.aliases import MERGED_INTO
from sync.server.merged import root_of
from sync.server.organisation import Organisation, is_account
from sync.server.prepared import Prepared
from sync.server.rows import Record
from sync.server.schema import ENTITY_TABLES
from sync.server.scope import Gate
from sync.server.writer import Writer

_ACCOUNTS: Final = ENTITY_TABLES["account"].c
_PLAIN: Final = Prepared(
    lambda among: select(_ACCOUNTS.id).where(
        among(_ACCOUNTS.id, "accounts"), _ACCOUNTS.deleted_seq.is_(None), _ACCOUNTS[MERGED_INTO].is_(None)
    )
)
_MOVING: Final = frozenset({"account", "assignment", "share", "territory", "user"})
"""Changes of these types may alter who sees an account, for which the account is asked for."""

_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def check_record_id(record_id: str) -> None:
    """Check the id that a laptop gave to a new record.

    Raises:
        AppError: ``VALUE_UNREADABLE``.
    """
    if not _ID.fullmatch(record_id):
        raise AppError(Code.VALUE_UNREADABLE, field="id", value=record_id, expected="id")


class Sight:
    """One user's view of one transaction."""

    def __init__(self, writer: Writer, user: str) -> None:
        """Look through the eyes of ``user``."""
        self._writer = writer
        self._user = user
        self._gate = Gate(writer.connection, user)
        self._plain: frozenset[str] = frozenset()
        self._seen: tuple[Organisation, dict[str, bool]] = (writer.organisation, {})

    def prefetch(self, mutations: Iterable[Mutation]) -> None:
        """Read everything that mutations will ask for, in a few queries."""
        ids: dict[str, set[str]] = {}
        moves = False
        catalogue = self._writer.catalogue
        for each in mutations:
            if each.type not in catalogue:
                continue
            ids.setdefault(each.type, set()).add(each.record)
            moves = moves or each.type in _MOVING
            for name, value in each.fields.items():
                field = catalogue[each.type].fields.get(name)
                if field is not None and field.target is not None and isinstance(value, str):
                    ids.setdefault(field.target, set()).add(value)
        for kind, wanted in ids.items():
            self._writer.load(kind, wanted)
        self._writer.load_dead(
            each for kind, some in ids.items() for each in some if self._writer.records[kind, each] is None
        )
        scopes = {each.scope for each in self._writer.records.values() if each is not None and is_account(each.scope)}
        self._gate.prefetch(scopes)
        if moves:
            self._writer.load("account", scopes)
        elif scopes:
            rows = _PLAIN.rows(self._writer.connection, accounts=list(scopes))
            self._plain = frozenset(row[0] for row in rows)

    def is_plain(self, account: str) -> bool:
        """Tell whether an account is known to be neither deleted nor merged, without reading all of it."""
        return account in self._plain and ("account", account) not in self._writer.records

    def record(self, mutation: Mutation) -> Record:
        """Give the record a mutation is about.

        Raises:
            AppError: ``RECORD_NOT_FOUND`` where there is none, or none that the user sees; ``RECORD_DELETED`` where
                nothing but the id is kept.
        """
        found = self.record_or_none(mutation)
        if found is None:
            self.refuse_dead(mutation.type, mutation.record)
            raise AppError(Code.RECORD_NOT_FOUND, type=mutation.type, record=mutation.record)
        return found

    def refuse_dead(self, record_type: str, record_id: str) -> None:
        """Refuse what is about a record of which nothing but the id is kept.

        Raises:
            AppError: ``RECORD_DELETED``.
        """
        known = record_type in self._writer.catalogue
        if known and self._writer.get(record_type, record_id) is None and self._writer.is_dead(record_id):
            raise AppError(Code.RECORD_DELETED, type=record_type, record=record_id)

    def record_or_none(self, mutation: Mutation) -> Record | None:
        """Give the record a mutation is about, ``None`` where there is none that the user sees."""
        if mutation.type not in self._writer.catalogue:
            return None
        found = self._writer.get(mutation.type, mutation.record)
        return found if found is not None and self.sees(found.scope) else None

    def sees(self, scope: str) -> bool:
        """Tell whether the user sees a scope as this transaction will leave it."""
        organisation, unsettled = self._writer.organisation, self._writer.unsettled.scopes
        if unsettled and is_account(scope):
            root = root_of(self._writer, scope)
            if scope in unsettled or root in unsettled:
                account = self._writer.existing("account", root)
                return self._gate.sees_account(root, account.values, organisation)
        if self._seen[0] is not organisation:
            self._seen = organisation, {}
        known = self._seen[1].get(scope)
        if known is None:
            known = self._seen[1][scope] = self._gate.sees(scope, organisation)
        return known

    def will_see(self, record: RecordType, scope: str, values: Values) -> bool:
        """Tell whether the user will see a record that is about to be created."""
        if record.scope is Scope.ACCOUNT_ROOT:
            return self._user in self._writer.organisation.viewers_of_account(values, ())
        return self.sees(scope)

    def check_values(self, record: RecordType, record_id: str, values: Values) -> None:
        """Check what no field can check alone: references, choices from lists of records, logins.

        Raises:
            AppError: ``REFERENCE_NOT_FOUND``, ``VALUE_NOT_A_CHOICE`` or ``ID_TAKEN``.
        """
        for name, value in values.items():
            field = record.fields[name]
            if value is None:
                continue
            if field.type is FieldType.REFERENCE and field.target is not None:
                self._check_reference(name, field.target, value)
            if field.choices_from is not None:
                known = self._writer.organisation.keys(field.choices_from)
                if known and value not in known:
                    raise AppError(Code.VALUE_NOT_A_CHOICE, field=name, value=value, known=", ".join(sorted(known)))
        if record.name == "user" and values.get("login"):
            self._check_login(record_id, values["login"])

    def _check_reference(self, name: str, target: str, record_id: str) -> None:
        found = self._writer.get(target, record_id)
        if found is None or not self.sees(found.scope):
            self.refuse_dead(target, record_id)
            raise AppError(Code.REFERENCE_NOT_FOUND, field=name, target=target, record=record_id)

    def _check_login(self, user: str, login: str) -> None:
        for each, kept in self._writer.organisation.records.get("user", {}).items():
            if each != user and not kept.deleted and fold(str(kept.values.get("login"))) == fold(login):
                raise AppError(Code.ID_TAKEN, "another user has this login", type="user", record=each)
