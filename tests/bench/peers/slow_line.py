"""A slow line: ``python -m tests.bench.peers.slow_line PORT --delay-ms 50 --loss 0.01`` listens and carries to PORT.

Every byte arrives so much later, in both directions. What was read at once counts as packets of 1,460 bytes, each of
which is lost with the given probability; a loss holds back all that follows it until the sender has noticed and sent it
again: one more way there and back, and at least 200 ms when nothing came after it that would have shown the loss.
Bandwidth is not limited. Anything that speaks TCP may use it; bytes are never changed.
"""

import argparse
import asyncio
import random
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

_PACKET = 1_460
_READ = 65_536
_TIMER_S = 0.2


@dataclass(frozen=True, slots=True)
class Line:
    """How slow it is: seconds each way, and the probability that a packet is lost."""

    delay_s: float
    loss: float
    chance: random.Random

    def arrival(self, now: float, size: int, before: float) -> float:
        """Tell when ``size`` bytes that are sent now arrive; never before what was sent earlier did."""
        packets = -(-size // _PACKET)
        lost = [number for number in range(packets) if self.chance.random() < self.loss]
        held = sum(2 * self.delay_s if number < packets - 1 else max(_TIMER_S, 2 * self.delay_s) for number in lost)
        return max(before, now + self.delay_s + held)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: Line) -> None:
    """Carry one direction until its sender ends it."""
    loop = asyncio.get_running_loop()
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def deliver() -> None:
        while True:
            due, data = await under_way.get()
            await _until(loop, due)
            if not data:
                break
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()

    delivering = asyncio.create_task(deliver())
    last = 0.0
    while data := await reader.read(_READ):
        last = line.arrival(loop.time(), len(data), last)
        under_way.put_nowait((last, data))
    under_way.put_nowait((max(last, loop.time() + line.delay_s), b""))
    await delivering


async def _until(loop: asyncio.AbstractEventLoop, due: float) -> None:
    reached = asyncio.Event()
    loop.call_at(due, reached.set)
    await reached.wait()


async def _connect(port: int, line: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    there_reader, there_writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        # A connection is opened by one way there and back.
        await _until(asyncio.get_running_loop(), asyncio.get_running_loop().time() + 2 * line.delay_s)
        with suppress(ConnectionError):
            await asyncio.gather(_carry(reader, there_writer, line), _carry(there_reader, writer, line))
    finally:
        there_writer.close()
        writer.close()


async def _serve(port: int, line: Line) -> None:
    server = await asyncio.start_server(partial(_connect, port, line), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


def main() -> None:
    """Listen on a free port, write it as a line to stdout, and carry until ended."""
    parser = argparse.ArgumentParser(prog="tests.bench.peers.slow_line")
    parser.add_argument("port", type=int, help="where what is carried arrives")
    parser.add_argument("--delay-ms", type=float, default=50.0, help="each way")
    parser.add_argument("--loss", type=float, default=0.01, help="probability that a packet is lost")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    line = Line(given.delay_ms / 1000, given.loss, random.Random(given.seed))
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(given.port, line))


if __name__ == "__main__":
    main()
