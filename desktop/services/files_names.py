"""Names of files that came from somebody else: only shown, and cleaned before one becomes a name on this disk."""

import re
import unicodedata
from typing import Final

MAX_BYTES: Final = 240
"""What file systems take, less room for the number that a second file of a name gets."""

_UNFIT: Final = re.compile(r'[\\/:*?"<>|]')
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control characters, marks that turn the reading direction, and what no font shows."""

_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
)
_NAMELESS: Final = "file"


def safe_name(name: str) -> str:
    """Give a name that is one name in one folder on every system, close to what was meant; never empty.

    No separator, drive, stream, device, hidden file or option of a command is left, no trailing dot, nothing that
    shows an ending other than the real one.
    """
    shown = "".join(each for each in unicodedata.normalize("NFC", name) if unicodedata.category(each) not in _HIDDEN)
    plain = _trimmed(" ".join(_UNFIT.sub("_", shown).split()))
    if plain.startswith((".", "-", "~")):
        plain = "_" + plain[1:]
    if plain.partition(".")[0].rstrip().casefold() in _DEVICES:
        plain = "_" + plain
    return _shortened(plain) or _NAMELESS


def numbered(name: str, number: int) -> str:
    """Give the name of a further file of that name: ``photo (2).jpg``."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem} ({number}).{ending}" if dot and stem else f"{name} ({number})"


def _trimmed(name: str) -> str:
    return name.strip().rstrip(". ")


def _shortened(name: str) -> str:
    if len(name.encode()) <= MAX_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    kept = f".{ending}" if dot and len(ending.encode()) <= MAX_BYTES // 8 else ""
    room = MAX_BYTES - len(kept.encode())
    return _trimmed((stem if kept else name).encode()[:room].decode(errors="ignore")) + kept
