"""Search across everything: titles first, nothing that is hidden, never a sort over many candidates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, literal_column

from desktop.domain.views import Found
from desktop.store.queries import titles
from desktop.store.rows import StoredRow
from desktop.store.schema import Schema
from desktop.store.search.documents import searched_text, type_ranks
from desktop.store.search.matching import matching
from desktop.store.search.words import match_expression, phone_words, plain_words
from desktop.store.selecting import decoded, stored_select
from sync.contract.fields import FieldType, RecordType
from sync.contract.values import fold

_FIRST = ("account", "contact", "opportunity", "product", "task", "activity", "attachment", "user", "territory")
_CANDIDATES = 100
_SNIPPET = 90
_BEFORE = 30


@dataclass(frozen=True, slots=True)
class _Hit:
    score: int
    place: int
    found: Found


@dataclass(frozen=True, slots=True)
class _Question:
    """One search while it is answered."""

    connection: Connection
    schema: Schema
    text: str
    expression: str

    def in_title(self, name: str, rank: int) -> list[StoredRow]:
        """Read rows of a type with every word in the title; not all of very many."""
        rows = self.matching(name, rank, f"{{title}} : ({self.expression})", _CANDIDATES)
        table, title = self.schema.table(name), self.schema.record(name).title
        if len(rows) < _CANDIDATES or not self.schema.record(name).fields[title[0]].indexed:
            return rows
        # Too many to look at all of them: the one that is called exactly so must not be missed. Where no index knows
        # the title, looking for it would read the whole table.
        exact = table.c[title[0]].collate("NOCASE") == self.text.strip()
        shown = table.c.hidden == literal_column("0")
        statement = stored_select(self.schema, name).where(shown, exact).limit(_CANDIDATES)
        there = {row.id for row in rows}
        called = decoded(self.schema, name, self.connection.execute(statement).all())
        return [row for row in called if row.id not in there] + rows

    def matching(self, name: str, rank: int, expression: str, limit: int) -> list[StoredRow]:
        """Read rows of a type that satisfy an expression, in the order of their numbers."""
        table = self.schema.table(name)
        hits = matching(rank, expression).subquery()
        statement = (
            stored_select(self.schema, name)
            .join_from(hits, table, table.c.row == hits.c.row)
            .where(table.c.hidden == literal_column("0"))
            .limit(limit)
        )
        return decoded(self.schema, name, self.connection.execute(statement).all())

    def found(self, name: str, rows: Sequence[StoredRow]) -> list[Found]:
        """Describe what was found and where the words stand."""
        record = self.schema.record(name)
        names = titles.of_references(self.connection, self.schema, name, [row.values for row in rows])
        return [_one(record, row, titles.pick(record, row.values, names), self.text) for row in rows]


def search(
    connection: Connection, schema: Schema, text: str, *, limit: int = 50, types: Sequence[str] = ()
) -> list[Found]:
    """Find records that hold every word of a text: those with the words in the title first, best titles on top."""
    expression = match_expression(text)
    if expression is None or limit <= 0:
        return []
    question = _Question(connection, schema, text, expression)
    ranks = type_ranks(connection)
    chosen = [name for name in _ordered(ranks) if not types or name in types]
    titled = {name: question.in_title(name, ranks[name]) for name in chosen}
    found = _best_titles(question, titled)
    for name in chosen:
        if len(found) >= limit:
            break
        seen = {row.id for row in titled[name]}
        rows = question.matching(name, ranks[name], expression, limit - len(found) + len(seen))
        found += question.found(name, [row for row in rows if row.id not in seen])
    return found[:limit]


def _ordered(ranks: Iterable[str]) -> list[str]:
    places = {name: place for place, name in enumerate(_FIRST)}
    return sorted(ranks, key=lambda name: (places.get(name, len(places)), name))


def _best_titles(question: _Question, titled: Mapping[str, Sequence[StoredRow]]) -> list[Found]:
    hits = [
        _Hit(_score(each.title, question.text), place, each)
        for place, (name, rows) in enumerate(titled.items())
        for each in question.found(name, rows)
    ]
    hits.sort(key=lambda hit: (hit.score, hit.place, fold(hit.found.title), hit.found.id))
    return [hit.found for hit in hits]


def _one(record: RecordType, row: StoredRow, names: dict[str, str], text: str) -> Found:
    title = titles.title_of(record, row.values, names)
    field, matched = _place(record, row, text) or (record.title[0], title)
    return Found(type=record.name, id=row.id, title=title, matched=matched, field=field)


def _place(record: RecordType, row: StoredRow, text: str) -> tuple[str, str] | None:
    """Find the field that holds the words; of several the one that holds most of them, in catalogue order."""
    words = plain_words(text)
    digits = "".join(each for each in text if each.isdigit())
    best: tuple[int, str, str] | None = None
    for field in record.searched:
        value = row.values.get(field.name)
        if value is None:
            continue
        shown = searched_text(field, value)
        if field.type is FieldType.PHONE and digits:
            count = len(words) if any(each.startswith(digits) for each in phone_words(shown)) else 0
        else:
            count = sum(1 for word in words if word in fold(shown))
        if count and (best is None or count > best[0]):
            best = count, field.name, _snippet(shown, words)
    return None if best is None else best[1:]


def _snippet(shown: str, words: Sequence[str]) -> str:
    folded = fold(shown)
    places = [folded.find(word) for word in words if word in folded]
    start = max(0, min(places, default=0) - _BEFORE)
    cut = " ".join(shown[start : start + _SNIPPET].split())
    return f"{'…' if start else ''}{cut}{'…' if start + _SNIPPET < len(shown) else ''}"


def _score(title: str, text: str) -> int:
    folded, wanted = fold(title), fold(text.strip())
    if folded == wanted:
        return 0
    if folded.startswith(wanted):
        return 1
    return 2 if wanted in folded else 3
