"""The small form for a sign-in that has ended."""

from concurrent.futures import Future
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent

from desktop.services.profiles import Credentials, sign_in_again
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.button import Button
from desktop.ui.components.dialog import Overlay
from desktop.ui.components.field import Field
from desktop.ui.components.key_press import ENTER
from desktop.ui.components.label import Label, heading
from desktop.ui.components.layouts import STRETCH, row
from desktop.ui.components.text_field import PasswordField
from sync.contract.errors import AppError

_WIDTH = 440


class SignInAgain(Overlay):
    """Asks for the password; ``signed_in`` comes with a new sign-in, and then sync goes on by itself."""

    signed_in = Signal()
    _answered = Signal(object)

    def __init__(self, context: ScreenContext) -> None:
        kit = context.kit
        super().__init__(kit, context.shell.host, kit.t("sign_in.title"), width=_WIDTH)
        self._context = context
        session = context.session
        who = kit.t("sign_in.who", login=session.login, server=session.server)
        self.password = PasswordField(kit, kit.t("sign_in.show_password"))
        self.field = Field(kit, kit.t("sign_in.password"), self.password)
        self.password.textChanged.connect(self.field.clear_note)
        self.later_button = Button(kit, kit.t("sign_in.later"), key="Esc")
        self.later_button.clicked.connect(self.close_now)
        self.verb_button = Button(kit, kit.t("sign_in.verb"), "primary", key="Return")
        self.verb_button.clicked.connect(self.submit)
        self.body.addWidget(heading(kit, kit.t("sign_in.title")))
        self.body.addWidget(Label(kit, kit.t("sign_in.safe"), "body", "text_secondary", wrap=True))
        self.body.addWidget(Label(kit, who, "small", "muted"))
        self.body.addWidget(self.field)
        self.body.addLayout(row(STRETCH, self.later_button, self.verb_button, gap=8))
        self._answered.connect(self._arrive, Qt.ConnectionType.QueuedConnection)

    def focus_first(self) -> None:
        """Start in the password."""
        self.password.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Sign in on Enter."""
        if event.key() in ENTER:
            self.submit()
            event.accept()
            return
        super().keyPressEvent(event)

    @Slot()
    def submit(self) -> None:
        """Ask the office on the network lane."""
        if self.verb_button.is_busy:
            return
        if not self.password.text():
            self.field.set_error(self._context.t("sign_in.needed"))
            return
        app, session = self._context.app, self._context.session
        credentials = Credentials(server=session.server, login=session.login, password=self.password.text())
        self.verb_button.set_busy(True)
        future = app.jobs.submit_network(partial(sign_in_again, app.database, app.settings, credentials))
        future.add_done_callback(self._answered.emit)

    @Slot(object)
    def _arrive(self, future: "Future[None]") -> None:
        self.verb_button.set_busy(False)
        error = None if future.cancelled() else future.exception()
        if isinstance(error, AppError):
            self.field.set_error(self._context.errors.sentence(error))
            self.password.selectAll()
            return
        if error is not None:
            self._context.errors.present(error)
            return
        self._context.app.sync.reconnect()
        self.close_now()
        self.signed_in.emit()
