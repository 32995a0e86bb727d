"""A profile exists whole or not at all, and signing in again touches nothing of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.services.profiles import Credentials, enrol, open_database, session_of
from desktop.system.locks import FileLock
from desktop.system.paths import ProfilePaths
from desktop.system.settings import KEY_FILE, SERVER, Settings
from sync.contract.clock import SystemClock
from sync.contract.errors import AppError, Code
from sync.contract.fields import Role
from sync.contract.wire import SignInAnswer, SignInRequest

CLOCK = SystemClock()


class Door:
    """The office's door: knows one password and hands out numbered tokens."""

    def __init__(self) -> None:
        self.address = "https://crm.example.com"
        self.user_id = "u-ana"
        self.requests: list[SignInRequest] = []
        self.given_back: list[str] = []
        self.refuses: Code | None = None

    def dial(self, address: str, token: str) -> "Line":
        return Line(self, address.rstrip("/"), token)


class Line:
    def __init__(self, door: Door, address: str, token: str) -> None:
        self.door, self.address, self.token = door, address, token

    def sign_in(self, request: SignInRequest) -> SignInAnswer:
        if self.door.refuses is not None:
            raise AppError(self.door.refuses)
        if request.password != "right":
            raise AppError(Code.SIGN_IN_REFUSED)
        self.door.requests.append(request)
        return SignInAnswer(
            token=f"token-{len(self.door.requests)}",
            user_id=self.door.user_id,
            user_name="Ana Wei",
            login=request.login,
            role="manager",
            organisation="Kestrel",
            currency="CNY",
            schema=1,
            server_time="2026-11-20T09:00:00.000Z",
        )

    def sign_out(self) -> None:
        self.door.given_back.append(self.token)

    def close(self) -> None:
        pass


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def paths(tmp_path: Path) -> ProfilePaths:
    return ProfilePaths(tmp_path / "profile")


@pytest.fixture
def ana(tmp_path: Path) -> Credentials:
    return Credentials(
        server="https://crm.example.com", login="ana", password="right", key_file=str(tmp_path / "keys" / "key")
    )


def refused(paths: ProfilePaths, credentials: Credentials, door: Door) -> Code:
    with pytest.raises(AppError) as caught:
        enrol(paths, credentials, clock=CLOCK, connect=door.dial)
    return caught.value.code


def files(folder: Path) -> set[str]:
    return {each.name for each in folder.rglob("*") if each.is_file()} if folder.exists() else set()


def test_signing_in_makes_a_profile_that_knows_who_it_belongs_to(
    paths: ProfilePaths, ana: Credentials, door: Door
) -> None:
    enrol(paths, ana, clock=CLOCK, connect=door.dial)

    with open_database(paths, clock=CLOCK) as database:
        session = session_of(database)
        assert (session.user, session.name, session.role) == ("u-ana", "Ana Wei", Role.MANAGER)
        assert database.meta.token == "token-1"
        assert database.meta.client_id == door.requests[0].client_id
    assert files(paths.folder) == {"roundsman.db", "roundsman.outbox", "settings.json", "window.lock"}


def test_profile_that_somebody_else_makes_just_now_is_left_to_them(
    paths: ProfilePaths, ana: Credentials, door: Door
) -> None:
    paths.make()

    with FileLock(paths.window).trying():
        assert refused(paths, ana, door) is Code.PROFILE_IN_USE

    assert not paths.database.exists()
    enrol(paths, ana, clock=CLOCK, connect=door.dial)
    assert paths.database.exists()


@pytest.mark.parametrize("code", [Code.SIGN_IN_REFUSED, Code.SERVER_UNREACHABLE, Code.NOT_A_SERVER])
def test_refused_sign_in_leaves_nothing_behind(
    paths: ProfilePaths, ana: Credentials, door: Door, code: Code, tmp_path: Path
) -> None:
    door.refuses = code

    assert refused(paths, ana, door) is code

    assert not paths.folder.exists()
    assert not (tmp_path / "keys").exists()


