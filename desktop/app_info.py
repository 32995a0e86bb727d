"""What this program is called and which version it is; knows nothing of any other module."""

from typing import Final

NAME: Final = "Roundsman"
"""The name that people read, the same in every language."""

VERSION: Final = "0.1.0"
"""The one place that says the version; pyproject.toml and build.spec read it from here."""

APP_ID: Final = "org.roundsman.Roundsman"
"""Reverse domain name that desktops, keyrings and installers know the program by."""
