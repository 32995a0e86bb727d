"""Where things lie: the profile's folder with its files, and the resources that the program brings along."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop import app_info
from desktop.system.durable import make_folder

HOME_VARIABLE = "ROUNDSMAN_HOME"
"""Environment variable that names the profile's folder when ``--profile`` does not."""


@dataclass(frozen=True, slots=True)
class ProfilePaths:
    """One user's data and settings on this laptop: a folder, and the files in it. Nothing is made by asking."""

    folder: Path

    @property
    def database(self) -> Path:
        """The encrypted database."""
        return self.folder / "roundsman.db"

    @property
    def files(self) -> Path:
        """The encrypted bytes of files."""
        return self.folder / "files.db"

    @property
    def unfinished(self) -> Path:
        """Where the user was and what was being typed, encrypted."""
        return self.folder / "unfinished.bin"

    @property
    def settings(self) -> Path:
        """Settings as JSON; no personal data."""
        return self.folder / "settings.json"

    @property
    def logs(self) -> Path:
        """Folder of the log and its older pieces."""
        return self.folder / "logs"

    @property
    def window(self) -> Path:
        """File by which the one window of this profile is known to other processes."""
        return self.folder / "window.lock"

    def make(self) -> None:
        """Make the folder, readable by this user only."""
        make_folder(self.folder)


def profile_paths(folder: Path | None = None) -> ProfilePaths:
    """Give the paths of a profile; without a folder those of the default one."""
    return ProfilePaths((folder or default_profile()).expanduser().absolute())


def default_profile(environment: Mapping[str, str] | None = None, platform: str = sys.platform) -> Path:
    """Name the folder of the default profile: ``ROUNDSMAN_HOME``, or where this system keeps a program's data."""
    env = os.environ if environment is None else environment
    if env.get(HOME_VARIABLE):
        return Path(env[HOME_VARIABLE])
    home = Path(env.get("HOME") or Path.home())
    if platform == "win32":
        return Path(env.get("LOCALAPPDATA") or home / "AppData" / "Local") / app_info.NAME
    if platform == "darwin":
        return home / "Library" / "Application Support" / app_info.NAME
    return Path(env.get("XDG_DATA_HOME") or home / ".local" / "share") / app_info.NAME.lower()


def resources_folder() -> Path:
    """Name the folder of icons, fonts, themes and message catalogues, in the packaged program as in the sources."""
    packaged = getattr(sys, "_MEIPASS", None)
    root = Path(packaged) if packaged else Path(__file__).resolve().parents[2]
    return root / "resources"
