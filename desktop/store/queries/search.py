"""Search across everything: titles first, nothing that is hidden, never a sort over many candidates."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypedDict, Unpack

from sqlalchemy import Connection

from desktop.domain.views import Found
from desktop.store.queries.candidates import Candidates
from desktop.store.queries.judging import Asker, Hit, Judge
from desktop.store.schema import Schema
from desktop.store.search import former
from desktop.store.search.documents import type_ranks
from desktop.store.search.matching import TEXTS, TITLES
from desktop.store.search.typed import Typed, perhaps, read_typed
from desktop.store.stopping import Stopped, StoppedError, stoppable

_FIRST = ("account", "contact", "opportunity", "product", "task", "activity", "attachment", "user", "territory")
_WHOLE, _BEGUN, _HELD = 12, 24, 40
"""Rows of a type that are compared: with just this title, with a title that begins so, and that hold it."""

_IN_TEXTS = 16
"""Rows of a type that are read whole."""

_LIMIT = 50


class Wishes(TypedDict, total=False):
    """How to search: ``limit`` records of ``types``, at most ``per_type`` of each, as ``asker`` would order them.

    Once ``stopped`` says so nobody waits for the answer.
    """

    limit: int
    per_type: int
    types: Sequence[str]
    asker: Asker
    stopped: Stopped | None


def search(connection: Connection, schema: Schema, text: str, **wishes: Unpack[Wishes]) -> list[Found]:
    """Find records that hold everything that was typed, best first.

    By how well it fits, then by whether the record is the asker's, still open, and lately touched. Where nothing
    holds it, by what may have been meant. A stopped search finds nothing.
    """
    typed = read_typed(text)
    known = type_ranks(connection)
    types = wishes.get("types", ())
    ranks = {name: known[name] for name in _ordered(known) if not types or name in types}
    limit = wishes.get("limit", _LIMIT)
    if not typed.parts or limit <= 0 or not ranks:
        return []
    stopped = wishes.get("stopped")
    try:
        with stoppable(connection, stopped):
            candidates = Candidates(connection, schema, ranks, stopped)
            unbuilt = [name for name in former.unbuilt(connection) if name in ranks]
            judge = Judge(connection, schema, typed, wishes.get("asker", Asker()))
            earlier = _formerly(candidates, judge, unbuilt)
            return _search(candidates, judge, earlier, (limit, wishes.get("per_type", limit)))
    except StoppedError:
        return []


def _search(candidates: Candidates, judge: Judge, earlier: Sequence[Hit], most: tuple[int, int]) -> list[Found]:
    typed, (limit, per_type) = judge.typed, most
    hits = _joined(earlier, _titled(candidates, judge))
    kept = _best(hits, candidates.types, per_type)
    lacking = [name for name in candidates.types if _count(kept, name) < per_type]
    if len(kept) < limit and lacking:
        kept += _held(candidates, judge, lacking, {(hit.type, hit.row.row) for hit in hits})
    if not kept:
        kept = _meant(candidates, judge, typed)
    return [judge.found(hit) for hit in _best(kept, candidates.types, per_type)[:limit]]


def _titled(candidates: Candidates, judge: Judge) -> list[Hit]:
    """Find what is called so."""
    numbers: dict[str, dict[int, None]] = {name: {} for name in candidates.types}
    for expression, most in (
        (judge.typed.whole(), _WHOLE),
        (judge.typed.at_start(), _BEGUN),
        (judge.typed.anywhere(), _HELD),
    ):
        short = [name for name in candidates.titled if len(numbers[name]) < _HELD]
        for name, each in candidates.numbers(TITLES, expression, short, most).items():
            numbers[name].update(dict.fromkeys(each))
    return [
        hit for name, each in numbers.items() for hit in judge.titled(name, candidates.called(name, list(each), _HELD))
    ]


def _held(candidates: Candidates, judge: Judge, types: Sequence[str], seen: set[tuple[str, int]]) -> list[Hit]:
    """Find what holds it in any other text."""
    hits: list[Hit] = []
    for name, numbers in candidates.numbers(TEXTS, judge.typed.anywhere(), types, _HELD + _IN_TEXTS).items():
        fresh = [each for each in numbers if (name, each) not in seen]
        hits += judge.held(name, candidates.rows(name, fresh, _IN_TEXTS))
    return hits


def _formerly(candidates: Candidates, judge: Judge, types: Sequence[str]) -> list[Hit]:
    """Find, in the index of an earlier version, what today's may not hold yet."""
    asked = former.expression(judge.typed.text)
    if asked is None or not types:
        return []
    hits: dict[tuple[str, int], Hit] = {}
    for name, numbers in candidates.numbers(former.BEFORE, former.in_titles(asked), candidates.titled, _HELD).items():
        found = judge.titled(name, candidates.called(name, numbers, _HELD))
        hits |= {(name, hit.row.row): hit for hit in found}
    for name, numbers in candidates.numbers(former.BEFORE, asked, types, _HELD + _IN_TEXTS).items():
        fresh = [each for each in numbers if (name, each) not in hits]
        found = judge.held(name, candidates.rows(name, fresh, _IN_TEXTS))
        hits |= {(name, hit.row.row): hit for hit in found}
    return list(hits.values())


def _meant(candidates: Candidates, judge: Judge, typed: Typed) -> list[Hit]:
    """Find what is called, else what holds, something that may have been meant."""
    expression = perhaps(typed)
    if expression is None:
        return []
    for index, types in ((TITLES, candidates.titled), (TEXTS, candidates.types)):
        found = candidates.numbers(index, expression, types, _IN_TEXTS)
        read = {name: candidates.rows(name, each, _IN_TEXTS) for name, each in found.items()}
        hits = [hit for name, rows in read.items() for hit in judge.meant(name, rows)]
        if hits:
            return hits
    return []


def _joined(*hits: Iterable[Hit]) -> list[Hit]:
    """Join hits, each row once."""
    return list({(hit.type, hit.row.row): hit for each in hits for hit in each}.values())


def _best(hits: Iterable[Hit], types: Sequence[str], per_type: int) -> list[Hit]:
    places = {name: place for place, name in enumerate(types)}
    ordered = sorted(hits, key=lambda hit: (hit.fit, -hit.points, places[hit.type], hit.called, hit.row.id))
    counts: dict[str, int] = {}
    kept = []
    for hit in ordered:
        counts[hit.type] = counts.get(hit.type, 0) + 1
        if counts[hit.type] <= per_type:
            kept.append(hit)
    return kept


def _count(hits: Iterable[Hit], record_type: str) -> int:
    return sum(1 for hit in hits if hit.type == record_type)


def _ordered(ranks: Mapping[str, int]) -> list[str]:
    places = {name: place for place, name in enumerate(_FIRST)}
    return sorted(ranks, key=lambda name: (places.get(name, len(places)), name))
