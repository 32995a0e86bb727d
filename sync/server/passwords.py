"""Passwords and tokens: how they are made, stored and compared. Knows no table."""

import hashlib
import secrets
import threading
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from sync.contract.errors import AppError, Code

_WAIT_S: Final = 10.0
_AT_ONCE: Final = 2


class Passwords:
    """Argon2id, with 19 MiB and two passes; only a few at a time, so that sign-ins cannot use up the machine."""

    def __init__(self, *, passes: int = 2, memory_kib: int = 19_456) -> None:
        """Prepare the hash that unknown names are compared with, so that they take as long as known ones.

        Less than the defaults is for tests only.
        """
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._permits = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody = self._hasher.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        """Give what is stored of a password, its parameters included."""
        return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Tell whether a password is the stored one; with ``None`` the answer is no, after the same time.

        Raises:
            AppError: ``SERVER_BUSY`` when too many wait already.
        """
        if not self._permits.acquire(timeout=_WAIT_S):
            raise AppError(Code.SERVER_BUSY, "too many sign-ins at once")
        try:
            self._hasher.verify(stored or self._nobody, password)
            return stored is not None
        except (Argon2Error, InvalidHashError):
            return False
        finally:
            self._permits.release()


def new_password() -> str:
    """Make a one-time password that can be read out over a telephone line: four groups of four."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def new_token() -> str:
    """Make a token of 256 random bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """Give what is stored of a token; its 256 bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
