"""Command: ``python -m tests.gallery [--out DIR] [--only light-en,...]``."""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from desktop.ui.tour import walk
from desktop.ui.walking import Look
from tests.gallery.first_run import first_run_pictures
from tests.gallery.pictures import MOST_BYTES, shrink
from tests.gallery.scenery import go_offline, scenery

_ROOT = Path(__file__).resolve().parents[2]
_NARROW = (1100, 680)
_LOOKS = {
    "light-en": Look("en", "light"),
    "dark-en": Look("en", "dark"),
    "light-zh_CN": Look("zh_CN", "light"),
    "dark-zh_CN": Look("zh_CN", "dark"),
    "light-zh_TW": Look("zh_TW", "light"),
    "dark-zh_TW": Look("zh_TW", "dark"),
    "light-en-1100x680": Look("en", "light", _NARROW),
    "dark-zh_CN-1100x680": Look("zh_CN", "dark", _NARROW),
}


def main() -> int:
    """Take all pictures; gives 1 when one of them is too large."""
    parser = argparse.ArgumentParser(prog="python -m tests.gallery")
    parser.add_argument("--out", type=Path, default=_ROOT / "docs" / "gallery")
    parser.add_argument("--only", default=",".join(_LOOKS), help="looks, parted by commas")
    asked = parser.parse_args()
    looks = {name: _LOOKS[name] for name in asked.only.split(",")}
    asked.out.mkdir(parents=True, exist_ok=True)
    total = too_large = 0
    with tempfile.TemporaryDirectory(prefix="roundsman-gallery-") as folder:
        for file in _pictures(Path(folder), asked.out, looks):
            size = shrink(file)
            total += size
            too_large += size > MOST_BYTES
            print(f"{file.name}  {size / 1000:.0f} kB{'  too large' if size > MOST_BYTES else ''}")
    print(f"{total / 1e6:.1f} MB in {asked.out}")
    return 1 if too_large else 0


def _pictures(folder: Path, out: Path, looks: dict[str, Look]) -> Iterator[Path]:
    from PySide6.QtWidgets import QApplication

    _application = QApplication.instance() or QApplication(sys.argv[:1])
    with scenery(folder) as scene:
        for name, look in looks.items():
            yield from _filed(first_run_pictures(scene, folder / name, look), out, name)
        go_offline(scene)
        for name, look in looks.items():
            yield from _filed(walk(scene.laptop, folder / name, look), out, name)


def _filed(files: list[Path], out: Path, look: str) -> Iterator[Path]:
    """Give each picture its name in the gallery: screen, then look."""
    for file in files:
        screen = file.stem.partition("-")[2]
        yield Path(shutil.move(file, out / f"{screen}-{look}.png"))


if __name__ == "__main__":
    sys.exit(main())
