"""Reads what a person typed: its parts, how the index is asked for each, and what else they may have meant. Pure."""

import re
import string
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from desktop.store.search import pinyin
from desktop.store.search.folding import Piece, folded, is_cjk, pieces
from desktop.store.search.words import GRAM, LONGEST_WORD, SHORT, START, digits_of, grams, pairs, phone_forms

_PHONE_LIKE = re.compile(r"[+\uff0b]?[\d\s().\-/]+")
_PHONE_DIGITS = 4
_MAX_QUERY = 200
_MAX_PARTS = 12
_TYPO_LENGTH = 5
_TYPO_LONGEST = 16
_MOST_SOUNDS = 4
_TONE = re.compile("[1-5]")
_SYLLABLE = re.compile("[a-z]+(?=[1-5])")
_TONED = re.compile("(?:[a-z]+[1-5])+[a-z]*")


class Kind(Enum):
    """What a part is, which decides where it is looked for."""

    WORD = "word"
    CJK = "cjk"
    DIGITS = "digits"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a record must hold: the beginning of a word, a run of Chinese characters, or digits.

    Digits come with the forms in which a phone number may hold them, and in the groups that they were typed in.
    """

    kind: Kind
    text: str
    forms: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Whether a document with its entries surely holds it; else the record itself must be looked at."""
        return (
            len(self.text) <= 2  # noqa: PLR2004 - a pair has an entry of its own
            or (self.kind is Kind.WORD and len(self.text) < pinyin.LONGEST)
            or (self.kind is Kind.DIGITS and len(self.text) <= GRAM)
        )

    @property
    def is_guessed_by_sound(self) -> bool:
        """Whether what may have been meant by it are sounds of Chinese: of characters, or of syllables with tones."""
        return self.kind is Kind.CJK or not self.text.isalpha()


@dataclass(frozen=True)
class Typed:
    """What was typed. Every part must be found; an empty one finds nothing."""

    text: str
    parts: tuple[Part, ...]

    @cached_property
    def joined(self) -> str:
        """The folded text without what parts its words."""
        return "".join(piece.text for piece in pieces(folded(self.text)))

    @property
    def is_exact(self) -> bool:
        """Whether everything that the index finds surely holds the parts."""
        return all(part.is_exact for part in self.parts)

    def anywhere(self) -> str:
        """Write the expression for documents that hold every part."""
        return " AND ".join(_asked(part) for part in self.parts)

    def at_start(self) -> str:
        """Write the expression for titles that begin with the first part and hold the others."""
        first, *others = self.parts
        if first.kind is Kind.DIGITS:
            first = Part(Kind.WORD, first.text)
        starts = [_first(first)] if first.kind is Kind.CJK else [_beginning(first.text[:LONGEST_WORD], START)]
        if first.kind is Kind.WORD and len(first.text) > pinyin.LONGEST:
            starts.append(_quoted(START + first.text[: pinyin.LONGEST]))
        return " AND ".join([_either(starts), *(_asked(part) for part in others)])

    def whole(self) -> str:
        """Write the expression for titles that are just this."""
        return _quoted(f"{START}{self.joined[:LONGEST_WORD]}{START}")


def read_typed(text: str) -> Typed:
    """Read what was typed."""
    text = unicodedata.normalize("NFKC", text.replace("\x00", " "))[:_MAX_QUERY].strip()
    digits = digits_of(text)
    if len(digits) >= _PHONE_DIGITS and _PHONE_LIKE.fullmatch(text):
        groups = tuple(re.findall(r"\d+", text))
        return Typed(text, (Part(Kind.DIGITS, digits, tuple(phone_forms(text)), groups if len(groups) > 1 else ()),))
    found = (_part(piece) for piece in pieces(folded(text)))
    return Typed(text, tuple(dict.fromkeys(found))[:_MAX_PARTS])


def meant(part: Part) -> tuple[str, ...]:
    """List what may have been meant by a part in which one letter is wrong, missing, surplus or out of turn.

    For Chinese that is what sounds the same, for syllables with tones (``zhang1wei3``) those without. Nothing for what
    is too short to guess.
    """
    if part.kind is Kind.CJK:
        return tuple(pinyin.sounds(part.text)[:_MOST_SOUNDS]) if len(part.text) > 1 else ()
    if _TONED.fullmatch(part.text) and pinyin.are_syllables(_SYLLABLE.findall(part.text)):
        return (_TONE.sub("", part.text),)
    if not _TYPO_LENGTH <= len(part.text) <= _TYPO_LONGEST or not (part.text.isascii() and part.text.isalpha()):
        return ()
    return tuple(dict.fromkeys(each for each in _edits(part.text) if each != part.text))


def perhaps(typed: Typed) -> str | None:
    """Write the expression for documents that hold what may have been meant; ``None`` where nothing can be guessed."""
    asked = []
    guessed = False
    for part in typed.parts:
        guesses = meant(part)
        guessed = guessed or bool(guesses)
        entries = [_beginning(each[: pinyin.LONGEST] if part.is_guessed_by_sound else each) for each in guesses]
        asked.append(_either([_asked(part), *entries]))
    return " AND ".join(asked) if guessed else None


def _part(piece: Piece) -> Part:
    if is_cjk(piece.text):
        return Part(Kind.CJK, piece.text)
    if piece.text.isascii() and piece.text.isdigit() and len(piece.text) >= GRAM:
        return Part(Kind.DIGITS, piece.text, tuple(phone_forms(piece.text)))
    return Part(Kind.WORD, piece.text)


def _asked(part: Part) -> str:
    if part.kind is Kind.CJK:
        return " AND ".join(_quoted(each) for each in pairs(part.text))
    ways = [_beginning(part.text[:LONGEST_WORD])]
    if part.kind is Kind.DIGITS:
        ways += [f"({' AND '.join(map(_quoted, grams(form)))})" for form in part.forms if len(form) > GRAM]
        if part.groups:
            ways.append(f"({' AND '.join(map(_beginning, part.groups))})")
    elif len(part.text) > pinyin.LONGEST:
        ways.append(_quoted(part.text[: pinyin.LONGEST]))
    return _either(ways)


def _first(part: Part) -> str:
    marked = _quoted(START + part.text[:2])
    rest = pairs(part.text)[1:]
    return " AND ".join([marked, *map(_quoted, rest)])


def _beginning(word: str, mark: str = "") -> str:
    """Ask for words that begin so; a short beginning has an entry of its own."""
    return _quoted(mark + word) if len(word) <= SHORT else f"{_quoted(mark + word)}*"


def _either(ways: Iterable[str]) -> str:
    listed = list(dict.fromkeys(ways))
    return listed[0] if len(listed) == 1 else f"({' OR '.join(listed)})"


def _quoted(entry: str) -> str:
    return f'"{entry}"'


def _edits(word: str) -> Iterable[str]:
    for place in range(len(word)):
        head, tail = word[:place], word[place:]
        yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        # Hardly anybody gets the first letter wrong, and all words of other letters would have to be looked through.
        for letter in string.ascii_lowercase if place else "":
            yield head + letter + tail[1:]
            yield head + letter + tail
