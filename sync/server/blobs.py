"""Who may send and fetch the bytes of files, and when an attachment says that the office holds them.

Everything goes through an attachment that the caller sees. Naming a file is no way to its bytes: an attachment is
``stored`` only after somebody who sees it, or made it, has handed the bytes in or had them already, and only through a
``stored`` one can they be fetched. The bytes lie on the disk once, however many attachments name them.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, or_, select, update

from sync.contract.blobs import BlobAnswer, BlobRequest, BlobState, check_blob, is_blob_name
from sync.contract.clock import instant_text
from sync.contract.errors import AppError, Code
from sync.contract.questions import CREATED
from sync.server.auth import Caller, identify
from sync.server.blobs_disk import BlobDisk
from sync.server.log import Author, Log, Writer
from sync.server.schema import BLOB, BLOB_UPLOAD, ENTITY_TABLES, USER_SCOPE

QUOTA_BYTES: Final = 4 * 1024**3
"""So much may be under way from one laptop, with what it handed in within the last day."""

STORED: Final = "stored"
GOING: Final = "going"

_ROWS: Final = ENTITY_TABLES["attachment"]
_QUESTIONS: Final = ENTITY_TABLES["conflict"].c
_DAY: Final = timedelta(days=1)
_MARKED_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a laptop has begun to send."""

    caller: Caller
    sha256: str
    size: int


class Blobs:
    """The office's files. Thread-safe."""

    def __init__(self, log: Log, disk: BlobDisk, *, quota_bytes: int = QUOTA_BYTES) -> None:
        """``disk`` is the folder that belongs to the log's database."""
        self.log = log
        self.disk = disk
        self._quota_bytes = quota_bytes

    def begin(self, token: str, request: BlobRequest) -> BlobAnswer:
        """Let a laptop send a file, from the start or from where it was cut; or say that the office has it.

        Raises:
            AppError: ``RECORD_NOT_FOUND`` without an attachment of this hash and size that is the caller's or that
                the caller sees, ``FILE_TOO_LARGE``, ``FILE_QUOTA``, ``SIGN_IN_ENDED``.
        """
        check_blob(request.sha256, request.size)
        with self.log.storage.reading() as connection:
            caller = identify(connection, token)
            upload = Upload(caller, request.sha256, request.size)
            if connection.execute(_claimable(upload).limit(1)).first() is None:
                raise AppError(Code.RECORD_NOT_FOUND, "there is no such attachment", type="attachment")
            is_known = _is_stored(connection, upload.sha256) and _sees(connection, caller.user, upload.sha256)
        if is_known and self._mark(upload):
            return _answer(upload, upload.size, BlobState.STORED)
        with self.log.storage.writing() as connection:
            self._note_begun(connection, upload)
        return self._standing(upload)

    def upload_of(self, token: str, sha256: str) -> Upload:
        """Find the upload that a piece belongs to.

        Raises:
            AppError: ``NOT_FOUND`` for one that was not begun, is done or was given up; ``SIGN_IN_ENDED``.
        """
        with self.log.storage.reading() as connection:
            caller = identify(connection, token)
            begun = (BLOB_UPLOAD.c.sha256 == sha256, BLOB_UPLOAD.c.client_id == caller.client)
            size = connection.scalar(select(BLOB_UPLOAD.c.size).where(*begun, BLOB_UPLOAD.c.user_id == caller.user))
        if size is None:
            raise AppError(Code.NOT_FOUND, "this file is not being sent; begin with POST /v1/blobs")
        return Upload(caller, sha256, size)

    def check_offset(self, upload: Upload, offset: int) -> None:
        """Refuse a piece that does not follow on what is here.

        Raises:
            AppError: ``FILE_OFFSET`` with the offset that would.
        """
        arrived = self.disk.arrived(upload.sha256, upload.caller.client)
        if offset != arrived:
            raise AppError(Code.FILE_OFFSET, f"the next piece begins at {arrived}", offset=arrived)

    def end_piece(self, upload: Upload) -> BlobAnswer:
        """Keep what a request brought; the last piece makes the file, if its bytes are those of its name.

        Raises:
            AppError: ``FILE_DAMAGED`` when they are not; everything that came is forgotten then.
        """
        self.disk.flush(upload.sha256, upload.caller.client)
        return self._standing(upload)

    def standing(self, token: str, sha256: str) -> BlobAnswer:
        """Tell how much of a file is here: all of it for who may fetch it, else what the caller has sent.

        Raises:
            AppError: ``NOT_FOUND``, ``SIGN_IN_ENDED``.
        """
        try:
            size = self.fetchable(token, sha256)
        except AppError as refused:
            if refused.code is not Code.NOT_FOUND:
                raise
            upload = self.upload_of(token, sha256)
            return _answer(upload, self.disk.arrived(sha256, upload.caller.client), BlobState.NONE)
        return BlobAnswer(sha256=sha256, size=size, offset=size, state=BlobState.STORED)

    def fetchable(self, token: str, sha256: str) -> int:
        """Give the size of a file that the caller may fetch.

        Raises:
            AppError: ``NOT_FOUND`` where the caller sees no attachment of which the office holds these bytes;
                ``SIGN_IN_ENDED``.
        """
        with self.log.storage.reading() as connection:
            caller = identify(connection, token)
            size = None
            if is_blob_name(sha256) and _sees(connection, caller.user, sha256):
                size = connection.scalar(select(BLOB.c.size).where(BLOB.c.sha256 == sha256, BLOB.c.state == STORED))
        if size is None or not self.disk.has(sha256, size):
            raise AppError(Code.NOT_FOUND, "there is no such file, or none that you see")
        return int(size)

    # ------------------------------------------------------------------------------------------ inside

    def _standing(self, upload: Upload) -> BlobAnswer:
        arrived = self.disk.arrived(upload.sha256, upload.caller.client)
        if arrived < upload.size:
            return _answer(upload, arrived, BlobState.NONE)
        return self._finish(upload)

    def _finish(self, upload: Upload) -> BlobAnswer:
        sha256, client = upload.sha256, upload.caller.client
        if upload.size == 0:
            self.disk.write(sha256, client, 0, b"")
        if not self.disk.is_right(sha256, client):
            self.disk.drop_part(sha256, client)
            raise AppError(Code.FILE_DAMAGED, "the bytes are not those of the name; send them again")
        self._mark(upload, handed_in=True)
        return _answer(upload, upload.size, BlobState.STORED)

    def _mark(self, upload: Upload, *, handed_in: bool = False) -> bool:
        """Make every attachment that the caller may vouch for say that the office holds its bytes.

        One transaction, together with the file's own row and its name on the disk: whoever reads ``stored`` can fetch.
        """

        def work(writer: Writer) -> bool:
            if handed_in:
                self._keep(writer.connection, upload)
            elif not _is_stored(writer.connection, upload.sha256):
                return False
            author = Author(user=upload.caller.user, client=upload.caller.client)
            missing = _claimable(upload).where(_ROWS.c.blob_state != BlobState.STORED.value)
            for row in writer.connection.execute(missing.limit(_MARKED_AT_ONCE)).all():
                writer.patch("attachment", str(row[0]), {"blob_state": BlobState.STORED.value}, author=author)
            return True

        return self.log.write(work)

    def _keep(self, connection: Connection, upload: Upload) -> None:
        # The counter row is locked: no sweep can be removing the file between these lines.
        self.disk.adopt(upload.sha256, upload.caller.client)
        connection.execute(delete(BLOB_UPLOAD).where(*_of(upload)))
        values = {"state": STORED, "unused_since": None}
        known = connection.execute(update(BLOB).where(BLOB.c.sha256 == upload.sha256).values(values))
        if known.rowcount == 0:
            new = {
                "sha256": upload.sha256,
                "size": upload.size,
                "client_id": upload.caller.client,
                "user_id": upload.caller.user,
                "stored_at": self.log.now(),
            }
            connection.execute(insert(BLOB), {**new, **values})

    def _note_begun(self, connection: Connection, upload: Upload) -> None:
        values = {"size": upload.size, "user_id": upload.caller.user, "begun_at": self.log.now()}
        known = connection.execute(update(BLOB_UPLOAD).where(*_of(upload)).values(values))
        if known.rowcount:
            return
        self._check_quota(connection, upload)
        key = {"sha256": upload.sha256, "client_id": upload.caller.client}
        connection.execute(insert(BLOB_UPLOAD), {**key, **values})

    def _check_quota(self, connection: Connection, upload: Upload) -> None:
        client = upload.caller.client
        since = instant_text(self.log.clock.now() - _DAY)
        begun = select(func.sum(BLOB_UPLOAD.c.size)).where(BLOB_UPLOAD.c.client_id == client)
        done = select(func.sum(BLOB.c.size)).where(BLOB.c.client_id == client, BLOB.c.stored_at > since)
        taken = int(connection.scalar(begun) or 0) + int(connection.scalar(done) or 0)
        if taken + upload.size > self._quota_bytes:
            raise AppError(Code.FILE_QUOTA, "this laptop has sent too much within a day", taken=taken)


