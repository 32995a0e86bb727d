"""The first run against a real server: what is wrong is said beside its field; work starts before all is here."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.bootstrap import open_application
from desktop.commands.records import SetFields
from desktop.domain.listing import Listing
from desktop.services.application import Application
from desktop.services.first_run import FirstRun
from desktop.system.paths import ProfilePaths
from desktop.system.settings import LANGUAGE, Settings
from desktop.ui.first_run.run import run
from desktop.ui.first_run.window import FirstRunWindow
from desktop.ui.sign_in.again import SignInAgain
from desktop.ui.sync_details.panel import SyncDetails
from desktop.ui.workplace.workplace import Workplace
from sync.contract.clock import SystemClock
from sync.contract.errors import AppError, Code
from tests.helpers.office import Office
from tests.ui.screens2.laptop import SampleLaptop

pytestmark = pytest.mark.slow

LOGIN = "ana"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A server with one rep and a few customers, shared by the tests of this file."""
    folder = tmp_path_factory.mktemp("office")
    with Office(f"sqlite:///{folder / 'office.db'}", folder) as running:
        running.run("seed", "--accounts", "20")
        running.add_user(LOGIN, role="admin")
        yield running


class Newcomer:
    """Somebody at the window of the first run."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.paths = ProfilePaths(folder)
        self.qtbot = qtbot
        self.start = FirstRun(self.paths, clock=SystemClock(), open_application=open_application)
        self.window = FirstRunWindow(self.start)
        qtbot.addWidget(self.window)
        self.got: list[object] = []
        self.window.finished.connect(self.got.append)
        self.window.show()
        self.window.focus_first()

    def leave(self) -> None:
        self.window.close()
        for app in self.got:
            if isinstance(app, Application):
                app.close()
        self.start.close()

    def until(self, is_so: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(is_so, timeout=20_000)

    def name_server(self, address: str) -> None:
        self.window.sign_in.server.setText(address)
        self.window.sign_in.look()

    def sign_in(self, address: str, password: str = Office.PASSWORD) -> None:
        self.window.sign_in.set_texts(address, LOGIN, password)
        self.window.sign_in.use_key_file()

    @property
    def about_server(self) -> str:
        return self.window.sign_in.server_field.note

    @property
    def about_password(self) -> str:
        return self.window.sign_in.password_field.note


@pytest.fixture
def newcomer(tmp_path: Path, qtbot: QtBot) -> Iterator[Newcomer]:
    made = Newcomer(tmp_path / "profile", qtbot)
    yield made
    made.leave()


@contextmanager
def page_of_a_hotel() -> Iterator[str]:
    """A network's own sign-in page: it answers everything with HTML."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"<html><body>Welcome to our Wi-Fi</body></html>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_server_is_found_while_its_address_stands_there(newcomer: Newcomer, office: Office) -> None:
    newcomer.name_server(office.url)

    newcomer.until(lambda: newcomer.window.sign_in.found is not None)
    assert "found on this machine" in newcomer.about_server


def test_address_where_nobody_answers_is_told_and_stays(newcomer: Newcomer) -> None:
    newcomer.name_server("http://127.0.0.1:9")

    newcomer.until(lambda: "Nobody answers" in newcomer.about_server)
    assert newcomer.window.sign_in.server.text() == "http://127.0.0.1:9"


def test_page_of_a_network_is_not_taken_for_the_office(newcomer: Newcomer) -> None:
    with page_of_a_hotel() as address:
        newcomer.name_server(address)

        newcomer.until(lambda: bool(newcomer.about_server))
    assert "not a Roundsman server" in newcomer.about_server


def test_address_without_encryption_is_refused(newcomer: Newcomer) -> None:
    newcomer.name_server("http://crm.example")

    newcomer.until(lambda: bool(newcomer.about_server))
    assert "https://" in newcomer.about_server


def test_text_that_is_no_address_is_told(newcomer: Newcomer) -> None:
    newcomer.name_server("my company")

    newcomer.until(lambda: bool(newcomer.about_server))
    assert "like crm.company.example" in newcomer.about_server


def test_wrong_password_is_told_and_leaves_no_profile(newcomer: Newcomer, office: Office) -> None:
    newcomer.sign_in(office.url, "wrong")

    newcomer.until(lambda: "does not know" in newcomer.about_password)
    assert not newcomer.paths.database.exists()
    assert newcomer.window.sign_in.texts() == (office.url, LOGIN, "wrong")


def test_empty_fields_are_asked_for_before_anything_is_sent(newcomer: Newcomer) -> None:
    newcomer.window.go_on()

    sign_in = newcomer.window.sign_in
    assert all(field.note for field in (sign_in.server_field, sign_in.login_field, sign_in.password_field))
    assert sign_in.server.hasFocus()


