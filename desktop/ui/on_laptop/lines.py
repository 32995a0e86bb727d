"""The lines of the list: what it is, whether it is taken, up to where, and how large it is."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.ui.components.checkbox import Checkbox
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.slider import Slider
from desktop.ui.design.kit import UiKit

_LIMIT_PX = 232
_SIZE_PX = 84
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class TakenLine(QWidget):
    """One line; ``limit`` stands between its words and its size."""

    toggled = Signal(bool)

    def __init__(self, kit: UiKit, title: str, limit: QWidget, *, can_choose: bool) -> None:
        super().__init__()
        self.tick = Checkbox(kit, name=title)
        self.tick.setChecked(True)
        self.tick.setEnabled(can_choose)
        self.tick.toggled.connect(self.toggled)
        self.title = Label(kit, title, "medium")
        self.second = Label(kit, "", "small", "text_secondary").set_figures()
        self.amount = Label(kit, "", "medium").set_figures()
        self.amount.setFixedWidth(_SIZE_PX)
        self.amount.setAlignment(_RIGHT)
        limit.setFixedWidth(_LIMIT_PX)
        said = QWidget()
        column(self.title, self.second, gap=0, into=said)
        layout = row(self.tick, said, limit, self.amount, gap=8, pad=(0, 6), into=self)
        layout.setStretch(1, 1)

    def show_figures(self, second: str, size: str) -> None:
        """Say how many there are and how large they are."""
        self.second.setText(second)
        self.amount.setText(size)
        self.setAccessibleName(", ".join(part for part in (self.title.text(), second, size) if part))


class LimitsLine(QWidget):
    """How large and how old files may be that come by themselves."""

    def __init__(self, kit: UiKit, texts: tuple[str, str], largest: "Limit", oldest: "Limit") -> None:
        super().__init__()
        limits = QWidget()
        limits.setFixedWidth(_LIMIT_PX)
        column(largest, oldest, gap=0, into=limits)
        words = Label(kit, texts[0], "medium"), Label(kit, texts[1], "small", "text_secondary", wrap=True)
        said = column(STRETCH, *words, STRETCH, gap=0)
        gap = QWidget()
        gap.setFixedWidth(_SIZE_PX)
        space = QWidget()
        space.setFixedWidth(Checkbox(kit).sizeHint().width())
        holder = QWidget()
        holder.setLayout(said)
        layout = row(space, holder, limits, gap, gap=8, pad=(0, 6), into=self)
        layout.setStretch(1, 1)


class Limit(QWidget):
    """A slider with the words of its step beside it; ``changed`` comes with the number of the step."""

    changed = Signal(int)

    def __init__(self, kit: UiKit, name: str, steps: Sequence[str]) -> None:
        super().__init__()
        self.slider = Slider(kit, name, steps)
        self._said = Label(kit, "", "small", "text_secondary").set_figures()
        layout = row(self.slider, self._said, gap=8, into=self)
        layout.setStretch(1, 1)
        self.slider.valueChanged.connect(self._tell)
        self._said.setText(self.slider.said)

    def set_step(self, step: int) -> None:
        """Show another step without telling anybody."""
        self.slider.blockSignals(True)
        self.slider.setValue(step)
        self.slider.blockSignals(False)
        self._said.setText(self.slider.said)
        self.slider.update()

    @Slot(int)
    def _tell(self, step: int) -> None:
        self._said.setText(self.slider.said)
        self.changed.emit(step)
