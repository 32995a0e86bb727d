"""``roundsman tour --states``: every state of sync is reached on a copy, says what it should, and frightens nobody."""

import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop.bootstrap import open_application
from desktop.services.application import Application
from desktop.services.staging import Stage, copy_of
from desktop.services.sync_words import detail, headline
from desktop.system.i18n import LANGUAGES, Translator
from desktop.system.paths import ProfilePaths, resources_folder
from desktop.ui.components.label import Label
from desktop.ui.refused import RefusedWindow
from desktop.ui.states.catalogue import STATES
from desktop.ui.states.playing import State, played
from desktop.ui.states.refusing import REFUSALS
from desktop.ui.tour import walk_states
from desktop.ui.walking import Look
from tests.ui.screens2.laptop import SampleLaptop

BY_NAME = {state.name: state for state in STATES}
SMALL = Look(size=(1100, 680))

# State: what the chip says, and what the sentence behind it begins with.
OFFICE = {
    "first_sync_begins": ("First sync", "Your customers are on their way"),
    "first_sync_waiting": ("Offline", "The first sync goes on when there is a network"),
    "first_sync": ("First sync: 3,120 of 8,240", "Your customers are on their way"),
    "first_sync_stopped": ("Offline", "Stopped at 94%"),
    "sending": ("Sending 2 of", "5 changes are on their way"),
    "waiting": ("5 changes waiting", "5 changes are safe on this laptop"),
    "all_sent": ("All sent, 11:00", "Everything is on this laptop and at the office"),
    "offline": ("Offline – 5 changes waiting", "5 changes are safe on this laptop"),
    "captive_portal": ("Offline – 5 changes waiting", "This network asks to sign in first"),
    "busy": ("Server busy, next try 11:0", "The server is busy. Trying again in 2 min"),
    "sign_in_ended": ("Sign in again", "Your work is safe on this laptop"),
    "disk_full": ("Disk is full", "Nothing is lost"),
    "disk_unusable": ("Disk cannot be used", "Nothing is lost, and what is here can be read"),
    "update_needed": ("Update needed", "Your work is safe on this laptop"),
    "another_user": ("Another user", "This profile belongs to somebody else"),
    "not_encrypted": ("Address is not encrypted", "Nothing was sent"),
    "offline_nothing_waits": ("Offline", "Everything is on this laptop"),
    "sync_stopped": ("5 changes waiting", "The last sync stopped. Nothing was lost"),
    "office_needs_update": ("1 change waiting", "1 change is safe on this laptop"),
    "choice_fields": ("1 choice needed", "A colleague edited the same field"),
    "not_accepted": ("1 change not accepted", "The office did not take these changes"),
}

# State: words that stand in the window.
SEEN = {
    "copied_laptop": "It goes on as a laptop of its own; nothing was lost",
    "office_needs_update": "1 change waits until the office has its update",
    "choice_created": "entered this activity before the customer came to you",
    "frozen_customer": "This customer has gone to a colleague",
    "joined_customers": "is the same customer",
    "brake": "Nothing is deleted yet",
    "deletion_held": "Deleting them waits for your word",
}


def opened(application: Application, paths: ProfilePaths) -> Application:
    return open_application(paths, clock=application.clock, zone=application.zone)


@contextmanager
def staged(laptop: SampleLaptop, folder: Path) -> Iterator[Stage]:
    with closing(copy_of(laptop.app, folder, lambda paths: opened(laptop.app, paths))) as stage:
        yield stage


class Noted(Translator):
    """Remembers which messages were said."""

    def __init__(self) -> None:
        super().__init__(resources_folder() / "i18n", "en")
        self.said: set[str] = set()

    def t(self, key: str, /, **values: object) -> str:
        self.said.add(key)
        return super().t(key, **values)


def sentences() -> set[str]:
    """List everything that may be said of where sync stands, but for what is said without a time of day."""
    told = tomllib.loads((resources_folder() / "i18n" / "en" / "sync.toml").read_text("utf-8"))
    keys = {f"sync.{part}.{name}" for part in ("headline", "detail") for name in told[part]}
    return keys - {"sync.headline.sent", "sync.headline.busy", "sync.detail.busy"}


def test_states_say_where_sync_stands_and_what_is_safe(laptop: SampleLaptop, tmp_path: Path) -> None:
    wrong = {}
    texts = Noted()
    for name, (line, sentence) in OFFICE.items():
        with staged(laptop, tmp_path / name) as stage:
            BY_NAME[name].play(stage)
            status, now = stage.app.status.current, stage.now
            said = headline(status, texts, now=now, zone=stage.app.zone)
            more = detail(status, texts, now=now)
        if not (said.startswith(line) and more.startswith(sentence)):
            wrong[name] = said, more

    assert not wrong
    assert not sentences() - texts.said


def test_states_are_seen_in_the_window(laptop: SampleLaptop, qapp: QApplication) -> None:
    unseen = {}
    for name, words in SEEN.items():
        with played(laptop.app, BY_NAME[name], lambda paths: opened(laptop.app, paths), SMALL) as workplace:
            said = " ".join(label.text() for label in workplace.window.findChildren(Label) if label.isVisible())
        if words not in said:
            unseen[name] = said

    assert not unseen


def test_walk_leaves_a_picture_of_each_state_and_says_which_is_which(
    laptop: SampleLaptop, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.ui.states.catalogue.STATES", (BY_NAME["offline"],))
    monkeypatch.setattr("desktop.ui.states.refusing.REFUSALS", REFUSALS[-1:])
    look = Look("zh_TW", "dark", (1100, 680))

    files = walk_states(laptop.app, tmp_path / "states", lambda paths: opened(laptop.app, paths), look)

    assert [file.name for file in files] == ["01-offline.png", "02-refused_unreadable.png"]
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files)
    told = "01-offline.png  離線，有變更待傳送\n02-refused_unreadable.png  資料夾讀不出來\n"
    assert (tmp_path / "states" / "states.txt").read_text("utf-8") == told
    assert not [each for each in qapp.topLevelWidgets() if isinstance(each, RefusedWindow) and each.isVisible()]


def test_copy_is_played_on_and_the_profile_stays_as_it_is(laptop: SampleLaptop, tmp_path: Path) -> None:
    before = laptop.app.reads.counts(), laptop.app.status.current, laptop.app.reads.conflicts()

    with staged(laptop, tmp_path / "copy") as stage:
        BY_NAME["choice_none"].play(stage)
        BY_NAME["offline"].play(stage)
        played_on = stage.app.reads.conflicts()

    laptop.app.status.refresh()
    assert not played_on
    assert (laptop.app.reads.counts(), laptop.app.status.current, laptop.app.reads.conflicts()) == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_has_a_name_in_every_language(language: str) -> None:
    texts = Translator(resources_folder() / "i18n", language)

    names = [*(state.name for state in STATES), *(name for name, _error in REFUSALS)]
    missing = [name for name in names if not texts.has(f"states.{name}")]

    assert not missing


def test_no_two_states_have_one_name() -> None:
    names = [*(state.name for state in STATES), *(name for name, _error in REFUSALS)]

    assert len(set(names)) == len(names)
    assert all(isinstance(state, State) for state in STATES)
