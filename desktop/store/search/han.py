"""How Chinese characters are read, and which simplified one stands for each; from ``resources/search/han.txt``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from desktop.system.paths import resources_folder

_KEYBOARD_U = "v"
"""Stands in the table for the u with two dots, as on Chinese keyboards."""


@dataclass(frozen=True)
class HanTable:
    """``forms`` maps the code of a character to its simplified form; ``sounds`` a character to its readings."""

    forms: Mapping[int, str]
    sounds: Mapping[str, tuple[str, ...]]

    @cached_property
    def syllables(self) -> frozenset[str]:
        """All readings of all characters."""
        return frozenset(each for ways in self.sounds.values() for each in ways)

    def readings(self, character: str) -> tuple[str, ...]:
        """Give the readings of a character without tones, the usual one first; none for what is not Chinese."""
        found = self.sounds.get(character)
        return found if found is not None else self.sounds.get(self.forms.get(ord(character), ""), ())


@lru_cache(maxsize=1)
def han_table() -> HanTable:
    """Read the table, once and only when the first Chinese text comes; takes about 20 ms."""
    forms: dict[int, str] = {}
    sounds: dict[str, tuple[str, ...]] = {}
    text = (resources_folder() / "search" / "han.txt").read_text("utf-8")
    for line in text.splitlines():
        mark, (name, _, characters) = line[0], line[1:].partition(" ")
        if mark == "~":
            forms = {ord(before): after for before, after in zip(characters[::2], characters[1::2], strict=True)}
        elif mark in "=+":
            readings = _typed_ways(name)
            for each in characters:
                sounds[each] = sounds.get(each, ()) + readings
    return HanTable(forms, sounds)


@lru_cache(maxsize=4096)
def initials(readings: tuple[str, ...]) -> tuple[str, ...]:
    """Give the first letters of readings, each once."""
    return tuple(dict.fromkeys(each[0] for each in readings))


def _typed_ways(syllable: str) -> tuple[str, ...]:
    """Give the ways to type a syllable: with v, with u, and as passports write it."""
    if _KEYBOARD_U not in syllable:
        return (syllable,)
    if syllable.endswith(_KEYBOARD_U):
        return (syllable, syllable.replace("v", "u"), syllable.replace("v", "yu"))
    return (syllable, syllable.replace("v", "u"))
