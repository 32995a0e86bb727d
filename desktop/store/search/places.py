"""Finds where in a text the parts of what was typed stand, as the reader sees the text. Pure."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from desktop.store.search import pinyin
from desktop.store.search.folding import Folded, Piece, folded_in_place, pieces
from desktop.store.search.typed import Kind, Part, Typed

Mark: TypeAlias = tuple[int, int]
"""Beginning and end of a stretch of a text."""

_JOINED = re.compile(r"[^\W_]+['\u2019][^\W_]+")


@dataclass(frozen=True, slots=True)
class Guesses:
    """What may have been meant by each part, where what was typed is found nowhere."""

    of: dict[Part, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where one part stands; ``by_sound`` when only its sound does."""

    part: Part
    mark: Mark
    by_sound: bool = False


class Text:
    """One text in which parts are looked for. ``sounded`` lets Chinese be found by its sound, ``phone`` by digits."""

    def __init__(self, text: str, *, sounded: bool = False, phone: bool = False) -> None:
        self._text = text
        self._sounded = sounded
        self._phone = phone
        self._folded: Folded = folded_in_place(text)
        self._pieces: Sequence[Piece] | None = None

    @property
    def folded(self) -> str:
        """The text as it is compared."""
        return self._folded.text

    @property
    def pieces(self) -> Sequence[Piece]:
        """Its words and Chinese runs."""
        if self._pieces is None:
            self._pieces = pieces(self._folded.text)
        return self._pieces

    def places(self, parts: Iterable[Part], guesses: Guesses | None = None) -> list[Place]:
        """Find those of the parts that stand here, each at its first place."""
        found = (self._place(part, guesses) for part in parts)
        return [each for each in found if each is not None]

    def _place(self, part: Part, guesses: Guesses | None) -> Place | None:
        if self._phone:
            return self._among_digits(part)
        found = self._as_written(part) or self._by_sound(part, (part.text,))
        if found is None and guesses is not None and part in guesses.of:
            found = self._as_meant(part, guesses.of[part])
        return found

    def _as_written(self, part: Part) -> Place | None:
        if part.kind is Kind.CJK:
            start = self.folded.find(part.text)
            return None if start < 0 else self._at(part, start, start + len(part.text))
        for piece in self.pieces:
            if piece.text.startswith(part.text):
                return self._at(part, piece.start, piece.start + len(part.text))
        if part.kind is Kind.DIGITS:
            return self._in_groups(part) or self._among_digits(part)
        for joined in _JOINED.finditer(self.folded):
            if re.sub(r"\W", "", joined.group()).startswith(part.text):
                return self._at(part, joined.start(), joined.end())
        return None

    def _by_sound(self, part: Part, ways: Collection[str]) -> Place | None:
        if not self._sounded or not all(each.isascii() and each.isalpha() for each in ways):
            return None
        for piece in self.pieces:
            for way in ways if piece.is_cjk else ():
                found = pinyin.place_of(way, piece.text)
                if found is not None:
                    start, end = found
                    return self._at(part, piece.start + start, piece.start + end, by_sound=True)
        return None

    def _as_meant(self, part: Part, guesses: Collection[str]) -> Place | None:
        if part.is_guessed_by_sound:
            return self._by_sound(part, guesses)
        meant = frozenset(guesses)
        lengths = {len(each) for each in meant}
        for piece in self.pieces:
            for spelling in self._spellings(piece):
                for length in lengths:
                    if spelling[:length] in meant:
                        return self._meant_at(part, piece, spelling[:length])
        return None

    def _spellings(self, piece: Piece) -> Collection[str]:
        if not piece.is_cjk:
            return (piece.text,)
        return pinyin.spellings(piece.text) if self._sounded else ()

    def _meant_at(self, part: Part, piece: Piece, guess: str) -> Place | None:
        if piece.is_cjk:
            return self._by_sound(part, (guess,))
        return self._at(part, piece.start, piece.start + len(guess))

    def _in_groups(self, part: Part) -> Place | None:
        """Find digits that are numbers of their own, such as a day of the year."""
        if not part.groups:
            return None
        starts = [next((piece for piece in self.pieces if piece.text.startswith(group)), None) for group in part.groups]
        there = [piece for piece in starts if piece is not None]
        if len(there) < len(starts):
            return None
        return self._at(part, there[0].start, there[0].start + len(part.groups[0]))

    def _among_digits(self, part: Part) -> Place | None:
        if not part.text.isdigit():
            return None
        plain = unicodedata.normalize("NFKC", self._text)
        if len(plain) != len(self._text):
            return None
        places = [place for place, each in enumerate(plain) if each.isascii() and each.isdigit()]
        digits = "".join(plain[place] for place in places)
        # The number's end is what one knows best: the last four digits are found there first.
        for form in part.forms or (part.text,):
            start = len(digits) - len(form) if digits.endswith(form) else digits.find(form)
            if start >= 0 and (len(form) >= len(part.text) or len(part.forms) > 1):
                return Place(part, (places[start], places[start + len(form) - 1] + 1))
        return None

    def _at(self, part: Part, start: int, end: int, *, by_sound: bool = False) -> Place:
        return Place(part, self._folded.span(start, end), by_sound)


def marks_of(places: Iterable[Place]) -> tuple[Mark, ...]:
    """Give the stretches of places in their order, those that touch as one."""
    joined: list[Mark] = []
    for start, end in sorted(each.mark for each in places):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)


def missing(typed: Typed, found: Iterable[Place]) -> list[Part]:
    """List the parts that stand nowhere although the index cannot be sure of them."""
    there = {each.part for each in found}
    return [part for part in typed.parts if part not in there and not part.is_exact]
