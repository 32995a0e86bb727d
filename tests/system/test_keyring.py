"""The key of a profile in the real keyring of a desktop: the daemon on a bus of its own, as after a login."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.system.credentials import KEY_BYTES

_LIMIT_S = 60
_NEEDED = ("dbus-run-session", "gnome-keyring-daemon")
_missing = [name for name in _NEEDED if shutil.which(name) is None]

pytestmark = pytest.mark.skipif(bool(_missing), reason=f"not installed here: {', '.join(_missing)}")

# The daemon unlocks its login collection with the word it is given, as the login does; --foreground keeps it a child.
_SESSION = """
printf %s "$KEYRING_WORD" | gnome-keyring-daemon --foreground --unlock --components=secrets > /dev/null 2>&1 &
exec "$0" -c "$1"
"""
_WAIT_FOR_DAEMON = """
import json, sys, threading
from jeepney import DBusAddress, MatchRule, message_bus, new_method_call
from jeepney.io.blocking import Proxy, open_dbus_connection
name = "org.freedesktop.secrets"
with open_dbus_connection() as bus:
    proxy = Proxy(message_bus, bus)
    rule = MatchRule(type="signal", sender="org.freedesktop.DBus", member="NameOwnerChanged")
    rule.add_arg_condition(0, name)
    proxy.AddMatch(rule)
    with bus.filter(rule) as signals:
        while not proxy.NameHasOwner(name)[0]:
            bus.recv_until_filtered(signals, timeout=30)
"""


def in_session(folder: Path, body: str) -> object:
    """Run Python on a new bus with a new, unlocked keyring below ``folder``; gives what it printed as JSON."""
    own = {"HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"), "XDG_RUNTIME_DIR": str(folder / "run")}
    (folder / "run").mkdir(mode=0o700, exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    command = ["dbus-run-session", "--", "sh", "-c", _SESSION, sys.executable, _WAIT_FOR_DAEMON + body]
    done = subprocess.run(
        command,
        env={**kept, **own, "KEYRING_WORD": "word", "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        timeout=_LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_key_is_kept_in_the_desktops_keyring_and_read_back(tmp_path: Path) -> None:
    told = in_session(
        tmp_path,
        """
from desktop.system.credentials import Keyring, trusted_backend
made = Keyring("profile").create()
again = Keyring("profile").load()
print(json.dumps([type(trusted_backend()).__module__, len(made), again == made, Keyring("profile").create() == made]))
""",
    )

    assert told == ["keyring.backends.SecretService", KEY_BYTES, True, True]


def test_key_is_there_in_the_next_session_and_in_no_file_in_clear(tmp_path: Path) -> None:
    body = """
from desktop.system.credentials import Keyring
print(json.dumps(Keyring("profile").create().hex()))
"""

    first, second = in_session(tmp_path, body), in_session(tmp_path, body)

    assert first == second
    # A session that has ended may be tidying up still.
    every = [Path(folder, name) for folder, _, names in os.walk(tmp_path) for name in names]
    kept = [path for path in every if path.is_file()]
    assert kept
    assert not [path for path in kept if str(first).encode() in path.read_bytes()]


def test_keyring_without_the_key_says_so(tmp_path: Path) -> None:
    told = in_session(
        tmp_path,
        """
from desktop.system.credentials import Keyring
from sync.contract.errors import AppError
try:
    Keyring("nobody").load()
except AppError as error:
    print(json.dumps([error.code, error.data]))
""",
    )

    assert told == ["key_missing", {"source": "keyring"}]
