"""Writes beside a Chinese title how it sounds, and which letters of that were typed. Pure."""

from collections.abc import Iterable

from desktop.store.search.han import han_table
from desktop.store.search.pinyin import read_as
from desktop.store.search.places import Mark, Place

_MOST = 12
"""Syllables that are written out; a longer title is found by its beginning as a rule."""


def spoken(title: str, places: Iterable[Place]) -> tuple[str, tuple[Mark, ...]]:
    """Give the sound of a title that was found by it, and the stretches of it that were typed; else nothing."""
    typed = _typed(title, places)
    if not typed:
        return "", ()
    table = han_table()
    text, marks, syllables = "", [], 0
    for place, character in enumerate(title):
        usual = table.readings(character)[:1]
        if not usual or syllables == _MOST:
            continue
        way, length = typed.get(place, (usual[0], 0))
        start = len(text) + 1 if text else 0
        # Names begin with a capital, and so does every syllable that one has typed the first letter of.
        text = f"{text} {way if text and not length else way.capitalize()}".strip()
        marks += [(start, start + length)] if length else []
        syllables += 1
    return text, tuple(marks)


def _typed(title: str, places: Iterable[Place]) -> dict[int, tuple[str, int]]:
    found: dict[int, tuple[str, int]] = {}
    for each in places:
        if each.by_sound:
            start, end = each.mark
            ways = read_as(each.part.text, title[start:end])
            found.update({start + number: way for number, way in enumerate(ways)})
    return found
