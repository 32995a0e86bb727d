"""Facts about a record below each other, each edited where it stands and saved when it is left."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.ui.components.fact_row import FactRow
from desktop.ui.components.facts import Fact
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import set_pad
from desktop.ui.design.kit import UiKit

_LABEL_WIDTH = 96


class FactGrid(QWidget):
    """Labels at the left, values at the right. ``committed(key, text)`` gives what was typed.

    ``typing`` gives it at every keystroke, ``dropped(key)`` tells that nothing of it is wanted.
    """

    committed = Signal(str, str)
    typing = Signal(str, str)
    dropped = Signal(str)

    def __init__(self, kit: UiKit, name: str, *, label_width: int = _LABEL_WIDTH) -> None:
        super().__init__()
        self._kit = kit
        self._rows: dict[str, FactRow] = {}
        self._labels: dict[str, Label] = {}
        self._grid = QGridLayout(self)
        set_pad(self._grid, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnMinimumWidth(0, label_width)
        self._grid.setColumnStretch(1, 1)
        self.setAccessibleName(name)
        kit.follow(self)

    @Slot()
    def restyle(self) -> None:
        """Let labels stand on the first line of their values."""
        for label in self._labels.values():
            label.setFixedHeight(max(self._kit.theme.target, self._kit.theme.line("body") + 8))

    def set_facts(self, facts: Sequence[Fact]) -> None:
        """Show these facts; rows that stay keep their editor, caret and focus."""
        if [fact.key for fact in facts] == list(self._rows):
            for fact in facts:
                self._rows[fact.key].set_fact(fact)
                self._labels[fact.key].setText(fact.label)
            return
        wanted = {fact.key for fact in facts}
        for key in [key for key in self._rows if key not in wanted]:
            self._drop(key)
        order: dict[str, FactRow] = {}
        for number, fact in enumerate(facts):
            row = self._rows.get(fact.key)
            if row is None:
                row = self._make(fact)
            else:
                row.set_fact(fact)
            self._grid.addWidget(self._labels[fact.key], number, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(row, number, 1)
            order[fact.key] = row
        self._rows = order

    def row(self, key: str) -> FactRow:
        """Give the row of a fact; ``KeyError`` when there is none."""
        return self._rows[key]

    def edit(self, key: str) -> None:
        """Open the editor of a fact."""
        self._rows[key].edit()

    def reopen(self, key: str, typed: str) -> bool:
        """Open an editor with what was typed before, without the focus; tells whether the fact is shown."""
        if key not in self._rows:
            return False
        self._rows[key].reopen(typed)
        return True

    def shut(self) -> None:
        """Close every editor before facts about something else are shown; nothing is committed or dropped."""
        for row in self._rows.values():
            row.shut()

    def edit_first(self) -> None:
        """Open the editor of the first fact that can be changed."""
        for row in self._rows.values():
            if row.fact.editable:
                row.edit()
                return

    def set_error(self, key: str, text: str) -> None:
        """Say beside a fact why what was typed was not taken."""
        if key in self._rows:
            self._rows[key].set_error(text)

    def is_editing(self) -> bool:
        """Tell whether an editor is open."""
        return any(row.editor is not None for row in self._rows.values())

    def _make(self, fact: Fact) -> FactRow:
        row = FactRow(self._kit, fact)
        row.committed.connect(self.committed)
        row.typing.connect(self.typing)
        row.dropped.connect(self.dropped)
        label = Label(self._kit, fact.label, "small", "muted")
        label.setFixedHeight(max(self._kit.theme.target, self._kit.theme.line("body") + 8))
        self._labels[fact.key] = label
        self._rows[fact.key] = row
        return row

    def _drop(self, key: str) -> None:
        row, label = self._rows.pop(key), self._labels.pop(key)
        self._grid.removeWidget(row)
        self._grid.removeWidget(label)
        for widget in (row, label):
            widget.hide()
            widget.deleteLater()
