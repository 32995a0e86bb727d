"""Command: ``python -m tests.gallery [--out DIR] [--only light-en,...] [--keep] [--design DIR]``."""

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from desktop.bootstrap import open_application
from desktop.services.application import Application
from desktop.system.paths import ProfilePaths
from desktop.ui.stops import forms
from desktop.ui.tour import walk, walk_states
from desktop.ui.walking import Look, made_application
from tests.gallery.first_run import first_run_pictures
from tests.gallery.pictures import MOST_BYTES, shrink
from tests.gallery.scenery import Scenery, go_offline, scenery
from tests.gallery.sheets import BESIDE, beside, contact_sheet

_ROOT = Path(__file__).resolve().parents[2]
_KEPT = _ROOT / "docs" / "gallery"
_SIZES = {"": (1440, 900), "-1100x680": (1100, 680)}
_LOOKS = {
    f"{theme}-{language}{size}": Look(language, theme, _SIZES[size])
    for size, language, theme in product(_SIZES, ("en", "zh_CN", "zh_TW"), ("light", "dark"))
}
_SHOWN = ("light-en", "dark-zh_CN")
"""Looks of which the main screens are part of the repository."""


def main() -> int:
    """Take all pictures; gives 1 when one that is kept is too large."""
    asked = _arguments()
    looks = {name: _LOOKS[name] for name in asked.only.split(",")}
    asked.out.mkdir(parents=True, exist_ok=True)
    screens: list[Path] = []
    states: list[Path] = []
    with tempfile.TemporaryDirectory(prefix="roundsman-gallery-") as folder:
        for file in _pictures(Path(folder), asked.out, looks):
            (states if file.name.startswith("state-") else screens).append(file)
            print(f"{file.name}  {shrink(file) / 1000:.0f} kB")
    first = next(iter(looks))
    sheet = [each for each in (*screens, *states) if each.stem.endswith(first)]
    contact_sheet(sheet, asked.out / "contact-sheet.png")
    print(f"{len(screens)} screens, {len(states)} states in {asked.out}")
    return _keep(screens, asked.out, asked.design) if asked.keep else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.gallery")
    parser.add_argument("--out", type=Path, default=_ROOT / "build" / "gallery")
    parser.add_argument("--only", default=",".join(_LOOKS), help="looks, parted by commas")
    parser.add_argument("--keep", action="store_true", help="put sheet and main screens into docs/gallery too")
    parser.add_argument("--design", type=Path, help="folder of the drawn pictures, to stand beside ours")
    return parser.parse_args()


def _pictures(folder: Path, out: Path, looks: dict[str, Look]) -> Iterator[Path]:
    _application = made_application()
    with scenery(folder) as scene:
        for name, look in looks.items():
            yield from _filed(first_run_pictures(scene, folder / name, look), out, name)
        go_offline(scene)
        for name, look in looks.items():
            yield from _filed(walk(scene.laptop, folder / name, look), out, name)
            yield from _filed(_states(scene, folder / f"{name}-states", look), out, name, "state-")


def _states(scene: Scenery, folder: Path, look: Look) -> list[Path]:
    def open_copy(paths: ProfilePaths) -> Application:
        return open_application(paths, clock=scene.clock, zone=scene.laptop.zone)

    return walk_states(scene.laptop, folder, open_copy, look)


def _filed(files: list[Path], out: Path, look: str, kind: str = "") -> Iterator[Path]:
    """Give each picture its name in the gallery: screen, then look."""
    for file in files:
        screen = re.sub(r"^\d+-", "", file.stem)
        if screen.startswith("components-"):
            # The sheet comes light and dark, and each look is one of both.
            screen, _, theme = screen.partition("-")
            if not look.startswith(theme):
                continue
        yield Path(shutil.move(file, out / f"{kind}{screen}-{look}.png"))


def _keep(screens: list[Path], out: Path, design: Path | None) -> int:
    """Bring what is part of the repository up to date, forms left out; gives 1 when a picture of it is too large."""
    _KEPT.mkdir(parents=True, exist_ok=True)
    kept = [Path(shutil.copy(out / "contact-sheet.png", _KEPT))]
    over = {stop.name for stop in forms()}
    for look in _SHOWN:
        ours = [each for each in screens if each.stem.endswith(look)]
        kept += [Path(shutil.copy(each, _KEPT)) for each in ours if each.stem.removesuffix(f"-{look}") not in over]
    if design is not None:
        for screen, drawn in BESIDE.items():
            named = _KEPT / f"beside-{screen.removesuffix(f'-{_SHOWN[0]}')}.png"
            kept.append(beside(out / f"{screen}.png", design / drawn, named))
    too_large = [each.name for each in kept[1:] if each.stat().st_size > MOST_BYTES]
    print(f"{len(kept)} kept, {sum(each.stat().st_size for each in kept) / 1e6:.1f} MB; too large: {too_large}")
    return 1 if too_large else 0


if __name__ == "__main__":
    sys.exit(main())
