"""The palette over the window: a line to type in, what fits below it, and at its foot what its signs mean."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.components.dialog import Overlay
from desktop.ui.components.key_caps import KeyCaps
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, Item, column, row
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.components.surface import Surface
from desktop.ui.design.kit import UiKit
from desktop.ui.find.palette_field import PaletteField
from desktop.ui.find.wanted import SIGNS
from desktop.ui.records.found_rows import FoundRow, FoundRows

WIDTH = 660
_TOP = 84
_FOOT = 24
_FOOT_PAD = 16
_MOST_HEIGHT = 456


class Palette(Overlay):
    """Announces what is typed and which row is chosen; knows no records and no actions.

    ``second_chosen`` is for Ctrl+Enter, ``acts_wanted`` for Tab: all that can be done with the current row.
    """

    typed = Signal(str)
    chosen = Signal(object)
    second_chosen = Signal(object)
    submitted_early = Signal()
    acts_wanted = Signal()
    acts_left = Signal()

    def __init__(self, kit: UiKit, host: QWidget) -> None:
        super().__init__(kit, host, kit.t("shell.find"), width=min(kit.theme.grown(WIDTH), host.width() - 40), top=_TOP)
        self.field = PaletteField(kit, kit.t("shell.find"))
        self._note = Label(kit, "", "small", "muted")
        self.rows = FoundRows(kit)
        self._area = ScrollArea(kit, self.rows)
        head = QWidget()
        row(self.field, self._note, gap=8, pad=(0, 0, 20, 0), into=head)
        self._foot = self._make_foot()
        for part in (head, _line(kit), self._area, _line(kit), self._foot):
            self.body.addWidget(part)
        self._fit_height()
        self._is_answered = self._shows_acts = False
        self.field.typed.connect(self._on_typed)
        self.field.stepped.connect(self.rows.step)
        self.field.submitted.connect(self._submit)
        self.field.second_wanted.connect(self._choose_second)
        self.field.acts_wanted.connect(self.acts_wanted)
        self.field.acts_left.connect(self.acts_left)
        self.field.escaped.connect(self._escape)
        self.rows.chosen.connect(self._choose)
        self.rows.moved.connect(self._show_row)
        self._area.verticalScrollBar().rangeChanged.connect(self.rows.show_current)

    @property
    def note(self) -> str:
        """What is said about all rows."""
        return self._note.text()

    @property
    def is_answered(self) -> bool:
        """Whether the rows are those of what stands in the line."""
        return self._is_answered

    def focus_first(self) -> None:
        """Start to type at once."""
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_rows(self, rows: Sequence[FoundRow], query: str, note: str, back_to: FoundRow | None = None) -> None:
        """Show what fits, and say how much that is; ``back_to`` is the record to be current again."""
        self._is_answered, self._shows_acts = True, False
        self.rows.set_rows(rows, query, back_to)
        self._note.setText(note)
        self._area.verticalScrollBar().setValue(0)
        self._fit_height()

    def show_acts(self, rows: Sequence[FoundRow]) -> None:
        """Show what can be done with one row; Esc goes back from it."""
        self.show_rows(rows, "", "")
        self._shows_acts = True

    def _fit_height(self) -> None:
        room = self._host.height() - _TOP - _FOOT - self.field.sizeHint().height() - self._foot.sizeHint().height()
        self._area.setFixedHeight(self.rows.whole_height(min(_MOST_HEIGHT, room)))
        self._area.setVisible(bool(self.rows.rows))

    def _make_foot(self) -> QWidget:
        """Put what moves at the left and what asks for a kind at the right, or below where words are long."""
        foot, moves, signs = QWidget(), QWidget(), QWidget()
        row(*self._move_hints(), gap=6, into=moves)
        row(*self._sign_hints(), gap=6, into=signs)
        if moves.sizeHint().width() + signs.sizeHint().width() + 3 * _FOOT_PAD <= self.box.width():
            row(moves, STRETCH, signs, gap=0, pad=(_FOOT_PAD, 8), into=foot)
        else:
            column(row(moves, STRETCH), row(signs, STRETCH), gap=4, pad=(_FOOT_PAD, 8), into=foot)
        return foot

    def _move_hints(self) -> Sequence[Item]:
        # What Enter does stands in the row itself.
        return (*_hint(self._kit, "Up Down", "find.hint.move"), 8, *_hint(self._kit, "Tab", "find.hint.acts"))

    def _sign_hints(self) -> Sequence[Item]:
        hints: list[Item] = []
        for kind in SIGNS:
            hints += [*_hint(self._kit, kind.value, f"find.hint.{kind.name.lower()}"), 8]
        return hints[:-1]

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        self._is_answered = False
        self.typed.emit(text)

    @Slot()
    def _submit(self) -> None:
        """Choose, but never from the rows of what stood in the line before."""
        if self._is_answered and self.rows.current is not None:
            self.rows.choose()
        else:
            self.submitted_early.emit()

    @Slot()
    def _escape(self) -> None:
        """Go back to what was found, then empty the line, then leave."""
        if self._shows_acts:
            self.acts_left.emit()
        elif self.field.text():
            self.field.clear()
        else:
            self.close_now()

    @Slot()
    def _choose_second(self) -> None:
        """Do the second thing with the current row, but never with one of what stood in the line before."""
        row_ = self.rows.current
        if self._is_answered and row_ is not None:
            self.close_now()
            self.second_chosen.emit(row_)

    @Slot(object)
    def _choose(self, row_: FoundRow) -> None:
        self.close_now()
        self.chosen.emit(row_)

    @Slot(QRect)
    def _show_row(self, rect: QRect) -> None:
        self._area.ensureVisible(0, rect.center().y(), 0, rect.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Leave on a click beside the box."""
        if not self.box.geometry().contains(event.position().toPoint()):
            self.close_now()
        event.accept()


def _line(kit: UiKit) -> QWidget:
    line = Surface(kit, "border")
    line.setFixedHeight(1)
    return line


def _hint(kit: UiKit, keys: str, text_key: str) -> tuple[QWidget, QWidget]:
    return KeyCaps(kit, keys), Label(kit, kit.t(text_key), "small", "muted")
