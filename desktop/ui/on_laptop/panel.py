"""What is on this laptop, as a list with sizes: records always are, files are chosen; below it how far all has come.

The first run and the settings show the same panel. What it knows is read on the read lane, a little after each change.
"""

from bisect import bisect_left
from datetime import timedelta

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.changes import ChangeSet
from desktop.domain.holdings import MIB, Policy
from desktop.services.on_laptop import Kind, OnLaptop, kinds_of, look, policy_of
from desktop.system.settings import FILES_DAYS, FILES_MIB, FILES_OTHERS, FILES_OWN, SYNC_BY_ITSELF
from desktop.ui.bridge.live_feed import LiveFeed
from desktop.ui.bridge.ports import Application
from desktop.ui.bridge.status_feed import StatusFeed
from desktop.ui.components.flow_layout import FlowLayout
from desktop.ui.components.label import Label, hairline
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.share_bar import COLOURS, ShareBar, ShareKey
from desktop.ui.design.kit import UiKit
from desktop.ui.on_laptop.arriving import ArrivingCard, Moment
from desktop.ui.on_laptop.lines import Limit, LimitsLine, TakenLine
from desktop.ui.on_laptop.words import LaptopWords
from sync.contract.file_classes import AGE_LIMITS_D, SIZE_LIMITS

_SOON_MS = 500
_CHOSEN_MS = 400


