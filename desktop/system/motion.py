"""Whether the user asked the system to keep things still; every system keeps that in a place of its own."""

import configparser
import os
import plistlib
import sys
from collections.abc import Mapping
from pathlib import Path

_SPI_GETCLIENTAREAANIMATION = 0x1042


def wants_stillness(environment: Mapping[str, str] | None = None, platform: str = sys.platform) -> bool:
    """Tell whether nothing should move; what cannot be found out counts as no."""
    env = os.environ if environment is None else environment
    if platform == "win32":
        return _windows_is_still()
    home = Path(env.get("HOME") or Path.home())
    if platform == "darwin":
        return _mac_is_still(home / "Library" / "Preferences" / "com.apple.universalaccess.plist")
    settings = Path(env.get("XDG_CONFIG_HOME") or home / ".config")
    gtk = any(_gtk_is_still(settings / version / "settings.ini") for version in ("gtk-4.0", "gtk-3.0"))
    return gtk or _kde_is_still(settings / "kdeglobals")


def _windows_is_still() -> bool:
    import ctypes

    is_animated = ctypes.c_int(1)
    user32 = getattr(ctypes, "windll").user32  # noqa: B009 - only there on Windows
    found = user32.SystemParametersInfoW(_SPI_GETCLIENTAREAANIMATION, 0, ctypes.byref(is_animated), 0)
    return bool(found) and not is_animated.value


def _mac_is_still(file: Path) -> bool:
    try:
        return bool(plistlib.loads(file.read_bytes()).get("reduceMotion"))
    except (OSError, ValueError):
        return False


def _gtk_is_still(file: Path) -> bool:
    value = _ini(file).get("Settings", "gtk-enable-animations", fallback="1")
    return value.strip().lower() in {"0", "false"}


def _kde_is_still(file: Path) -> bool:
    try:
        return float(_ini(file).get("KDE", "AnimationDurationFactor", fallback="1")) == 0
    except ValueError:
        return False


def _ini(file: Path) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(file.read_text("utf-8"))
    except (OSError, ValueError, configparser.Error):
        return configparser.RawConfigParser()
    return parser
