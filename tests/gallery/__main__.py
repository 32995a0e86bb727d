"""Command: ``python -m tests.gallery [--out DIR] [--only en-light,...]``."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from desktop.ui.tour import Look, walk
from tests.gallery.first_run import first_run_pictures
from tests.gallery.pictures import MOST_BYTES, shrink
from tests.gallery.scenery import go_offline, scenery

_ROOT = Path(__file__).resolve().parents[2]
_NARROW = (1100, 680)
_LOOKS = {
    "en-light": Look("en", "light"),
    "en-dark": Look("en", "dark"),
    "zh_CN-light": Look("zh_CN", "light"),
    "zh_CN-dark": Look("zh_CN", "dark"),
    "zh_TW-light": Look("zh_TW", "light"),
    "zh_TW-dark": Look("zh_TW", "dark"),
    "en-light-1100x680": Look("en", "light", _NARROW),
    "zh_CN-dark-1100x680": Look("zh_CN", "dark", _NARROW),
}


def main() -> int:
    """Take all pictures; gives 1 when one of them is too large."""
    parser = argparse.ArgumentParser(prog="python -m tests.gallery")
    parser.add_argument("--out", type=Path, default=_ROOT / "docs" / "gallery")
    parser.add_argument("--only", default=",".join(_LOOKS), help="looks, parted by commas")
    asked = parser.parse_args()
    looks = {name: _LOOKS[name] for name in asked.only.split(",")}
    too_large = 0
    with tempfile.TemporaryDirectory(prefix="roundsman-gallery-") as folder:
        for file in _pictures(Path(folder), asked.out, looks):
            size = shrink(file)
            too_large += size > MOST_BYTES
            print(f"{file.relative_to(asked.out)}  {size / 1000:.0f} kB{'  too large' if size > MOST_BYTES else ''}")
    return 1 if too_large else 0


def _pictures(folder: Path, out: Path, looks: dict[str, Look]) -> Iterator[Path]:
    from PySide6.QtWidgets import QApplication

    _application = QApplication.instance() or QApplication(sys.argv[:1])
    with scenery(folder) as scene:
        for name, look in looks.items():
            yield from first_run_pictures(scene, out / name, look)
        go_offline(scene)
        for name, look in looks.items():
            yield from walk(scene.laptop, out / name, look)


if __name__ == "__main__":
    sys.exit(main())
