"""The recorder between a program and the C library: made from ``recorder.c`` where there is a compiler for it."""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

SOURCE = Path(__file__).with_name("recorder.c")
FOLDER_VARIABLE = "POWER_FOLDER"
TRACE_VARIABLE = "POWER_TRACE"


def missing() -> str:
    """Say why calls cannot be recorded here; empty where they can."""
    if sys.platform != "linux":
        return "recording the calls of a program needs Linux"
    if compiler() is None:
        return "recording the calls of a program needs a C compiler (cc, gcc or clang)"
    return ""


def compiler() -> str | None:
    """Find a C compiler."""
    return next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)


def build(folder: Path) -> Path:
    """Compile the recorder into a folder, once; gives the library."""
    library = folder / "recorder.so"
    if not library.exists():
        unfinished = library.with_suffix(f".{os.getpid()}")
        command = [
            compiler() or "cc",
            "-O2",
            "-shared",
            "-fPIC",
            "-o",
            str(unfinished),
            str(SOURCE),
            "-lpthread",
            "-ldl",
        ]
        subprocess.run(command, check=True, capture_output=True)
        unfinished.replace(library)
    return library


def environment(library: Path, folder: Path, trace: Path | None = None) -> Mapping[str, str]:
    """Give the environment of a program whose calls in ``folder`` are seen, and written to ``trace`` if there is one.

    The folder must be there when the program starts.
    """
    seen = {**os.environ, "LD_PRELOAD": str(library), FOLDER_VARIABLE: str(folder)}
    seen.pop(TRACE_VARIABLE, None)
    return seen if trace is None else {**seen, TRACE_VARIABLE: str(trace)}


class Recorder:
    """The recorder inside the present program, which was started with ``environment``."""

    def __init__(self) -> None:
        """Find it.

        Raises:
            RuntimeError: the program was not started with it.
        """
        try:
            self._library = ctypes.CDLL(None)
            self._library.power_count.restype = ctypes.c_uint64
            self._library.power_die_at.argtypes = [ctypes.c_uint64, ctypes.c_int]
            self._library.power_fail_at.argtypes = [ctypes.c_uint64, ctypes.c_int]
        except AttributeError:
            raise RuntimeError("this program is to be started with the recorder preloaded") from None

    def mark(self, text: str) -> None:
        """Put a line between the calls."""
        self._library.power_mark(text.encode())

    def count(self) -> int:
        """Tell how many calls there were since the program began, or ``die_at`` or ``fail_at`` was called."""
        return int(self._library.power_count())

    def die_at(self, call: int, *, in_its_middle: bool = False) -> None:
        """End the program by SIGKILL before the call of that number, counted from now on; 0 for never."""
        self._library.power_die_at(call, int(in_its_middle))

    def fail_at(self, call: int, error: int) -> None:
        """Let the call of that number, counted from now on, and each after it fail with an error number; 0 for none.

        SQLite's shared memory is counted too until it is 0.
        """
        self._library.power_fail_at(call, error)
