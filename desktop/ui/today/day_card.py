"""The card of the day: which day it is, the way to others, and the route through it."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QRect, QTimer, Signal, Slot
from PySide6.QtWidgets import QStackedLayout, QWidget

from desktop.ui.components.button import Button
from desktop.ui.components.card import Card
from desktop.ui.components.empty_state import EmptyState
from desktop.ui.components.icon_button import IconButton
from desktop.ui.components.label import Label, hairline
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.design.kit import UiKit
from desktop.ui.today.day_route import DayRoute, RouteStop


class DayCard(Card):
    """A day of stops; ``moved`` asks for another day, by how many."""

    moved = Signal(int)
    today_wanted = Signal()

    def __init__(self, kit: UiKit) -> None:
        super().__init__(kit)
        self.route = DayRoute(kit, kit.t("today.day.name"))
        self.route.current_moved.connect(self._bring_into_view)
        self._title = Label(kit, "", "heading")
        self._summary = Label(kit, "", "small", "text_secondary")
        self._shown: datetime | None = None
        self._today = Button(kit, kit.t("today.action.back"), "normal").set_small()
        self._today.clicked.connect(self.today_wanted)
        self._empty = EmptyState(kit, "route", kit.t("today.day.none"), kit.t("today.day.none_hint"))
        self._area = ScrollArea(kit, self.route, "surface")
        self._pages = QStackedLayout()
        self._pages.addWidget(self._area)
        self._pages.addWidget(self._empty)
        self.body.addWidget(self._header())
        self.body.addWidget(hairline(kit))
        self.body.addLayout(self._pages, 1)

    def show_day(self, title: str, summary: str, *, is_today: bool) -> None:
        """Name the day."""
        self._title.setText(title)
        self._summary.setText(summary)
        self._today.setVisible(not is_today)
        self.setAccessibleName(title)
        self.setAccessibleDescription(summary)

    def show_stops(self, start: datetime, stops: Sequence[RouteStop], now: datetime | None) -> None:
        """Show the route of the day that begins at ``start``; a new day starts where its first news are."""
        is_other = start != self._shown
        self._shown = start
        self.route.set_day(start, stops, now)
        self._pages.setCurrentIndex(0 if stops else 1)
        if is_other:
            # The area learns its new height only when the layout has run.
            QTimer.singleShot(0, self, self._show_now)

    @Slot()
    def _ask_earlier(self) -> None:
        self.moved.emit(-1)

    @Slot()
    def _ask_later(self) -> None:
        self.moved.emit(1)

    @Slot(QRect)
    def _bring_into_view(self, rect: QRect) -> None:
        self._area.ensureVisible(0, rect.center().y(), 0, rect.height() // 2)

    @Slot()
    def _show_now(self) -> None:
        y = self.route.now_y()
        bar = self._area.verticalScrollBar()
        bar.setValue(0 if y is None else max(0, y - self._area.viewport().height() // 2))

    def _header(self) -> QWidget:
        kit = self._kit
        earlier = IconButton(kit, "chevron-left", kit.t("today.action.earlier"), "Left")
        earlier.clicked.connect(self._ask_earlier)
        later = IconButton(kit, "chevron-right", kit.t("today.action.later"), "Right")
        later.clicked.connect(self._ask_later)
        header = QWidget()
        names = column(self._title, self._summary, gap=2)
        row(names, STRETCH, self._today, earlier, later, gap=4, pad=(16, 8, 12, 8), into=header)
        return header