def test_unusable_key_file_is_refused_before_the_password_leaves(
    paths: ProfilePaths, ana: Credentials, door: Door, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("no key", encoding="ascii")
    wrong.chmod(0o600)

    assert refused(paths, replace(ana, key_file=str(wrong)), door) is Code.KEY_FILE_UNUSABLE

    assert not door.requests
    assert not paths.folder.exists()


def test_without_keyring_and_key_file_the_password_does_not_leave(
    paths: ProfilePaths, ana: Credentials, door: Door
) -> None:
    assert refused(paths, replace(ana, key_file=""), door) is Code.KEYRING_UNUSABLE

    assert not door.requests


def test_profile_that_cannot_be_made_gives_its_token_back(paths: ProfilePaths, ana: Credentials, door: Door) -> None:
    paths.folder.mkdir(parents=True)
    (paths.folder / "roundsman.db.new").mkdir()

    with pytest.raises(OSError, match=r"roundsman\.db"):
        enrol(paths, ana, clock=CLOCK, connect=door.dial)

    assert door.given_back == ["token-1"]
    assert not paths.database.exists()


def test_leftovers_of_a_killed_sign_in_are_no_hindrance(paths: ProfilePaths, ana: Credentials, door: Door) -> None:
    paths.folder.mkdir(parents=True)
    for name in ("roundsman.db.new", "roundsman.db.new-wal"):
        (paths.folder / name).write_bytes(b"half")

    enrol(paths, ana, clock=CLOCK, connect=door.dial)

    assert files(paths.folder) == {"roundsman.db", "settings.json", "window.lock"}


def test_same_user_signs_in_again_and_keeps_everything(paths: ProfilePaths, ana: Credentials, door: Door) -> None:
    enrol(paths, ana, clock=CLOCK, connect=door.dial)
    with open_database(paths, clock=CLOCK) as database:
        database.meta.set("cursor", "far")

    enrol(paths, ana, clock=CLOCK, connect=door.dial)

    with open_database(paths, clock=CLOCK) as database:
        assert database.meta.token == "token-2"
        assert database.meta.cursor == "far"
    assert door.requests[0].client_id == door.requests[1].client_id


def test_other_user_leaves_the_profile_as_it_is(paths: ProfilePaths, ana: Credentials, door: Door) -> None:
    enrol(paths, ana, clock=CLOCK, connect=door.dial)
    door.user_id = "u-ben"

    assert refused(paths, ana, door) is Code.WRONG_USER

    assert door.given_back == ["token-2"]
    assert identity(paths) == ("u-ana", "token-1")


def test_wrong_password_leaves_the_profile_as_it_is(paths: ProfilePaths, ana: Credentials, door: Door) -> None:
    enrol(paths, ana, clock=CLOCK, connect=door.dial)

    assert refused(paths, replace(ana, password="wrong"), door) is Code.SIGN_IN_REFUSED

    assert identity(paths) == ("u-ana", "token-1")


def identity(paths: ProfilePaths) -> tuple[str, str]:
    with open_database(paths, clock=CLOCK) as database:
        return database.meta.user_id, database.meta.token


def test_profile_of_another_server_is_not_taken_over(paths: ProfilePaths, ana: Credentials, door: Door) -> None:
    enrol(paths, ana, clock=CLOCK, connect=door.dial)

    assert refused(paths, replace(ana, server="https://other.example.com"), door) is Code.PROFILE_EXISTS

    assert len(door.requests) == 1
    assert Settings(paths.settings).get(SERVER) == "https://crm.example.com"


def test_missing_or_wrong_key_leaves_the_data_locked_and_safe(
    paths: ProfilePaths, ana: Credentials, door: Door
) -> None:
    enrol(paths, ana, clock=CLOCK, connect=door.dial)
    key = Path(Settings(paths.settings).get(KEY_FILE))
    content = paths.database.read_bytes()

    right = key.read_text(encoding="ascii")
    key.write_text("0" * 64, encoding="ascii")
    with pytest.raises(AppError) as wrong:
        open_database(paths, clock=CLOCK)
    key.unlink()
    with pytest.raises(AppError) as missing:
        open_database(paths, clock=CLOCK)

    assert (wrong.value.code, missing.value.code) == (Code.KEY_WRONG, Code.KEY_MISSING)
    assert paths.database.read_bytes() == content
    assert right.strip()


def test_password_is_not_shown_by_accident(ana: Credentials) -> None:
    assert "right" not in repr(ana)
