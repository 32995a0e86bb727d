"""A user who asked the system for stillness gets it, wherever the system keeps that."""

import plistlib
from pathlib import Path

import pytest

from desktop.system.motion import wants_stillness


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("gtk-4.0/settings.ini", "[Settings]\ngtk-enable-animations=0\n"),
        ("gtk-3.0/settings.ini", "[Settings]\ngtk-enable-animations = false\n"),
        ("kdeglobals", "[KDE]\nAnimationDurationFactor=0\n"),
    ],
)
def test_desktop_without_animations_wants_stillness(tmp_path: Path, file: str, text: str) -> None:
    place = tmp_path / file
    place.parent.mkdir(exist_ok=True)
    place.write_text(text, "utf-8")

    assert wants_stillness({"XDG_CONFIG_HOME": str(tmp_path)}, "linux")


@pytest.mark.parametrize("text", ["", "[Settings]\ngtk-enable-animations=1\n", "not an ini file", "[KDE]\nx=1\n"])
def test_desktop_that_says_nothing_of_it_does_not(tmp_path: Path, text: str) -> None:
    for name in ("kdeglobals", "gtk-4.0/settings.ini"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")

    assert not wants_stillness({"XDG_CONFIG_HOME": str(tmp_path)}, "linux")


@pytest.mark.parametrize("is_reduced", [True, False])
def test_mac_is_asked_for_reduced_motion(tmp_path: Path, is_reduced: bool) -> None:  # noqa: FBT001 - a parameter
    file = tmp_path / "Library" / "Preferences" / "com.apple.universalaccess.plist"
    file.parent.mkdir(parents=True)
    file.write_bytes(plistlib.dumps({"reduceMotion": is_reduced}))

    assert wants_stillness({"HOME": str(tmp_path)}, "darwin") is is_reduced
