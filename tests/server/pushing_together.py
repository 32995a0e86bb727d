"""Laptops hand in at once, each batch by two processes: ``python -m tests.server.pushing_together URL LAPTOPS PUSHES``.

Every batch raises the points of every account by one, every other laptop's in the opposite order. Whoever is refused
makes the program fail. A program of its own, because only a process without other threads may be forked.
"""

import os
import sys

from sync.contract.clock import SystemClock
from sync.contract.wire import Op, PushRequest
from sync.server.handlers import Office
from sync.server.log import Log
from sync.server.passwords import Passwords
from sync.server.storage import Storage
from tests.helpers.direct_office import DirectOffice
from tests.server.desk import Desk, Laptop

ACCOUNTS, TWICE = 4, 2


def prepare(desk: Desk, laptops: int, pushes: int) -> list[tuple[str, list[PushRequest]]]:
    """Make accounts and laptops; gives the token of each laptop and what it hands in."""
    first = desk.laptop("ana", territories=("North",))
    devices = [first, *(desk.device("ana", first.user) for _ in range(laptops - 1))]
    accounts = [desk.account(f"Account {n}", by=first.user, territory=desk.territory("North")) for n in range(ACCOUNTS)]
    for each in devices:
        each.pull()
    return [
        (device.token, [_batch(device, accounts[:: 1 - 2 * (n % 2)]) for _ in range(pushes)])
        for n, device in enumerate(devices)
    ]


def _batch(device: Laptop, accounts: list[str]) -> PushRequest:
    for account in accounts:
        device.add(Op.PATCH, "account", account, fields={"points": 1}, was={"points": 0})
    mutations, device.waiting = device.waiting, []
    return PushRequest(client_id=device.client_id, mutations=mutations)


def hand_in(url: str, token: str, batches: list[PushRequest]) -> None:
    """Hand one batch in after the other."""
    log = Log(Storage(url), SystemClock())
    try:
        line = DirectOffice(Office(log, Passwords(passes=1, memory_kib=8), "test"), token)
        for each in batches:
            line.push(each)
    finally:
        log.close()


def main(url: str, laptops: int, pushes: int) -> int:
    """Run all at once; gives 1 when one of them failed."""
    desk = Desk(url)
    work = prepare(desk, laptops, pushes)
    desk.close()
    children = []
    for token, batches in work * TWICE:
        child = os.fork()
        if child == 0:
            hand_in(url, token, batches)
            os._exit(0)
        children.append(child)
    return int(any(os.waitpid(child, 0)[1] for child in children))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
