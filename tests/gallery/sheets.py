"""Many pictures on one: a contact sheet of everything, and our screen beside the picture that was drawn for it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from tests.gallery.pictures import shrink

BESIDE = {
    "today-light-en": "a-today.png",
    "customers-light-en": "b-customers.png",
    "customer-light-en": "c-account-360.png",
    "pipeline-light-en": "d-pipeline.png",
    "choice-light-en": "e-conflicts.png",
    "sync-details-light-en": "k-sync-details.png",
    "first-run-sign-in-light-en": "j1-firstrun-signin.png",
    "first-run-arriving-light-en": "j2-firstrun-offline.png",
    "palette-light-en": "f-command-palette.png",
    "components-light-en": "l-components.png",
    "components-dark-zh_CN": "l-components-dark.png",
}
"""Which picture was drawn for a screen in a look."""

_PAPER, _INK = QColor("#dcdcd8"), QColor("#33322f")
_GAP, _WORDS = 12, 20
_THUMB = 300
_LOW = 190
_COLUMNS = 8
_HALF = 800


def contact_sheet(pictures: Sequence[Path], file: Path) -> Path:
    """Put pictures on one sheet, each with its name below; gives the sheet."""
    whole, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    images = [QImage(str(each)).scaled(_THUMB, _LOW, whole, smooth) for each in pictures]
    high = max(image.height() for image in images) + _WORDS + _GAP
    rows = -(-len(images) // _COLUMNS)
    sheet = QImage(_COLUMNS * (_THUMB + _GAP) + _GAP, rows * high + _GAP, QImage.Format.Format_RGB32)
    sheet.fill(_PAPER)
    painter = _painter(sheet)
    for place, (picture, image) in enumerate(zip(pictures, images, strict=True)):
        corner = QPoint(_GAP + place % _COLUMNS * (_THUMB + _GAP), _GAP + place // _COLUMNS * high)
        painter.drawImage(corner, image)
        below = QRect(corner.x(), corner.y() + image.height(), _THUMB, _WORDS)
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, picture.stem)
    painter.end()
    return _saved(sheet, file)


def beside(ours: Path, drawn: Path, file: Path) -> Path:
    """Put our screen at the left and what was drawn for it at the right; gives the picture."""
    pair = [
        QImage(str(each)).scaledToWidth(_HALF, Qt.TransformationMode.SmoothTransformation) for each in (ours, drawn)
    ]
    sheet = QImage(2 * _HALF + _GAP, max(image.height() for image in pair), QImage.Format.Format_RGB32)
    sheet.fill(_PAPER)
    painter = _painter(sheet)
    painter.drawImage(0, 0, pair[0])
    painter.drawImage(_HALF + _GAP, 0, pair[1])
    painter.end()
    return _saved(sheet, file)


def _painter(sheet: QImage) -> QPainter:
    painter = QPainter(sheet)
    font = QFont("Inter")
    font.setPixelSize(11)
    painter.setFont(font)
    painter.setPen(_INK)
    return painter


def _saved(sheet: QImage, file: Path) -> Path:
    if not sheet.save(str(file)):
        message = f"the picture cannot be written: {file}"
        raise OSError(message)
    shrink(file)
    return file
