"""The second step: what is on its way, how far it is, and that one need not wait."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.services import sync_words
from desktop.services.application import Application
from desktop.services.room import Room, room_of, room_said
from desktop.ui.bridge.live_feed import LiveFeed
from desktop.ui.bridge.record_words import RecordWords
from desktop.ui.bridge.status_feed import StatusFeed
from desktop.ui.components.card import Card
from desktop.ui.components.label import Label, hairline
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.progress import Progress
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.design.kit import UiKit
from desktop.ui.first_run.shield import Shield

_WIDTH = 720
_PARTS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("customers", ("account", "contact")),
    ("activities", ("activity",)),
    ("deals", ("opportunity",)),
    ("tasks", ("task",)),
    ("catalogue", ("product",)),
)


class ArrivingPage(QWidget):
    """Counts what has arrived, live, and shows how far the first sync is."""

    def __init__(self, kit: UiKit, app: Application, feed: LiveFeed, status: StatusFeed, words: RecordWords) -> None:
        super().__init__()
        self._kit = kit
        self._app = app
        self._words = words
        self._status = status
        self._lines = {name: _PartLine(kit, name) for name, _ in _PARTS}
        self.title = Label(kit, kit.t("first_run.arriving.title"), "display", wrap=True)
        self.hint = Label(kit, kit.t("first_run.arriving.hint"), "body", "text_secondary", wrap=True)
        self.said = Label(kit, "", "section")
        self.figures = Label(kit, "", "body", "text_secondary").set_figures()
        self.bar = Progress(kit, kit.t("first_run.arriving.progress"), height=8)
        self.detail = Label(kit, "", "small", "text_secondary", wrap=True)
        self.room = Label(kit, "", "small", "text_secondary").set_figures()
        self._feed = feed
        self._is_measured = False
        self._lay_out()
        self._show_counts({})
        types = frozenset(name for _, names in _PARTS for name in names)
        feed.watch(self, types, app.reads.counts, self._show_counts)
        status.changed.connect(self._show_status)
        self._show_status()

    @property
    def is_complete(self) -> bool:
        """Whether everything is here."""
        return bool(self._status.current.complete)

    def _lay_out(self) -> None:
        kit = self._kit
        inner = QWidget()
        inner.setMaximumWidth(_WIDTH)
        lines: QVBoxLayout = column(hairline(kit), gap=0)
        for line in self._lines.values():
            lines.addWidget(line)
            lines.addWidget(hairline(kit))
        card = Card(kit)
        card.body.addLayout(
            column(row(self.said, STRETCH, self.figures, gap=8), self.bar, self.detail, self.room, gap=8, pad=16)
        )
        safe = row(Shield(kit), Label(kit, kit.t("first_run.safe"), "small", "text_secondary", wrap=True), gap=8)
        safe.setStretch(1, 1)
        column(
            self.title,
            self.hint,
            8,
            lines,
            8,
            card,
            8,
            safe,
            STRETCH,
            gap=8,
            into=inner,
        )
        page = QWidget()
        middle = row(STRETCH, inner, STRETCH, gap=0, pad=(24, 40, 24, 16), into=page)
        middle.setStretch(1, 10)
        column(ScrollArea(kit, page), gap=0, into=self)

    def _show_counts(self, counts: Mapping[str, int]) -> None:
        number = self._kit.texts.number
        for name, types in _PARTS:
            parts = [f"{number(counts.get(each, 0))} {self._words.types_name(each).lower()}" for each in types]
            self._lines[name].show_count(" · ".join(parts), any(counts.get(each) for each in types))

    @Slot()
    def _show_status(self) -> None:
        status, texts = self._status.current, self._kit.texts
        t = texts.t
        # Before the first attempt there is nothing to be told about the network yet.
        is_told = status.running or status.error is not None or status.complete
        self.detail.setText(
            sync_words.detail(status, texts, now=self._words.now()) if is_told else t("sync.detail.first")
        )
        if status.complete:
            self.title.setText(t("first_run.arriving.done"))
            self.hint.setText(t("first_run.arriving.done_hint"))
            self.detail.setText(t("sync.detail.sent"))
            self.said.setText(t("first_run.arriving.complete"))
            self.figures.setText("")
            self.bar.set_tone("success")
            self.bar.set_value(1.0)
            self._measure()
            return
        is_waiting = status.error is not None and not status.running
        self.said.setText(t("first_run.arriving.waiting" if is_waiting else "first_run.arriving.running"))
        if status.first_sync is None or not status.first_sync[1]:
            self.figures.setText("")
            self.bar.set_unknown()
            return
        done, total = status.first_sync
        share = min(done / total, 1.0)
        rows = t(
            "first_run.arriving.rows", done=texts.number(done), total=texts.number(total), share=round(100 * share)
        )
        self.figures.setText(rows)
        self.bar.set_tone("neutral" if is_waiting else "accent")
        self.bar.set_value(share)

    def _measure(self) -> None:
        """Say once how much room it all takes."""
        if not self._is_measured:
            self._is_measured = True
            self._feed.read(self, lambda: room_of(self._app.paths), self._show_room)

    def _show_room(self, room: Room) -> None:
        self.room.setText(room_said(room, self._kit.texts))


class _PartLine(QWidget):
    def __init__(self, kit: UiKit, name: str) -> None:
        super().__init__()
        self._kit = kit
        self._name = kit.t(f"first_run.part.{name}")
        self._counts = Label(kit, "", "small", "text_secondary").set_figures()
        self._state = Label(kit, "", "body", "text_secondary")
        texts = column(Label(kit, self._name, "medium"), self._counts, gap=0)
        row(texts, STRETCH, self._state, gap=8, pad=(0, 6), into=self)

    def show_count(self, counts: str, is_here: bool) -> None:  # noqa: FBT001 - said by the caller's expression
        self._counts.setText(counts)
        self._state.setText(self._kit.t("first_run.part.here" if is_here else "first_run.part.coming"))
        self.setAccessibleName(f"{self._name}: {counts}")
