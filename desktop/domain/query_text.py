"""Takes a written question apart: ``city = 深圳, 东莞 and last visit before 60 days ago``. Pure.

What a field is called and what a value means is asked of others; here are the words in between, in English and in both
Chinese scripts, whatever the language of the screens. ``docs/query-language.md`` is for who writes such questions.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NoReturn

from desktop.domain.listing import Test
from sync.contract.errors import AppError, Code

_SIGNS: Mapping[str, Test] = {
    "!=": Test.NE,
    "<>": Test.NE,
    "<=": Test.LE,
    ">=": Test.GE,
    "!~": Test.LACKS,
    "==": Test.EQ,
    "=": Test.EQ,
    "<": Test.LT,
    ">": Test.GT,
    "~": Test.CONTAINS,
}
_WORDS: Mapping[Test, str] = {
    Test.EMPTY: "is empty|is not filled|为空|為空|未填写|未填寫",
    Test.FILLED: "is not empty|is filled in|is filled|不为空|不為空|已填写|已填寫",
    Test.NOT_IN: "is not one of|is not in|not in|不在|不属于|不屬於",
    Test.IN: "is one of|is in|in|属于|屬於",
    Test.LACKS: "does not contain|不包含",
    Test.CONTAINS: "contains|包含",
    Test.NOT_SINCE: "before or empty|not since|早于或为空|早於或為空",
    Test.LT: "is before|before|is less than|less than|is under|under|早于|早於|小于|小於|低于|低於",
    Test.GT: "is after|after|is more than|more than|is over|over|晚于|晚於|大于|大於|高于|高於",
    Test.GE: "is at least|at least|since|from|不早于|不早於|至少|自",
    Test.LE: "is at most|at most|until|不晚于|不晚於|至多",
    Test.NE: "is not|不是|不等于|不等於",
    Test.EQ: "is|是|等于|等於",
}
_SPELLED = {word: test for test, words in _WORDS.items() for word in words.split("|")}
_LONGEST_FIRST = sorted(_SPELLED, key=len, reverse=True)
_WITHOUT_VALUE = frozenset({Test.EMPTY, Test.FILLED})
_LISTING = frozenset({Test.EQ, Test.NE, Test.IN, Test.NOT_IN, Test.CONTAINS, Test.LACKS})
_AND = ("and", "&&", "&", "且", "并且", "並且")
_OR = ("or", "||", "|", "或", "或者")
_QUOTES = {'"': '"', "“": "”", "「": "」", "'": "'"}
_COMMAS = ",，、"
_OPENING, _CLOSING = "(（", ")）"
_GROUPED_DIGITS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NEAR = 24
_DEEPEST = 20
_MOST_NAMED = 4
_ALIKE = 0.55


@dataclass(frozen=True, slots=True)
class Word:
    """A value as it was written, and where; ``quoted`` ones are taken literally."""

    text: str
    start: int
    end: int
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One comparison: the field's name, the test, what it is compared with; ``start`` and ``end`` are its place."""

    field: str
    test: Test
    words: tuple[Word, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Join:
    """Several parts: all of them must hold, or with ``any`` one of them."""

    parts: "tuple[Said | Join, ...]"
    any: bool = False


Part = Said | Join


def refuse(code: Code, text: str, at: int, end: int | None = None, **data: object) -> NoReturn:
    """Refuse a question at a place.

    Raises:
        AppError: ``QUERY_UNREADABLE`` with the reason; ``at`` counts characters from 1, ``start`` and ``end`` from 0.
    """
    unreadable(AppError(code, "", **data), text, at, end)


def unreadable(reason: AppError, text: str, at: int, end: int | None = None) -> NoReturn:
    """Say at which place of a question something was refused.

    Raises:
        AppError: ``QUERY_UNREADABLE``.
    """
    told = {"code": reason.code.value, "data": dict(reason.data)}
    near = text[at : at + _NEAR].strip() or text[max(0, at - _NEAR) :].strip()
    raise AppError(
        Code.QUERY_UNREADABLE, at=at + 1, start=at, end=len(text) if end is None else end, value=near, reason=told
    ) from reason


def take_apart(text: str, names: Mapping[str, str], *, known: Iterable[str] = (), record_type: str = "") -> Join:
    """Read a question. ``names`` gives fields by what they may be called, in lower case; ``known`` is told if unknown.

    An empty text is a question without any part.

    Raises:
        AppError: ``QUERY_UNREADABLE``, with the place of the mistake.
    """
    reader = _Reader(text, names, tuple(known), record_type)
    return reader.whole()


class _Reader:
    def __init__(self, text: str, names: Mapping[str, str], known: Sequence[str], record_type: str) -> None:
        self._text = text
        self._lower = text.lower() if len(text.lower()) == len(text) else text
        self._names = names
        self._longest_first = sorted(names, key=len, reverse=True)
        self._known = known
        self._type = record_type
        self._at = 0
        self._depth = 0

    def whole(self) -> Join:
        self._skip()
        if self._at == len(self._text):
            return Join(())
        found = self._any()
        if self._at < len(self._text):
            self._refuse_rest()
        return found if isinstance(found, Join) else Join((found,))

    def _any(self) -> Part:
        return self._joined(_OR, self._all, is_any=True)

    def _all(self) -> Part:
        return self._joined(_AND, self._part, is_any=False)

    def _joined(self, words: Sequence[str], read: Callable[[], Part], *, is_any: bool) -> Part:
        parts = [read()]
        while self._take_word(words):
            parts.append(read())
        return parts[0] if len(parts) == 1 else Join(tuple(parts), any=is_any)

    def _part(self) -> Part:
        self._skip()
        if self._at < len(self._text) and self._text[self._at] in _OPENING:
            return self._bracketed()
        start = self._at
        field = self._field()
        test = self._test(start)
        words = () if test in _WITHOUT_VALUE else self._values(test, start)
        if not words and test in {Test.EQ, Test.NE}:
            test = Test.EMPTY if test is Test.EQ else Test.FILLED
        return Said(field, test, words, start, self._at)

    def _bracketed(self) -> Part:
        opened = self._at
        self._depth += 1
        if self._depth > _DEEPEST:
            refuse(Code.QUERY_NOT_CLOSED, self._text, opened, value=self._text[opened])
        self._at += 1
        found = self._any()
        self._skip()
        if self._at >= len(self._text):
            refuse(Code.QUERY_NOT_CLOSED, self._text, opened, value=self._text[opened])
        if self._text[self._at] not in _CLOSING:
            self._refuse_rest()
        self._at += 1
        self._depth -= 1
        return found

    def _field(self) -> str:
        for name in self._longest_first:
            if self._lower.startswith(name, self._at) and self._ends_name(name):
                self._at += len(name)
                return self._names[name]
        end = self._at
        while end < len(self._text) and not self._text[end].isspace() and self._text[end] not in "=<>!~()（）,，":
            end += 1
        if end == self._at:
            refuse(Code.QUERY_VALUE_MISSING, self._text, self._at, field=self._text[: self._at].strip())
        word = self._text[self._at : end]
        close = get_close_matches(word.lower(), self._longest_first, n=_MOST_NAMED, cutoff=_ALIKE)
        known = close or self._known
        data = {"type": self._type, "field": word, "known": ", ".join(known)}
        refuse(Code.QUERY_FIELD_ALIKE if close else Code.UNKNOWN_FIELD, self._text, self._at, end, **data)

    def _ends_name(self, name: str) -> bool:
        """Tell whether a name ends here: "is" of "issue" is none, and 城市是 needs no blank."""
        end = self._at + len(name)
        if end == len(self._text) or not (name[-1].isascii() and (name[-1].isalnum() or name[-1] == "_")):
            return True
        after = self._text[end]
        return not (after.isascii() and (after.isalnum() or after == "_"))

    def _test(self, start: int) -> Test:
        self._skip()
        for sign, test in _SIGNS.items():
            if self._text.startswith(sign, self._at):
                self._at += len(sign)
                return test
        for word in _LONGEST_FIRST:
            if self._lower.startswith(word, self._at) and self._ends_name(word):
                self._at += len(word)
                return _SPELLED[word]
        field = self._text[start : self._at].strip()
        refuse(Code.QUERY_TEST_MISSING, self._text, min(self._at, len(self._text)), field=field)

    def _values(self, test: Test, start: int) -> tuple[Word, ...]:
        self._skip()
        before = self._at
        if test in _LISTING and self._at < len(self._text) and self._text[self._at] in _OPENING:
            found = self._in_brackets(test)
            if found is not None:
                return found
        if self._at < len(self._text) and self._starts_word((*_AND, *_OR)):
            found_words: list[Word] = []
        else:
            found_words = self._list(test)
        if not found_words and test not in {Test.EQ, Test.NE}:
            said = self._text[start:before].strip()
            refuse(Code.QUERY_VALUE_MISSING, self._text, before, field=said)
        return tuple(found_words)

    def _in_brackets(self, test: Test) -> tuple[Word, ...] | None:
        """Read ``(a, b)``; ``None`` where the bracket belongs to a name such as ``(HK) Ltd``."""
        opened = self._at
        self._at += 1
        words = self._list(test)
        self._skip()
        if self._at >= len(self._text):
            refuse(Code.QUERY_NOT_CLOSED, self._text, opened, value=self._text[opened])
        self._at += 1
        after = self._at
        self._skip()
        rest = self._text[self._at :]
        if not rest or rest[0] in _CLOSING or self._starts_word((*_AND, *_OR)):
            self._at = after
            return tuple(words)
        self._at = opened
        return None

    def _list(self, test: Test) -> list[Word]:
        found: list[Word] = []
        while True:
            self._skip()
            word = self._quoted() or self._plain(splits=test in _LISTING)
            if word is not None:
                found.append(word)
            self._skip()
            if test not in _LISTING or self._at >= len(self._text) or self._text[self._at] not in _COMMAS:
                return found
            self._at += 1

    def _quoted(self) -> Word | None:
        closing = _QUOTES.get(self._text[self._at]) if self._at < len(self._text) else None
        if closing is None:
            return None
        opened = self._at
        end = self._text.find(closing, opened + 1)
        if end < 0:
            refuse(Code.QUERY_NOT_CLOSED, self._text, opened, value=self._text[opened])
        self._at = end + 1
        return Word(self._text[opened + 1 : end], opened, self._at, quoted=True)

    def _plain(self, *, splits: bool) -> Word | None:
        start, depth = self._at, 0
        while self._at < len(self._text):
            character = self._text[self._at]
            if character in _CLOSING and not depth:
                break
            if splits and not depth and character in _COMMAS and not _GROUPED_DIGITS.match(self._text, self._at):
                break
            if character.isspace() and self._joins_after_blank():
                break
            depth += (character in _OPENING) - (character in _CLOSING)
            self._at += 1
        written = self._text[start : self._at].rstrip()
        return Word(written, start, start + len(written)) if written else None

    def _joins_after_blank(self) -> bool:
        kept = self._at
        self._skip()
        is_joined = bool(self._starts_word((*_AND, *_OR)))
        self._at = kept
        return is_joined

    def _starts_word(self, words: Sequence[str]) -> int:
        """Give the length of a joining word that begins here and stands alone."""
        for word in sorted(words, key=len, reverse=True):
            end = self._at + len(word)
            if self._lower.startswith(word, self._at) and (
                end == len(self._text) or self._text[end].isspace() or self._text[end] in _OPENING
            ):
                return len(word)
        return 0

    def _take_word(self, words: Sequence[str]) -> bool:
        self._skip()
        length = self._starts_word(words)
        self._at += length
        return bool(length)

    def _skip(self) -> None:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1

    def _refuse_rest(self) -> NoReturn:
        if self._text[self._at] in _CLOSING:
            refuse(Code.QUERY_NOT_CLOSED, self._text, self._at, value=self._text[self._at])
        refuse(Code.QUERY_NOT_JOINED, self._text, self._at)
