"""Search across everything: titles first, nothing that is hidden, never a sort over many candidates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, literal_column

from desktop.domain.views import Found
from desktop.store.queries import titles
from desktop.store.rows import StoredRow
from desktop.store.schema import Schema
from desktop.store.search import matching
from desktop.store.search.documents import RANK_SHIFT, searched_text, type_ranks
from desktop.store.search.words import match_expression, phone_words, plain_words
from desktop.store.selecting import among, decoded, stored_select
from sync.contract.fields import FieldType, RecordType
from sync.contract.values import fold

_FIRST = ("account", "contact", "opportunity", "product", "task", "activity", "attachment", "user", "territory")
_CANDIDATES = 100
"""Rows of a type whose titles are compared."""

_SPARE = 3
"""So many times as many numbers are read, because some rows may be hidden."""

_ROW_MASK = (1 << RANK_SHIFT) - 1
_SNIPPET = 90
_BEFORE = 30


@dataclass(frozen=True, slots=True)
class _Hit:
    """A row whose title holds the words; ``place`` is that of its type."""

    score: int
    place: int
    title: str
    type: str
    row: StoredRow


@dataclass(frozen=True, slots=True)
class _Question:
    """One search while it is answered; ``ranks`` are those of the types that are asked for."""

    connection: Connection
    schema: Schema
    text: str
    ranks: Mapping[str, int]

    def numbers(self, expression: str, most: int) -> dict[str, list[int]]:
        """List the rows that satisfy an expression by type, at most so many of each.

        The index gives documents type by type. Where a type has enough, asking anew from the next one on is cheaper
        than going through the rest; asking for each type alone would join the lists of a prefix each time.
        """
        found: dict[int, list[int]] = {rank: [] for rank in self.ranks.values()}
        start: int | None = min(found)
        while start is not None:
            start = self._fill(found, expression, start, most)
        return {name: found[rank] for name, rank in self.ranks.items()}

    def _fill(self, found: Mapping[int, list[int]], expression: str, start: int, most: int) -> int | None:
        """Go on from a type until one has enough; gives the type to go on from, ``None`` at the end."""
        last = max(found)
        for document in matching.documents(self.connection, expression, start, last):
            rank = document >> RANK_SHIFT
            rows = found.get(rank)
            if rows is not None:
                rows.append(document & _ROW_MASK)
                if len(rows) >= most:
                    return rank + 1 if rank < last else None
        return None

    def rows(self, name: str, numbers: Sequence[int], most: int) -> list[StoredRow]:
        """Read those of the rows that may be shown, in the order of their numbers."""
        if not numbers:
            return []
        table = self.schema.table(name)
        shown = table.c.hidden == literal_column("0")
        statement = stored_select(self.schema, name).where(among(table.c.row, numbers), shown)
        return decoded(self.schema, name, self.connection.execute(statement.order_by(table.c.row).limit(most)).all())

    def called_so(self, name: str) -> list[StoredRow]:
        """Read rows that are called exactly as the text; none where no index knows the title, for that reads all."""
        table, title = self.schema.table(name), self.schema.record(name).title[0]
        if not self.schema.record(name).fields[title].indexed:
            return []
        exact = table.c[title].collate("NOCASE") == self.text.strip()
        shown = table.c.hidden == literal_column("0")
        statement = stored_select(self.schema, name).where(shown, exact).limit(_CANDIDATES)
        return decoded(self.schema, name, self.connection.execute(statement).all())

    def called(self, name: str, rows: Sequence[StoredRow]) -> list[str]:
        """Give the titles of rows."""
        record = self.schema.record(name)
        names = titles.of_references(self.connection, self.schema, name, [row.values for row in rows])
        return [titles.title_of(record, row.values, titles.pick(record, row.values, names)) for row in rows]

    def found(self, name: str, rows: Sequence[StoredRow]) -> list[Found]:
        """Describe what was found and where the words stand."""
        record = self.schema.record(name)
        return [_one(record, row, title, self.text) for row, title in zip(rows, self.called(name, rows), strict=True)]


def search(
    connection: Connection, schema: Schema, text: str, *, limit: int = 50, types: Sequence[str] = ()
) -> list[Found]:
    """Find records that hold every word of a text: those with the words in the title first, best titles on top."""
    expression = match_expression(text)
    known = type_ranks(connection)
    ranks = {name: known[name] for name in _ordered(known) if not types or name in types}
    if expression is None or limit <= 0 or not ranks:
        return []
    question = _Question(connection, schema, text, ranks)
    most = _SPARE * max(limit, _CANDIDATES)
    titled = _with_title(question, question.numbers(f"{{title}} : ({expression})", most))
    found = _best_titles(question, titled, limit)
    if len(found) >= limit or expression.startswith("{title}"):
        return found
    for name, numbers in question.numbers(expression, most).items():
        seen = {row.row for row in titled[name]}
        fresh = [number for number in numbers if number not in seen]
        found += question.found(name, question.rows(name, fresh, limit - len(found)))
        if len(found) >= limit:
            break
    return found


def _with_title(question: _Question, numbers: Mapping[str, Sequence[int]]) -> dict[str, list[StoredRow]]:
    titled = {}
    for name, each in numbers.items():
        rows = question.rows(name, each, _CANDIDATES)
        if len(rows) == _CANDIDATES:
            # Too many to look at all of them: the one that is called exactly so must not be missed.
            there = {row.row for row in rows}
            rows = [row for row in question.called_so(name) if row.row not in there] + rows
        titled[name] = rows
    return titled


def _ordered(ranks: Iterable[str]) -> list[str]:
    places = {name: place for place, name in enumerate(_FIRST)}
    return sorted(ranks, key=lambda name: (places.get(name, len(places)), name))


def _best_titles(question: _Question, titled: Mapping[str, Sequence[StoredRow]], limit: int) -> list[Found]:
    """Describe the best of the rows whose titles hold the words; looking for the place is left for those."""
    hits = [
        _Hit(_score(title, question.text), place, title, name, row)
        for place, (name, rows) in enumerate(titled.items())
        for row, title in zip(rows, question.called(name, rows), strict=True)
    ]
    hits.sort(key=lambda hit: (hit.score, hit.place, fold(hit.title), hit.row.id))
    schema = question.schema
    return [_one(schema.record(hit.type), hit.row, hit.title, question.text) for hit in hits[:limit]]


def _one(record: RecordType, row: StoredRow, title: str, text: str) -> Found:
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
