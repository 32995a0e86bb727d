"""Settings survive restarts, other processes, older and newer programs."""

import json
from pathlib import Path
from typing import Any

import pytest

from desktop.system import settings as declared
from desktop.system.settings import LANGUAGE, SETTINGS, TEXT_SCALE, THEME, Setting, Settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "profile" / "settings.json"


def test_setting_never_set_has_its_default(file: Path) -> None:
    assert Settings(file).get(THEME) == "system"
    assert not file.exists()


def test_setting_survives_a_restart(file: Path) -> None:
    Settings(file).set(THEME, "dark")

    assert Settings(file).get(THEME) == "dark"


def test_setting_set_by_another_process_is_kept(file: Path) -> None:
    first, second = Settings(file), Settings(file)

    first.set(THEME, "dark")
    second.set(LANGUAGE, "zh_TW")

    assert Settings(file).get(THEME) == "dark"


def test_unknown_key_is_kept(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(json.dumps({"version": 1, "from_the_future": 7}))

    Settings(file).set(THEME, "light")

    assert json.loads(file.read_text())["from_the_future"] == 7


def test_value_of_another_type_in_the_file_falls_back_to_the_default(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(json.dumps({"version": 1, "text_scale": "huge"}))

    assert Settings(file).get(TEXT_SCALE) == 100


def test_value_that_does_not_fit_is_refused(file: Path) -> None:
    with pytest.raises(ValueError, match="theme"):
        Settings(file).set(THEME, "pink")


@pytest.mark.allow_logs("settings cannot be read")
def test_broken_file_is_kept_beside_and_defaults_hold(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("{broken")

    assert Settings(file).get(THEME) == "system"

    assert (file.parent / "settings.broken.json").read_text() == "{broken"


def test_listener_is_told_the_key_until_it_leaves(file: Path) -> None:
    settings, told = Settings(file), list[str]()
    leave = settings.subscribe(told.append)

    settings.set(THEME, "dark")
    leave()
    settings.set(THEME, "light")

    assert told == ["theme"]


def test_old_file_goes_through_every_later_migration_once(file: Path) -> None:
    def rename(values: dict[str, Any]) -> None:
        values["theme"] = values.pop("colours")

    def widen(values: dict[str, Any]) -> None:
        values["text_scale"] = values.get("text_scale", 50) * 2

    file.parent.mkdir()
    file.write_text(json.dumps({"version": 1, "colours": "dark", "text_scale": 60}))
    settings = Settings(file, (rename, widen))

    settings.set(LANGUAGE, "en")
    again = Settings(file, (rename, widen))

    assert (again.get(THEME), again.get(TEXT_SCALE)) == ("dark", 120)
    assert json.loads(file.read_text())["version"] == 3


def test_every_declared_setting_is_listed_and_fits_its_default() -> None:
    found = [each for each in vars(declared).values() if isinstance(each, Setting)]

    assert sorted(each.key for each in found) == sorted(each.key for each in SETTINGS)
    assert len({each.key for each in SETTINGS}) == len(SETTINGS)
    assert all(each.fits(each.default) for each in SETTINGS)
