"""The tour: a picture of every screen, in the asked language and theme, and nothing of the profile changed."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from desktop.bootstrap import open_application
from desktop.services.application import Application
from desktop.system.paths import ProfilePaths
from desktop.system.settings import KEYS
from desktop.ui.stopwatch import NO_MODIFIER, Stopwatch
from desktop.ui.tour import has_display, walk, walk_journey
from desktop.ui.walking import Look, settle
from tests.ui.screens2.laptop import SampleLaptop

SMALL = (1100, 680)


def corner(file: Path) -> QColor:
    return QImage(str(file)).pixelColor(3, 300)


@pytest.mark.slow
def test_tour_leaves_a_picture_of_every_screen(laptop: SampleLaptop, tmp_path: Path, qapp: QApplication) -> None:
    files = walk(laptop.app, tmp_path / "pictures", Look(size=SMALL))

    *files, light, dark = files
    names = [file.stem.partition("-")[2] for file in files]
    assert {"today", "customers", "customer", "people", "pipeline", "choice", "change-log", "settings"} <= set(names)
    assert all((QImage(str(file)).width(), QImage(str(file)).height()) == SMALL for file in files)
    assert corner(light).lightness() > 200
    assert corner(dark).lightness() < 60


@pytest.mark.slow
def test_tour_changes_nothing_of_the_profile(laptop: SampleLaptop, tmp_path: Path, qapp: QApplication) -> None:
    settings = laptop.app.paths.settings
    before = settings.read_text("utf-8")

    files = walk(laptop.app, tmp_path / "pictures", Look("zh_TW", "dark", SMALL))

    assert settings.read_text("utf-8") == before
    assert laptop.app.texts.language == "en"
    assert corner(files[0]).lightness() < 60


def test_tour_times_ten_steps_of_a_day_on_a_copy(laptop: SampleLaptop, tmp_path: Path, qapp: QApplication) -> None:
    def open_copy(paths: ProfilePaths) -> Application:
        return open_application(paths, clock=laptop.app.clock, zone=laptop.app.zone)

    before = laptop.app.reads.ledger()

    (sheet,) = walk_journey(laptop.app, tmp_path / "pictures", open_copy, Look(size=SMALL))

    timed = [line for line in sheet.read_text("utf-8").splitlines() if " ms " in line]
    assert [line.split()[0] for line in timed] == [str(number) for number in range(1, 11)]
    assert "Save it (Ctrl+Enter)" in timed[7]
    assert laptop.app.reads.ledger() == before


def test_tour_of_somebody_with_own_keys_says_which_step_was_not_timed(
    laptop: SampleLaptop, tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_copy(paths: ProfilePaths) -> Application:
        return open_application(paths, clock=laptop.app.clock, zone=laptop.app.zone)

    press = Stopwatch.press

    def give_up_at_next(watch: Stopwatch, key: Qt.Key, modifiers: Qt.KeyboardModifier = NO_MODIFIER) -> None:
        if key == Qt.Key.Key_J:
            raise TimeoutError
        press(watch, key, modifiers)

    own = {"go.today": {"key": "Ctrl+J", "page": ""}}
    laptop.app.settings.set(KEYS, own)
    monkeypatch.setattr(Stopwatch, "press", give_up_at_next)

    (sheet,) = walk_journey(laptop.app, tmp_path / "pictures", open_copy, Look(size=SMALL))

    told = sheet.read_text("utf-8")
    assert [line.split()[0] for line in told.splitlines() if " ms " in line] == ["1", "2", "3"]
    assert "Not timed: “The next customer”" in told
    assert laptop.app.settings.get(KEYS) == own


def test_read_that_does_not_end_ends_the_wait_with_an_error(laptop: SampleLaptop, qapp: QApplication) -> None:
    end = threading.Event()
    read = laptop.app.jobs.submit_read(end.wait)

    try:
        with pytest.raises(TimeoutError, match="did not end"):
            settle(laptop.app, limit_s=0.01)
    finally:
        end.set()

    assert read.result()


@pytest.mark.parametrize("lane", ["read", "write"])
def test_lane_that_is_held_altogether_ends_the_wait_with_an_error(
    laptop: SampleLaptop, qapp: QApplication, lane: str
) -> None:
    end, jobs = threading.Event(), laptop.app.jobs
    held = [jobs.submit_read(end.wait) for _ in range(2)] if lane == "read" else [jobs.submit_write(end.wait)]

    try:
        with pytest.raises(TimeoutError, match="did not end"):
            settle(laptop.app, limit_s=0.01)
    finally:
        end.set()

    assert all(each.result() for each in held)


def test_tour_in_an_unknown_language_is_refused(laptop: SampleLaptop, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nl"):
        walk(laptop.app, tmp_path / "pictures", Look("nl"))

    assert not (tmp_path / "pictures").exists()


def test_machine_without_a_display_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setattr("sys.platform", "linux")

    without = has_display()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")

    assert (without, has_display()) == (False, True)
