"""The navigation rail: where one can go, how much is there, who one is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.components.icon_button import IconButton
from desktop.ui.components.label import Label, hairline
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.marks import PersonMark, SealMark
from desktop.ui.components.plain_tooltip import set_tooltip
from desktop.ui.components.surface import Surface
from desktop.ui.design.kit import UiKit
from desktop.ui.shell.rail_entry import RailButton, RailEntry

_SECTIONS = ("main", "pinned", "sync")
_PAD = 8
_MOST_WIDER = 1.4


@dataclass(frozen=True, slots=True)
class _User:
    name: str = ""
    note: str = ""


class Rail(Surface):
    """Entries in three sections, the user below. One of the entries is reached by Tab, arrow keys move between them."""

    chosen = Signal(str)
    settings_wanted = Signal()

    _is_collapsed = False
    # The theme is taken before anything is in the rail.
    _buttons: Sequence[RailButton] = ()

    def __init__(self, kit: UiKit) -> None:
        super().__init__(kit, "nav", "r")
        self._kit = kit
        self._current = ""
        self._user = _User()
        self._counts: dict[str, str] = {}
        self._buttons = []
        self._headings: list[QWidget] = []
        self._brand = Label(kit, "Roundsman", "section")
        self._brand_zh = Label(kit, "行商", "body", "muted")
        self._entries: QVBoxLayout = column(gap=0)
        self._user_mark = PersonMark(kit, "", fill="surface")
        self._user_name = Label(kit, "", "medium")
        self._user_note = Label(kit, "", "small", "text_secondary")
        self._user_words = QWidget()
        column(self._user_name, self._user_note, gap=0, into=self._user_words)
        self._settings = IconButton(kit, "settings", kit.t("shell.nav.settings"), "Ctrl+,")
        self._settings.clicked.connect(self.settings_wanted)
        self._bottom: QVBoxLayout = column(gap=0)
        brand = row(SealMark(kit), self._brand, self._brand_zh, STRETCH, gap=8, pad=(6, 12, 0, 12))
        self._user_row = row(self._user_mark, 8, self._user_words, self._settings, gap=0, pad=(2, 8, 0, 8))
        self._user_row.setStretch(2, 1)
        column(brand, self._entries, STRETCH, hairline(kit), self._user_row, gap=0, pad=(8, 0, 8, 0), into=self)
        self.set_collapsed(False)

    @property
    def is_collapsed(self) -> bool:
        """Whether only the icons are shown."""
        return self._is_collapsed

    def set_entries(self, entries: Sequence[RailEntry]) -> None:
        """Show other entries; counts and the current one stay."""
        while self._entries.count():
            item = self._entries.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._buttons = []
        self._headings = []
        for section in _SECTIONS:
            here = [entry for entry in entries if entry.section == section]
            if here and section != _SECTIONS[0]:
                self._add_heading(section)
            for entry in here:
                self._add_button(entry)
        self.set_current(self._current)
        self.set_collapsed(self._is_collapsed)
        self._settings.set_name(self._kit.t("shell.nav.settings"))

    def set_current(self, key: str) -> None:
        """Light an entry; an unknown key lights none."""
        self._current = key
        lit = False
        for button in self._buttons:
            button.setChecked(button.entry.key == key)
            lit = lit or button.isChecked()
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if button.isChecked() else Qt.FocusPolicy.ClickFocus)
        if not lit and self._buttons:
            self._buttons[0].setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_counts(self, counts: Mapping[str, str]) -> None:
        """Show numbers beside entries, by their keys; those not named keep theirs."""
        self._counts.update(counts)
        for button in self._buttons:
            button.set_count(self._counts.get(button.entry.key, ""))

    def set_user(self, name: str, note: str) -> None:
        """Show who is signed in."""
        self._user = _User(name, note)
        self._user_mark.set_name(name)
        self._user_name.setText(name)
        self._user_note.setText(note)
        set_tooltip(self._user_mark, f"{name}, {note}" if note else name)

    def set_collapsed(self, collapsed: bool) -> None:  # noqa: FBT001 - a Qt-like setter
        """Show icons only, or icons and words."""
        self._is_collapsed = collapsed
        for widget in (self._brand, self._brand_zh, self._user_words, self._settings, *self._headings):
            widget.setVisible(not collapsed)
        for button in self._buttons:
            button.set_collapsed(collapsed)
        self.restyle()

    def buttons(self) -> Sequence[RailButton]:
        """Give the entries' buttons in order."""
        return self._buttons

    def focus_current(self) -> None:
        """Put the focus on the entry that Tab reaches."""
        for button in self._buttons:
            if button.focusPolicy() == Qt.FocusPolicy.StrongFocus:
                button.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def restyle(self) -> None:
        """Take the width from the theme; a language with longer words gets somewhat more."""
        layout = self._kit.theme.layout
        if self._is_collapsed:
            self.setFixedWidth(layout.nav_rail_collapsed)
        else:
            width = round(layout.nav_rail * max(1.0, self._kit.theme.choice.text_scale))
            words = max(
                (button.words_width() for button in self._buttons if button.entry.section != "pinned"), default=0
            )
            self.setFixedWidth(min(max(width, words + 2 * _PAD), round(width * _MOST_WIDER)))
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move between entries with the arrow keys."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and isinstance(watched, RailButton):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step and not event.modifiers():
                target = self._buttons[(list(self._buttons).index(watched) + step) % len(self._buttons)]
                target.setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)

    def _add_heading(self, section: str) -> None:
        box = QWidget()
        heading = Label(self._kit, self._kit.t(f"shell.section.{section}"), "small", "muted")
        row(heading, pad=(8, 16, 0, 6), into=box)
        self._headings.append(box)
        self._entries.addWidget(box)

    def _add_button(self, entry: RailEntry) -> None:
        button = RailButton(self._kit, entry)
        button.set_count(self._counts.get(entry.key, ""))
        button.chosen.connect(self.chosen)
        button.installEventFilter(self)
        self._buttons = [*self._buttons, button]
        self._entries.addWidget(button)
