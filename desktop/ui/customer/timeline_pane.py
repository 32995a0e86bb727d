"""What happened with a customer, and the line in which one writes what happens now."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.empty_state import EmptyState
from desktop.ui.components.entries import Entry
from desktop.ui.components.layouts import column, row
from desktop.ui.components.option import Option
from desktop.ui.components.segmented import Segmented
from desktop.ui.components.text_field import TextField
from desktop.ui.components.timeline import Timeline
from desktop.ui.design.key_caps import caps_size, key_signs, paint_caps
from desktop.ui.design.kit import UiKit
from desktop.ui.records.account_words import KIND_ICONS

ALL = "all"
_KEY = "/"
_EDGE = 8


class NoteField(TextField):
    """A line for a note; ``written`` gives it on Enter, then the line is empty again."""

    written = Signal(str)

    def __init__(self, kit: UiKit, placeholder: str) -> None:
        super().__init__(kit, placeholder=placeholder, icon="pencil")
        kit.follow_keys(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line, and the key that leads to it while it is empty."""
        super().paintEvent(event)
        if self.text() or self.hasFocus() or self.isReadOnly():
            return
        signs = key_signs(self._kit.keys.shown(_KEY))
        size = caps_size(self._kit.theme, signs)
        area = QRect(self.width() - size.width() - _EDGE, 0, size.width(), self.height())
        words = self.textMargins().left() + self.fontMetrics().horizontalAdvance(self.placeholderText())
        if words < area.left():
            paint_caps(QPainter(self), self._kit.theme, area, signs)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save on Enter; an input method that composes takes its own Enter before it gets here."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.text().strip():
            # Told before the line is empty: whoever keeps what stands in it must not lose it in between.
            self.written.emit(self.text().strip())
            self.clear()
            return
        super().keyPressEvent(event)


class TimelinePane(QWidget):
    """``kinds_changed`` tells that other kinds of activity are wanted."""

    kinds_changed = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        kit = context.kit
        self.note = NoteField(kit, kit.t("customer.write_note"))
        self.note.setAccessibleName(kit.t("customer.write_note"))
        options = [Option(ALL, kit.t("customer.all_kinds"))] + [
            Option(kind, context.words.choice("activity", "kind", kind), icon) for kind, icon in KIND_ICONS.items()
        ]
        self.kinds = Segmented(kit, options, ALL, kit.t("customer.kinds"), icons_only=True)
        self.kinds.changed.connect(self._on_kind)
        self.timeline = Timeline(kit, kit.t("customer.tab.timeline"))
        self._empty = EmptyState(kit, "history", kit.t("customer.no_timeline"), kit.t("customer.no_timeline_hint"))
        line = row(self.note, self.kinds, gap=12, pad=(20, 8, 20, 8))
        line.setStretch(0, 1)
        layout = column(line, self.timeline, self._empty, gap=0, into=self)
        layout.setStretch(1, 1)
        layout.setStretch(2, 1)
        self._empty.hide()

    def chosen_kinds(self) -> tuple[str, ...]:
        """Give the kinds of activity that are wanted; empty for all."""
        value = self.kinds.value()
        return () if value == ALL else (value,)

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show what happened."""
        self.timeline.set_entries(entries)
        self.timeline.setVisible(bool(entries))
        self._empty.setVisible(not entries)

    @Slot(str)
    def _on_kind(self, _kind: str) -> None:
        self.kinds_changed.emit()