def test_enter_goes_from_field_to_field(newcomer: Newcomer) -> None:
    sign_in = newcomer.window.sign_in
    newcomer.window.activateWindow()
    newcomer.until(newcomer.window.isActiveWindow)
    sign_in.server.setFocus()
    QTest.keyClicks(sign_in.server, "127.0.0.1:9")

    QTest.keyClick(sign_in.server, Qt.Key.Key_Return)
    QTest.keyClicks(sign_in.login, LOGIN)
    QTest.keyClick(sign_in.login, Qt.Key.Key_Return)

    assert sign_in.password.hasFocus()


def test_language_changes_at_once_and_keeps_what_was_typed(newcomer: Newcomer) -> None:
    newcomer.window.sign_in.set_texts("crm.example", LOGIN, "secret")

    newcomer.window.set_language("zh_TW")

    assert newcomer.window.go_button.label == "登入"
    assert newcomer.window.sign_in.texts() == ("crm.example", LOGIN, "secret")


def test_laptop_signs_in_and_everything_arrives(newcomer: Newcomer, office: Office) -> None:
    newcomer.window.set_language("zh_CN")

    newcomer.sign_in(office.url)
    newcomer.until(lambda: newcomer.window.arriving is not None)
    arriving = newcomer.window.arriving
    assert arriving is not None
    newcomer.until(lambda: arriving.is_complete)
    newcomer.until(lambda: arriving.is_all_here)
    newcomer.window.go_on()

    app = newcomer.got[0]
    assert isinstance(app, Application)
    assert app.reads.counts()["account"] == 20
    assert Settings(newcomer.paths.settings).get(LANGUAGE) == "zh_CN"


def test_work_may_start_before_the_first_sync_is_done(newcomer: Newcomer, office: Office) -> None:
    newcomer.sign_in(office.url)
    newcomer.until(lambda: newcomer.window.arriving is not None)

    newcomer.window.go_on()

    app = newcomer.got[0]
    assert isinstance(app, Application)
    newcomer.until(lambda: app.status.current.complete)
    assert app.reads.counts()["account"] == 20


def test_closing_the_window_ends_without_an_application(newcomer: Newcomer) -> None:
    newcomer.window.close()

    assert newcomer.got == [None]


def test_ended_sign_in_is_renewed_from_the_panel_without_losing_work(
    newcomer: Newcomer, office: Office, qtbot: QtBot
) -> None:
    newcomer.sign_in(office.url)
    newcomer.until(lambda: newcomer.window.arriving is not None and newcomer.window.arriving.is_complete)
    newcomer.window.go_on()
    app = newcomer.got[0]
    assert isinstance(app, Application)
    for device in json.loads(office.run("device", "list", "--json").out):
        office.run("device", "revoke", device["id"])
    account = app.reads.ids(Listing("account"))[0]
    app.bus.run(SetFields("account", account, {"payment_terms": "Net 5"}))
    newcomer.until(lambda: app.status.current.error is Code.SIGN_IN_ENDED)
    workplace = Workplace(app)
    workplace.show()

    workplace.window.show_sync()
    qtbot.waitUntil(lambda: bool(workplace.window.findChildren(SyncDetails)), timeout=10_000)
    workplace.window.findChildren(SyncDetails)[-1].sign_in_button.click()
    form = workplace.window.findChildren(SignInAgain)[-1]
    form.password.setText(Office.PASSWORD)
    form.submit()

    newcomer.until(lambda: app.status.current.pending == 0 and app.status.current.error is None)
    workplace.close()


def test_sample_data_open_instead_of_a_company(tmp_path: Path, qtbot: QtBot, laptop: SampleLaptop) -> None:
    start = FirstRun(
        ProfilePaths(tmp_path / "none"),
        clock=SystemClock(),
        open_application=open_application,
        open_sample=lambda: laptop.app,
    )
    window = FirstRunWindow(start)
    qtbot.addWidget(window)
    window.show()

    with qtbot.waitSignal(window.finished, timeout=10_000) as caught:
        window.sample_button.click()

    assert caught.args == [laptop.app]
    window.close()
    start.close()


def test_sample_data_that_do_not_open_are_told(tmp_path: Path, qtbot: QtBot) -> None:
    def refuse() -> Application:
        raise AppError(Code.DISK_FULL)

    start = FirstRun(
        ProfilePaths(tmp_path / "none"), clock=SystemClock(), open_application=open_application, open_sample=refuse
    )
    window = FirstRunWindow(start)
    qtbot.addWidget(window)
    window.show()

    window.work_with_sample()

    qtbot.waitUntil(lambda: "disk is full" in window.foot_note)
    window.close()
    start.close()


def test_first_run_hands_over_the_started_application(tmp_path: Path, qtbot: QtBot, laptop: SampleLaptop) -> None:
    start = FirstRun(
        ProfilePaths(tmp_path / "none"),
        clock=SystemClock(),
        open_application=open_application,
        open_sample=lambda: laptop.app,
    )

    def choose_sample() -> None:
        window = next(each for each in QApplication.topLevelWidgets() if isinstance(each, FirstRunWindow))
        window.work_with_sample()

    QTimer.singleShot(0, choose_sample)

    assert run(start) is laptop.app
