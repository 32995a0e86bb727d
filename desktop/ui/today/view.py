"""Today: the day as a route, the tasks that are due, the last customers, the week in figures."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from desktop.commands.tasks import CompleteTask, ReopenTask
from desktop.ui.bridge import routes
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.card import Card
from desktop.ui.components.empty_state import EmptyState
from desktop.ui.components.layouts import column, row
from desktop.ui.components.two_line_list import TwoLineList
from desktop.ui.shell.actions import Action
from desktop.ui.shell.page import Hint, Page, PageState
from desktop.ui.today.day_card import DayCard
from desktop.ui.today.day_route import DayRoute
from desktop.ui.today.plan import TYPES, Day, DayPlan, day_of, read_day
from desktop.ui.today.sentences import DaySentences
from desktop.ui.today.task_list import TaskList
from desktop.ui.today.week import WeekView, read_week
from desktop.ui.today.week_card import WeekCard

_TICK_MS = 20_000
_NARROW_PX = 1200
"""Below this width two columns are left; three would be too narrow to read a visit."""
_LEAST_HEIGHT = 560
"""Of a page on which two columns show the last customers too."""


class TodayPage(Page):
    """The first page of the morning. Left and Right show other days; everything else is about today."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.shell)
        self._context = context
        self._words = DaySentences(self.kit.texts, context.words)
        self._day = self._shown_as_today = self._today()
        self._plan: DayPlan | None = None
        self._is_open = False
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._tick)
        self._make_cards()
        self._lay_out()
        context.status.changed.connect(self._say_synced)
        self._days = context.feed.watch(self, TYPES, self._read_day, self._show_day)
        self._weeks = context.feed.watch(self, TYPES, self._read_week, self._week.show_week)

    @property
    def route(self) -> DayRoute:
        """The day's stops."""
        return self._day_card.route

    @property
    def day_title(self) -> str:
        """Which day is shown, as it is written."""
        return self._day_card.accessibleName()

    def title(self) -> str:
        """Name the page."""
        return self.kit.t("today.title")

    def page_actions(self) -> Sequence[Action]:
        """Offer the days before and after, and ticking."""
        return [
            Action("today.earlier", "today.action.earlier", lambda: self._go(-1), "chevron-left", "Left"),
            Action("today.later", "today.action.later", lambda: self._go(1), "chevron-right", "Right"),
            Action("today.back", "today.action.back", self.back_to_today, "sun", enabled_when=self._is_other_day),
            Action(
                "today.tick",
                "today.action.tick",
                self.tasks.toggle_current,
                icon="check",
                shortcut="X",
                enabled_when=self._can_tick,
                hint_key="today.hint.tick",
            ),
        ]

    def hints(self) -> Sequence[Hint]:
        """Explain moving."""
        return [
            Hint("J K", self.kit.t("today.hint.move")),
            Hint("Return", self.kit.t("today.hint.open")),
            Hint("Left Right", self.kit.t("today.hint.day")),
        ]

    def activate(self) -> None:
        """Look at the clock again; data are live anyway."""
        self._is_open = True
        self._tick()
        self._say_synced()

    def deactivate(self) -> None:
        """Leave the strip at the foot to other pages."""
        self._is_open = False

    def save_state(self) -> PageState:
        """Keep the day and what was current; what was shown as today stays today after midnight."""
        today = self._shown_as_today if self._day == self._shown_as_today else self._today()
        shift = (self._day.start.date() - today.start.date()).days
        return {"shift": shift, "stop": self.route.current_id(), "task": self.tasks.current_id()}

    def restore_state(self, state: PageState) -> None:
        """Show the same day with the same things current."""
        shift = state.get("shift")
        self._show_shifted(shift if isinstance(shift, int) else 0)
        self._wanted = (str(state.get("stop", "")), str(state.get("task", "")))
        self._take_wanted()

    def focus_main(self) -> None:
        """Start in the day, or in the tasks when the day is empty."""
        is_empty = self._plan is not None and not self._plan.stops
        target: QWidget = self.tasks if is_empty else self.route
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _say_synced(self) -> None:
        last = self._context.status.current.last_sync_at
        if not self._is_open:
            return
        said = self.kit.t("today.all_here")
        if last is not None:
            said = self.kit.t("today.all_here_since", when=self._words.when(last))
        self.shell.set_page_status(said)

    @Slot()
    def back_to_today(self) -> None:
        """Show today again."""
        self._show_shifted(0)

    def showEvent(self, event: QShowEvent) -> None:
        """Let the marker of now go on."""
        super().showEvent(event)
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest."""
        super().hideEvent(event)
        self._clock.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the third column below the second where it is narrow."""
        super().resizeEvent(event)
        self._arrange()

    def _make_cards(self) -> None:
        kit = self.kit
        self._wanted = ("", "")
        self._day_card = DayCard(kit)
        self._day_card.moved.connect(self._go)
        self._day_card.today_wanted.connect(self.back_to_today)
        self.route.opened.connect(self._open_stop)
        self.tasks = TaskList(kit, kit.t("today.tasks.title"))
        self.tasks.ticked.connect(self._complete)
        self.tasks.opened.connect(self._open_task)
        self._no_tasks = EmptyState(kit, "list-checks", kit.t("today.tasks.none"), kit.t("today.tasks.none_hint"))
        self._task_card, self._task_pages = _stacked_card(self.tasks, self._no_tasks, kit.t("today.tasks.title"), self)
        self._recent = TwoLineList(kit, kit.t("today.recent.title"), pad=16)
        self._recent.opened.connect(self._open_account)
        self._no_recent = EmptyState(kit, "building-2", kit.t("today.recent.none"), kit.t("today.recent.none_hint"))
        self._recent_card, self._recent_pages = _stacked_card(
            self._recent, self._no_recent, kit.t("today.recent.title"), self
        )
        self._week = WeekCard(kit, self._words)

    def _lay_out(self) -> None:
        self._middle = QWidget()
        self._third = QWidget()
        third = column(self._recent_card, self._week, gap=16, into=self._third)
        third.setStretch(0, 1)
        # Two columns first: the three of a wide window would keep it from being made narrow.
        self._middle_layout = column(self._task_card, self._third, gap=16, into=self._middle)
        self._columns = row(self._day_card, self._middle, gap=16, pad=(24, 16), into=self)
        self._is_narrow = True
        self._share_out()

    def _arrange(self) -> None:
        is_narrow = self.width() < _NARROW_PX
        # Tasks and the week come first where large text leaves no room for all three.
        self._recent_card.setVisible(not is_narrow or self.height() >= self.kit.theme.grown(_LEAST_HEIGHT))
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        if is_narrow:
            self._middle_layout.addWidget(self._third)
        else:
            self._columns.addWidget(self._third)
        self._share_out()

    def _share_out(self) -> None:
        for place, share in enumerate((50, 40) if self._is_narrow else (50, 34, 32)):
            self._columns.setStretch(place, share)
        self._middle_layout.setStretch(0, 1)
        if self._is_narrow:
            self._middle_layout.setStretch(1, 1)

    def _read_day(self) -> DayPlan:
        return read_day(self._context.reads, self._day, self._context.words.now())

    def _read_week(self) -> WeekView:
        return read_week(self._context.reads, self._today(), self._context.words.now())

    def _show_day(self, plan: DayPlan) -> None:
        if plan.day != self._day:
            return
        self._plan = plan
        self._render()
        self._take_wanted()

    def _render(self) -> None:
        if self._plan is None:
            return
        now = self._context.words.now()
        is_today = not self._is_other_day()
        self._day_card.show_day(
            self._words.title(self._plan),
            self._words.summary(self._plan),
            is_today=is_today,
        )
        stops = self._words.stops(self._plan, now)
        self._day_card.show_stops(self._plan.day.start, stops, now if is_today else None)
        self.tasks.set_rows(self._words.tasks(self._plan, now))
        still_open = sum(not task.done for task in self._plan.tasks)
        self._task_card.set_note(self.kit.texts.number(still_open) if still_open else "")
        self._task_pages.setCurrentIndex(0 if self._plan.tasks else 1)
        self._recent.set_rows(self._words.recent(self._plan.recent))
        self._recent_pages.setCurrentIndex(0 if self._plan.recent else 1)

    def _take_wanted(self) -> None:
        stop, task = self._wanted
        if self._plan is None or not (stop or task):
            return
        self._wanted = ("", "")
        self.route.set_current(stop)
        self.tasks.set_current(task)

    @Slot()
    def _tick(self) -> None:
        if self._plan is None:
            return
        was_today = self._plan.day == self._shown_as_today
        if was_today and self._is_other_day():
            self.back_to_today()
            self._weeks.refresh()
        else:
            self._render()

    @Slot(int)
    def _go(self, days: int) -> None:
        self._show(self._day.shifted(days))

    def _show_shifted(self, days: int) -> None:
        self._show(self._today().shifted(days))

    def _show(self, day: Day) -> None:
        self._shown_as_today = self._today()
        if day == self._day:
            return
        self._day = day
        self._days.refresh()

    def _today(self) -> Day:
        return day_of(self._context.session.user, self._context.words.now())

    def _is_other_day(self) -> bool:
        return self._day.start.date() != self._context.words.now().date()

    def _can_tick(self) -> bool:
        return self.tasks.hasFocus() and self.tasks.has_current()

    @Slot(str, bool)
    def _complete(self, task: str, done: bool) -> None:  # noqa: FBT001 - a slot
        self._context.writer.run(CompleteTask(task) if done else ReopenTask(task))

    @Slot(str)
    def _open_account(self, account: str) -> None:
        if account:
            self._context.open(routes.CUSTOMER, {"id": account})

    @Slot(str)
    def _open_stop(self, stop_id: str) -> None:
        stops = self._plan.stops if self._plan else ()
        self._open_account(next((stop.account for stop in stops if stop.id == stop_id), ""))

    @Slot(str)
    def _open_task(self, task_id: str) -> None:
        tasks = self._plan.tasks if self._plan else ()
        self._open_account(next((task.account for task in tasks if task.id == task_id), ""))


def _stacked_card(content: QWidget, empty: QWidget, title: str, page: TodayPage) -> tuple[Card, QStackedLayout]:
    card = Card(page.kit, title)
    pages = QStackedLayout()
    pages.addWidget(content)
    pages.addWidget(empty)
    card.body.addLayout(pages)
    return card, pages