def _of(upload: Upload) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return BLOB_UPLOAD.c.sha256 == upload.sha256, BLOB_UPLOAD.c.client_id == upload.caller.client


def _answer(upload: Upload, offset: int, state: BlobState) -> BlobAnswer:
    return BlobAnswer(sha256=upload.sha256, size=upload.size, offset=offset, state=state)


def _seen_by(user: str) -> Select[tuple[str]]:
    return select(USER_SCOPE.c.scope).where(USER_SCOPE.c.user_id == user)


def _claimable(upload: Upload) -> Select[tuple[str]]:
    """Select the attachments with these bytes that the caller made, sees, or asked a colleague to make.

    Every user who sees one may write it.
    """
    user = upload.caller.user
    asked = select(_QUESTIONS.record).where(
        _QUESTIONS.record == _ROWS.c.id,
        _QUESTIONS.record_type == "attachment",
        _QUESTIONS.field == CREATED,
        _QUESTIONS.proposed_by == user,
    )
    return (
        select(_ROWS.c.id)
        .where(_ROWS.c.sha256 == upload.sha256, _ROWS.c.size_bytes == upload.size, _ROWS.c.deleted_seq.is_(None))
        .where(or_(_ROWS.c.created_by == user, _ROWS.c.scope.in_(_seen_by(user)), asked.exists()))
        .order_by(_ROWS.c.id)
    )


def _sees(connection: Connection, user: str, sha256: str) -> bool:
    row = select(_ROWS.c.id).where(
        _ROWS.c.sha256 == sha256,
        _ROWS.c.blob_state == BlobState.STORED.value,
        _ROWS.c.deleted_seq.is_(None),
        _ROWS.c.scope.in_(_seen_by(user)),
    )
    return connection.execute(row.limit(1)).first() is not None


def _is_stored(connection: Connection, sha256: str) -> bool:
    row = select(BLOB.c.sha256).where(BLOB.c.sha256 == sha256, BLOB.c.state == STORED)
    return connection.execute(row).first() is not None
