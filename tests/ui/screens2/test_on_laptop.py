"""What is on the laptop: said with sizes while it arrives, chosen by keyboard, honoured by the sync, changed later."""

import os
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.bootstrap import open_application
from desktop.domain.holdings import MIB, FilesHere
from desktop.domain.listing import Listing
from desktop.services.application import Application
from desktop.services.first_run import FirstRun
from desktop.services.on_laptop import policy_of
from desktop.services.profiles import Credentials, enrol
from desktop.system.paths import ProfilePaths
from desktop.system.settings import FILES_OTHERS, FILES_OWN, SYNC_BY_ITSELF
from desktop.ui.first_run.window import FirstRunWindow
from desktop.ui.on_laptop.panel import OnLaptopPanel
from desktop.ui.settings.view import SettingsPage
from sync.contract.clock import SystemClock
from sync.contract.file_classes import Covered
from tests.helpers.fault_proxy import Call, FaultProxy
from tests.helpers.office import Office
from tests.ui.screens2.laptop import SampleLaptop
from tests.ui.screens2.seat import Seat

pytestmark = pytest.mark.slow

_LONG_MS = 60_000
_ACCOUNTS = 300
_SMALL, _MIDDLE, _LARGE = 40_000, 6_000_000, 11_000_000


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A server with customers of nobody, and three files that a colleague attached to one of them."""
    folder = tmp_path_factory.mktemp("office")
    with Office(f"sqlite:///{folder / 'office.db'}", folder) as running:
        running.run("seed", "--accounts", str(_ACCOUNTS))
        for login in ("ana", "mei"):
            running.add_user(login, role="admin")
        paths = ProfilePaths(folder / "mei")
        mine = Credentials(server=running.url, login="mei", password=Office.PASSWORD, key_file=str(folder / "key"))
        enrol(paths, mine, clock=SystemClock())
        mei = open_application(paths)
        mei.sync.sync()
        where = mei.reads.ids(Listing("account"))[0]
        for size in (_SMALL, _MIDDLE, _LARGE):
            file = folder / f"{size}.bin"
            file.write_bytes(os.urandom(size))
            mei.files.attach("account", where, file)
        mei.sync.sync()
        mei.file_service.deliver()
        mei.close()
        yield running


class Newcomer:
    """Somebody whose first sync stands still once the office has said how much there is, until ``go_on``."""

    def __init__(self, office: Office, folder: Path, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.proxy = FaultProxy(office.url)
        self._may_go_on = threading.Event()
        self.proxy.always(Call(before=self._wait_once_counted))
        self.paths = ProfilePaths(folder)
        self.start = FirstRun(self.paths, clock=SystemClock(), open_application=open_application)
        self.window = FirstRunWindow(self.start)
        qtbot.addWidget(self.window)
        self.got: list[object] = []
        self.window.finished.connect(self.got.append)
        self.window.show()
        self.window.activateWindow()
        self.window.sign_in.set_texts(self.proxy.address, "ana", Office.PASSWORD)
        self.window.sign_in.use_key_file()
        self.until(lambda: self.window.arriving is not None)

    def _wait_once_counted(self) -> None:
        if any("/v1/sync/counts" in each.path for each in tuple(self.proxy.seen)):
            self._may_go_on.wait(_LONG_MS / 1000)

    @property
    def panel(self) -> OnLaptopPanel:
        assert self.window.arriving is not None
        return self.window.arriving.panel

    @property
    def app(self) -> Application:
        app = self.window.application
        assert app is not None
        return app

    def go_on(self) -> None:
        self._may_go_on.set()

    def until(self, is_so: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(is_so, timeout=_LONG_MS)

    def until_counted(self) -> None:
        self.until(lambda: self.panel.seen is not None and bool(self.panel.seen.holdings.there))

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window, key)

    def tab_to(self, name: str) -> None:
        """Go on with Tab until a control of this name has the focus."""
        for _ in range(20):
            focused = QApplication.focusWidget()
            if focused is not None and focused.accessibleName() == name:
                return
            self.press(Qt.Key.Key_Tab)
        pytest.fail(f"Tab does not reach {name}")

    def leave(self) -> None:
        self.go_on()
        self.window.close()
        for app in self.got:
            if isinstance(app, Application):
                app.close()
        self.start.close()
        self.proxy.close()


@pytest.fixture
def newcomer(office: Office, tmp_path: Path, qtbot: QtBot) -> Iterator[Newcomer]:
    made = Newcomer(office, tmp_path / "profile", qtbot)
    yield made
    made.leave()


def test_choice_by_keyboard_while_data_arrives_is_what_the_sync_brings(newcomer: Newcomer) -> None:
    newcomer.until_counted()
    panel = newcomer.panel
    customers = next(line for kind, line in panel.kinds.items() if kind.family == "accounts")
    newcomer.until(lambda: f"of {_ACCOUNTS} are here" in customers.second.text())
    newcomer.tab_to("Files of colleagues’ customers")
    newcomer.press(Qt.Key.Key_Space)
    newcomer.tab_to("How large")
    newcomer.press(Qt.Key.Key_Right)
    said = panel.others.second.text()
    sized = customers.amount.text()

    newcomer.press(Qt.Key.Key_Return)
    newcomer.go_on()

    app = newcomer.got[0]
    assert isinstance(app, Application)
    newcomer.until(lambda: app.status.current.complete and not app.files.standing().coming.files)
    newcomer.until(lambda: app.files.standing().here.files > 0)
    assert (policy_of(app.settings).others, policy_of(app.settings).max_bytes) == (True, 10 * MIB)
    assert app.files.standing().here == Covered(2, _SMALL + _MIDDLE)
    assert said == "2 of 3 files, others when you open them"
    assert sized.endswith("B")


def test_pause_stops_the_first_sync_where_it_is_and_it_goes_on_from_there(newcomer: Newcomer) -> None:
    newcomer.until_counted()
    newcomer.until(lambda: newcomer.app.status.current.running)

    newcomer.window.pause_button.click()

    newcomer.until(lambda: not newcomer.app.status.current.running)
    newcomer.until(lambda: newcomer.panel.card.said.text().startswith("Paused"))
    here = newcomer.app.reads.holdings().here["account"]
    assert 0 < here < _ACCOUNTS
    newcomer.go_on()
    newcomer.window.pause_button.click()
    newcomer.until(lambda: newcomer.app.status.current.complete)
    newcomer.until(newcomer.window.pause_button.isHidden)
    assert newcomer.app.settings.get(SYNC_BY_ITSELF) is True
    assert newcomer.app.reads.holdings().here["account"] == _ACCOUNTS


def test_sizes_add_up_to_the_database_once_everything_is_here(newcomer: Newcomer) -> None:
    newcomer.go_on()
    newcomer.until(lambda: newcomer.window.arriving is not None and newcomer.window.arriving.is_all_here)
    newcomer.until(lambda: newcomer.panel.seen is not None and newcomer.panel.seen.holdings.complete)
    seen = newcomer.panel.seen
    assert seen is not None

    told = sum(each.bytes_here for each in seen.kinds.values())

    assert told == pytest.approx(seen.holdings.database_bytes, rel=0.01)
    assert newcomer.panel.card.said.text() == "Everything is here"
    # The office and the laptop count the same files into the same classes.
    told_by_office = {(each["size"], each["age_d"], each["own"], each["files"]) for each in _told(newcomer.app)}
    assert told_by_office == {(each.size, each.age_d, each.own, each.files) for each in seen.holdings.files}


def _told(app: Application) -> list[dict[str, int]]:
    found = app.database.meta.get("counted")["files"]
    assert found
    return list(found)


def test_choice_in_settings_is_shown_at_once_and_kept(seat: Seat, laptop: SampleLaptop) -> None:
    panel = seat.go("settings", SettingsPage).on_laptop
    seat.until(lambda: panel.seen is not None)

    panel.own.tick.click()
    panel.oldest.slider.setValue(1)

    seat.until(lambda: laptop.app.settings.get(FILES_OWN) is False)
    assert policy_of(laptop.app.settings).max_age == timedelta(days=90)
    assert laptop.app.settings.get(FILES_OTHERS) is False
    assert not panel.card.isVisible()


def test_page_left_at_once_keeps_what_was_chosen(seat: Seat, laptop: SampleLaptop) -> None:
    panel = seat.go("settings", SettingsPage).on_laptop
    seat.until(lambda: panel.seen is not None)

    panel.others.tick.click()
    seat.window.back()

    assert laptop.app.settings.get(FILES_OTHERS) is True


def test_files_that_nobody_chose_are_told_of(seat: Seat) -> None:
    words = seat.go("settings", SettingsPage).on_laptop.words

    told = words.beyond(FilesHere(here=Covered(3, 9_000_000), chosen_here=Covered(1, 1_000_000), coming=Covered()))

    assert told == "8 MB of it are 2 files that you opened, attached or no longer chose."
