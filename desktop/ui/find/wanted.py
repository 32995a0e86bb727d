"""What was typed into the palette: a kind that its first sign asks for, and the text behind it. Pure."""

import unicodedata
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What is looked for."""

    EVERYTHING = ""
    PEOPLE = "@"
    CUSTOMERS = "#"
    ACTIONS = ">"
    SUM = "="


SIGNS = tuple(kind for kind in Kind if kind.value)
"""The kinds that have a sign, in the order in which they are explained."""

_CHINESE = {"》": ">", "〉": ">"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One question."""

    kind: Kind
    text: str

    @property
    def types(self) -> tuple[str, ...]:
        """The record types that are searched; all where none is named."""
        return {Kind.PEOPLE: ("contact",), Kind.CUSTOMERS: ("account",)}.get(self.kind, ())

    @property
    def has_records(self) -> bool:
        """Whether records are looked for at all."""
        return self.kind not in {Kind.ACTIONS, Kind.SUM}

    @property
    def has_actions(self) -> bool:
        """Whether actions are looked for."""
        return self.kind in {Kind.EVERYTHING, Kind.ACTIONS}


def read_wanted(typed: str) -> Wanted:
    """Read what was typed; the signs of a Chinese keyboard count as well."""
    text = typed.strip()
    sign = unicodedata.normalize("NFKC", _CHINESE.get(text[:1], text[:1]))
    kind = next((each for each in SIGNS if each.value == sign), Kind.EVERYTHING)
    return Wanted(kind, text if kind is Kind.EVERYTHING else text[1:].strip())
