"""Programs of other versions: catalogues before and after today's, and offices that run with them.

The laptop's parts take their catalogue as an argument. The office's tables and queries are made from the catalogue when
its modules are imported; so a program of another version is imported once more under its own catalogue, which is what
another release would be.
"""

import importlib
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar
from unittest import mock

from sync.client.untrusted import checked_chunk, checked_page, checked_scope
from sync.contract import entities
from sync.contract.catalogue import Catalogue
from sync.contract.chunks import ChunkBody, ChunkEntry
from sync.contract.clock import Clock
from sync.contract.fields import Field, FieldType, Merge, RecordType
from sync.contract.upcasting import Upcast, removed, renamed
from sync.contract.wire import Chunk, Mutation, PullAnswer, ScopeRows
from sync.server.handlers import Call, Office
from tests.helpers.direct_office import DirectOffice

T = TypeVar("T")

BEFORE_2, BEFORE, NOW, NEXT = 1, 2, 3, 4
"""Four programs in a row. Today's catalogue is the first; each later one knows something more."""

VISIT_PLAN = RecordType(
    name="visit_plan",
    table="visit_plans",
    family="visits",
    title=("subject",),
    since=NOW,
    own_fields=(
        Field(name="subject", required=True, searched=True, since=NOW),
        Field(name="account", type=FieldType.REFERENCE, target="account", indexed=True, since=NOW),
        Field(name="budget", type=FieldType.MONEY, since=NOW),
    ),
)


@lru_cache(maxsize=8)
def catalogue_of(version: int) -> Catalogue:
    """Give the catalogue of a program.

    ``BEFORE`` adds a field of accounts, a choice, and another name for a field; ``NOW`` a record type; ``NEXT`` one
    more field, lets another be merged by another rule, and has let go of the older name.
    """
    records = [_account(each, version) if each.name == "account" else each for each in entities.CATALOGUE]
    if version >= NOW:
        records.append(VISIT_PLAN)
    return Catalogue(records, version=version, upcasts=UPCASTS)


def _account(record: RecordType, version: int) -> RecordType:
    own = list(record.own_fields)
    if version >= BEFORE:
        own.append(Field(name="motto", searched=True, since=BEFORE))
        own.append(Field(name="terms", group="payment_terms", formerly="payment_terms", since=BEFORE))
        own = [_CHANGED[each.name](each) if each.name in _CHANGED else each for each in own]
    if version >= NEXT:
        own = [each for each in own if each.name != "payment_terms"]
        own = [replace(each, merge=Merge.LAST) if each.name == "segment" else each for each in own]
        own.append(Field(name="fleet", type=FieldType.MONEY, since=NEXT))
    return replace(record, own_fields=tuple(own))


def _sound(mutation: Mutation) -> Mutation:
    """Stand for a step that cannot read one kind of edit."""
    if mutation.fields.get("local_name") == "unreadable":
        raise ValueError(mutation.id)
    return mutation


_CHANGED: Mapping[str, Callable[[Field], Field]] = {
    "tier": lambda tier: replace(tier, choices=(*tier.choices, "d"), newer_choices=(("d", BEFORE),)),
    "payment_terms": lambda terms: replace(terms, group="payment_terms", stands_for="terms"),
}
UPCASTS: Mapping[int, Upcast] = {
    BEFORE_2: renamed("account", "payment_terms", "terms"),
    BEFORE: _sound,
    NOW: removed("account", "payment_terms"),
}


@lru_cache(maxsize=8)
def office_program(version: int) -> dict[str, ModuleType]:
    """Import the office's program of a version; gives its modules by their last name."""
    others = {name: each for name, each in sys.modules.items() if name.startswith("sync.server")}
    for name in others:
        del sys.modules[name]
    catalogue = catalogue_of(version)
    try:
        with (
            mock.patch.object(entities, "CATALOGUE", catalogue),
            mock.patch.object(entities, "SCHEMA_VERSION", version),
            mock.patch.object(importlib.import_module("sync.contract.rules"), "CATALOGUE", catalogue),
        ):
            names = ("handlers", "chunks", "chunk_cache", "log", "passwords", "people", "auth", "check", "schema")
            return {each: importlib.import_module(f"sync.server.{each}") for each in names}
    finally:
        for name in [each for each in sys.modules if each.startswith("sync.server")]:
            del sys.modules[name]
        sys.modules.update(others)
        importlib.import_module("sync").server = others["sync.server"]  # type: ignore[attr-defined]


@contextmanager
def office_of(version: int, url: str, clock: Clock) -> Iterator[Office]:
    """Open an office's database with the program of a version."""
    program = office_program(version)
    log = program["log"].open_log(url, clock)
    try:
        # Signing in is slow on purpose.
        yield program["handlers"].Office(log, program["passwords"].Passwords(passes=1, memory_kib=8), "test")
    finally:
        log.close()


class OtherOffice(DirectOffice):
    """A way to an office of a version, for a laptop of a version: answers are checked as over the network."""

    def __init__(self, office: Office, token: str, *, version: int, laptop: int) -> None:
        super().__init__(office, token)
        program = office_program(version)
        self._handlers = [program["handlers"], program["chunks"]]
        self._chunks = program["chunks"].Chunks(office.log, program["chunk_cache"].ChunkCache(Path(), most_bytes=0))
        self._catalogue = catalogue_of(laptop)

    def pull(self, cursor: str, limit: int, kept: str = "", *, echoes: bool = False) -> PullAnswer:
        return checked_page(super().pull(cursor, limit, kept, echoes=echoes), self._catalogue)

    def chunk(self, entry: ChunkEntry, cursor: str) -> ChunkBody:
        kept = self._chunks.chunk(self._token, entry.name, entry.place, cursor)
        return ChunkBody(data=kept.data, rest=kept.rest)

    def snapshot(self, after: str | None) -> Chunk:
        return checked_chunk(super().snapshot(after), self._catalogue)

    def scope(self, scope: str, after: str | None) -> ScopeRows:
        return checked_scope(super().scope(scope, after), self._catalogue)

    def _ask(
        self,
        name: str,
        handle: Callable[[Office, Call], Any],
        kind: type[T],
        message: object = None,
        *,
        query: dict[str, str] | None = None,
    ) -> T:
        (here,) = [each for each in self._handlers if each.__name__.endswith(handle.__module__)]
        return super()._ask(name, getattr(here, handle.__name__), kind, message, query=query)
