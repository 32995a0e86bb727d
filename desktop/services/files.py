"""Files of records: attaching one, saying where its bytes are, saving it where this user wants it."""

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from desktop.commands.bus import Bus
from desktop.commands.files import AttachFile, FileFacts
from desktop.domain.holdings import FilesHere
from desktop.live.reads import Reads
from desktop.services.files_names import safe_name
from desktop.services.files_saving import save_to
from desktop.store.files_shelf import StoreShelf
from sync.client.blobs import Parcel
from sync.contract.blobs import BlobState, check_size, is_blob_name
from sync.contract.errors import AppError, Code
from sync.contract.fields import Values

_AWAY = frozenset({Code.SERVER_UNREACHABLE, Code.SERVER_BUSY, Code.NOT_A_SERVER, Code.SIGN_IN_ENDED})


class Where(StrEnum):
    """Where the bytes of a file are."""

    HERE = "here"
    """On this laptop and at the office."""
    UNSENT = "unsent"
    """On this laptop only."""
    COMING = "coming"
    """At the office; a part of them has arrived."""
    OFFICE = "office"
    """At the office only; they come when they are asked for."""
    ELSEWHERE = "elsewhere"
    """Not at the office yet: on the laptop of who attached the file."""
    NOWHERE = "nowhere"
    """The record describes no bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """Where the bytes of a file are, how many are here and how many there are. ``by`` is who attached it, by name."""

    where: Where
    have: int = 0
    size: int = 0
    by: str = ""


class Files:
    """The files of one profile."""

    def __init__(
        self,
        *,
        reads: Reads,
        bus: Bus,
        shelf: StoreShelf,
        fetch: Callable[[Parcel], None],
        attached: Callable[[], None],
    ) -> None:
        """``fetch`` gets bytes from the office; ``attached`` hears that there is something to send."""
        self._reads = reads
        self._bus = bus
        self._shelf = shelf
        self._store = shelf.files
        self._fetch = fetch
        self._attached = attached

    def attach(self, record_type: str, record_id: str, file: Path) -> str:
        """Attach a file of this disk to a record; gives the attachment's id.

        The bytes are copied first: a record that names them never exists on this laptop without them.

        Raises:
            AppError: ``FILE_UNREADABLE``, ``FILE_TOO_LARGE``, ``DISK_FULL``, or what the command refuses.
        """
        with _opened(file) as stream:
            parcel = self._store.take_in(stream)
        name = safe_name(file.name.encode("utf-8", "replace").decode())
        facts = FileFacts(
            sha256=parcel.sha256, size=parcel.size, name=name, media_type=mimetypes.guess_type(name, strict=True)[0]
        )
        done = self._bus.run(AttachFile(record_type, record_id, facts))
        self._attached()
        return str(done.result)

    def unsent(self) -> int:
        """Count the files attached here of which the office is not known to have the bytes."""
        return len(self._store.held())

    def standing(self) -> FilesHere:
        """Count the files that are here, and those that come by themselves."""
        return self._shelf.standing()

    def state(self, record_id: str) -> FileState:
        """Tell where the bytes of an attachment are.

        Raises:
            AppError: ``RECORD_NOT_FOUND``.
        """
        return self.state_of(self._attachment(record_id))

    def state_of(self, values: Values) -> FileState:
        """Tell where the bytes of an attachment with these values are; asks no office."""
        sha256, size = values.get("sha256"), int(values.get("size_bytes") or 0)
        if not isinstance(sha256, str) or not is_blob_name(sha256):
            return FileState(where=Where.NOWHERE)
        here = self._store.on_hand(sha256)
        is_stored = values.get("blob_state") == BlobState.STORED.value
        if here.is_whole:
            where = Where.HERE if is_stored else Where.UNSENT
        elif is_stored:
            where = Where.COMING if here.have else Where.OFFICE
        else:
            where = Where.ELSEWHERE
        return FileState(where=where, have=here.have, size=size, by=self._author(values))

    def save(self, record_id: str, target: Path) -> Path:
        """Write the file of an attachment to a folder or file of this disk, fetching it first if need be.

        Raises:
            AppError: ``FILE_ELSEWHERE`` while its bytes are on a colleague's laptop, ``FILE_NOT_FETCHED`` when the
                office has them and cannot be reached, ``FILE_DAMAGED``, ``FILE_UNWRITABLE``.
        """
        values = self._attachment(record_id)
        state = self.state_of(values)
        if state.where in {Where.ELSEWHERE, Where.NOWHERE}:
            raise AppError(Code.FILE_ELSEWHERE, by=state.by)
        sha256 = str(values["sha256"])
        if state.where in {Where.OFFICE, Where.COMING}:
            self._fetch_now(Parcel(sha256, state.size), state.by)
        return save_to(target, str(values.get("name") or ""), self._store.content(sha256))

    def _fetch_now(self, parcel: Parcel, by: str) -> None:
        try:
            self._fetch(parcel)
        except AppError as refused:
            if refused.code in _AWAY:
                raise AppError(Code.FILE_NOT_FETCHED, refused.detail) from refused
            if refused.code is Code.NOT_FOUND:
                # The office gave the bytes up, or this user's view changed, and this laptop has not heard of it yet.
                raise AppError(Code.FILE_ELSEWHERE, refused.detail, by=by) from refused
            raise

    def _attachment(self, record_id: str) -> Values:
        view = self._reads.record("attachment", record_id)
        if view is None:
            raise AppError(Code.RECORD_NOT_FOUND, type="attachment", id=record_id)
        return view.values

    def _author(self, values: Values) -> str:
        author = self._reads.record("user", str(values.get("created_by") or ""))
        return "–" if author is None else author.title


def _opened(file: Path) -> BinaryIO:
    try:
        # What is no plain file, a pipe or a device, may never end.
        if not file.is_file():
            raise AppError(Code.FILE_UNREADABLE, path=str(file))
        check_size(file.stat().st_size)
        return file.open("rb")
    except OSError as refused:
        raise AppError(Code.FILE_UNREADABLE, path=str(file)) from refused
