"""The guided tour: a small panel that goes from page to page with the user, who may try everything meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.domain.listing import Listing, Sort
from desktop.ui.bridge import routes
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.button import Button
from desktop.ui.components.icon_button import IconButton
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Outline, draw_box
from desktop.ui.design.route_line import DONE, HERE, NEXT, Stop, paint_route
from desktop.ui.shell.companion import Companion

NEXT_ACTION, BACK_ACTION = "window.guide_next", "window.guide_back"
"""The actions whose keys stand on the buttons."""
_WIDTH = 380
_EDGE = 20
_FOOT = 44
_DOT = 14


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One stop of the tour: its texts are ``help.step.NAME``, ``page`` is where it is seen."""

    name: str
    page: str


STEPS: Sequence[GuideStep] = (
    GuideStep("today", routes.TODAY),
    GuideStep("customers", routes.CUSTOMERS),
    GuideStep("customer", routes.CUSTOMER),
    GuideStep("note", routes.CUSTOMER),
    GuideStep("find", routes.CUSTOMERS),
    GuideStep("pipeline", routes.PIPELINE),
    GuideStep("choice", routes.CHOICE),
    GuideStep("changes", routes.CHANGES),
    GuideStep("sync", routes.TODAY),
)


class Guide(Companion):
    """Stands at the lower right over every page; the focus stays in the page. One at a time; it deletes itself."""

    def __init__(self, context: ScreenContext) -> None:
        host = context.shell.host
        super().__init__(host)
        kit = context.kit
        self._context = context
        self._host = host
        self._place = 0
        self._language = kit.texts.language
        self._line = _Line(kit, len(STEPS))
        self.title = Label(kit, "", "heading", wrap=True)
        self.text = Label(kit, "", "body", "text_secondary", wrap=True)
        self._end = IconButton(kit, "x", "", "Esc")
        keys = {each.made.id: each.now.shortcut for each in context.shell.known_actions()}
        self.back_button = Button(kit, "", key=keys.get(BACK_ACTION, ""))
        self.next_button = Button(kit, "", "primary", key=keys.get(NEXT_ACTION, ""))
        self._end.clicked.connect(self.end)
        self.back_button.clicked.connect(self.back)
        self.next_button.clicked.connect(self.go_on)
        buttons = row(STRETCH, self.back_button, self.next_button, gap=8)
        head = row(self._line, self._end, gap=8)
        head.setStretch(0, 1)
        column(head, self.title, self.text, 4, buttons, gap=8, pad=16, into=self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()
        kit.follow(self)
        kit.keys.changed.connect(self.take_keys)

    @property
    def step(self) -> GuideStep:
        """Where the tour is."""
        return STEPS[self._place]

    def take_focus(self) -> None:
        """Start on going on."""
        self.next_button.setFocus(Qt.FocusReason.TabFocusReason)

    def begin(self) -> None:
        """Show the first stop; a tour that is under way begins anew."""
        for other in self._host.findChildren(Guide):
            if other is not self:
                other.end()
        self._host.installEventFilter(self)
        self.show()
        self._show_step()

    @Slot()
    def go_on(self) -> None:
        """Go to the next stop, or end after the last."""
        if self._place == len(STEPS) - 1:
            self.end()
        else:
            self._place += 1
            self._show_step()

    @Slot()
    def back(self) -> None:
        """Go to the stop before."""
        self._place = max(0, self._place - 1)
        self._show_step()

    @Slot()
    def end(self) -> None:
        """Go; Help has the tour again."""
        if self.isHidden():
            return
        self._host.removeEventFilter(self)
        self.hide()
        self.deleteLater()

    @Slot()
    def restyle(self) -> None:
        """Take another language at once."""
        if self.isVisible() and self._language != self._context.kit.texts.language:
            self._language = self._context.kit.texts.language
            self._write()
        self.update()

    @Slot()
    def take_keys(self) -> None:
        """Name the keys that actions have now."""
        if self.isVisible():
            self._write()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the corner."""
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self._put()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box."""
        theme = self._context.kit.theme
        draw_box(QPainter(self), self.rect(), theme.color("raised"), theme.radius("lg"), Outline(theme.color("accent")))

    def _show_step(self) -> None:
        step = self.step
        self._write()
        if step.page == routes.CUSTOMER:
            wanted = Listing("account", sort=(Sort("last_visit_at", descending=True), Sort("name")), limit=1)
            self._context.feed.read(self, lambda: self._context.reads.ids(wanted), self._open_customer)
        else:
            self._context.open(step.page)

    def _open_customer(self, ids: list[str]) -> None:
        if ids and self.isVisible() and self.step.page == routes.CUSTOMER:
            self._context.open(routes.CUSTOMER, {"id": ids[0]})

    def _write(self) -> None:
        t, last = self._context.t, self._place == len(STEPS) - 1
        self._line.set_here(self._place)
        self.title.setText(t(f"help.step.{self.step.name}.title"))
        keys = self._context.shell.keys_in_words(self.step.page)
        self.text.setText(t(f"help.step.{self.step.name}.text", **keys))
        self.back_button.set_text(t("help.guide.back"))
        self.back_button.setEnabled(self._place > 0)
        self.next_button.set_text(t("help.guide.done" if last else "help.guide.next"))
        self._end.setAccessibleName(t("help.guide.end"))
        place = t("help.guide.place", number=self._place + 1, total=len(STEPS))
        self.setAccessibleName(f"{place}: {self.title.text()}")
        self.setAccessibleDescription(self.text.text())
        self._put()

    def _put(self) -> None:
        width = min(round(_WIDTH * self._context.kit.theme.choice.text_scale), self._host.width() - 2 * _EDGE)
        layout = self.layout()
        height = layout.heightForWidth(width) if layout is not None else self.sizeHint().height()
        size = self._host.size()
        self.setGeometry(QRect(size.width() - width - _EDGE, size.height() - height - _FOOT, width, height))
        self.raise_()


class _Line(QWidget):
    """The stops as a route from left to right."""

    def __init__(self, kit: UiKit, count: int) -> None:
        super().__init__()
        self._kit = kit
        self._count = count
        self._here = 0
        self.setFixedHeight(_DOT + 6)
        kit.follow(self)

    def set_here(self, place: int) -> None:
        """Show where the tour is."""
        self._here = place
        self.update()

    @Slot()
    def restyle(self) -> None:
        """Draw anew."""
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the route."""
        states = [DONE if each < self._here else HERE if each == self._here else NEXT for each in range(self._count)]
        gap = (self.width() - _DOT - 2) / (self._count - 1)
        centers = [QPointF(_DOT / 2 + 1 + gap * each, self.height() / 2) for each in range(self._count)]
        paint_route(QPainter(self), self._kit.theme, [Stop(state) for state in states], centers, node=_DOT)
