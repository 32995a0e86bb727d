"""A list as a question: which records, in which order. Pure; ``desktop.store.queries`` turns it into SQL."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sync.contract.fields import Value


class Test(StrEnum):
    """How a field's value is compared. Texts compare without regard to the case of Latin letters."""

    __test__ = False  # pytest takes classes named Test* for tests

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    CONTAINS = "contains"
    LACKS = "lacks"
    IN = "in"
    NOT_IN = "not_in"
    NOT_SINCE = "not_since"
    EMPTY = "empty"
    FILLED = "filled"


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of one field; ``value`` is a wire value, for ``IN`` and ``NOT_IN`` a sequence of them.

    An empty field satisfies ``EMPTY``, ``NE``, ``NOT_IN``, ``LACKS`` and ``NOT_SINCE`` only; ``NOT_SINCE`` is less than
    the value, or empty: whom nobody has ever visited has not been visited since. Amounts compare with amounts of the
    same currency. Tags hold ``EQ`` and ``CONTAINS`` when all of the given ones are there, ``IN`` when one of them is.
    """

    field: str
    test: Test
    value: Value = None


@dataclass(frozen=True, slots=True)
class Either:
    """Holds where all the conditions of at least one of its groups hold; a group may hold further ones of its kind."""

    groups: "tuple[tuple[Condition | Either, ...], ...]"


Clause = Condition | Either
"""What a record may have to satisfy."""


def tested_fields(where: Iterable[Clause]) -> Iterator[str]:
    """Name the fields that conditions are about, those inside of others too."""
    for each in where:
        if isinstance(each, Condition):
            yield each.field
        else:
            yield from tested_fields(inner for group in each.groups for inner in group)


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort key. References sort by the title of what they point to; empty values come last in either direction."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Records of one type that satisfy every condition, sorted; ties by id, in the direction of the last key.

    ``text`` narrows to records that the search index finds. ``deleted`` asks for the deleted ones instead.
    """

    type: str
    where: tuple[Clause, ...] = ()
    sort: tuple[Sort, ...] = ()
    text: str = ""
    limit: int | None = None
    deleted: bool = False
