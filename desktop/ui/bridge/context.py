"""What a screen is handed: everything it may ask, say and change, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.ui.bridge.drafts import Drafts
from desktop.ui.bridge.error_presenter import ErrorPresenter
from desktop.ui.bridge.live_feed import LiveFeed
from desktop.ui.bridge.page_memory import PageMemory
from desktop.ui.bridge.ports import Application, Reads, Session
from desktop.ui.bridge.record_words import RecordWords
from desktop.ui.bridge.routes import route_to
from desktop.ui.bridge.status_feed import StatusFeed
from desktop.ui.bridge.trail import RecordTrail
from desktop.ui.bridge.writer import Writer
from desktop.ui.design.kit import UiKit
from desktop.ui.shell.page import Route, ShellPort
from sync.contract.catalogue import Catalogue

_CURRENCY = "CNY"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenContext:
    """Handed to every page.

    ``shell`` is the frame (open, toast, banner), ``feed`` asks ``reads`` off the drawing thread, ``writer``
    runs commands, ``status`` is the sync status, ``words`` names fields and writes values. ``app`` is for
    the few pages that start something else (sync, settings, sign-in).
    """

    app: Application
    kit: UiKit
    shell: ShellPort
    reads: Reads
    feed: LiveFeed
    writer: Writer
    status: StatusFeed
    words: RecordWords
    errors: ErrorPresenter
    session: Session
    memory: PageMemory
    trail: RecordTrail
    drafts: Drafts

    @property
    def currency(self) -> str:
        """The currency of amounts that are typed without one."""
        return self.session.currency or _CURRENCY

    @property
    def catalogue(self) -> Catalogue:
        """The record types with the organisation's custom fields, as they are now."""
        return self.words.catalogue

    def t(self, key: str, /, **values: object) -> str:
        """Give a message in the user's language."""
        return self.kit.t(key, **values)

    def open(self, page: str, args: Mapping[str, str] | None = None) -> None:
        """Go to a page by its name in ``bridge.routes``."""
        self.shell.open(Route(page, dict(args or {})))

    def open_record(self, record_type: str, record_id: str) -> None:
        """Go to the page that shows a record; nothing happens for types without one."""
        route = route_to(record_type, record_id)
        if route is not None:
            self.shell.open(route)
