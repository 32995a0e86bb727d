"""Pictures as files: reduced to 256 colours, so that the gallery does not weigh on the repository."""

from collections import Counter
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

MOST_BYTES = 200_000
_COLOURS = 256
_NEAR = 6
_EXACT = 64
"""How many of the colours stay exactly what they are: fills that are nearly alike mean different things."""


def shrink(file: Path) -> int:
    """Rewrite a picture with at most 256 colours; gives its size in bytes."""
    image = QImage(str(file)).convertToFormat(QImage.Format.Format_RGB32)
    reduced = image.convertToFormat(
        QImage.Format.Format_Indexed8, _palette(image), Qt.ImageConversionFlag.ThresholdDither
    )
    if not reduced.save(str(file), quality=0):
        message = f"the picture cannot be written: {file}"
        raise OSError(message)
    return file.stat().st_size


def _palette(image: QImage) -> list[int]:
    """Choose the colours that occur most, leaving out those that are nearly the same as a more frequent one."""
    counted = Counter(memoryview(image.constBits()).cast("I"))
    chosen: list[int] = []
    cells: set[tuple[int, int, int]] = set()
    spare: list[int] = []
    for colour, _ in counted.most_common():
        cell = (colour >> 16 & 255) // _NEAR, (colour >> 8 & 255) // _NEAR, (colour & 255) // _NEAR
        if cell in cells and len(chosen) >= _EXACT:
            spare.append(colour)
            continue
        cells.add(cell)
        chosen.append(colour)
        if len(chosen) == _COLOURS:
            break
    return [*chosen, *spare][:_COLOURS]
