"""A profile lies where the system keeps data."""

from pathlib import Path

import pytest

from desktop.system.paths import ProfilePaths, default_profile, profile_paths, resources_folder


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {"HOME": "/h"}, "/h/.local/share/roundsman"),
        ("linux", {"HOME": "/h", "XDG_DATA_HOME": "/d"}, "/d/roundsman"),
        ("darwin", {"HOME": "/h"}, "/h/Library/Application Support/Roundsman"),
        ("win32", {"HOME": "/h", "LOCALAPPDATA": "/l"}, "/l/Roundsman"),
        ("linux", {"HOME": "/h", "ROUNDSMAN_HOME": "/r"}, "/r"),
    ],
)
def test_default_profile_lies_where_the_system_keeps_data(
    platform: str, environment: dict[str, str], expected: str
) -> None:
    assert default_profile(environment, platform) == Path(expected)


def test_profile_of_no_folder_is_the_default_one(home: Path) -> None:
    assert profile_paths().folder == home


def test_profile_folder_is_closed_to_others(tmp_path: Path) -> None:
    paths = ProfilePaths(tmp_path / "a" / "b")

    paths.make()

    assert paths.folder.stat().st_mode & 0o077 == 0


def test_resources_hold_the_message_catalogues() -> None:
    assert (resources_folder() / "i18n" / "en").is_dir()
