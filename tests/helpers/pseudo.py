"""A language that nobody speaks: English, two fifths longer and in brackets, so that what it does to screens shows.

``OPEN`` and ``CLOSE`` stand around every message: what is drawn outside of them did not come from the catalogues.
``DATA`` stands around what comes out of records, so a text of our own can be told from one with a name in it.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from math import ceil
from pathlib import Path
from string import Formatter

OPEN, CLOSE = "\u2039", "\u203a"
DATA = "\u2063"
LONGER = 1.4
_VOWELS = "aeiouyAEIOUY"
# Placeholders that are filled with figures; they make a text neither longer nor anybody's.
_FIGURES = frozenset({"count", "done", "total", "percent", "number", "chosen", "confirmed", "waiting", "ms", "share"})


def write_pseudo(source: Path, target: Path) -> None:
    """Write catalogues below ``target``/en that say the same as those in ``source``/en in this language."""
    folder = target / "en"
    folder.mkdir(parents=True)
    for file in sorted((source / "en").glob("*.toml")):
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        (folder / file.name).write_text("\n".join(_lines(table)) + "\n", encoding="utf-8")


def pseudo(message: str) -> str:
    """Say one message in this language; its placeholders stay."""
    parts = [(text, _placeholder(name)) for text, name, _, _ in Formatter().parse(message)]
    wanted = ceil(sum(len(text) for text, _ in parts) * LONGER) - len(OPEN) - len(CLOSE)
    more = max(0, wanted - sum(len(text) for text, _ in parts))
    said = ""
    for text, placeholder in parts:
        longer, more = _lengthened(text, more)
        said += longer.replace("{", "{{").replace("}", "}}") + placeholder
    return OPEN + said + "o" * more + CLOSE


def _placeholder(name: str | None) -> str:
    if name is None:
        return ""
    return f"{{{name}}}" if name in _FIGURES else f"{DATA}{{{name}}}{DATA}"


def _lengthened(text: str, more: int) -> tuple[str, int]:
    """Say vowels twice until the text is long enough; gives how much is still to be said."""
    said = ""
    for letter in text:
        said += letter
        if more and letter in _VOWELS:
            said += letter.lower()
            more -= 1
    return said, more


def _lines(table: Mapping[str, object], prefix: str = "") -> list[str]:
    own = [f"{name} = {_value(value)}" for name, value in table.items() if not _is_table(value)]
    lines = [*([f"[{prefix}]"] if prefix and own else []), *own]
    for name, value in table.items():
        if isinstance(value, Mapping) and _is_table(value):
            lines += _lines(value, f"{prefix}.{name}" if prefix else name)
    return lines


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping) and "other" not in value


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{form} = {_value(text)}" for form, text in value.items()) + "}"
    return json.dumps(pseudo(str(value)), ensure_ascii=False)


def outside(text: str) -> str:
    """Give what stands in a text outside of all messages; of one that is cut or broken into lines, of the rest."""
    without = re.sub(f"{DATA}[^{DATA}]*{DATA}", " ", text)
    while (shorter := re.sub(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}", " ", without)) != without:
        without = shorter
    return re.sub(f"{OPEN}[^{CLOSE}]*$|^[^{OPEN}]*{CLOSE}", " ", without)


def is_ours(text: str) -> bool:
    """Tell whether a text is a message and nothing else: no name and no value in it."""
    return OPEN in text and DATA not in text and not re.search(r"\w", outside(text))
