"""The laptop's files as the courier sees them: the rows of the database beside the bytes of the file store."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from desktop.domain.holdings import FilesHere, Policy
from desktop.store import files_rows
from desktop.store.database import Database
from desktop.store.files import FileStore
from sync.client.blobs import Parcel
from sync.contract.clock import instant_text
from sync.contract.file_classes import Covered

AT_ONCE: Final = 500
"""So many files are wanted at most in one go."""


@dataclass(frozen=True, slots=True)
class StoreShelf:
    """Implements ``sync.client.blobs.Shelf``. ``policy`` is asked anew whenever it matters: the user may change it."""

    database: Database
    files: FileStore
    policy: Callable[[], Policy] = Policy
    _refused: set[str] = field(default_factory=set, init=False, repr=False, compare=False)

    def waiting(self) -> list[Parcel]:
        """List what is whole here and not at the office, smallest first.

        Bytes attached here come last if their record has left this laptop with its account: their author may still
        send them, and whoever has the account now waits for them.
        """
        if not self.files.exists():
            return []
        with self.database.reading() as connection:
            lacking = files_rows.lacking(connection, self.database.schema)
            named = set(files_rows.named_where_seen(connection, self.database.schema))
        whole = self.files.whole()
        orphans = [Parcel(sha256, size) for sha256, size in self.files.held().items() if sha256 not in named]
        return [each for each in lacking if whole.get(each.sha256) == each.size] + orphans

    def note_stored(self, sha256: str) -> None:
        """Remember that the office holds a file."""
        self.files.release(sha256)

    def wanted(self) -> list[Parcel]:
        """List what is at the office and, by the policy, should be here and is not yet, without what was refused."""
        whole = self.files.whole()
        with self._chosen() as chosen:
            lacking = (each for each in chosen if each.sha256 not in whole and each.sha256 not in self._refused)
            return list(islice(lacking, AT_ONCE))

    def note_refused(self, sha256: str) -> None:
        """Want a file no more until the program starts again, so that older ones come."""
        self._refused.add(sha256)

    def standing(self) -> FilesHere:
        """Count what is here, and what comes by itself."""
        whole = self.files.whole()
        with self._chosen() as each_chosen:
            chosen = list(each_chosen)
        coming = [each for each in chosen if each.sha256 not in whole]
        chosen_here = [each for each in chosen if each.sha256 in whole]
        return FilesHere(
            here=Covered(len(whole), sum(whole.values())),
            chosen_here=_covered(chosen_here),
            coming=_covered(coming),
        )

    @contextmanager
    def _chosen(self) -> Iterator[Iterator[Parcel]]:
        policy = self.policy()
        if not policy.own and not policy.others:
            yield iter(())
            return
        since = instant_text(self.database.moment() - policy.max_age)
        user = self.database.meta.user_id
        with self.database.reading() as connection:
            chosen = files_rows.wanted(connection, self.database.schema, policy, user=user, since=since)
            with closing(chosen):
                yield chosen

    def read(self, sha256: str, offset: int, size: int) -> bytes:
        """Give at most so many bytes of a file that is here."""
        return self.files.read(sha256, offset, size)

    def begin(self, parcel: Parcel) -> int:
        """Make room for a file that comes; gives how many of its bytes are here already."""
        return self.files.begin(parcel)

    def take(self, sha256: str, offset: int, data: bytes) -> None:
        """Keep bytes that follow on those that are here."""
        self.files.take(sha256, offset, data)

    def complete(self, sha256: str) -> None:
        """Make a file whole after a look at its bytes; see ``FileStore.complete``."""
        self.files.complete(sha256)

    def tidy(self) -> int:
        """Remove bytes that nothing on this laptop names any more: of records taken from this user, for example."""
        if not self.files.exists():
            return 0
        with self.database.reading() as connection:
            unnamed = self.files.unnamed(files_rows.named(connection, self.database.schema))
            if unnamed:
                acts = set(files_rows.named_by_acts(connection))
                unnamed = [each for each in unnamed if each not in acts]
        self.files.remove(unnamed)
        return len(unnamed)


def _covered(parcels: list[Parcel]) -> Covered:
    return Covered(len(parcels), sum(each.size for each in parcels))
