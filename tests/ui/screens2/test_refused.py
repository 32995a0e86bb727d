"""A profile that cannot be opened is told of in a window, not only in a terminal that nobody sees."""

from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import bootstrap
from desktop.system.i18n import LANGUAGES, Translator
from desktop.system.paths import ProfilePaths, resources_folder
from desktop.system.settings import TEXT_SCALE, Settings
from desktop.ui.refused import Refused, RefusedWindow
from sync.contract.errors import AppError, Code

REFUSALS = (
    AppError(Code.KEY_MISSING, source="keyring"),
    AppError(Code.KEY_WRONG),
    AppError(Code.DATABASE_NEWER, version=99, known=12),
    AppError(Code.DATABASE_UNUSABLE),
    AppError(Code.KEYRING_UNUSABLE),
)


def shown(qtbot: QtBot, folder: Path, error: AppError, language: str = "en") -> RefusedWindow:
    settings, resources = Settings(ProfilePaths(folder).settings), resources_folder()
    window = RefusedWindow(Refused(error, settings, Translator(resources / "i18n", language), resources))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("error", REFUSALS, ids=lambda each: each.code.value)
def test_refusal_is_told_whole_in_every_language(qtbot: QtBot, tmp_path: Path, error: AppError, language: str) -> None:
    Settings(ProfilePaths(tmp_path).settings).set(TEXT_SCALE, 150)

    window = shown(qtbot, tmp_path, error, language)

    assert window.said.height() >= window.said.heightForWidth(window.said.width())
    assert window.said.text()
    window.close()


def test_words_are_copied_with_the_command_they_name(qtbot: QtBot, tmp_path: Path) -> None:
    window = shown(qtbot, tmp_path, AppError(Code.DATABASE_UNUSABLE))

    window.copy_button.click()

    assert QApplication.clipboard().text().endswith("roundsman recover")
    window.close()


def test_window_stands_until_it_is_closed_and_the_program_ends_refused(
    tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = ProfilePaths(tmp_path / "profile")
    paths.make()
    paths.database.write_bytes(b"no database")
    monkeypatch.setattr(bootstrap, "has_display", lambda: True)
    seen: list[str] = []

    def close_it() -> None:
        for window in qapp.topLevelWidgets():
            if isinstance(window, RefusedWindow) and window.isVisible():
                seen.append(window.said.text())
                window.close()
                timer.stop()

    timer = QTimer()
    timer.timeout.connect(close_it)
    timer.start(20)
    try:
        with pytest.raises(AppError):
            bootstrap.open_window(paths.folder)
    finally:
        timer.stop()

    assert len(seen) == 1
