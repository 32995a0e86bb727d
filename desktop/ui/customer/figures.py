"""The strip of figures under a customer's name, each with a word and a bar where one helps."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.components.cells import INKS
from desktop.ui.design.fonts import text_language
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import draw_text, text_width
from desktop.ui.design.progress_bar import paint_progress

_PAD = 16
_BAR = 5
_GAP = 8


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: ``note`` stands beside the value in ``tone``; ``share`` fills a bar in ``bar_tone``."""

    title: str
    value: str
    note: str = ""
    tone: str = "secondary"
    share: float | None = None
    bar_tone: str = "accent"

    def sentence(self) -> str:
        """Say it, for screen readers."""
        return " ".join(part for part in (f"{self.title}:", self.value, self.note) if part)


class FigureStrip(QWidget):
    """Figures side by side, parted by hairlines; their notes stand below the values where there is no room beside."""

    def __init__(self, kit: UiKit) -> None:
        super().__init__()
        self._kit = kit
        self._figures: tuple[Figure, ...] = ()
        self._is_stacked = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        kit.follow(self)

    def set_figures(self, figures: Sequence[Figure]) -> None:
        """Show other figures."""
        if tuple(figures) != self._figures:
            self._figures = tuple(figures)
            self.setAccessibleName("; ".join(each.sentence() for each in figures))
            self._stack()
            self.update()

    @Slot()
    def restyle(self) -> None:
        """Take the height from the theme."""
        self._stack()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Fit title, value and bar, and the notes below the values where they stand there."""
        theme = self._kit.theme
        notes = theme.line("small") if self._is_stacked else 0
        return QSize(400, theme.line("small") + theme.line("heading") + notes + _BAR + _GAP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the notes where there is room for them."""
        super().resizeEvent(event)
        self._stack()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the figures."""
        if not self._figures:
            return
        painter = QPainter(self)
        edges = self._edges()
        for place, figure in enumerate(self._figures):
            left, right = edges[place], edges[place + 1]
            if place:
                painter.fillRect(left, 0, 1, self.height() - 4, self._kit.theme.color("border"))
            start = left + (_PAD if place else 0)
            self._paint_figure(painter, QRect(start, 0, right - start - _PAD, self.height()), figure)

    def _stack(self) -> None:
        room = self.width()
        is_stacked = bool(self._figures) and sum(self._need(each, is_stacked=False) for each in self._figures) > room
        if is_stacked != self._is_stacked:
            self._is_stacked = is_stacked
            self.updateGeometry()

    def _edges(self) -> list[int]:
        """Give where the figures begin and the last one ends: equal widths, or by need where one would be cut."""
        needs = [self._need(figure, is_stacked=self._is_stacked) for figure in self._figures]
        count, total = len(needs), sum(needs)
        equal = self.width() / count
        shares = [equal] * count if max(needs) <= equal else [self.width() * need / total for need in needs]
        return [round(sum(shares[:place])) for place in range(count + 1)]

    def _need(self, figure: Figure, *, is_stacked: bool) -> int:
        theme = self._kit.theme
        value = text_width(theme.font("heading", tnum=True, lang=text_language(figure.value)), figure.value)
        note = text_width(theme.font("small", lang=text_language(figure.note)), figure.note) if figure.note else 0
        title = text_width(theme.font("small"), figure.title)
        words = max(value, note) if is_stacked else value + (_GAP + note if note else 0)
        return max(title, words) + 2 * _PAD + 2

    def _paint_figure(self, painter: QPainter, rect: QRect, figure: Figure) -> None:
        theme = self._kit.theme
        painter.setFont(theme.font("small"))
        title = QRect(rect.left(), rect.top(), rect.width(), theme.line("small"))
        draw_text(painter, title, figure.title, theme.color("muted"))
        font = theme.font("heading", tnum=True, lang=text_language(figure.value))
        painter.setFont(font)
        line = QRect(rect.left(), title.bottom() + 1, rect.width(), theme.line("heading"))
        width = min(text_width(font, figure.value), rect.width())
        draw_text(painter, QRect(line.left(), line.top(), width, line.height()), figure.value, theme.color("text"))
        painter.setFont(theme.font("small", lang=text_language(figure.note)))
        below = QRect(line.left(), line.bottom() + 1, line.width(), theme.line("small"))
        area = below if self._is_stacked else line.adjusted(width + _GAP, 1, 0, 1)
        draw_text(painter, area, figure.note, theme.color(INKS.get(figure.tone, "text_secondary")))
        if figure.share is not None:
            end = below.bottom() if self._is_stacked else line.bottom()
            bar = QRectF(rect.left(), end + 3, rect.width(), _BAR)
            paint_progress(painter, theme, bar, figure.share, figure.bar_tone)
