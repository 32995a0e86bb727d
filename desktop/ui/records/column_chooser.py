"""The popover in which the columns of a list are chosen and ordered."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.ui.components.button import Button
from desktop.ui.components.label import Label, section
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.popover import Popover
from desktop.ui.components.records import Column
from desktop.ui.design.kit import UiKit
from desktop.ui.records.check_list import CheckList
from desktop.ui.records.filter_values import Candidate

_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class ColumnChooser(Popover):
    """Each tick shows at once: ``chosen`` gives keys in order, none for the usual columns. Alt+Up and Down order."""

    chosen = Signal(object)

    def __init__(self, kit: UiKit, host: QWidget, offered: Sequence[Column], shown: Sequence[str]) -> None:
        super().__init__(kit, host)
        self.setAccessibleName(kit.t("lists.columns.title"))
        self._titles = {each.key: each.title for each in offered}
        self.list = CheckList(kit, kit.t("lists.columns.title"))
        self.usual_button = Button(kit, kit.t("lists.columns.usual"), "link")
        self.usual_button.clicked.connect(self._on_usual)
        inside = QWidget()
        column(
            row(section(kit, kit.t("lists.columns.title")), STRETCH, self.usual_button),
            self.list,
            Label(kit, kit.t("lists.columns.hint"), "small", "muted"),
            gap=8,
            pad=12,
            into=inside,
        )
        self.body.addWidget(inside)
        self._order = [*(each for each in shown if each in self._titles)]
        self._order += [each.key for each in offered if each.key not in self._order]
        self._fill(frozenset(shown))
        self.list.changed.connect(self._announce)

    def focus_first(self) -> None:
        """Put the focus where typing helps most."""
        self.list.focus_first()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move the focused column up or down with Alt; a box itself would take the arrows with any other key held."""
        is_key = event.type() == QEvent.Type.KeyPress and isinstance(watched, QCheckBox) and self.isAncestorOf(watched)
        if is_key and isinstance(event, QKeyEvent):
            by = _MOVES.get(Qt.Key(event.key()))
            if by is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self._move(by)
                return True
        return super().eventFilter(watched, event)

    def _move(self, by: int) -> None:
        boxes = [box for _, box in self.list.offered()]
        # Where the list is narrowed by typing, a column goes past the next one that is seen.
        seen = [place for place, box in enumerate(boxes) if not box.isHidden()]
        at = next((index for index, place in enumerate(seen) if boxes[place].hasFocus()), -1)
        if at < 0 or not 0 <= at + by < len(seen):
            return
        ticked = frozenset(each.value for each in self.list.ticked())
        self._order.insert(seen[at + by], self._order.pop(seen[at]))
        self._fill(ticked)
        self.list.focus_value(self._order[seen[at + by]])
        self._announce()

    def _fill(self, ticked: frozenset[str]) -> None:
        self.list.set_candidates([Candidate(each, self._titles[each]) for each in self._order], tuple(ticked))

    @Slot()
    def _announce(self) -> None:
        self.chosen.emit(tuple(each.value for each in self.list.ticked()))

    @Slot()
    def _on_usual(self) -> None:
        self.close_now()
        self.chosen.emit(())
