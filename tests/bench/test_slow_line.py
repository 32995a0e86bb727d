"""The slow line carries every byte, later, in order."""

import random
import socket
import subprocess
import sys
import threading
from contextlib import closing

from tests.bench.peers.slow_line import Line
from tests.bench.processes import ROOT

_SENT = bytes(range(256)) * 2_000


def test_bytes_arrive_late_and_never_before_what_was_sent_earlier() -> None:
    line = Line(0.05, 0.5, random.Random(7))

    arrivals = [line.arrival(sent / 100, 5_000, 0.0) for sent in range(50)]
    ordered = [line.arrival(0.0, 1, 9.0)]

    assert all(arrival >= sent / 100 + 0.05 for sent, arrival in enumerate(arrivals))
    assert max(arrival - sent / 100 for sent, arrival in enumerate(arrivals)) > 0.2
    assert ordered == [9.0]


def test_line_without_loss_adds_its_delay_only() -> None:
    assert Line(0.05, 0.0, random.Random(7)).arrival(1.0, 1_000_000, 0.0) == 1.05


def test_line_that_loses_packets_carries_every_byte() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as office:
        echo = threading.Thread(target=_echo, args=(office,))
        echo.start()
        command = [sys.executable, "-m", "tests.bench.peers.slow_line", str(office.getsockname()[1])]
        with subprocess.Popen(
            [*command, "--delay-ms", "1", "--loss", "0.005"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as line:
            port = int(line.stdout.readline() if line.stdout else 0)
            with closing(socket.create_connection(("127.0.0.1", port))) as laptop:
                sending = threading.Thread(target=_send, args=(laptop,))
                sending.start()
                came = b"".join(iter(lambda: laptop.recv(65_536), b""))
                sending.join()
            line.kill()
        echo.join()
    assert came == _SENT


def _echo(office: socket.socket) -> None:
    there, _ = office.accept()
    with closing(there):
        while data := there.recv(65_536):
            there.sendall(data)


def _send(laptop: socket.socket) -> None:
    laptop.sendall(_SENT)
    laptop.shutdown(socket.SHUT_WR)
