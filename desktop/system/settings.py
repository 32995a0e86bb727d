"""The settings of a profile: each declared once with type and default, kept as JSON beside the database.

Unknown keys are kept, so that an older program does not forget what a newer one wrote. No personal data and no
secrets belong here: the file is not encrypted.
"""

import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from desktop.system.durable import make_folder, sync_folder
from desktop.system.i18n import LANGUAGES, SYSTEM_LANGUAGE

log = logging.getLogger(__name__)

T = TypeVar("T")
_VERSION_KEY = "version"
_BROKEN = "settings.broken.json"


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One setting. ``fits`` tells whether a value read from the file may be used; others fall back to the default."""

    key: str
    default: T
    fits: Callable[[object], bool]


def choice(key: str, default: str, *options: str) -> Setting[str]:
    """Declare a setting that takes one of a few words, ``default`` among them."""
    known = {default, *options}
    return Setting(key, default, lambda value: isinstance(value, str) and value in known)


def text(key: str, default: str = "") -> Setting[str]:
    """Declare a setting that takes any text."""
    return Setting(key, default, lambda value: isinstance(value, str))


def switch(key: str, *, default: bool) -> Setting[bool]:
    """Declare a setting that is on or off."""
    return Setting(key, default, lambda value: isinstance(value, bool))


def number(key: str, default: int, low: int, high: int) -> Setting[int]:
    """Declare a whole number from ``low`` to ``high``, both included."""
    return Setting(key, default, lambda value: type(value) is int and low <= value <= high)


def table(key: str) -> Setting[dict[str, Any]]:
    """Declare a setting that holds a small JSON object, such as column widths by list."""
    return Setting(key, {}, lambda value: isinstance(value, dict))


LANGUAGE = choice("language", SYSTEM_LANGUAGE, *LANGUAGES)
THEME = choice("theme", "system", "light", "dark")
DENSITY = choice("density", "compact", "comfortable", "touch")
TEXT_SCALE = number("text_scale", 100, 90, 150)
"""Size of text in per cent."""
SYNC_INTERVAL_S = number("sync_interval_s", 60, 10, 86_400)
"""Seconds between two syncs that start by themselves."""
SYNC_BY_ITSELF = switch("sync_by_itself", default=True)
"""Whether syncs start by themselves; off, only when the user asks."""
PROFILE_ID = text("profile_id")
"""Random name under which the keyring knows this profile's key; stays when the folder is moved."""
KEY_FILE = text("key_file")
"""Path of the file that holds the key; empty: the key lies in the keyring. Never the key itself."""
SERVER = text("server")
LOGIN = text("login")
"""The name to sign in with again."""
TLS_CERTIFICATES = text("tls_certificates")
"""Path of certificates to trust in addition to the system's; empty: none."""
WINDOW = table("window")
"""Geometry of the window: ``x y width height maximised``."""
LAYOUT = table("layout")
"""What each page remembers: widths, split positions, sort, last selection."""
RAIL_COLLAPSED = switch("rail_collapsed", default=False)
KEYS = table("keys")
"""Keys that the user chose: by action ``{key, page}``; ``page`` is empty for an action that works everywhere."""
NEWS_CHOICE = switch("news_choice", default=True)
"""Whether the window says when a choice is needed that was not before."""
NEWS_REFUSED = switch("news_refused", default=True)
"""Whether the window says when a change was not accepted."""
FILES_OWN = switch("files_own", default=True)
"""Whether files of the user's own customers come by themselves."""
FILES_OTHERS = switch("files_others", default=False)
"""The same of all other files that the user may see."""
FILES_MIB = number("files_mib", 5, 1, 512)
"""Larger files come when they are opened; in units of 1,048,576 bytes."""
FILES_DAYS = number("files_days", 180, 1, 36_500)
"""Older files come when they are opened."""
GUIDE = choice("guide", "rest", "start")
"""Whether the next window begins with the guided tour."""

SETTINGS: tuple[Setting[Any], ...] = (
    LANGUAGE,
    THEME,
    DENSITY,
    TEXT_SCALE,
    SYNC_INTERVAL_S,
    SYNC_BY_ITSELF,
    PROFILE_ID,
    KEY_FILE,
    SERVER,
    LOGIN,
    TLS_CERTIFICATES,
    WINDOW,
    LAYOUT,
    RAIL_COLLAPSED,
    KEYS,
    NEWS_CHOICE,
    NEWS_REFUSED,
    FILES_OWN,
    FILES_OTHERS,
    FILES_MIB,
    FILES_DAYS,
    GUIDE,
)
"""All of them; a test holds that none is left out."""

MIGRATIONS: tuple[Callable[[dict[str, Any]], None], ...] = ()
"""Step ``n`` (from 0) turns a file of version ``n`` + 1 into one of version ``n`` + 2, in place."""


class Settings:
    """The settings of one profile, read once and written whole at every change.

    Several processes may share a profile: a change is laid over what the file holds at that moment, so that two of
    them that change different settings do not undo each other.
    """

    def __init__(self, file: Path, migrations: tuple[Callable[[dict[str, Any]], None], ...] = MIGRATIONS) -> None:
        """Read ``file``; without one every setting has its default. Nothing is written before the first ``set``."""
        self._file = file
        self._migrations = migrations
        self._listeners: list[Callable[[str], None]] = []
        self._values = self._read()

    def get(self, setting: Setting[T]) -> T:
        """Give a setting's value, its default where none is set or the set one does not fit."""
        value = self._values.get(setting.key, setting.default)
        return value if setting.fits(value) else setting.default

    def set(self, setting: Setting[T], value: T) -> None:
        """Change a setting and write the file.

        Raises:
            ValueError: The value does not fit the setting.
            OSError: The file cannot be written; then nothing has changed.
        """
        if not setting.fits(value):
            message = f"{value!r} does not fit the setting {setting.key}"
            raise ValueError(message)
        changed = {**self._read(), setting.key: value}
        self._write(changed)
        self._values = changed
        for listener in tuple(self._listeners):
            listener(setting.key)

    def subscribe(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """Call ``listener`` with the key after every change; gives a function that ends this."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _read(self) -> dict[str, Any]:
        try:
            values = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return self._fresh()
        except ValueError:
            # A broken file must not lock anybody out, and what it held may still help somebody to mend it.
            log.warning("settings cannot be read; they are kept beside as %s", _BROKEN)
            self._file.replace(self._file.with_name(_BROKEN))
            return self._fresh()
        return self._migrated(values if isinstance(values, dict) else {})

    def _fresh(self) -> dict[str, Any]:
        return {_VERSION_KEY: len(self._migrations) + 1}

    def _migrated(self, values: dict[str, Any]) -> dict[str, Any]:
        version = values.get(_VERSION_KEY, 1)
        for step in self._migrations[max(0, version - 1) :]:
            step(values)
        values[_VERSION_KEY] = max(version, len(self._migrations) + 1)
        return values

    def _write(self, values: dict[str, Any]) -> None:
        if not self._file.parent.exists():
            make_folder(self._file.parent)
        new = self._file.with_suffix(f".{os.getpid()}.new")
        with new.open("w", encoding="utf-8") as stream:
            json.dump(values, stream, ensure_ascii=False, indent=2, sort_keys=True)
            stream.write("\n")
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(self._file)
        sync_folder(self._file.parent)
