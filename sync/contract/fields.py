"""The vocabulary in which a record type is declared: field types, merge rules, roles, scopes.

Declarations live in ``sync.contract.entities``; this module must not know any particular record.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeAlias

Value: TypeAlias = Any
"""A field's wire value: JSON data as ``sync.contract.values`` defines it per type; ``None`` means empty."""

Values: TypeAlias = Mapping[str, Any]
"""Field name to wire value."""


class FieldType(StrEnum):
    """What a field holds. The shape of each type's wire value is in ``sync.contract.values``."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    MONEY = "money"
    DATE = "date"
    INSTANT = "instant"
    CHOICE = "choice"
    REFERENCE = "reference"
    PHONE = "phone"
    EMAIL = "email"
    URL = "url"
    ADDRESS = "address"
    GEO = "geo"
    TAGS = "tags"
    JSON = "json"


class Merge(StrEnum):
    """What happens to an edit that did not see the latest version of its field (SYNC 1.8)."""

    ASK = "ask"
    LAST = "last"
    MAX = "max"
    MIN = "min"
    COUNTER = "counter"
    SET = "set"
    APPEND = "append"
    TEXT = "text"
    DERIVED = "derived"


class Role(StrEnum):
    """What a user is in the organisation."""

    REP = "rep"
    MANAGER = "manager"
    SERVICE = "service"
    MARKETING = "marketing"
    ADMIN = "admin"


class Scope(StrEnum):
    """Which group of rows a record is granted and revoked with."""

    SHARED = "shared"
    """Seen by every user: products, stages, colleagues' names."""
    ACCOUNT_ROOT = "account_root"
    """The account itself; its id names the scope."""
    ACCOUNT = "account"
    """The account in its ``account`` field, or its owner where that is empty."""
    INHERITED = "inherited"
    """The scope of another record, written by the server only."""


EVERYBODY = frozenset(Role)
ADMINS = frozenset({Role.ADMIN})
LEADERS = frozenset({Role.ADMIN, Role.MANAGER})
SERVER_ONLY: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a record type.

    ``max_length`` counts characters (Unicode code points). ``minimum`` and ``maximum`` bound numbers, inclusive.
    ``scale`` is the number of decimals of a NUMBER; 0 means whole numbers. Fields with the same ``group`` are merged
    as one. ``write`` holds the roles that may change it. ``since`` is the schema version that introduced it.
    ``choices_from`` names a record type whose ``key`` fields are the legal values of a CHOICE. ``newer_choices`` gives
    the version of each choice that came later than the field. ``stands_for`` makes this an older name of another field:
    both always hold the same, so that programs that know only one of them work together. ``formerly`` names the field,
    perhaps long gone, of which this one takes over the values when its column is made. ``index_holds`` names fields
    whose values lie in the index of this one, so that sums and lists of what has one of its values need no rows.
    """

    name: str
    type: FieldType = FieldType.TEXT
    merge: Merge = Merge.ASK
    group: str | None = None
    max_length: int = 200
    minimum: float | None = None
    maximum: float | None = None
    scale: int = 0
    choices: tuple[str, ...] = ()
    choices_from: str | None = None
    newer_choices: tuple[tuple[str, int], ...] = ()
    stands_for: str | None = None
    formerly: str | None = None
    target: str | None = None
    write: frozenset[Role] = EVERYBODY
    searched: bool = False
    personal: bool = False
    required: bool = False
    multiline: bool = False
    indexed: bool = False
    index_holds: tuple[str, ...] = ()
    default: Value = None
    since: int = 1
    custom: bool = False
    labels: tuple[tuple[str, str], ...] = ()
    """For custom fields only: language to label, as the organisation wrote them."""

    @property
    def merge_group(self) -> str:
        """Name the unit that conflicts as one: the group, or the field itself."""
        return self.group or self.name


COMMON_FIELDS: tuple[Field, ...] = (
    Field(name="external_id", max_length=200, merge=Merge.LAST, indexed=True),
    Field(name="external_source", max_length=100, merge=Merge.LAST),
    Field(name="owner", type=FieldType.REFERENCE, target="user", indexed=True),
    Field(name="created_at", type=FieldType.INSTANT, write=SERVER_ONLY, merge=Merge.DERIVED),
    Field(name="created_by", type=FieldType.REFERENCE, target="user", write=SERVER_ONLY, merge=Merge.DERIVED),
    Field(name="updated_at", type=FieldType.INSTANT, write=SERVER_ONLY, merge=Merge.DERIVED, indexed=True),
    Field(name="updated_by", type=FieldType.REFERENCE, target="user", write=SERVER_ONLY, merge=Merge.DERIVED),
)
"""Fields that every record has beside its id. The stamps (created, updated) are written by the mechanism itself."""

STAMPS = frozenset({"created_at", "created_by", "updated_at", "updated_by"})

LAST_STAMPS = ("updated_at", "updated_by")
"""The stamps that every edit sets anew."""


@dataclass(frozen=True)
class RecordType:
    """One kind of record: the single declaration from which tables, checks, forms, columns and messages come.

    ``name`` is the singular term used on the command line and in messages, ``table`` the table's name on both sides.
    ``title`` names the fields that, joined by a space, are the record's title. ``write`` holds the roles that may
    create, change and delete such records. ``family`` groups types in documentation.
    """

    name: str
    table: str
    family: str
    own_fields: tuple[Field, ...]
    title: tuple[str, ...]
    scope: Scope = Scope.ACCOUNT
    write: frozenset[Role] = EVERYBODY
    icon: str = "file-text"
    since: int = 1
    custom_fields: tuple[Field, ...] = field(default=())

    @cached_property
    def fields(self) -> dict[str, Field]:
        """All fields by name: own, common, then custom ones."""
        return {each.name: each for each in (*self.own_fields, *COMMON_FIELDS, *self.custom_fields)}

    @cached_property
    def stored_fields(self) -> tuple[Field, ...]:
        """Fields that have columns of their own, in table order (custom fields share the ``custom`` column)."""
        return (*self.own_fields, *COMMON_FIELDS)

    @cached_property
    def searched(self) -> tuple[Field, ...]:
        """Fields whose text goes into the search index, custom ones included."""
        return tuple(each for each in self.fields.values() if each.searched)

    @cached_property
    def doubles(self) -> tuple[tuple[str, str], ...]:
        """Older names with the names of the fields that they stand for."""
        return tuple((each.name, each.stands_for) for each in self.own_fields if each.stands_for)

    def doubled(self, values: Values) -> dict[str, Value]:
        """Give values under both names of a field where there is one; the newer name decides."""
        found = dict(values)
        for old, new in self.doubles:
            if new in found:
                found[old] = found[new]
            elif old in found:
                found[new] = found[old]
        return found

    @cached_property
    def groups(self) -> dict[str, tuple[Field, ...]]:
        """Merge groups by name, each with its fields; a field without a group is a group of one."""
        found: dict[str, list[Field]] = {}
        for each in self.fields.values():
            found.setdefault(each.merge_group, []).append(each)
        return {name: tuple(members) for name, members in found.items()}

    def label_key(self, name: str) -> str:
        """Give the message key of a built-in field's label, e.g. ``records.account.phone``."""
        owner = "common" if any(each.name == name for each in COMMON_FIELDS) else self.name
        return f"records.{owner}.{name}"
