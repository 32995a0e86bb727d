"""Writes runs of Chinese characters as they are typed by sound, and finds typed sounds in them. Pure.

A run is found from each of its characters on: by whole syllables (``zhangwei``), and by their first letters (``zw``).
Characters with several readings give several ways.
"""

from collections.abc import Callable, Sequence
from itertools import takewhile

from desktop.store.search.han import HanTable, han_table, initials

LONGEST = 12
"""Letters of one entry in the index; what is typed beyond is compared with the record itself."""

_MOST_WAYS = 12
_MOST_STARTS = 40

Spans = list[tuple[int, int]]


def spellings(run: str) -> list[str]:
    """List all that a run may be typed as, from each of its characters on, cut to the length of an entry."""
    readings = [han_table().readings(each) for each in run[: _MOST_STARTS + LONGEST]]
    found: dict[str, None] = {}
    for start in range(min(len(run), _MOST_STARTS)):
        found.update(dict.fromkeys(_spelled(readings[start : start + LONGEST])))
    return list(found)


def spellings_at(run: str, start: int = 0) -> list[str]:
    """List what a run may be typed as from one of its characters on."""
    return _spelled([han_table().readings(each) for each in run[start : start + LONGEST]])


def whole_spellings(text: str) -> list[str]:
    """List what a short run may be typed as from its first to its last character; none where one has no sound."""
    readings = _readings(text)
    if len(readings) != len(text):
        return []
    return [*_ways(readings, longest=0), *_ways([initials(each) for each in readings], longest=0)]


def sounds(text: str) -> list[str]:
    """List how a run sounds, in whole syllables; none where a character has no sound."""
    readings = _readings(text)
    return _ways(readings, longest=0) if len(readings) == len(text) else []


def are_syllables(texts: Sequence[str]) -> bool:
    """Tell whether Chinese characters sound so."""
    return han_table().syllables.issuperset(texts)


def place_of(letters: str, run: str) -> tuple[int, int] | None:
    """Find the first characters of a run that these letters may stand for; the last may be typed in part."""
    table = han_table()
    for start in range(len(run)):
        end = _end_of(letters, run, start, table)
        if end is not None:
            return start, end
    return None


def read_as(letters: str, run: str) -> list[tuple[str, int]]:
    """Give the readings for which letters stand in a run that they were found in, each with how many were typed of it.

    Characters with several readings are read as they were typed; none where the letters mean something else.
    """
    readings = [han_table().readings(each) for each in run]
    return _typed_as(letters, readings, 1) or _typed_as(letters, readings, LONGEST) or []


def _typed_as(letters: str, readings: Sequence[tuple[str, ...]], longest: int) -> list[tuple[str, int]] | None:
    for way in readings[0] if readings else ():
        piece = way[:longest]
        if piece.startswith(letters):
            return [(way, len(letters))]
        after = _typed_as(letters.removeprefix(piece), readings[1:], longest) if letters.startswith(piece) else None
        if after is not None:
            return [(way, len(piece)), *after]
    return None


def _end_of(letters: str, run: str, start: int, table: HanTable) -> int | None:
    """Give where the letters end; all are first letters, or all are syllables of which the last may be cut."""
    return _follow(letters, run, start, lambda each: initials(table.readings(each))) or _follow(
        letters, run, start, table.readings
    )


def _follow(letters: str, run: str, start: int, read: Callable[[str], Sequence[str]]) -> int | None:
    reached, place = {0}, start
    while reached and place < len(run):
        after: set[int] = set()
        for done in reached:
            left = letters[done:]
            for way in read(run[place]):
                if way.startswith(left):
                    return place + 1
                if left.startswith(way):
                    after.add(done + len(way))
        reached, place = after, place + 1
    return None


def _spelled(readings: Sequence[tuple[str, ...]]) -> list[str]:
    """Spell the readings of characters, up to the first that has none."""
    sounding = list(takewhile(bool, readings))
    if not sounding:
        return []
    return [*_ways(sounding), *_ways([initials(each) for each in sounding])]


def _readings(run: str) -> list[tuple[str, ...]]:
    table = han_table()
    return list(takewhile(bool, (table.readings(each) for each in run)))


def _ways(readings: Sequence[tuple[str, ...]], longest: int = LONGEST) -> list[str]:
    """Combine readings; where there are too many ways, those that differ least from the usual one stay."""
    ways = [("", 0)]
    for choices in readings:
        if len(choices) == 1:
            ways = [(way + choices[0], turns) for way, turns in ways]
        else:
            ways = [(way + each, turns + min(index, 1)) for way, turns in ways for index, each in enumerate(choices)]
            if len(ways) > _MOST_WAYS:
                ways = sorted(ways, key=_turns)[:_MOST_WAYS]
        if longest and len(ways[0][0]) >= longest and all(len(way) >= longest for way, _ in ways):
            break
    return list(dict.fromkeys([way[:longest] for way, _ in ways] if longest else [way for way, _ in ways]))


def _turns(way: tuple[str, int]) -> int:
    return way[1]
