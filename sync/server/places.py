"""Where the office's database lies when nobody says: one file in the folder that the system keeps for data."""

import os
import sys
from pathlib import Path
from typing import Final

HOME: Final = "ROUNDSMAN_SERVER_HOME"
_FILE: Final = "roundsman-server.db"


def default_url() -> str:
    """Give the address of the default database."""
    return f"sqlite:///{data_folder() / _FILE}"


def data_folder() -> Path:
    """Give the office's folder; it is made when the database is opened."""
    chosen = os.environ.get(HOME)
    if chosen:
        return Path(chosen).expanduser().absolute()
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "Roundsman Server"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "Roundsman Server"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "roundsman-server"
