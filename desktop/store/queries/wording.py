"""Finds the program's own words, such as the names of actions, as records are found. Pure."""

from collections.abc import Sequence

from desktop.domain.views import Worded
from desktop.store.search import pinyin
from desktop.store.search.folding import folded
from desktop.store.search.places import Place, Text, marks_of
from desktop.store.search.spoken import spoken
from desktop.store.search.typed import Typed, read_typed


def fitting(text: str, titles: Sequence[str]) -> list[Worded]:
    """List those of the titles that hold every part of what was typed, best first, equal ones in their order."""
    typed = read_typed(text)
    if not typed.parts:
        return []
    found = []
    for place, title in enumerate(titles):
        shown = Text(title, sounded=True)
        places = shown.places(typed.parts)
        if len(places) == len(typed.parts):
            found.append(Worded(place, _fit(typed, shown, places), marks_of(places), *spoken(title, places)))
    return sorted(found, key=lambda each: each.fit)


def _fit(typed: Typed, shown: Text, places: Sequence[Place]) -> int:
    joined = "".join(each.text for each in shown.pieces)
    if typed.joined == joined or typed.joined in pinyin.whole_spellings(joined):
        return 0
    if folded(typed.text) and shown.folded.startswith(folded(typed.text)):
        return 1
    if places[0].mark[0] == 0:
        return 2
    return 4 if any(each.by_sound for each in places) else 3