class OnLaptopPanel(QWidget):
    """``looked`` comes whenever something new is shown."""

    looked = Signal()

    def __init__(self, kit: UiKit, app: Application, feed: LiveFeed, status: StatusFeed, words: LaptopWords) -> None:
        super().__init__()
        self._kit = kit
        self._app = app
        self._status = status
        self.words = words
        self.seen: OnLaptop | None = None
        """What is shown; ``None`` until it was read for the first time."""
        self._latest = feed.latest(self, self._show)
        self._soon = self._timer(_SOON_MS, self.refresh)
        self._chosen = self._timer(_CHOSEN_MS, self.settle)
        self._is_card_lasting = True
        self._make_lines()
        self.card = ArrivingCard(kit, words)
        self._lay_out()
        self._follow_settings()
        catalogue = app.reads.catalogue
        feed.changes(self, frozenset(each.name for each in catalogue), self._hear)
        status.changed.connect(self._hear_status)

    @property
    def policy(self) -> Policy:
        """The files that are chosen here now, be it kept already or not."""
        return Policy(
            own=self.own.tick.isChecked(),
            others=self.others.tick.isChecked(),
            max_bytes=SIZE_LIMITS[self.largest.slider.value()],
            max_age=timedelta(days=AGE_LIMITS_D[self.oldest.slider.value()]),
        )

    @property
    def is_paused(self) -> bool:
        """Whether nothing comes by itself."""
        return not self._app.settings.get(SYNC_BY_ITSELF)

    @property
    def is_all_here(self) -> bool:
        """Whether nothing is on its way any more, as far as is known."""
        return self.seen is not None and self._moment(self.seen).is_all_here

    def rest_when_all_is_here(self) -> None:
        """Show how far everything has come only while something is on its way."""
        self._is_card_lasting = False
        self.card.hide()

    @Slot()
    def refresh(self) -> None:
        """Look again, on the read lane."""
        app = self._app
        self._latest.ask(lambda: look(app))

    @Slot()
    def settle(self) -> None:
        """Keep what was chosen; the sync goes by it from now on."""
        self._chosen.stop()
        policy, settings = self.policy, self._app.settings
        wanted = {
            FILES_MIB: policy.max_bytes // MIB,
            FILES_DAYS: policy.max_age.days,
        }
        switched = {FILES_OWN: policy.own, FILES_OTHERS: policy.others}
        for limit, value in wanted.items():
            if settings.get(limit) != value:
                settings.set(limit, value)
        for switch, is_on in switched.items():
            if settings.get(switch) != is_on:
                settings.set(switch, is_on)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Be up to date whenever it is seen."""
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep what was chosen a moment ago."""
        super().hideEvent(event)
        self._soon.stop()
        if self._chosen.isActive():
            self.settle()

    def _make_lines(self) -> None:
        kit, words = self._kit, self.words
        self.kinds: dict[Kind, TakenLine] = {}
        for kind in kinds_of(self._app.reads.catalogue):
            always = Label(kit, words.t("on_laptop.always"), "small", "text_secondary")
            self.kinds[kind] = TakenLine(kit, words.title(kind), always, can_choose=False)
        self.own, self.others = (
            TakenLine(
                kit,
                words.t(f"on_laptop.{name}"),
                Label(kit, words.t("on_laptop.by_limits"), "small", "text_secondary"),
                can_choose=True,
            )
            for name in ("files_own", "files_others")
        )
        self.largest = Limit(kit, words.t("on_laptop.size"), words.size_steps())
        self.oldest = Limit(kit, words.t("on_laptop.age"), words.age_steps())
        self.limits = LimitsLine(
            kit, (words.t("on_laptop.limits"), words.t("on_laptop.limits_hint")), self.largest, self.oldest
        )

    def _lay_out(self) -> None:
        kit = self._kit
        self._keys = {kind: ShareKey(kit, self._colour(n), self.words.title(kind)) for n, kind in enumerate(self.kinds)}
        self._files_key = ShareKey(kit, self._colour(len(self._keys)), self.words.t("on_laptop.files_short"))
        self._bar = ShareBar(kit, self.words.t("on_laptop.share"))
        self.total = Label(kit, "", "section").set_figures()
        self._free = Label(kit, "", "body", "text_secondary").set_figures()
        self._beyond = Label(kit, "", "small", "text_secondary", wrap=True)
        legend = QWidget()
        flow = FlowLayout(legend, gap=20)
        for key in (*self._keys.values(), self._files_key):
            flow.addWidget(key)
        lines: QVBoxLayout = column(hairline(kit), gap=0)
        self._hairlines: dict[Kind, QWidget] = {}
        for kind, line in self.kinds.items():
            self._hairlines[kind] = hairline(kit)
            lines.addWidget(line)
            lines.addWidget(self._hairlines[kind])
        for each in (self.own, self.others, self.limits):
            lines.addWidget(each)
            lines.addWidget(hairline(kit))
        column(
            lines, 8, row(self.total, self._free, STRETCH, gap=8), self._bar, legend, self._beyond, 4, self.card,
            gap=8, into=self,
        )  # fmt: skip
        self._beyond.hide()

    def _follow_settings(self) -> None:
        policy = policy_of(self._app.settings)
        self.own.tick.setChecked(policy.own)
        self.others.tick.setChecked(policy.others)
        self.largest.set_step(min(bisect_left(SIZE_LIMITS, policy.max_bytes), len(SIZE_LIMITS) - 1))
        self.oldest.set_step(min(bisect_left(AGE_LIMITS_D, policy.max_age.days), len(AGE_LIMITS_D) - 1))
        for line in (self.own, self.others):
            line.toggled.connect(self._choose)
        for limit in (self.largest, self.oldest):
            limit.changed.connect(self._choose)

    @Slot()
    def _choose(self) -> None:
        """Show at once what a choice comes to; it is kept a moment later, when the slider rests."""
        self._chosen.start()
        if self.seen is not None:
            self._show(self.seen)

    def _hear(self, _changes: ChangeSet) -> None:
        self._refresh_soon()

    @Slot()
    def _hear_status(self) -> None:
        # The end of a first sync changes no record.
        self._refresh_soon()
        self._show_moment()

    def _refresh_soon(self) -> None:
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def _show(self, seen: OnLaptop) -> None:
        self.seen = seen
        words = self.words
        is_known = seen.holdings.complete or bool(seen.holdings.there)
        for kind, line in self.kinds.items():
            amount = seen.kinds.get(kind)
            is_empty = amount is None or not (amount.here or amount.there)
            line.setVisible(not (is_known and is_empty))
            self._hairlines[kind].setVisible(line.isVisibleTo(self))
            if amount is not None:
                size = max(amount.bytes_here, amount.bytes_there)
                line.show_figures(words.count(kind, seen), words.size(size) if size else "")
        for line, own in ((self.own, True), (self.others, False)):
            chosen = seen.files_of(self.policy, own=own)
            every = seen.all_files(own=own)
            line.show_figures(words.files(seen, self.policy, own=own), words.size(chosen.bytes) if every.files else "")
        self._show_room(seen)
        self._show_moment()
        self.looked.emit()

    def _show_room(self, seen: OnLaptop) -> None:
        words = self.words
        sizes = [(key, self._size_of(seen, kind), kind) for kind, key in self._keys.items()]
        chosen = sum(seen.files_of(self.policy, own=own).bytes for own in (True, False))
        files = max(chosen, seen.files.here.bytes) if seen.holdings.complete else chosen
        for key, size, _ in sizes:
            key.setVisible(size > 0)
            key.set_amount(words.size(size))
        self._files_key.setVisible(files > 0)
        self._files_key.set_amount(words.size(files))
        total = sum(size for _, size, _ in sizes) + files
        self.total.setText(words.size(total))
        self._free.setText(words.t("on_laptop.free", free=words.size(seen.room.free)))
        parts = [(self._colour(number), size) for number, (_, size, _) in enumerate(sizes)]
        said = [f"{words.title(kind)} {words.size(size)}" for _, size, kind in sizes if size]
        self._bar.set_parts([*parts, (self._colour(len(parts)), files)], words.join(said))
        self._beyond.setText(words.beyond(seen.files))
        self._beyond.setVisible(bool(self._beyond.text()))

    def _show_moment(self) -> None:
        if self.seen is not None:
            moment = self._moment(self.seen)
            self.card.show_moment(moment)
            self.card.setVisible(self._is_card_lasting or not moment.is_all_here)

    def _moment(self, seen: OnLaptop) -> Moment:
        return Moment(seen, self._status.current, self.policy, self.is_paused)

    @staticmethod
    def _size_of(seen: OnLaptop, kind: Kind) -> int:
        amount = seen.kinds.get(kind)
        return 0 if amount is None else max(amount.bytes_here, amount.bytes_there)

    @staticmethod
    def _colour(number: int) -> str:
        return COLOURS[number % len(COLOURS)]

    def _timer(self, interval_ms: int, run: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(run)
        return timer
