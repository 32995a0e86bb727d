"""The panel below the sync chip."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.system.settings import SYNC_BY_ITSELF
from desktop.ui.bridge import routes
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.ports import Tone
from desktop.ui.components.button import Button
from desktop.ui.components.label import Label, hairline
from desktop.ui.components.layouts import STRETCH, column, row, set_pad
from desktop.ui.components.popover import Popover
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.components.surface import Surface
from desktop.ui.components.switch import Switch
from desktop.ui.components.toast import Toast
from desktop.ui.design.painting import Glyph, contrast_edge, draw_box, draw_icon
from desktop.ui.sign_in.again import SignInAgain
from desktop.ui.sync_details.facts import COUNTED, SyncFacts, read_facts
from desktop.ui.sync_details.parts import HappeningLine, Quarter, figure_line, history_line, waiting_line, widest
from desktop.ui.sync_details.sentences import SyncSentences
from sync.contract.errors import Code

_WIDTH = 700
_NARROW_EDGE = 16
_PAD = 2
_LINE = 1
_MOST_HISTORY = 6
_MOST_WAITING = 6
_TILE = 36
_SIGN_IN = frozenset({Code.SIGN_IN_ENDED, Code.SIGN_IN_REFUSED})

# Icon, ink and fill by tone; nothing about the network is red.
_TILES = {
    Tone.FIRST: ("download", "sync_syncing", "accent_subtle"),
    Tone.SENDING: ("refresh-cw", "sync_syncing", "accent_subtle"),
    Tone.ATTENTION: ("circle-alert", "sync_failed", "danger_subtle"),
    Tone.CHOICE: ("git-merge", "sync_choice", "warning_subtle"),
    Tone.BUSY: ("clock", "sync_pending", "sync_offline_subtle"),
    Tone.OFFLINE: ("cloud-off", "sync_offline", "sync_offline_subtle"),
    Tone.WAITING: ("cloud-upload", "sync_pending", "sync_offline_subtle"),
    Tone.SENT: ("circle-check", "sync_synced", "success_subtle"),
}


def open_details(context: ScreenContext, anchor: QWidget) -> None:
    """Open the panel below ``anchor``; what it says is asked first, so that it opens at its size."""

    def show(facts: SyncFacts) -> None:
        if anchor.isVisible():
            SyncDetails(context, anchor, facts).open_around(_below_bar(anchor, context.shell.host), at_right=True)

    context.feed.read(context.shell.host, lambda: read_facts(context.reads), show)


def _below_bar(anchor: QWidget, host: QWidget) -> QRect:
    """Reach from the chip down to the end of the bar in which it lies."""
    bar = anchor.parentWidget() or anchor
    top = anchor.mapTo(host, QPoint(0, 0))
    return QRect(top, QPoint(top.x() + anchor.width() - 1, bar.mapTo(host, QPoint(0, bar.height())).y() - 2))


def _ask_anew(part: QWidget) -> None:
    """Let the layouts around a part forget how high it was, before the panel asks for its own height."""
    for each in (part, part.parentWidget()):
        layout = each.layout() if each is not None else None
        if layout is not None:
            layout.activate()


def _height_at(part: QWidget, width: int) -> int:
    height = part.heightForWidth(width)
    return height if height >= 0 else part.sizeHint().height()


class SyncDetails(Popover):
    """Head, four quarters, and a foot with what may be set; follows the status while it is open."""

    def __init__(self, context: ScreenContext, anchor: QWidget, facts: SyncFacts) -> None:
        super().__init__(context.kit, context.shell.host, pad=_PAD)
        self._context = context
        self._anchor = anchor
        self._facts = facts
        self._words = SyncSentences(context.kit.texts, context.words)
        kit = context.kit
        self._tile = _Tile(context)
        self.headline = Label(kit, "", "heading")
        self.detail = Label(kit, "", "body", "text_secondary", wrap=True)
        self.try_button = Button(kit, kit.t("sync_details.try_now"), icon="refresh-cw", key="Ctrl+Shift+S")
        self.try_button.clicked.connect(self._try_now)
        self.sign_in_button = Button(kit, kit.t("sign_in.title"), "primary", icon="key-round")
        self.sign_in_button.clicked.connect(self._sign_in)
        self.waiting = Quarter(kit, kit.t("sync_details.waiting"))
        self.last = Quarter(kit, kit.t("sync_details.last"))
        self.history = Quarter(kit, kit.t("sync_details.history.title"))
        self.happened = Quarter(kit, kit.t("sync_details.happened.title"))
        self.by_itself = Switch(kit, kit.t("sync_details.by_itself"), on=context.app.settings.get(SYNC_BY_ITSELF))
        self.by_itself.toggled.connect(self._set_by_itself)
        self._lay_out()
        self.setAccessibleName(kit.t("sync_details.title"))
        self.refused_link: Button | None = None
        self._later = context.feed.latest(self, self._take)
        context.status.changed.connect(self._ask)
        self._render()

    def focus_first(self) -> None:
        """Start at trying again."""
        first = self.sign_in_button if self._context.status.current.error in _SIGN_IN else self.try_button
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    def sizeHint(self) -> QSize:
        """Be as high as the text needs at the panel's own width, as far as the window reaches; the quarters scroll."""
        width = self._room()
        parts = (self._head, self._quarters, self._foot)
        wanted = sum(_height_at(part, width - 2 * _PAD) for part in parts) + _LINE + 2 * _PAD
        host = self._context.shell.host
        return QSize(width, min(wanted, host.height() - _below_bar(self._anchor, host).bottom() - _NARROW_EDGE))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close on a click outside; one on the chip only closes, where it would else open the panel again."""
        if event.type() == QEvent.Type.MouseButtonPress and watched is self._anchor and self.is_open:
            self.close_now()
            return True
        return super().eventFilter(watched, event)

    def _room(self) -> int:
        wanted = round(_WIDTH * self._context.kit.theme.choice.text_scale)
        return min(wanted, self._context.shell.host.width() - 2 * _NARROW_EDGE)

    def _lay_out(self) -> None:
        kit = self._context.kit
        self.setFixedWidth(self._room())
        texts = column(self.headline, self.detail, gap=2)
        self._head, self._quarters, self._foot = QWidget(), QWidget(), self._make_foot()
        row(self._tile, texts, self.try_button, self.sign_in_button, gap=12, pad=16, into=self._head).setStretch(1, 1)
        self.body.setSpacing(0)
        self.body.addWidget(self._head)
        self.body.addWidget(hairline(kit))
        grid = QGridLayout(self._quarters)
        set_pad(grid, 0)
        grid.setSpacing(0)
        quarters = (self.waiting, self.last, self.history, self.happened)
        for place, quarter in enumerate(quarters):
            across, down = place % 2, place // 2
            lines = "".join(("l" if across else "", "t" if down else ""))
            holder = Surface(kit, "raised", lines)
            column(quarter, gap=0, into=holder)
            grid.addWidget(holder, down, across)
            grid.setColumnStretch(across, 1)
        self.body.addWidget(ScrollArea(kit, self._quarters), 1)
        self.body.addWidget(self._foot)

    def _make_foot(self) -> QWidget:
        kit = self._context.kit
        copy = Button(kit, kit.t("sync_details.copy"), "ghost", icon="copy")
        copy.clicked.connect(self.copy)
        settings = Button(kit, kit.t("sync_details.settings"), icon="settings")
        settings.clicked.connect(self._open_settings)
        foot = Surface(kit, "sunken", "t").round_foot(kit.theme.radius("lg") - 2)
        row(self.by_itself, STRETCH, copy, settings, gap=8, pad=(16, 8), into=foot)
        return foot

    @Slot()
    def _ask(self) -> None:
        if self.is_open:
            self._later.ask(lambda: read_facts(self._context.reads))

    def _take(self, facts: SyncFacts) -> None:
        self._facts = facts
        if self.is_open:
            self._render()
            self.resize(self.sizeHint())

    def _render(self) -> None:
        status, facts = self._context.status.current, self._facts
        self._tile.set_tone(status.tone)
        self.headline.setText(self._words.headline(status, facts))
        self.detail.setText(self._words.detail(status))
        self.try_button.set_busy(status.running)
        has_ended = status.error in _SIGN_IN
        self.try_button.setVisible(not has_ended)
        self.sign_in_button.setVisible(has_ended)
        self.waiting.set_note(self._words.waiting_note(facts))
        self.waiting.fill(self._waiting_lines())
        self.last.set_note(self._words.last_note(facts))
        self.last.fill(self._figure_lines())
        told = self._words.history(facts, _MOST_HISTORY)
        kit = self._context.kit
        room = widest(kit, "body", (line.when for line in told))
        self.history.fill([history_line(kit, line, room) for line in told] or [self._quiet("history.none")])
        self.happened.fill(self._happening_lines())
        for quarter in (self.waiting, self.last, self.history, self.happened):
            _ask_anew(quarter)

    def _waiting_lines(self) -> Sequence[QWidget]:
        context, facts = self._context, self._facts
        if not facts.waiting:
            return [self._quiet("nothing_waits"), *self._refused_lines(), *self._ledger_lines()]
        shown = facts.waiting[:_MOST_WAITING]
        lines = [
            waiting_line(
                context.kit,
                context.catalogue[each.type].icon if each.type in context.catalogue else "file-text",
                context.words.types_name(each.type) if each.type in context.catalogue else each.type,
                context.kit.texts.number(each.changes),
            )
            for each in shown
        ]
        look = Button(context.kit, context.t("sync_details.look_through"), "link")
        look.clicked.connect(self.look_through)
        holder = QWidget()
        row(look, STRETCH, gap=0, into=holder)
        held = self._words.held_note(facts)
        said = [Label(context.kit, held, "small", "text_secondary", wrap=True)] if held else []
        return [*lines, *said, holder, *self._refused_lines(), *self._ledger_lines()]

    def _refused_lines(self) -> Sequence[QWidget]:
        """Say how much was not accepted, with the way there: however long ago that was, it waits for its author."""
        kit, count = self._context.kit, self._context.status.current.attention
        if not count:
            return []
        self.refused_link = Button(kit, kit.t("sync_details.link.refused"), "link")
        self.refused_link.clicked.connect(self.look_at_refused)
        holder = QWidget()
        row(self.refused_link, STRETCH, gap=0, into=holder)
        return [waiting_line(kit, "circle-alert", kit.t("change_log.tab.refused"), kit.texts.number(count)), holder]

    def _ledger_lines(self) -> Sequence[QWidget]:
        told = self._words.ledger(self._facts)
        ink = "text_secondary" if self._facts.ledger.balances else "warning"
        return [Label(self._context.kit, told, "small", ink, wrap=True).set_figures()] if told else []

    def _figure_lines(self) -> Sequence[QWidget]:
        context, facts, status = self._context, self._facts, self._context.status.current
        number = context.kit.texts.number
        share = 1.0 if status.complete else 0.5
        names = [name for name in COUNTED if name in facts.counts]
        lines = [
            figure_line(context.kit, context.words.types_name(name), share, number(facts.counts[name]))
            for name in names
        ]
        if status.first_sync is not None and status.first_sync[1]:
            done, total = status.first_sync
            said = context.t("sync_details.first_progress", done=number(done), total=number(total))
            lines = [figure_line(context.kit, context.t("sync_details.first"), done / total, said)]
        return lines or [self._quiet("nothing_here")]

    def _happening_lines(self) -> Sequence[QWidget]:
        session = self._context.session
        told = self._words.happenings(
            self._facts, self._context.status.current, user=session.name, organisation=session.organisation
        )
        lines = []
        room = widest(self._context.kit, "small", (happening.when for happening in told))
        for happening in told:
            link = self._context.t(f"sync_details.link.{happening.link}") if happening.link else ""
            line = HappeningLine(self._context.kit, happening, link, room)
            line.followed.connect(self._follow)
            lines.append(line)
        return lines

    def _quiet(self, key: str) -> QWidget:
        return Label(self._context.kit, self._context.t(f"sync_details.{key}"), "body", "muted", wrap=True)

    @Slot()
    def _try_now(self) -> None:
        self._context.app.sync.sync_soon()

    @Slot()
    def _sign_in(self) -> None:
        self.close_now()
        SignInAgain(self._context).open()

    @Slot(bool)
    def _set_by_itself(self, on: bool) -> None:  # noqa: FBT001 - a slot
        self._context.app.settings.set(SYNC_BY_ITSELF, on)

    @Slot()
    def copy(self) -> None:
        """Put what support needs on the clipboard."""
        status = self._context.status.current
        QGuiApplication.clipboard().setText(self._words.support_text(self._facts, status))
        self._context.shell.toast(Toast(self._context.t("sync_details.copied")))

    @Slot()
    def _open_settings(self) -> None:
        self.close_now()
        self._context.open(routes.SETTINGS)

    @Slot()
    def look_through(self) -> None:
        """Go to the log of own changes."""
        self.close_now()
        self._context.open(routes.CHANGES, {"tab": "yours"})

    @Slot()
    def look_at_refused(self) -> None:
        """Go to what was not accepted."""
        self._follow("refused")

    @Slot(str)
    def _follow(self, link: str) -> None:
        self.close_now()
        if link == "choice":
            self._context.open(routes.CHOICE)
        else:
            self._context.open(routes.CHANGES, {"tab": "refused"})


class _Tile(QWidget):
    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._kit = context.kit
        self._tone = Tone.SENT
        self.setFixedSize(_TILE, _TILE)
        self._kit.follow(self)

    def set_tone(self, tone: Tone) -> None:
        self._tone = tone
        self.update()

    @Slot()
    def restyle(self) -> None:
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._kit.theme
        icon, ink, fill = _TILES[self._tone]
        painter = QPainter(self)
        draw_box(painter, self.rect(), theme.color(fill), theme.radius("lg"), contrast_edge(theme))
        draw_icon(painter, theme, self.rect().toRectF().center(), Glyph(icon, ink, 20))
