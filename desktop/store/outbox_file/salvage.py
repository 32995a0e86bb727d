"""Reads what a damaged database still gives of what belongs into its outbox file."""

import logging
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import sqlcipher3.dbapi2 as driver

from desktop.store.connections import open_raw
from desktop.store.outbox_file import entries
from desktop.store.outbox_file.entries import Columns
from sync.contract.errors import AppError
from sync.contract.fields import Value

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Salvaged:
    """What could be read, each part as far as the file gave it."""

    identity: dict[str, Value] = field(default_factory=dict)
    rows: list[Columns] = field(default_factory=list)
    acts: list[Columns] = field(default_factory=list)


def salvage(file: Path, key: bytes) -> Salvaged:
    """Read it; nothing where there is no file or it cannot be opened."""
    found = Salvaged()
    if not file.exists() or not file.stat().st_size:
        return found
    try:
        with closing(open_raw(file, key)) as opened:
            found.identity = entries.identity(opened)
            found.rows = entries.kept(opened)
            found.acts = entries.acts_of(opened, found.rows)
    except (AppError, driver.Error) as refused:
        log.warning("the damaged database gave no more: %s", refused)
    return found
