"""The key of a profile is random, kept by trusted keepers only, and refused when its place is not safe."""

import os
from pathlib import Path

import pytest

from desktop.system import credentials
from desktop.system.credentials import KeyFile, Keyring, key_store, new_key, trusted_backend
from sync.contract.errors import AppError, Code


class Memory:
    """A keyring in memory, as a fake of the port."""

    def __init__(self, *, forgets: bool = False) -> None:
        self.forgets = forgets
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if not self.forgets:
            self.entries[service, username] = password


class Locked(Memory):
    def get_password(self, service: str, username: str) -> str | None:
        from keyring.errors import KeyringLocked

        raise KeyringLocked


def test_new_key_is_random_and_of_256_bits() -> None:
    first, second = new_key(), new_key()

    assert len(first) == len(second) == 32
    assert first != second


def test_key_file_is_made_when_missing_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "key"

    made = KeyFile(path).create()

    assert KeyFile(path).load() == made == KeyFile(path).create()
    assert path.read_text() == made.hex() + "\n"
    assert path.stat().st_mode & 0o777 == 0o600


def test_key_file_missing_when_loaded_is_named_in_the_refusal(tmp_path: Path) -> None:
    with pytest.raises(AppError) as refused:
        KeyFile(tmp_path / "none").load()

    assert refused.value.code is Code.KEY_MISSING
    assert refused.value.data == {"source": str(tmp_path / "none")}


@pytest.mark.parametrize("content", ["", "abc", "g" * 64, "a" * 63, "a" * 65, "密" * 64])
def test_key_file_of_another_form_is_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "key"
    path.write_text(content, encoding="utf-8")
    path.chmod(0o600)

    with pytest.raises(AppError) as refused:
        KeyFile(path).create()

    assert refused.value.code is Code.KEY_FILE_UNUSABLE
    assert path.read_text(encoding="utf-8") == content


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights elsewhere")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_key_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    KeyFile(path).create()
    path.chmod(mode)

    with pytest.raises(AppError) as refused:
        KeyFile(path).load()

    assert refused.value.code is Code.KEY_FILE_UNUSABLE


def test_key_file_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)

    with pytest.raises(AppError) as refused:
        KeyFile(tmp_path).load()

    assert refused.value.code is Code.KEY_FILE_UNUSABLE


def test_keyring_makes_a_key_once_per_profile() -> None:
    vault = Memory()

    first, other = Keyring("one", vault).create(), Keyring("two", vault).create()

    assert Keyring("one", vault).create() == Keyring("one", vault).load() == first != other


def test_keyring_without_the_key_says_so() -> None:
    with pytest.raises(AppError) as refused:
        Keyring("one", Memory()).load()

    assert refused.value.code is Code.KEY_MISSING


def test_keyring_that_forgets_what_was_written_is_refused() -> None:
    with pytest.raises(AppError) as refused:
        Keyring("one", Memory(forgets=True)).create()

    assert refused.value.code is Code.KEYRING_UNUSABLE


def test_keyring_that_is_locked_is_refused() -> None:
    with pytest.raises(AppError) as refused:
        Keyring("one", Locked()).load()

    assert refused.value.code is Code.KEYRING_UNUSABLE


@pytest.mark.parametrize(
    "asked_for", ["keyring.backends.null.Keyring", "keyring.backends.chainer.ChainerBackend", "leaky.Plaintext"]
)
def test_backend_that_the_environment_asks_for_is_not_used(monkeypatch: pytest.MonkeyPatch, asked_for: str) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", asked_for)

    with pytest.raises(AppError) as refused:
        trusted_backend()

    assert refused.value.code is Code.KEYRING_UNUSABLE


def test_backend_that_a_configuration_file_asks_for_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(os.environ["XDG_CONFIG_HOME"]) / "python_keyring"
    folder.mkdir(parents=True)
    (folder / "keyringrc.cfg").write_text("[backend]\ndefault-keyring=keyring.backends.null.Keyring\n")

    with pytest.raises(AppError):
        trusted_backend()


def test_backends_are_named_and_none_chains_or_discards() -> None:
    assert not [
        module for module, _ in credentials.BACKENDS if module.rpartition(".")[2] in {"null", "fail", "chainer"}
    ]


def test_secret_longer_than_every_system_takes_is_refused() -> None:
    keyring = Keyring("one", Memory())

    with pytest.raises(AppError) as refused:
        keyring._keep("a" * 1281)  # noqa: SLF001 - the limit cannot be reached from outside

    assert refused.value.code is Code.KEYRING_UNUSABLE


def test_key_store_is_the_file_when_one_is_named(tmp_path: Path) -> None:
    assert isinstance(key_store(str(tmp_path / "key"), "one"), KeyFile)
    assert isinstance(key_store("", "one"), Keyring)
