"""A program that cannot open its profile says why, touches nothing, and works again when that is mended."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.__main__ import main
from desktop.bootstrap import open_application
from desktop.store import connections
from desktop.store.migrations import STEPS
from desktop.system import credentials
from desktop.system.paths import ProfilePaths
from desktop.system.settings import KEY_FILE, Settings
from tests.helpers.small_world import Person, Template


class Vault:
    """A keyring as its library shows it: locked, without the entry, or with somebody else's key in it."""

    def __init__(self, content: str) -> None:
        self.content: str | None = content
        self.locked = False
        self.written: list[str] = []

    def get_password(self, _service: str, _name: str) -> str | None:
        if self.locked:
            from keyring.errors import KeyringLocked

            raise KeyringLocked
        return self.content

    def set_password(self, _service: str, _name: str, secret: str) -> None:
        self.written.append(secret)


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile with an unsent edit, of which the key lies in ``vault``."""

    paths: ProfilePaths
    vault: Vault
    key: str

    def held(self) -> dict[str, bytes]:
        """Give what lies in the profile, but for locks and the log."""
        kept = (each for each in self.paths.folder.iterdir() if each.is_file() and each.suffix != ".lock")
        return {each.name: each.read_bytes() for each in kept}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("refused"), (Person("ana"),), ("ana",))


@pytest.fixture
def profile(template: Template, monkeypatch: pytest.MonkeyPatch) -> Iterator[Profile]:
    with template.world() as world:
        ana = world["ana"]
        ana.add("task", title="call Kestrel")
        paths = ProfilePaths(ana.folder)
    settings = Settings(paths.settings)
    key = Path(settings.get(KEY_FILE)).read_text("ascii").strip()
    settings.set(KEY_FILE, "")
    vault = Vault(key)
    monkeypatch.setattr(credentials, "trusted_backend", lambda: vault)
    yield Profile(paths, vault, key)
    assert vault.written == []


def locked(profile: Profile) -> None:
    profile.vault.locked = True


def missing(profile: Profile) -> None:
    profile.vault.content = None


def changed(profile: Profile) -> None:
    profile.vault.content = "0" * 64


def broken(profile: Profile) -> None:
    profile.vault.content = "no key"


def newer(profile: Profile, number: int = 4000) -> None:
    raw = connections.open_raw(profile.paths.database, bytes.fromhex(profile.key))
    raw.execute(f"PRAGMA user_version = {number}")
    raw.close()


def mend(profile: Profile) -> None:
    profile.vault.content, profile.vault.locked = profile.key, False
    newer(profile, len(STEPS))


OTHER_KEY = "The key does not open this database. Your data are safe but locked"


@pytest.mark.allow_logs(r"the database cannot be used")
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (locked, "This system has no keyring that keeps secrets safe. Unlock or install one"),
        (missing, "The key of this profile was not found. Your data are safe but locked"),
        (changed, OTHER_KEY),
        (broken, OTHER_KEY),
        (newer, "A newer program has written this database. Your data are safe; update the program."),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_start_that_is_refused_says_why_changes_nothing_and_works_when_that_is_mended(
    profile: Profile, spoil: Callable[[Profile], None], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(profile)
    before = profile.held()

    codes = [main(["--profile", str(profile.paths.folder), *words]) for words in (["status"], ["sync"], ["recover"])]

    told = capsys.readouterr()
    assert (codes, told.out) == ([1, 1, 1], "")
    assert [line[: len(said)] for line in told.err.splitlines()] == [said] * 3
    assert profile.held() == before
    mend(profile)
    with closing(open_application(profile.paths)) as application:
        assert application.reads.counts()["task"] == 1
        assert application.status.current.pending == 1
