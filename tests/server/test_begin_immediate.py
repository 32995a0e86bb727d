"""Without BEGIN IMMEDIATE two writers break each other off; a planted defect that takes two connections to show."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection

from sync.contract.clock import SystemClock
from sync.contract.errors import AppError, Code
from sync.server import statements, storage
from sync.server.log import Log, open_log
from tests.simulate.patching import patched


def write(log: Log, name: str, meanwhile: Callable[[], None] = lambda: None) -> str | None:
    """Write an account, with something else after the transaction has read; gives the code of a refusal."""
    try:
        with log.writing() as writer:
            meanwhile()
            writer.create("account", {"name": name})
    except AppError as refused:
        return refused.code.value
    return None


def two_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str | None]:
    """Let one writer begin, another one come in between, and the first one go on; gives what became of each."""
    url = f"sqlite:///{folder / 'office.db'}"
    first = open_log(url, SystemClock())
    monkeypatch.setattr(storage, "_BUSY_S", 0.02)
    second = open_log(url, SystemClock())
    became: dict[str, str | None] = {}

    def come_between() -> None:
        became["second"] = write(second, "Second")

    try:
        became["first"] = write(first, "First", come_between)
        became["second again"] = write(second, "Second again")
    finally:
        first.close()
        second.close()
    return became


def deferred(begin: Callable[..., None]) -> Callable[..., None]:
    """Begin without a lock, whoever asks."""

    def run(connection: Connection, *, writes: bool) -> None:
        begin(connection, writes=False)

    return run


def test_writer_who_began_ends_well_and_who_comes_between_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = Code.SERVER_BUSY.value

    assert two_at_once(tmp_path, monkeypatch) == {"second": busy, "first": None, "second again": None}


def test_missing_begin_immediate_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with patched(statements, "begin", deferred(statements.begin)):
        became = two_at_once(tmp_path, monkeypatch)

    # Who began has read already what the other one changes, so everything it did is thrown away.
    assert became["second"] is None
    assert became["first"] == Code.SERVER_BUSY.value
