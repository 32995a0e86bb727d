"""The strip over the pipeline: what is open, what is likely, what was won, and how the open sum is spread."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import column, row
from desktop.ui.components.surface import Surface
from desktop.ui.design.fonts import text_language
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import draw_box, draw_text, text_width
from desktop.ui.pipeline.data import BoardData, StageSum
from desktop.ui.pipeline.words import DealWords
from desktop.ui.records.account_words import AccountWords

_BAR = 14
_SWATCH = 8
_GAP = 16
_INKS = ("seq_3", "seq_4", "seq_5", "seq_6", "seq_7")
_INKS_DARK = ("seq_3", "seq_4", "seq_5", "seq_6", "seq_7")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the bar."""

    title: str
    text: str
    size: float


class PartsBar(QWidget):
    """A bar in parts with a legend below; parts that have no room in the legend keep their place in the bar."""

    def __init__(self, kit: UiKit) -> None:
        super().__init__()
        self._kit = kit
        self._parts: tuple[Part, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        kit.follow(self)

    def set_parts(self, parts: Sequence[Part]) -> None:
        """Show other parts."""
        self._parts = tuple(parts)
        self.setAccessibleName("; ".join(f"{part.title} {part.text}" for part in parts))
        self.update()

    @Slot()
    def restyle(self) -> None:
        """Take the height from the theme."""
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Fit bar and legend."""
        return QSize(300, _BAR + 8 + self._kit.theme.line("small"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bar and its legend."""
        theme = self._kit.theme
        painter = QPainter(self)
        total = sum(part.size for part in self._parts)
        draw_box(painter, QRectF(0, 0, self.width(), _BAR), theme.color("neutral_subtle"), theme.radius("xs"))
        left, legend = 0.0, 0
        for place, part in enumerate(self._parts):
            color = theme.color(_INKS[place * len(_INKS) // max(1, len(self._parts))])
            width = self.width() * part.size / total if total else 0
            if width > 1:
                painter.fillRect(QRectF(left, 0, width - 1, _BAR), color)
            left += width
            legend = self._paint_legend(painter, legend, part, place)

    def _paint_legend(self, painter: QPainter, left: int, part: Part, place: int) -> int:
        theme = self._kit.theme
        line = theme.line("small")
        title_font = theme.font("small", lang=text_language(part.title))
        value_font = theme.font("small", tnum=True, weight=500)
        titled = text_width(title_font, part.title)
        valued = text_width(value_font, part.text)
        width = _SWATCH + 6 + titled + 6 + valued
        if left + width > self.width():
            return left
        top = _BAR + 8
        color = theme.color(_INKS[place * len(_INKS) // max(1, len(self._parts))])
        draw_box(painter, QRectF(left, top + (line - _SWATCH) / 2, _SWATCH, _SWATCH), color, 2)
        x = left + _SWATCH + 6
        painter.setFont(title_font)
        draw_text(painter, QRect(x, top, titled, line), part.title, theme.color("text_secondary"))
        painter.setFont(value_font)
        draw_text(painter, QRect(x + titled + 6, top, valued, line), part.text, theme.color("text"))
        return left + width + _GAP


class PipelineSummary(Surface):
    """What is open in large figures, the bar beside it, what was won at the right."""

    def __init__(self, context: ScreenContext, words: DealWords, account: AccountWords) -> None:
        super().__init__(context.kit, "surface", "b")
        kit = context.kit
        self._context = context
        self._words = words
        self._account = account
        self._title = Label(kit, kit.t("pipeline.open_title"), "small", "text_secondary")
        self._sum = Label(kit, "", "display").set_figures()
        self._count = Label(kit, "", "body", "text_secondary").set_figures()
        self._likely = Label(kit, "", "small", "text_secondary").set_figures()
        self.bar = PartsBar(kit)
        self._won_title = Label(kit, kit.t("pipeline.won_title"), "small", "text_secondary")
        self._won = Label(kit, "", "heading").set_figures()
        self._won_count = Label(kit, "", "small", "text_secondary").set_figures()
        left = column(self._title, row(self._sum, self._count, gap=8), self._likely, gap=2)
        right = column(self._won_title, self._won, self._won_count, gap=2)
        line = row(left, self.bar, right, gap=32, pad=(24, 12, 24, 12), into=self)
        line.setStretch(1, 1)

    def show_board(self, board: BoardData) -> None:
        """Show what is true now."""
        t = self._context.t
        totals = [board.sums.get(str(stage["key"]), StageSum()) for stage in board.open_stages]
        count = sum(total.count for total in totals)
        self._sum.setText(self._words.money(StageSum(count, _added(totals))))
        self._count.setText(t("pipeline.open_count", count=count))
        likely = [
            StageSum(
                0,
                tuple((currency, minor * int(stage.get("probability") or 0) // 100) for currency, minor in total.sums),
            )
            for stage, total in zip(board.open_stages, totals, strict=True)
        ]
        self._likely.setText(t("pipeline.likely_sum", amount=self._words.money(StageSum(0, _added(likely)))))
        parts = [
            Part(
                self._account.stage_name(stage), self._words.money(total), float(sum(minor for _, minor in total.sums))
            )
            for stage, total in zip(board.open_stages, totals, strict=True)
        ]
        self.bar.set_parts(parts)
        self._won.setText(self._words.money(board.won))
        self._won_count.setText(t("pipeline.won_count", count=board.won.count))


def _added(totals: Sequence[StageSum]) -> tuple[tuple[str, int], ...]:
    added: dict[str, int] = {}
    for total in totals:
        for currency, minor in total.sums:
            added[currency] = added.get(currency, 0) + minor
    return tuple(added.items())
