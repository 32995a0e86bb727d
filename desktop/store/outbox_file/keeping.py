"""Keeps the outbox file and the database in step. Everything that writes the file holds the database's write lock.

A save writes the file before its COMMIT: what the database has, the file has. After a kill between the two the file
has an edit more, which the next start brings into the database. What both agree on is noted in the database, in the
same transaction, as the file's size and last tag, so that looking whether they do costs no more than its last bytes.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection

from desktop.store import gate, meta
from desktop.store.connections import RawConnection, raw
from desktop.store.gate import GateMode
from desktop.store.opener import Store
from desktop.store.outbox_file import disk, entries
from desktop.store.outbox_file.entries import Columns, Content, FrameWriter, content_of
from desktop.store.outbox_file.frames import TAG_BYTES, FrameCipher, Reading
from desktop.store.outbox_file.marks import Agreement, Appended, Mark, note, noted
from sync.contract.errors import AppError, Code

log = logging.getLogger(__name__)

_LATER = frozenset({Code.DISK_FULL, Code.DISK_UNUSABLE, Code.FILE_UNREADABLE, Code.DATABASE_BUSY})


def outbox_path(database: Path) -> Path:
    """Name the outbox file of a database."""
    return database.with_suffix(".outbox")


class OutboxFile:
    """The outbox file of one database. Does not remember it, because other processes of the profile write it too."""

    def __init__(self, database: Path, key: bytes) -> None:
        """Name it; ``key`` is the database's."""
        self.path = outbox_path(database)
        self._cipher = FrameCipher(key)
        self._left: Appended | None = None
        """What a refused save has left in the file, because the disk that failed did not let it be taken out either."""

    def read(self) -> Content:
        """Read all of it, as far as it can be read.

        Raises:
            AppError: ``FILE_UNREADABLE``.
        """
        return content_of(self.read_copy(self.path))

    def read_copy(self, path: Path) -> Reading:
        """Read a copy of it that was put aside.

        Raises:
            AppError: ``FILE_UNREADABLE``.
        """
        return self._cipher.read(disk.read(path))

    def keep(self, connection: Connection, act: str, *, reopened: Sequence[str] = ()) -> Appended | None:
        """Put what an act made into the file, and on the disk, before its transaction may commit.

        ``reopened`` are older entries that wait for attention again.

        Raises:
            AppError: ``DISK_FULL`` or ``DISK_UNUSABLE``; the file is as it was.
        """
        driver = raw(connection)
        rows = [*entries.of_act(driver, act), *entries.of_mutations(driver, reopened)]
        settled = entries.settled_by(driver, act)
        if not rows and not settled:
            return None
        mark = self._mark_in_step(connection, act)
        grown = self._append(connection, mark, rows, settled, act)
        note(connection, grown)
        return Appended.between(mark, grown, rows, act)

    def keep_again(self, connection: Connection, mutations: Sequence[str], *, known: bool = False) -> None:
        """Put own entries into the file that wait once more, before their transaction may commit.

        With ``known`` they are in it already and have changed.

        Raises:
            AppError: ``DISK_FULL`` or ``DISK_UNUSABLE``; the file is as it was.
        """
        driver = raw(connection)
        rows = entries.of_mutations(driver, mutations)
        self._cut_left(driver)
        mark = noted(driver)
        if not self._is_clean(mark):
            # Written anew from the database, it holds them too.
            self.write_again(connection)
        elif rows:
            grown = self._append(connection, mark, rows, ())
            note(connection, replace(grown, entries=mark.entries) if known else grown)

    def _append(
        self, connection: Connection, mark: Mark, rows: Sequence[Columns], settled: Sequence[str], act: str = ""
    ) -> Mark:
        driver = raw(connection)
        writer = FrameWriter(self._cipher, bytes.fromhex(mark.tag) if mark.tag else bytes(TAG_BYTES))
        if not mark.size:
            writer.identity(entries.identity(driver))
        if rows:
            writer.entries(entries.acts_of(driver, rows), rows)
        if settled:
            writer.done(settled)
        content = writer.content
        grown = Mark(
            size=mark.size + len(content),
            tag=writer.tag.hex(),
            entries=mark.entries + len(rows),
            done=mark.done + len(settled),
            foreign=mark.foreign,
        )
        try:
            disk.append(self.path, content, at=mark.size, durable=bool(rows))
        except AppError:
            # All of it may be there when the disk failed at its end.
            self._left = Appended.between(mark, grown, rows, act)
            raise
        return grown

    @contextmanager
    def saving(self, store: Store) -> Iterator[list[Appended | None]]:
        """Guard a transaction: what the block lists is taken out again if it ends in a refusal, that of its commit too.

        It stays where somebody wrote after it, or brought it in already.
        """
        appended: list[Appended | None] = []
        try:
            yield appended
        except BaseException:
            for each in filter(None, appended):
                self._take_back(store, each)
            raise

    def done(self, connection: Connection, mutations: Sequence[str]) -> bool:
        """Tell that the office has answered; gives whether most of the file is no longer needed.

        Nothing waits for the disk: what is sent twice has one effect.
        """
        mark = noted(raw(connection))
        try:
            if not mutations or not self._is_at_end(mark):
                return mark.is_stale
            writer = FrameWriter(self._cipher, bytes.fromhex(mark.tag))
            writer.done(mutations)
            disk.append(self.path, writer.content, at=mark.size, durable=False)
        except AppError as refused:
            log.warning("the outbox file was not told of %d receipts: %s", len(mutations), refused.code.value)
            return mark.is_stale
        size, count = mark.size + len(writer.content), mark.done + len(mutations)
        grown = replace(mark, size=size, tag=writer.tag.hex(), done=count)
        note(connection, grown)
        return grown.is_stale

    def tidy(self, store: Store) -> None:
        """Write the file anew where most of it is no longer needed."""
        try:
            with store.writing_patiently() as connection:
                if noted(raw(connection)).is_stale:
                    self.write_again(connection)
        except AppError as refused:
            if refused.code not in _LATER:
                raise
            log.warning("the outbox file stays as long as it is: %s", refused.code.value)

    def write_again(self, connection: Connection, *, without: str = "") -> None:
        """Write the file anew from the database, with what only the file has, and note it.

        Entries of the act ``without`` are left out, as are those of a save that was refused.

        Raises:
            AppError: ``DISK_FULL``, ``DISK_UNUSABLE`` or ``FILE_UNREADABLE``; the file is as it was.
        """
        driver = raw(connection)
        left, mark = self._left, noted(driver)
        foreign: Content | None = None
        if mark.foreign or not self._is_clean(mark):
            # Not the moment to bring entries in: they stay in the file for the next start.
            foreign = self._mine(driver)
            foreign.live = {each: foreign.live[each] for each in self._unknown(driver, foreign)}
        self._write(connection, left, foreign, without)

    def _write(
        self, connection: Connection, left: Appended | None, foreign: Content | None = None, without: str = ""
    ) -> None:
        """Write it; ``left`` is what was remembered of a refused save before it was read what to write."""
        driver = raw(connection)
        mine = [row for row in entries.kept(driver) if not without or row["command"] != without]
        others = foreign.rows() if foreign is not None else []
        writer = FrameWriter(self._cipher)
        writer.identity(entries.identity(driver))
        if others and foreign is not None:
            writer.entries(foreign.acts.values(), others)
        writer.entries(entries.acts_of(driver, mine), mine)
        content = writer.content
        disk.replace(self.path, content)
        if self._left is left:
            self._left = None
        note(connection, Mark(len(content), writer.tag.hex(), len(mine), 0, len(others)))

    def agree(self, store: Store, *, thoroughly: bool = False) -> Agreement:
        """Bring file and database in step: what one of them lacks, the other gives.

        Without ``thoroughly`` only the last bytes of the file are looked at. What the file cannot take now, on a full
        disk, it takes before the next save.
        """
        with store.reading() as connection:
            if not thoroughly and self._agrees(connection):
                return Agreement()
        try:
            with store.writing() as connection:
                return self._agree(connection, store)
        except AppError as refused:
            if thoroughly or refused.code not in _LATER:
                raise
            log.warning("the outbox file was not brought in step: %s", refused.code.value)
            return Agreement()

    def take_back_left(self, store: Store) -> None:
        """Take out what a refused save has left in the file, as far as the disk lets it; at a sync and at the end."""
        if self._left is not None:
            with suppress(AppError, MemoryError), store.writing() as connection:
                self._mark_in_step(connection, "")

    def _take_back(self, store: Store, appended: Appended) -> None:
        self._left = appended
        self.take_back_left(store)

    def _cut_left(self, driver: RawConnection) -> None:
        """Take it off the file's end, in whatever pieces it lies there.

        Elsewhere it stays remembered until the file is written anew, so that one which cannot be read keeps nothing.
        """
        left, mark = self._left, noted(driver)
        if left is None:
            return
        if not entries.known_among(driver, [left.mutation]) and (mark.foreign or not self._is_at_end(mark)):
            if not self._ends_with(left, mark):
                return
            disk.cut(self.path, left.start)
        self._left = None

    def _ends_with(self, left: Appended, mark: Mark) -> bool:
        """Tell whether it is the last in the file, or nothing but some of it lies behind the mark."""
        size, tag = self._end()
        if (size, tag) == (left.end, left.tag):
            return True
        # What was committed would have moved the mark.
        if (mark.size, mark.tag) != (left.start, left.before) or not left.start < size <= left.end:
            return False
        # Otherwise the file is not the one that the mark speaks of.
        return disk.bytes_before(self.path, left.start, TAG_BYTES).hex() == left.before

    def _agree(self, connection: Connection, store: Store) -> Agreement:
        driver = raw(connection)
        self._cut_left(driver)
        left = self._left
        wanted = {str(row["mutation"]) for row in entries.kept(driver)}
        found = self._mine(driver)
        foreign = self._foreign(driver, found)
        if foreign:
            from desktop.store.outbox_file.bringing import bring_in

            with gate.opened(connection, GateMode.SYNC):
                bring_in(connection, store.schema, foreign, found.acts.values())
        lacking = len(wanted - found.live.keys())
        self._write(connection, left)
        return Agreement(len(foreign), lacking, found.gaps, found.cut)

    def _mine(self, driver: RawConnection) -> Content:
        """Read the file; a copy stays where some of it cannot be read, or where it is another user's."""
        found = self.read()
        mine = entries.identity(driver).get(meta.USER_ID, "")
        another = found.identity.get(meta.USER_ID, "") != mine
        if another and not mine:
            raise AppError(Code.DATABASE_UNUSABLE, "the database has forgotten whose it is", reason="nobody's")
        if found.gaps or (another and found.live):
            aside = disk.copy_aside(self.path)
            log.warning("the outbox file was kept as %s: gaps %d, of another user: %s", aside, found.gaps, another)
        return Content(gaps=found.gaps) if another and found.identity else found

    def _foreign(self, driver: RawConnection, found: Content) -> list[Columns]:
        """Give the entries that only the file has."""
        return found.rows(self._unknown(driver, found))

    def _unknown(self, driver: RawConnection, found: Content) -> list[str]:
        """Name the entries that only the file has; not those of a save that was refused, or killed while it wrote."""
        known = entries.known_among(driver, found.live)
        unknown = [each for each in found.live if each not in known]
        dropped = set(found.cut_short(unknown, noted(driver).size))
        if self._left is not None and self._left.act:
            dropped |= {str(row["mutation"]) for row in found.rows(unknown) if row["command"] == self._left.act}
        return [each for each in unknown if each not in dropped]

    def _agrees(self, connection: Connection) -> bool:
        mark = noted(raw(connection))
        try:
            if mark.foreign or not self._is_at_end(mark):
                return False
        except AppError:
            return False
        if not mark.size and entries.identity(raw(connection)).get(meta.USER_ID):
            return False
        return mark.live == entries.count_kept(raw(connection))

    def _mark_in_step(self, connection: Connection, act: str) -> Mark:
        driver = raw(connection)
        self._cut_left(driver)
        mark = noted(driver)
        if self._is_clean(mark):
            return mark
        self.write_again(connection, without=act)
        return noted(driver)

    def _is_clean(self, mark: Mark) -> bool:
        """Tell whether the file ends as was noted, and has nothing of a save that was refused."""
        return self._left is None and self._is_at_end(mark)

    def _is_at_end(self, mark: Mark) -> bool:
        return (mark.size, mark.tag) == self._end()

    def _end(self) -> tuple[int, str]:
        size, tag = disk.size_and_end(self.path, TAG_BYTES)
        return size, tag.hex()
