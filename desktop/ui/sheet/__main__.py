"""Writes the picture without a display: ``python -m desktop.ui.sheet OUT.png --theme dark``."""

import argparse
import os
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from desktop.system.i18n import LANGUAGES, Translator
from desktop.ui.design.hub import ThemeHub
from desktop.ui.design.kit import UiKit
from desktop.ui.design.theme import ThemeChoice
from desktop.ui.design.tokens import DENSITIES, MODES
from desktop.ui.sheet.sheet import component_sheet

_RESOURCES = Path(__file__).resolve().parents[3] / "resources"


def main() -> int:
    """Write the picture; gives the exit code."""
    parser = argparse.ArgumentParser(description="Draw every component in every state.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--theme", choices=MODES, default="light")
    parser.add_argument("--language", choices=tuple(LANGUAGES), default="en")
    parser.add_argument("--density", choices=DENSITIES, default="compact")
    parser.add_argument("--text-scale", type=float, default=1.0)
    parser.add_argument("--ratio", type=float, default=1.0, help="device pixels per pixel")
    chosen = parser.parse_args()
    # Qt reads both when the application is made.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = str(chosen.ratio)
    app = QApplication(sys.argv[:1])
    choice = ThemeChoice(chosen.theme, chosen.density, chosen.text_scale, chosen.language, motion=False)
    hub = ThemeHub(_RESOURCES, choice, app)
    hub.apply()
    sheet = component_sheet(UiKit(hub, Translator(_RESOURCES / "i18n", chosen.language)))
    return 0 if sheet.grab().save(str(chosen.out)) else 1


if __name__ == "__main__":
    sys.exit(main())
