"""Writes texts as entries of the index. Pure.

The index knows no places, only which document holds which entry. A word is entered whole and by its first letters,
from one to six, so that a beginning is one entry to look up and not a walk through thousands. Chinese is
entered by single characters and by pairs; what may be typed by sound is entered like words. A phone number is entered
by every four digits that follow each other, because it is written, and typed, in groups of any length.
"""

import re
import unicodedata
from functools import lru_cache

from desktop.store.search import pinyin
from desktop.store.search.folding import folded, is_cjk, pieces, runs

SHORT = 6
"""Beginnings of up to so many letters have entries of their own."""

GRAM = 4
"""Digits of a phone number that make one entry."""

LONGEST_WORD = 48
"""Letters of one entry."""

START = "\u00b6"
"""Marks entries of a title's beginning, and at the end as well those of a whole title."""

_LONGEST_TITLE = 24
_WHOLE_BY_SOUND = 8
_COUNTRY_CODES = ("86", "852", "853", "886", "65", "81", "82", "44", "49", "33", "1")
_PHONE_IN_TEXT = re.compile(r"\+?\d[\d ().\-/]{5,}\d")


def text_entries(text: str, *, by_sound: bool) -> set[str]:
    """Give the entries of a text; those of how it sounds only where that is asked for."""
    if len(text) > _CACHED or (by_sound and not text.isascii() and any(map(_is_long_chinese, runs(text)))):
        return _entries(text, by_sound=by_sound)
    return set(_short_text_entries(text, by_sound))


def title_entries(text: str) -> set[str]:
    """Give the entries of a title, those of its beginning and of the whole among them."""
    found = text_entries(text, by_sound=True)
    cut = pieces(folded(text))
    if not cut:
        return found
    first = cut[0].text
    starts = {first[:1], first[:2]} if is_cjk(first) else set()
    for word in pinyin.spellings_at(first) if is_cjk(first) else [first[:LONGEST_WORD]]:
        _enter(starts, word)
    whole = "".join(each.text for each in cut)
    ends = {whole[:LONGEST_WORD]}
    if len(whole) <= _WHOLE_BY_SOUND:
        ends.update(pinyin.whole_spellings(whole))
    return found | {START + each for each in starts} | {f"{START}{each}{START}" for each in ends}


def phone_entries(text: str) -> set[str]:
    """Give the entries of a phone number."""
    found = set(grams(digits_of(text)))
    for number in phone_forms(text):
        found.update(number[:length] for length in range(1, min(GRAM, len(number) + 1)))
    return found


def phone_forms(text: str) -> list[str]:
    """Give the digits of a number as written, and without the prefixes that may be left out: country, leading zero."""
    whole = digits_of(text)
    forms = [whole]
    stripped = text.strip()
    abroad = whole.startswith("00") or stripped.startswith(("+", "\uff0b"))
    national = whole.removeprefix("00")
    if abroad or national.startswith(_COUNTRY_CODES[0]):
        forms += [national.removeprefix(code) for code in _COUNTRY_CODES if national.startswith(code)]
    forms.append(whole.lstrip("0"))
    return [each for each in dict.fromkeys(forms) if each]


def digits_of(text: str) -> str:
    """Give the digits of a text."""
    return "".join(each for each in unicodedata.normalize("NFKC", text) if each.isascii() and each.isdigit())


def grams(digits: str) -> list[str]:
    """Give every four digits that follow each other."""
    return [digits[start : start + GRAM] for start in range(len(digits) - GRAM + 1)]


def pairs(run: str) -> list[str]:
    """Give every two characters that follow each other; of a single one, that one."""
    return [run] if len(run) == 1 else [run[start : start + 2] for start in range(len(run) - 1)]


def _entries(text: str, *, by_sound: bool) -> set[str]:
    plain = folded(text)
    found = set().union(*[_run_entries(each, by_sound=by_sound) for each in set(runs(plain))])
    for number in _PHONE_IN_TEXT.findall(plain):
        _enter(found, digits_of(number))
    if "'" in plain or "\u2019" in plain:
        for joined in re.findall(r"[^\W_]+['\u2019][^\W_]+", plain):
            _enter(found, re.sub(r"\W", "", joined))
    return found


_CACHED = 80
_CACHED_RUNS = 8192
"""Texts say the same words again and again."""
_CACHED_CHINESE = 4
"""A longer run of Chinese has hundreds of entries by sound, and hardly comes again."""


def _is_long_chinese(run: str) -> bool:
    return len(run) > _CACHED_CHINESE and is_cjk(run)


def _run_entries(run: str, *, by_sound: bool) -> tuple[str, ...]:
    return _made_entries(run, by_sound) if by_sound and _is_long_chinese(run) else _kept_entries(run, by_sound)


@lru_cache(maxsize=_CACHED_RUNS)
def _kept_entries(run: str, by_sound: bool) -> tuple[str, ...]:  # noqa: FBT001 - private, for the cache
    return _made_entries(run, by_sound)


def _made_entries(run: str, by_sound: bool) -> tuple[str, ...]:  # noqa: FBT001 - private, beside the cache
    found: set[str] = set()
    if not is_cjk(run):
        _enter(found, run[:LONGEST_WORD])
        return tuple(found)
    found.update(run)
    found.update(pairs(run))
    if by_sound:
        for spelling in pinyin.spellings(run):
            _enter(found, spelling)
    return tuple(found)


@lru_cache(maxsize=4096)
def _short_text_entries(text: str, by_sound: bool) -> frozenset[str]:  # noqa: FBT001 - private, for the cache
    return frozenset(_entries(text, by_sound=by_sound))


def _enter(found: set[str], word: str) -> None:
    """Enter a word and its beginnings."""
    found.add(word)
    for length in range(min(SHORT, len(word) - 1), 0, -1):
        beginning = word[:length]
        if beginning in found:
            # Then all shorter ones are in it as well.
            return
        found.add(beginning)
