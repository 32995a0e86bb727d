"""Says in a toast what turned up while the user works: a choice that is needed, a change that was not accepted."""

from functools import partial

from PySide6.QtCore import QObject, Slot

from desktop.system.settings import NEWS_CHOICE, NEWS_REFUSED
from desktop.ui.bridge import routes
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.toast import Toast


class News(QObject):
    """The news of one window. What was so when it opened is none; each can be put to rest in Settings."""

    def __init__(self, context: ScreenContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        status = context.status.current
        self._choices, self._refused = status.conflicts, status.attention
        context.status.changed.connect(self._hear)

    @Slot()
    def _hear(self) -> None:
        context, status = self._context, self._context.status.current
        before, self._choices = self._choices, status.conflicts
        refused_before, self._refused = self._refused, status.attention
        get = context.app.settings.get
        if status.conflicts > before and get(NEWS_CHOICE):
            said = context.t("sync.headline.choice", count=status.conflicts)
            go = partial(context.open, routes.CHOICE)
            context.shell.toast(Toast(said, "info", context.t("customer.choose_now"), go))
        if status.attention > refused_before and get(NEWS_REFUSED):
            said = context.t("sync.headline.not_accepted", count=status.attention)
            go = partial(context.open, routes.CHANGES, {"tab": "refused"})
            context.shell.toast(Toast(said, "info", context.t("sync_details.link.refused"), go))
