"""The figures of this week as bars beside those of the week before."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from desktop.ui.components.card import Card
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.progress import Progress
from desktop.ui.design.kit import UiKit
from desktop.ui.today.sentences import DaySentences
from desktop.ui.today.week import WeekFigures, WeekView


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: the value, what it is measured by, and how much of the bar is filled."""

    value: str
    beside: str
    share: float
    tone: str = "accent"


class WeekCard(Card):
    """Visits, calls, money won and follow-ups on time of one week."""

    def __init__(self, kit: UiKit, sentences: DaySentences) -> None:
        super().__init__(kit, kit.t("today.week.title"))
        self._days = Label(kit, "", "small", "muted")
        holder = QWidget()
        row(self._days, 8, gap=0, into=holder)
        self.add_trailing(holder)
        self._words = sentences
        self._lines = {name: _FigureLine(kit, kit.t(f"today.week.{name}")) for name in _FIGURES}
        self.body.addLayout(column(*self._lines.values(), gap=8, pad=(16, 12)))

    def show_week(self, week: WeekView) -> None:
        """Show a week."""
        self._days.setText(self._words.week_days(week))
        for name, line in self._lines.items():
            line.show_figure(self._figure(name, week))

    def _figure(self, name: str, week: WeekView) -> Figure:
        this, before = week.this, week.before
        match name:
            case "visits":
                return self._counted(this.visits, before.visits)
            case "calls":
                return self._counted(this.calls, before.calls)
            case "won":
                return self._money(this.won, before.won)
            case _:
                return self._on_time(this, before)

    def _counted(self, value: int, before: int) -> Figure:
        beside = self._kit.t("today.week.last_week", value=self._kit.texts.number(before))
        return Figure(self._kit.texts.number(value), beside, _share(value, before))

    def _money(self, won: Mapping[str, int | float], before: Mapping[str, int | float]) -> Figure:
        now, then = _minor(won), _minor(before)
        beside = self._kit.t("today.week.last_week", value=self._words.money(then))
        return Figure(self._words.money(now), beside, _share(sum(now.values()), sum(then.values())))

    def _on_time(self, this: WeekFigures, before: WeekFigures) -> Figure:
        if not this.due:
            return Figure(self._kit.t("today.week.none_due"), "", 0.0)
        share = this.on_time / this.due
        beside = self._kit.t("today.week.of_due", on_time=this.on_time, count=this.due)
        if before.due and not this.on_time:
            beside = self._kit.t("today.week.last_week", value=f"{before.on_time / before.due:.0%}")
        return Figure(f"{share:.0%}", beside, share, "success")


_FIGURES = ("visits", "calls", "won", "on_time")


class _FigureLine(QWidget):
    def __init__(self, kit: UiKit, name: str) -> None:
        super().__init__()
        self._name = name
        self._value = Label(kit, "", "medium").set_figures()
        self._beside = Label(kit, "", "body", "text_secondary").set_figures()
        self._bar = Progress(kit, name, height=4)
        column(
            row(Label(kit, name, "body", "text_secondary"), STRETCH, self._value, self._beside, gap=8),
            self._bar,
            gap=4,
            into=self,
        )

    def show_figure(self, figure: Figure) -> None:
        self._value.setText(figure.value)
        self._beside.setText(figure.beside)
        self._beside.setVisible(bool(figure.beside))
        self._bar.set_value(figure.share)
        self._bar.set_tone(figure.tone)
        self.setAccessibleName(f"{self._name}: {figure.value} {figure.beside}")


def _share(value: float, before: float) -> float:
    most = max(value, before)
    return value / most if most else 0.0


def _minor(sums: Mapping[str, int | float]) -> dict[str, int]:
    return {currency: int(value) for currency, value in sums.items()}
