"""The first step: the server's address, checked while it is typed, and who one is."""

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.services.first_run import FirstRun, FoundServer
from desktop.services.profiles import Credentials
from desktop.services.refusals import refusal
from desktop.ui.bridge.ui_thread import UiThread
from desktop.ui.components.field import Field
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.components.sign import IconSign
from desktop.ui.components.text_field import PasswordField, TextField
from desktop.ui.design.kit import UiKit
from sync.contract.errors import AppError, Code

T = TypeVar("T")

_PAUSE_MS = 450
_WIDTH = 440
_SERVER = frozenset(
    {
        Code.VALUE_UNREADABLE,
        Code.INSECURE_ADDRESS,
        Code.SERVER_UNREACHABLE,
        Code.SERVER_BUSY,
        Code.NOT_A_SERVER,
        Code.NOT_FOUND,
        Code.CLIENT_TOO_OLD,
        Code.PROFILE_EXISTS,
    }
)
_KEY = frozenset({Code.KEYRING_UNUSABLE})


class SignInPage(QWidget):
    """Asks for three things; ``signed_in`` comes when the profile exists."""

    signed_in = Signal()
    busy_changed = Signal(bool)

    def __init__(self, kit: UiKit, start: FirstRun, ui: UiThread) -> None:
        super().__init__()
        self._kit = kit
        self._start = start
        self._ui = ui
        self._is_busy = False
        self._use_key_file = False
        self.found: FoundServer | None = None
        self._make_fields()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.look)
        self._lay_out()
        # An answer may come after the page is gone; the connection must not keep the page itself.
        life = _Life()
        self._life = life
        self.destroyed.connect(lambda: life.end())  # noqa: PLW0108 - a bound method would be held weakly

    @property
    def organisation(self) -> str:
        """Who answers at the address, as far as it was found."""
        return self.found.organisation if self.found else ""

    def texts(self) -> tuple[str, str, str]:
        """Give what was typed: server, login, password."""
        return self.server.text(), self.login.text(), self.password.text()

    def set_texts(self, server: str, login: str, password: str) -> None:
        """Put back what was typed before the language changed."""
        self.server.setText(server)
        self.login.setText(login)
        self.password.setText(password)

    def focus_first(self) -> None:
        """Start in the first field that is empty."""
        fields: tuple[TextField, ...] = (self.server, self.login, self.password)
        empty = next((field for field in fields if not field.text()), self.password)
        empty.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def look(self) -> None:
        """Ask who answers at the address that stands there now."""
        self._pause.stop()
        address = self.server.text().strip()
        if not address:
            self.server_field.clear_note()
            return
        self._later(partial(self._start.look, address), partial(self._show_found, address))

    @Slot()
    def submit(self) -> None:
        """Sign in with what stands there; refusals are said beside the field they are about."""
        if self._is_busy or not self._is_filled():
            return
        server, login, password = self.texts()
        credentials = Credentials(server=server.strip(), login=login.strip(), password=password)
        if self._use_key_file:
            credentials = self._start.with_key_file(credentials)
        self.login_field.clear_note()
        self.password_field.clear_note()
        if self.found is None:
            self.server_field.clear_note()
        self._set_busy(busy=True)
        self._later(partial(self._start.sign_in, credentials), self._show_signed_in)

    @Slot()
    def use_key_file(self) -> None:
        """Keep the key in a file, as the system has no keyring, and sign in."""
        self._use_key_file = True
        self.submit()

    def _make_fields(self) -> None:
        kit = self._kit
        t = kit.t
        self.server = TextField(kit, self._start.known_server, t("first_run.server_example"), "server")
        self.login = TextField(kit, self._start.known_login, "", "user")
        self.password = PasswordField(kit, t("first_run.show_password"))
        self.server_field = Field(kit, t("first_run.server"), self.server)
        self.login_field = Field(kit, t("first_run.login"), self.login)
        self.password_field = Field(kit, t("first_run.password"), self.password)
        self.server.textChanged.connect(self._server_changed)
        self.login.textChanged.connect(self.login_field.clear_note)
        self.password.textChanged.connect(self.password_field.clear_note)
        for field in (self.server, self.login, self.password):
            field.returnPressed.connect(self._go_on)
        self.password_field.action_clicked.connect(self.use_key_file)

    def _lay_out(self) -> None:
        kit = self._kit
        inner = QWidget()
        inner.setFixedWidth(_WIDTH)
        safe = row(
            IconSign(kit, "shield-check"),
            Label(kit, kit.t("first_run.safe"), "small", "text_secondary", wrap=True),
            gap=8,
        )
        safe.setStretch(1, 1)
        head = column(
            Label(kit, kit.t("first_run.title"), "display", wrap=True),
            Label(kit, kit.t("first_run.once"), "body", "text_secondary", wrap=True),
            gap=8,
        )
        fields = column(self.server_field, self.login_field, self.password_field, gap=20)
        column(16, head, 32, fields, 32, safe, STRETCH, gap=0, into=inner)
        page = QWidget()
        row(STRETCH, inner, STRETCH, gap=0, pad=(24, 56, 24, 16), into=page)
        column(ScrollArea(kit, page), gap=0, into=self)

    def _is_filled(self) -> bool:
        asked = ((self.server, self.server_field), (self.login, self.login_field), (self.password, self.password_field))
        empty = [(editor, field) for editor, field in asked if not editor.text().strip()]
        for _, field in empty:
            field.set_error(self._kit.t("first_run.needed"))
        if empty:
            empty[0][0].setFocus(Qt.FocusReason.OtherFocusReason)
        return not empty

    @Slot()
    def _server_changed(self) -> None:
        self.found = None
        self.server_field.clear_note()
        self._pause.start()

    @Slot()
    def _go_on(self) -> None:
        """Go to the next empty field, or sign in when none is left."""
        fields: tuple[TextField, ...] = (self.server, self.login, self.password)
        empty = [field for field in fields if not field.text().strip()]
        if empty and not empty[0].hasFocus():
            empty[0].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.submit()

    def _show_found(self, address: str, future: Future[FoundServer]) -> None:
        if self.server.text().strip() != address or self._is_busy:
            return
        error = future.exception()
        if isinstance(error, AppError):
            self._show_refusal(error)
        elif error is not None:
            self._show_refusal(AppError(Code.INTERNAL, error_id="look"))
        else:
            self._take_found(future.result())

    def _take_found(self, found: FoundServer) -> None:
        self.found = found
        t = self._kit.t
        name = found.organisation or t("first_run.server_unnamed")
        key = "found" if found.is_secure else "found_local"
        self.server_field.set_found(
            t(f"first_run.{key}", name=name, ms=found.took_ms), "lock" if found.is_secure else ""
        )

    def _show_signed_in(self, future: Future[None]) -> None:
        self._set_busy(busy=False)
        error = future.exception()
        if error is None:
            self.signed_in.emit()
        elif isinstance(error, AppError):
            self._show_refusal(error)
        else:
            self._show_refusal(AppError(Code.INTERNAL, error_id="sign-in"))

    def _show_refusal(self, error: AppError) -> None:
        t = self._kit.t
        if error.code in _KEY:
            self.password_field.set_check(t("first_run.no_keyring"), t("first_run.use_file"))
            return
        said = refusal(self._kit.texts, error)
        if error.code is Code.VALUE_UNREADABLE:
            said = t("first_run.unreadable")
        elif error.code is Code.SERVER_UNREACHABLE:
            said = t("first_run.unreachable")
        elif error.code is Code.SIGN_IN_REFUSED:
            said = t("first_run.refused")
        if error.code in _SERVER:
            self.server_field.set_error(said)
        else:
            self.password_field.set_error(said)
            self.password.selectAll()
            self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set_busy(self, *, busy: bool) -> None:
        self._is_busy = busy
        for field in (self.server, self.login, self.password):
            field.setReadOnly(busy)
        self.busy_changed.emit(busy)

    def _later(self, work: Callable[[], T], arrive: Callable[[Future[T]], None]) -> None:
        life = self._life

        def tell(future: Future[T]) -> None:
            if life.is_on and not future.cancelled():
                arrive(future)

        future = self._start.jobs.submit_network(work)
        future.add_done_callback(lambda done: self._ui.post(lambda: tell(done)))


class _Life:
    """Whether a page is still there."""

    is_on = True

    def end(self) -> None:
        self.is_on = False
