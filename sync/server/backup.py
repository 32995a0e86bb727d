"""Copies a whole office, database and files, while it works, and makes an office of such a copy.

A copy is a folder: one packed file of JSON lines for each table, the files by their hashes, and a manifest with the
hash and number of rows of each. It is the same for both databases, so either can be made of it. Everything in it is of
one moment; it is written aside, read back, and gets its name last.
"""

import base64
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import msgspec
import zstandard
from sqlalchemy import Connection, LargeBinary, Table, inspect, select, text

from sync.contract.entities import SCHEMA_VERSION
from sync.contract.errors import AppError, Code
from sync.server.blobs import STORED
from sync.server.blobs_disk import BLOCK_BYTES, BlobDisk, default_folder
from sync.server.bulk import insert_rows
from sync.server.incarnation import begin_epoch, renew
from sync.server.log import Log
from sync.server.recording import read_head
from sync.server.schema import BLOB, METADATA, SHARD_HEAD, STRUCTURE_VERSION
from sync.server.schema_keeping import DAILY, INCARNATION
from sync.server.storage import Storage

MANIFEST: Final = "manifest.json"
_FORMAT: Final = 1
_LEFT_OUT: Final = frozenset({DAILY.name, INCARNATION.name})
_STREAMED: Final = 2_000
_LEVEL: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a copy holds: where the log ends in it, rows of all tables, files and their bytes."""

    seq: int
    rows: int
    files: int
    bytes: int


class _Part(msgspec.Struct):
    """One file of a copy: the columns of its rows, their number, and the hash of the packed file."""

    columns: list[str]
    rows: int
    sha256: str


class _Manifest(msgspec.Struct):
    format: int
    structure: int
    catalogue: int
    made_at: str
    seq: int
    tables: dict[str, _Part]
    files: dict[str, int]


def backup(log: Log, folder: Path, files: Path | None = None) -> Copied:
    """Copy everything into a new folder; others go on writing meanwhile.

    Raises:
        AppError: ``FILE_UNREADABLE`` when the folder is there already or cannot be written, or a file is missing.
    """
    if folder.exists():
        raise AppError(Code.FILE_UNREADABLE, f"{folder} is there already; name a new folder")
    disk = BlobDisk(files or default_folder(log.storage.url))
    aside = folder.with_name(f"{folder.name}.partial")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True, mode=0o700)
        manifest = _write_all(log, disk, aside)
        done = _verified(aside, manifest)
        aside.rename(folder)
    except OSError as error:
        raise AppError(Code.FILE_UNREADABLE, f"the copy cannot be written: {error}") from None
    # A raw copy of the database that somebody made before this moment is known as one from now on.
    renew(log.storage)
    return done


def _write_all(log: Log, disk: BlobDisk, folder: Path) -> _Manifest:
    with log.storage.reading() as connection:
        if not log.storage.is_sqlite:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        head = read_head(connection)
        tables = {
            str(table.name): _write_table(connection, table, folder)
            for table in METADATA.sorted_tables
            if table.name not in _LEFT_OUT
        }
        stored = connection.execute(select(BLOB.c.sha256, BLOB.c.size).where(BLOB.c.state == STORED)).all()
        # A file that a sweep removes before it is copied makes this copy fail; the next one has not got it any more.
    files = {sha256: size for sha256, size in stored}  # noqa: C416 - rows are no pairs to the type checker
    for sha256, size in files.items():
        _copy_file(disk, sha256, size, folder)
    manifest = _Manifest(
        format=_FORMAT,
        structure=STRUCTURE_VERSION,
        catalogue=SCHEMA_VERSION,
        made_at=log.now(),
        seq=head.seq,
        tables=tables,
        files=files,
    )
    _write_durably(folder / MANIFEST, [json.dumps(msgspec.to_builtins(manifest), indent=1).encode()])
    return manifest


def _write_table(connection: Connection, table: Table, folder: Path) -> _Part:
    state, rows = hashlib.sha256(), 0
    binary = [isinstance(column.type, LargeBinary) for column in table.columns]

    def packed() -> Iterator[bytes]:
        nonlocal rows
        packer = zstandard.ZstdCompressor(level=_LEVEL).compressobj()
        found = iter(connection.execution_options(yield_per=_STREAMED).execute(select(table)))
        while part := list(islice(found, _STREAMED)):
            rows += len(part)
            yield packer.compress(b"".join(_line(row, binary) for row in part))
        yield packer.flush()

    def hashed(pieces: Iterable[bytes]) -> Iterator[bytes]:
        for each in pieces:
            state.update(each)
            yield each

    _write_durably(folder / _name(table.name), hashed(packed()))
    return _Part([str(column.name) for column in table.columns], rows, state.hexdigest())


def _line(row: Any, binary: list[bool]) -> bytes:  # noqa: ANN401 - a database row
    values = [
        base64.b64encode(value).decode() if is_bytes and value is not None else value
        for value, is_bytes in zip(row, binary, strict=True)
    ]
    return msgspec.json.encode(values) + b"\n"


def _copy_file(disk: BlobDisk, sha256: str, size: int, folder: Path) -> None:
    try:
        _write_durably(_blob(folder, sha256), disk.read(sha256, 0, size))
    except FileNotFoundError:
        raise AppError(Code.FILE_UNREADABLE, f"file {sha256} is not there; roundsman-server check tells more") from None


# ---------------------------------------------------------------------------------------------- back


def restore(storage: Storage, folder: Path, files: Path | None = None) -> Copied:
    """Make the office of a copy in an empty database; its log gets a new epoch.

    Raises:
        AppError: ``DATABASE_UNUSABLE`` when the database is not empty, ``DATABASE_NEWER`` when a newer program made
            the copy, ``FILE_UNREADABLE`` when the copy is not whole. Nothing has changed then.
    """
    manifest = _read_manifest(folder)
    done = _verified(folder, manifest)
    target = files or default_folder(storage.url)
    with storage.writing() as connection:
        if set(inspect(connection).get_table_names()) & set(METADATA.tables):
            raise AppError(
                Code.DATABASE_UNUSABLE,
                "this database is not empty. Name a new one with --db, or move the old one aside first",
            )
        for sha256 in manifest.files:
            _write_durably(_blob(target.parent, sha256, target.name), _blocks(_blob(folder, sha256)))
        METADATA.create_all(connection)
        for table in METADATA.sorted_tables:
            part = manifest.tables.get(table.name)
            if part is not None:
                _fill(connection, table, part, folder)
        if connection.execute(select(SHARD_HEAD)).first() is None:
            raise AppError(Code.FILE_UNREADABLE, f"{folder} holds no office")
        begin_epoch(connection)
    return done


def _fill(connection: Connection, table: Table, part: _Part, folder: Path) -> None:
    unknown = set(part.columns) - set(table.columns.keys())
    if unknown:
        raise AppError(Code.DATABASE_NEWER, f"a newer program made this copy: {table.name} has {sorted(unknown)}")
    binary = [isinstance(table.c[name].type, LargeBinary) for name in part.columns]
    rows = (
        {
            name: base64.b64decode(value) if is_bytes and value is not None else value
            for name, value, is_bytes in zip(part.columns, values, binary, strict=True)
        }
        for values in _rows(folder / _name(table.name))
    )
    while some := list(islice(rows, _STREAMED)):
        insert_rows(connection, table, some)


def _read_manifest(folder: Path) -> _Manifest:
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=_Manifest)
    except (OSError, msgspec.DecodeError):
        raise AppError(Code.FILE_UNREADABLE, f"{folder} is no copy of an office") from None
    if manifest.format > _FORMAT or manifest.structure > STRUCTURE_VERSION or manifest.catalogue > SCHEMA_VERSION:
        raise AppError(Code.DATABASE_NEWER, "a newer program made this copy; update this one")
    return manifest


def _verified(folder: Path, manifest: _Manifest) -> Copied:
    """Read a whole copy and compare it with its manifest."""
    for name, part in manifest.tables.items():
        file = folder / _name(name)
        if _hash(file) != part.sha256 or sum(1 for _ in _rows(file)) != part.rows:
            raise AppError(Code.FILE_UNREADABLE, f"{file} is damaged")
    for sha256 in manifest.files:
        if _hash(_blob(folder, sha256)) != sha256:
            raise AppError(Code.FILE_UNREADABLE, f"file {sha256} of the copy is damaged")
    return Copied(
        seq=manifest.seq,
        rows=sum(part.rows for part in manifest.tables.values()),
        files=len(manifest.files),
        bytes=sum(manifest.files.values()),
    )


def _rows(file: Path) -> Iterator[list[Any]]:
    with file.open("rb") as stream, zstandard.ZstdDecompressor().stream_reader(stream) as reader:
        rest = b""
        while block := reader.read(BLOCK_BYTES):
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                yield msgspec.json.decode(line)


def _hash(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def _name(table: str) -> str:
    return f"{table}.jsonl.zst"


def _blob(folder: Path, sha256: str, name: str = "files") -> Path:
    return folder / name / sha256[:2] / sha256


def _blocks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while block := stream.read(BLOCK_BYTES):
            yield block


def _write_durably(file: Path, pieces: Iterable[bytes]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with file.open("wb") as stream:
        file.chmod(0o600)
        for each in pieces:
            stream.write(each)
        stream.flush()
        os.fsync(stream.fileno())
