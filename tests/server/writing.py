"""Writers in processes of their own: ``python -m tests.server.writing URL WRITERS TRANSACTIONS`` prints their ids.

Each transaction makes one to five tags and touches one user that all of them share. Whoever is refused makes the
program fail. A program of its own, because only a process without other threads may be forked.
"""

import os
import random
import sys

from sync.contract.clock import SystemClock
from sync.server.log import Log
from sync.server.storage import Storage


def write(url: str, writer: int, transactions: int) -> None:
    """Write, each transaction once, and print the ids of the new tags."""
    chance = random.Random(writer)
    log = Log(Storage(url), SystemClock())
    try:
        with log.storage.reading() as connection:
            user = min(log.organisation(connection).records["user"])
        for number in range(transactions):
            with log.writing() as work:
                named = [f"tag {writer} {number} {one}" for one in range(chance.randint(1, 5))]
                made = [work.create("tag", {"name": each}) for each in named]
                work.patch("user", user, {"phone": f"{writer} {number}"})
            os.write(1, "".join(f"{each}\n" for each in made).encode())
    finally:
        log.close()


def main(url: str, writers: int, transactions: int) -> int:
    """Run all writers at once; gives 1 when one of them failed."""
    children = []
    for writer in range(writers):
        child = os.fork()
        if child == 0:
            write(url, writer, transactions)
            sys.stdout.flush()
            os._exit(0)
        children.append(child)
    return int(any(os.waitpid(child, 0)[1] for child in children))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
