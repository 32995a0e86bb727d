"""What a laptop still has of scopes that it may lose or has lost, as it tells the office with every pull.

So that an account that is granted back before it was taken off need not come whole. As text: the position up to which
the laptop had read the log to its end, then each revoked scope that is still whole with the position up to which it
knew it: ``4711;SCOPE:4650,SCOPE:4700``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sync.contract.errors import AppError, Code

MOST_SCOPES = 40
"""More do not fit into an address; what is left out comes whole."""

_LONGEST = 19


@dataclass(frozen=True, slots=True)
class KeptScopes:
    """``whole`` is the position up to which everything in view was known, ``scopes`` those revoked since."""

    whole: int = 0
    scopes: Mapping[str, int] = field(default_factory=dict)

    def text(self) -> str:
        """Write it; empty where nothing is known."""
        if not self.whole and not self.scopes:
            return ""
        told = sorted(self.scopes.items())[:MOST_SCOPES]
        return f"{self.whole};" + ",".join(f"{scope}:{known}" for scope, known in told)

    @classmethod
    def read(cls, text: str) -> "KeptScopes":
        """Read what ``text`` wrote.

        Raises:
            AppError: ``MESSAGE_UNREADABLE``.
        """
        if not text:
            return cls()
        whole, _, listed = text.partition(";")
        pairs = [each.rpartition(":") for each in listed.split(",") if each]
        return cls(_number(whole), {scope: _number(known) for scope, _, known in pairs})


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < _LONGEST):
        raise AppError(Code.MESSAGE_UNREADABLE, "kept is not what a laptop tells")
    return int(text)
