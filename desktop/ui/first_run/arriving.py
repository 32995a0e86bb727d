"""The second step: what is on this laptop and on its way to it; work starts whenever one likes."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.system.settings import SYNC_BY_ITSELF
from desktop.ui.bridge.live_feed import LiveFeed
from desktop.ui.bridge.ports import Application
from desktop.ui.bridge.record_words import RecordWords
from desktop.ui.bridge.status_feed import StatusFeed
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.design.kit import UiKit
from desktop.ui.on_laptop.panel import OnLaptopPanel
from desktop.ui.on_laptop.words import LaptopWords

_WIDTH = 720


class ArrivingPage(QWidget):
    """``changed`` comes whenever something of it may be said elsewhere."""

    changed = Signal()

    def __init__(self, kit: UiKit, app: Application, feed: LiveFeed, status: StatusFeed, words: RecordWords) -> None:
        super().__init__()
        self._app = app
        self._status = status
        spoken = LaptopWords(kit.texts, words.types_name)
        self.panel = OnLaptopPanel(kit, app, feed, status, spoken)
        self.panel.looked.connect(self.changed)
        status.changed.connect(self.changed)
        inner = QWidget()
        inner.setMaximumWidth(_WIDTH)
        title = Label(kit, spoken.t("on_laptop.title"), "display", wrap=True)
        hint = Label(kit, spoken.t("on_laptop.hint"), "body", "text_secondary", wrap=True)
        column(title, hint, 4, self.panel, STRETCH, gap=8, into=inner)
        page = QWidget()
        middle = row(STRETCH, inner, STRETCH, gap=0, pad=(24, 32, 24, 16), into=page)
        middle.setStretch(1, 10)
        column(ScrollArea(kit, page), gap=0, into=self)

    @property
    def is_complete(self) -> bool:
        """Whether all records are here."""
        return bool(self._status.current.complete)

    @property
    def is_all_here(self) -> bool:
        """Whether everything that was chosen is here, files too."""
        return self.is_complete and self.panel.is_all_here

    @property
    def figures(self) -> str:
        """How much of everything is here, in words; empty once all of it is."""
        return self.panel.card.figures.text()

    @property
    def is_paused(self) -> bool:
        """Whether nothing comes by itself."""
        return self.panel.is_paused

    @Slot()
    def pause_or_resume(self) -> None:
        """Let everything rest where it is, or go on."""
        self._app.settings.set(SYNC_BY_ITSELF, self.is_paused)
        self.panel.refresh()
        self.changed.emit()

    def settle(self) -> None:
        """Keep what was chosen."""
        self.panel.settle()
