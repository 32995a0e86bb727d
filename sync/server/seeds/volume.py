"""Loads a set of any size, for measurements; ``volume_shape`` says how much of what, ``volume_plan`` makes it."""

import time
from datetime import date

from sync.contract.errors import AppError, Code
from sync.server.log import Log, Writer
from sync.server.seeds.drafts import SeedReport
from sync.server.seeds.filling import Filling, SeedPasswords
from sync.server.seeds.volume_plan import SOURCE, Volume
from sync.server.seeds.volume_shape import VolumeSize


def load_volume(log: Log, size: VolumeSize, *, today: date, passwords: SeedPasswords) -> SeedReport:
    """Write a set of a size; memory does not grow with it but for 32 bytes per account.

    With one user the rep ``rep1`` sees everything; with more, accounts are dealt out evenly to ``rep1``, ``rep2``...
    An administrator ``admin`` sees everything either way.

    Raises:
        AppError: ``ID_TAKEN`` where such a set was loaded before: two would look like one.
    """
    began = time.monotonic()
    volume = Volume(size, today=today)
    with log.loading() as writer:
        _refuse_second(writer)
        filling = Filling(log, writer, passwords)
        filling.put_missing(volume.shared())
        filling.put_new(volume.customers())
    seconds = time.monotonic() - began
    return SeedReport(
        seed="volume",
        made=dict(filling.made),
        present=dict(filling.present),
        passwords=dict(passwords.made),
        facts={
            "login": "rep1",
            "administrator": "admin",
            "seconds": round(seconds, 1),
            "records_per_second": round(sum(filling.made.values()) / seconds),
        },
    )


def _refuse_second(writer: Writer) -> None:
    if writer.find("user", "external_source", SOURCE):
        detail = "this database holds a set of invented customers already; use a new database for another"
        raise AppError(Code.ID_TAKEN, detail, type="user", record=SOURCE)
