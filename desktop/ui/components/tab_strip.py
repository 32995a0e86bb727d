"""Tabs and saved views: words with a count, the open one underlined."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QLayout, QSizePolicy, QWidget

from desktop.ui.components.layouts import STRETCH, row
from desktop.ui.design.focus_ring import RingFocus
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import draw_hairline, draw_text, text_width

_HEIGHT = 40
_PAD = 10
_COUNT_GAP = 6
_UNDERLINE = 2
_ROOM_BETWEEN = 32


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab; ``count`` is written out already."""

    key: str
    title: str
    count: str = ""


class TabStrip(QWidget):
    """A row of tabs over what they show; arrow keys move, ``changed`` gives the key of the opened one."""

    changed = Signal(str)

    def __init__(self, kit: UiKit, tabs: Sequence[Tab], current: str, name: str = "", *, inset: int = 16) -> None:
        """Start the first tab ``inset`` px from the edge: 16 in pages, 8 in panes; its words then meet the margin."""
        super().__init__()
        self._kit = kit
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._tabs_layout = row(gap=0)
        self._after = QHBoxLayout()
        self._trailing = QHBoxLayout()
        self._inset = inset
        outer = row(self._tabs_layout, self._after, STRETCH, self._trailing, gap=8, pad=(inset, 0, inset, 0), into=self)
        # Tabs for which there is no room hide themselves; the strip never makes its window wider.
        outer.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._buttons: list[_TabButton] = []
        self._group.buttonToggled.connect(self._on_toggled)
        self.set_tabs(tabs, current)
        kit.follow(self)

    def set_tabs(self, tabs: Sequence[Tab], current: str) -> None:
        """Replace all tabs without announcing a change."""
        self._group.blockSignals(True)
        for button in self._buttons:
            self._group.removeButton(button)
            self._tabs_layout.removeWidget(button)
            button.deleteLater()
        self._buttons = [_TabButton(self._kit, tab) for tab in tabs]
        for button in self._buttons:
            self._group.addButton(button)
            self._tabs_layout.addWidget(button)
            button.setChecked(button.tab.key == current)
        self._group.blockSignals(False)
        self.fit()

    def current(self) -> str:
        """Give the key of the open tab."""
        checked = self._group.checkedButton()
        return checked.tab.key if isinstance(checked, _TabButton) else ""

    def set_current(self, key: str) -> None:
        """Open a tab; an unknown key changes nothing."""
        for button in self._buttons:
            if button.tab.key == key:
                button.setChecked(True)
        self.fit()

    def set_count(self, key: str, count: str) -> None:
        """Change the number beside a tab."""
        for button in self._buttons:
            if button.tab.key == key:
                button.set_tab(Tab(key, button.tab.title, count))

    def add_after_tabs(self, widget: QWidget) -> None:
        """Put something right behind the last tab, such as a plus."""
        self._after.addWidget(widget)

    def fit(self) -> None:
        """Hide the last tabs for which there is no room; the open one stays."""
        room = self.width() - 2 * self._inset - _ROOM_BETWEEN
        room -= self._after.sizeHint().width() + self._trailing.sizeHint().width()
        for button in sorted(self._buttons, key=lambda each: not each.isChecked()):
            room -= button.sizeHint().width()
            button.setVisible(room >= 0 or button.isChecked())

    def hidden_tabs(self) -> list[str]:
        """Give the keys of the tabs for which there is no room."""
        return [button.tab.key for button in self._buttons if button.isHidden()]

    def sizeHint(self) -> QSize:
        """Be as high as the tabs; the width is what there is."""
        height = max((button.sizeHint().height() for button in self._buttons), default=_HEIGHT)
        return QSize(super().sizeHint().width(), height)

    def minimumSizeHint(self) -> QSize:
        """Shrink to a single tab."""
        return QSize(_ROOM_BETWEEN, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the tabs for which there is room."""
        super().resizeEvent(event)
        self.fit()

    def event(self, event: QEvent) -> bool:
        """Fit the tabs anew when a count grew or something at the right end came or went."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return done

    def add_trailing(self, widget: QWidget) -> None:
        """Put something at the right end, such as Save and Reset of a changed view."""
        self._trailing.addWidget(widget)

    @Slot()
    def restyle(self) -> None:
        """Draw anew."""
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line below."""
        draw_hairline(QPainter(self), self._kit.theme, self.rect())

    @Slot(QAbstractButton, bool)
    def _on_toggled(self, button: QAbstractButton, checked: bool) -> None:  # noqa: FBT001 - a slot
        if checked and isinstance(button, _TabButton):
            self.changed.emit(button.tab.key)


class _TabButton(RingFocus, QAbstractButton):
    def __init__(self, kit: UiKit, tab: Tab) -> None:
        super().__init__()
        self._kit = kit
        self.tab = tab
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_tab(tab)
        kit.follow(self)

    def set_tab(self, tab: Tab) -> None:
        self.tab = tab
        self.setAccessibleName(f"{tab.title} {tab.count}".rstrip())
        self.updateGeometry()
        self.update()

    @Slot()
    def restyle(self) -> None:
        self.ring_radius = self._kit.theme.radius("sm")
        self.updateGeometry()
        self.update()

    def ring_rect(self) -> QRect:
        return self.rect().adjusted(2, 6, -2, -6)

    def sizeHint(self) -> QSize:
        theme = self._kit.theme
        width = 2 * _PAD + text_width(theme.font("medium"), self.tab.title)
        if self.tab.count:
            width += _COUNT_GAP + text_width(theme.font("small", tnum=True), self.tab.count)
        return QSize(width, max(_HEIGHT, theme.target, theme.line("medium") + 16))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._kit.theme
        painter = QPainter(self)
        is_on = self.isChecked()
        ink = "text" if is_on or self.underMouse() else "text_secondary"
        painter.setFont(theme.font("section" if is_on else "medium"))
        width = text_width(theme.font("medium"), self.tab.title)
        draw_text(painter, QRect(_PAD, 0, width + 4, self.height()), self.tab.title, theme.color(ink))
        if self.tab.count:
            painter.setFont(theme.font("small", tnum=True))
            left = _PAD + width + _COUNT_GAP
            draw_text(painter, QRect(left, 0, self.width() - left, self.height()), self.tab.count, theme.color("muted"))
        if is_on:
            line = QRect(0, self.height() - _UNDERLINE, self.width(), _UNDERLINE)
            painter.fillRect(line, theme.color("selection_bar"))
