"""PySide6 6.12.0 loses references to None and True on CPython <= 3.11 and aborts after some 700 signals."""

import subprocess
import sys

_EMIT_OFTEN = """
import sys
from PySide6.QtCore import QObject, Signal

class Sender(QObject):
    sent = Signal(object)

seen = []
sender = Sender()
sender.sent.connect(seen.append)
before = [sys.getrefcount(value) for value in (None, True, False)]
for _ in range(3000):
    for value in (None, True, False):
        sender.sent.emit(value)
seen.clear()
after = [sys.getrefcount(value) for value in (None, True, False)]
print(max(abs(a - b) for a, b in zip(after, before)))
"""


def test_signal_emitted_often_keeps_reference_counts() -> None:
    run = subprocess.run([sys.executable, "-c", _EMIT_OFTEN], capture_output=True, encoding="utf-8", check=False)

    assert run.returncode == 0, run.stderr
    assert int(run.stdout) < 100
