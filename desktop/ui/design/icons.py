"""Icons: SVG files tinted to a colour and drawn sharp for the screen's pixel ratio, kept once drawn."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_FILE_STROKE = b'stroke-width="2"'


class IconStore:
    """Draws icons by name and remembers them by name, colour, size and pixel ratio.

    QtSvg paints ``currentColor`` black, so the colour is written into the file's text before it is drawn.
    """

    def __init__(self, folder: Path, stroke: float) -> None:
        """Draw files of ``folder`` with lines ``stroke`` wide on their 24 px grid."""
        self._folder = folder
        self._stroke = f'stroke-width="{stroke}"'.encode()
        self._sources: dict[str, bytes] = {}
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}

    def has(self, name: str) -> bool:
        """Tell whether there is an icon of that name."""
        return (self._folder / f"{name}.svg").is_file()

    def pixmap(self, name: str, color: str, size: int, ratio: float = 1.0) -> QPixmap:
        """Draw the icon ``size`` px square in a ``#rrggbb`` colour.

        Raises:
            FileNotFoundError: There is no such icon.
        """
        key = (name, color, size, ratio)
        drawn = self._pixmaps.get(key)
        if drawn is None:
            drawn = self._draw(name, color, size, ratio)
            self._pixmaps[key] = drawn
        return drawn

    def forget(self) -> None:
        """Drop the drawn pixmaps; called after a change of theme."""
        self._pixmaps.clear()

    def _draw(self, name: str, color: str, size: int, ratio: float) -> QPixmap:
        source = self._sources.get(name)
        if source is None:
            source = (self._folder / f"{name}.svg").read_bytes().replace(_FILE_STROKE, self._stroke)
            self._sources[name] = source
        side = round(size * ratio)
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer = QSvgRenderer(QByteArray(source.replace(b"currentColor", color.encode())))
        renderer.render(painter, QRectF(0, 0, side, side))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return pixmap
