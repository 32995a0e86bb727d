"""Fails a test that leaves a file of its folder open: an unclosed database keeps its lock and its WAL."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

_DESCRIPTORS = Path("/proc/self/fd")


def _open_below(folder: Path) -> list[str]:
    if not _DESCRIPTORS.is_dir():  # only Linux lists them as files; elsewhere the guard rests
        return []
    found = []
    for descriptor in _DESCRIPTORS.iterdir():
        try:
            target = str(descriptor.readlink())
        except FileNotFoundError:  # the descriptor that listed the folder is closed by now
            continue
        if target.startswith(f"{folder}{os.sep}"):
            found.append(target)
    return sorted(found)


@pytest.fixture(autouse=True)
def no_open_files(home: Path, tmp_path: Path) -> Iterator[None]:
    """Fail when a file below ``tmp_path`` is still open after the test."""
    yield
    folder = tmp_path.resolve()
    if not _open_below(folder):
        return
    gc.collect()  # an object in a reference cycle closes its file only when collected
    left = _open_below(folder)
    if left:
        names = ", ".join(path.removeprefix(f"{folder}{os.sep}") for path in left)
        pytest.fail(f"files left open after the test: {names}", pytrace=False)
