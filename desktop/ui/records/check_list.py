"""A list to tick values in, narrowed by typing; used in filters."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.components.checkbox import Checkbox
from desktop.ui.components.layouts import STRETCH, column
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.components.text_field import TextField
from desktop.ui.design.kit import UiKit
from desktop.ui.records.filter_values import Candidate
from sync.contract.values import fold

_NARROW_FROM = 8
_HEIGHT = 220
_WIDTH = 300


class CheckList(QWidget):
    """Ticks for values; what is ticked stays ticked while the list is narrowed."""

    changed = Signal()

    def __init__(self, kit: UiKit, name: str) -> None:
        super().__init__()
        self._kit = kit
        self._boxes: list[tuple[Candidate, Checkbox]] = []
        self.setAccessibleName(name)
        self.narrow = TextField(kit, placeholder=kit.t("lists.filter_form.narrow"), icon="search")
        self.narrow.setAccessibleName(kit.t("lists.filter_form.narrow"))
        self.narrow.textChanged.connect(self._on_narrowed)
        self._inner = QWidget()
        self._rows: QVBoxLayout = column(STRETCH, gap=0, into=self._inner)
        self._area = ScrollArea(kit, self._inner)
        self._area.setFixedSize(_WIDTH, _HEIGHT)
        column(self.narrow, self._area, gap=8, into=self)
        self.narrow.hide()

    def set_candidates(self, candidates: Sequence[Candidate], ticked: Sequence[str] = ()) -> None:
        """Offer these values."""
        for _, box in self._boxes:
            self._rows.removeWidget(box)
            box.deleteLater()
        self._boxes = []
        for candidate in candidates:
            text = candidate.title if candidate.count is None else f"{candidate.title}  {candidate.count}"
            box = Checkbox(self._kit, text)
            box.setChecked(candidate.value in ticked)
            box.toggled.connect(self.changed)
            self._rows.insertWidget(len(self._boxes), box)
            box.show()
            self._boxes.append((candidate, box))
        self.narrow.setVisible(len(candidates) > _NARROW_FROM)
        self._area.setFixedHeight(min(_HEIGHT, self._inner.sizeHint().height() + 4))
        self._on_narrowed()

    def ticked(self) -> list[Candidate]:
        """Give the ticked values in their order."""
        return [candidate for candidate, box in self._boxes if box.isChecked()]

    def offered(self) -> Sequence[tuple[Candidate, Checkbox]]:
        """Give the values with their boxes."""
        return self._boxes

    def focus_first(self) -> None:
        """Put the focus where typing helps most."""
        if not self.narrow.isHidden():
            self.narrow.setFocus()
        elif self._boxes:
            self._boxes[0][1].setFocus()

    def focus_value(self, value: str) -> None:
        """Put the focus on the box of a value, in sight."""
        for candidate, box in self._boxes:
            if candidate.value == value:
                box.setFocus(Qt.FocusReason.TabFocusReason)
                self._area.ensureWidgetVisible(box, 0, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on with Down from the line for narrowing to the first box that is meant by it."""
        meant = [candidate for candidate, _ in self._boxes if self._is_meant(candidate)]
        if event.key() == Qt.Key.Key_Down and self.narrow.hasFocus() and meant:
            self.focus_value(meant[0].value)
            return
        super().keyPressEvent(event)

    def _is_meant(self, candidate: Candidate) -> bool:
        return fold(self.narrow.text().strip()) in fold(candidate.title)

    @Slot()
    def _on_narrowed(self) -> None:
        for candidate, box in self._boxes:
            box.setVisible(self._is_meant(candidate) or box.isChecked())
