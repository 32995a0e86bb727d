"""The key that encrypts a profile's database: where it comes from and where it is kept. The only user of keyring.

A key lies either in the system's keyring or in a file that the user named. Only backends known to keep secrets
safe are used: the library's own choice could fall on one that stores plain text, or on none at all without a word.
"""

import importlib
import os
import re
import secrets
from pathlib import Path
from typing import Any, Protocol

from desktop import app_info
from desktop.system.durable import make_folder, write_new
from sync.contract.errors import AppError, Code

KEY_BYTES = 32
MAX_SECRET_CHARS = 1280
"""The Windows credential store takes no more."""

BACKENDS: tuple[tuple[str, str], ...] = (
    ("keyring.backends.macOS", "Keyring"),
    ("keyring.backends.Windows", "WinVaultKeyring"),
    ("keyring.backends.SecretService", "Keyring"),
    ("keyring.backends.kwallet", "DBusKeyring"),
)
"""Module and class of every keyring that is trusted, in the order in which they are tried."""

_HEX_KEY = re.compile(r"[0-9A-Fa-f]{64}")


class KeyStore(Protocol):
    """A place for one profile's key."""

    def load(self) -> bytes:
        """Give the key.

        Raises:
            AppError: ``KEY_MISSING`` when there is none, ``KEYRING_UNUSABLE`` or ``KEY_FILE_UNUSABLE``.
        """
        ...

    def create(self) -> bytes:
        """Give the key, made now if there is none yet.

        Raises:
            AppError: as ``load``, without ``KEY_MISSING``.
        """
        ...


class Vault(Protocol):
    """What is used of a keyring backend."""

    def get_password(self, service: str, username: str) -> str | None:
        """Give a secret, ``None`` where there is none."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""
        ...


def new_key() -> bytes:
    """Make a random key of 256 bits."""
    return secrets.token_bytes(KEY_BYTES)


def key_store(key_file: str, profile_id: str) -> KeyStore:
    """Choose where a profile's key lies: in ``key_file`` if one is named, else in the system's keyring."""
    return KeyFile(Path(key_file)) if key_file else Keyring(profile_id)


class KeyFile:
    """The key as 64 hexadecimal characters in a file that only its owner may read (mode 0600)."""

    def __init__(self, path: Path) -> None:
        """Name the file; it is not touched yet."""
        self._path = path.expanduser().absolute()

    def load(self) -> bytes:
        """Give the key; see ``KeyStore``."""
        try:
            self._check_mode()
            content = self._path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            raise AppError(Code.KEY_MISSING, source=str(self._path)) from None
        except (OSError, UnicodeDecodeError):
            raise self._unusable() from None
        if not _HEX_KEY.fullmatch(content):
            raise self._unusable()
        return bytes.fromhex(content)

    def create(self) -> bytes:
        """Give the key, made now if the file does not exist; see ``KeyStore``."""
        try:
            if not self._path.exists():
                make_folder(self._path.parent)
                # Without its key a database is lost, so the key is safe before anything is encrypted with it.
                write_new(self._path, f"{new_key().hex()}\n".encode("ascii"))
        except FileExistsError:
            return self.load()
        except OSError:
            raise self._unusable() from None
        return self.load()

    def _check_mode(self) -> None:
        # Windows has no such bits and shows every file as 0o666; there the folder's rights protect it.
        if self._path.stat().st_mode & 0o077 and os.name != "nt":
            raise self._unusable()

    def _unusable(self) -> AppError:
        return AppError(Code.KEY_FILE_UNUSABLE, path=str(self._path))


class Keyring:
    """The key in the system's keyring, under the program's id and the profile's."""

    def __init__(self, profile_id: str, vault: Vault | None = None) -> None:
        """Choose the entry; ``vault`` replaces the search for a trusted backend."""
        self._profile_id = profile_id
        self._vault = vault

    def load(self) -> bytes:
        """Give the key; see ``KeyStore``."""
        secret = self._ask()
        if secret is None:
            raise AppError(Code.KEY_MISSING, source="keyring")
        if not _HEX_KEY.fullmatch(secret):
            raise AppError(Code.KEY_WRONG, "the keyring's entry is no key")
        return bytes.fromhex(secret)

    def create(self) -> bytes:
        """Give the key, made and kept now if there is none; it is read back before it is trusted."""
        if self._ask() is None:
            self._keep(new_key().hex())
        return self.load()

    def _ask(self) -> str | None:
        vault = self._trusted()
        try:
            return vault.get_password(app_info.APP_ID, self._profile_id)
        except _keyring_errors() as refused:
            raise AppError(Code.KEYRING_UNUSABLE, type(refused).__name__) from refused

    def _keep(self, secret: str) -> None:
        if len(secret) > MAX_SECRET_CHARS:
            raise AppError(Code.KEYRING_UNUSABLE, "the secret is too long")
        try:
            self._trusted().set_password(app_info.APP_ID, self._profile_id, secret)
        except _keyring_errors() as refused:
            raise AppError(Code.KEYRING_UNUSABLE, type(refused).__name__) from refused
        if self._ask() != secret:
            raise AppError(Code.KEYRING_UNUSABLE, "what was written does not come back")

    def _trusted(self) -> Vault:
        if self._vault is None:
            self._vault = trusted_backend()
        return self._vault


def trusted_backend() -> Vault:
    """Find the first trusted keyring that works here, whatever the environment or a configuration file asks for.

    Raises:
        AppError: ``KEYRING_UNUSABLE``.
    """
    for module_name, class_name in BACKENDS:
        backend = _backend(module_name, class_name)
        if backend is not None and backend.viable:
            vault: Vault = backend()
            return vault
    raise AppError(Code.KEYRING_UNUSABLE)


def _backend(module_name: str, class_name: str) -> Any:  # noqa: ANN401 - a class of a library without types here
    # A backend's module may want what only its own system has; then it is not this system's backend.
    try:
        return getattr(importlib.import_module(module_name), class_name, None)
    except ImportError:
        return None


def _keyring_errors() -> tuple[type[Exception], ...]:
    from keyring.errors import KeyringError

    return (KeyringError, OSError, RuntimeError)
