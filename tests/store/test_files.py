"""The bytes of files on a laptop: whole or nameless, each once, encrypted, gone when nothing names them."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.holdings import Policy
from desktop.store import files_rows
from desktop.store.files import HELD, FileStore
from desktop.store.files_shelf import StoreShelf
from sync.client.blobs import Parcel
from sync.contract.blobs import MAX_BLOB_BYTES, is_blob_name
from sync.contract.clock import instant_text, new_id
from sync.contract.errors import AppError, Code
from sync.contract.wire import Revoked
from tests.server.turned_clock import TurnedClock
from tests.store.laptops import KEY, USER, Laptop, SteppingClock, account_row, page, row

PHOTO = bytes(range(256)) * 5000
NAME = hashlib.sha256(PHOTO).hexdigest()
ACCOUNT = "01900000-0000-7000-8000-000000000001"
FILE = "01900000-0000-7000-8000-000000000002"


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock(SteppingClock())


@pytest.fixture
def store(tmp_path: Path, clock: TurnedClock) -> Iterator[FileStore]:
    with closing(FileStore(tmp_path / "files.db", KEY, clock)) as store:
        yield store


def content(store: FileStore) -> bytes:
    return b"".join(store.content(NAME))


class _EndsEarly(io.BytesIO):
    """A disk that breaks while it is read."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > len(PHOTO) // 2:
            raise OSError(5, "Input/output error")
        return super().read(size)


def test_file_taken_in_is_read_again_at_any_place(store: FileStore) -> None:
    assert store.take_in(io.BytesIO(PHOTO)) == Parcel(NAME, len(PHOTO))

    assert content(store) == PHOTO
    for start, size in ((0, 10), (262_143, 3), (262_144, 1), (300_000, 500_000), (len(PHOTO) - 5, 99)):
        assert store.read(NAME, start, size) == PHOTO[start : start + size]


def test_same_bytes_are_kept_once(store: FileStore, tmp_path: Path) -> None:
    store.take_in(io.BytesIO(PHOTO))
    store.close()
    once = (tmp_path / "files.db").stat().st_size

    store.take_in(io.BytesIO(PHOTO))
    store.remove([])
    store.close()

    assert store.whole() == {NAME: len(PHOTO)}
    assert (tmp_path / "files.db").stat().st_size < 2 * once


def test_empty_file_is_a_file(store: FileStore) -> None:
    parcel = store.take_in(io.BytesIO())

    assert parcel.size == 0
    assert b"".join(store.content(parcel.sha256)) == b""


def test_disk_that_breaks_while_reading_leaves_nothing(store: FileStore) -> None:
    with pytest.raises(OSError, match="Input/output"):
        store.take_in(_EndsEarly(PHOTO))

    assert store.whole() == {}
    assert store.unnamed([]) == []


def test_file_beyond_the_limit_is_refused_while_it_is_read(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.contract.blobs.MAX_BLOB_BYTES", 1000)

    with pytest.raises(AppError) as refused:
        store.take_in(io.BytesIO(PHOTO))

    assert refused.value.code is Code.FILE_TOO_LARGE
    assert store.whole() == {}


def test_file_comes_in_pieces_and_is_whole_only_after_the_last(store: FileStore) -> None:
    parcel = Parcel(NAME, len(PHOTO))

    assert store.begin(parcel) == 0
    store.take(NAME, 0, PHOTO[:1000])
    store.take(NAME, 0, PHOTO[:1000])
    store.take(NAME, 5000, b"not yet")
    assert store.begin(parcel) == 1000
    with pytest.raises(AppError) as early:
        store.complete(NAME)
    store.take(NAME, 1000, PHOTO[1000:])
    assert store.whole() == {}
    store.complete(NAME)

    assert early.value.code is Code.FILE_NOT_FETCHED
    assert content(store) == PHOTO


def test_wrong_bytes_are_forgotten(store: FileStore) -> None:
    store.begin(Parcel(NAME, 4))
    store.take(NAME, 0, b"fake")

    with pytest.raises(AppError) as refused:
        store.complete(NAME)

    assert refused.value.code is Code.FILE_DAMAGED
    assert store.begin(Parcel(NAME, 4)) == 0


def test_office_that_promises_too_much_is_refused(store: FileStore) -> None:
    with pytest.raises(AppError) as refused:
        store.begin(Parcel(NAME, MAX_BLOB_BYTES + 1))

    assert refused.value.code is Code.FILE_TOO_LARGE


def test_file_attached_while_it_comes_is_whole_at_once(store: FileStore) -> None:
    store.begin(Parcel(NAME, len(PHOTO)))
    store.take(NAME, 0, PHOTO[:1000])

    store.take_in(io.BytesIO(PHOTO))

    assert content(store) == PHOTO


def test_bytes_that_only_this_laptop_has_wait_for_a_record_that_names_them(
    store: FileStore, clock: TurnedClock
) -> None:
    store.take_in(io.BytesIO(PHOTO))

    assert store.unnamed([]) == []
    clock.forward(HELD + timedelta(minutes=1))
    assert store.unnamed([]) == [NAME]
    assert store.unnamed([NAME]) == []


def test_removed_file_gives_its_room_back_and_leaves_nothing_to_read(store: FileStore, tmp_path: Path) -> None:
    store.take_in(io.BytesIO(PHOTO))
    store.close()
    full = (tmp_path / "files.db").stat().st_size

    store.remove([NAME])
    store.close()

    assert (tmp_path / "files.db").stat().st_size < full / 10
    with pytest.raises(AppError) as refused:
        content(store)
    assert refused.value.code is Code.FILE_NOT_FETCHED


def test_other_key_opens_nothing_and_no_byte_is_in_clear(store: FileStore, tmp_path: Path, clock: TurnedClock) -> None:
    store.take_in(io.BytesIO(b"Zyzzyva7 " * 1000))

    files = [each.read_bytes() for each in tmp_path.glob("files.db*")]
    stranger = FileStore(tmp_path / "files.db", bytes(32), clock)
    with closing(stranger), pytest.raises(AppError) as refused:
        stranger.whole()

    assert refused.value.code is Code.KEY_WRONG
    assert not any(b"Zyzzyva7" in each for each in files)


def test_asking_makes_no_file(store: FileStore, tmp_path: Path) -> None:
    store.on_hand(NAME)
    store.whole()

    assert list(tmp_path.glob("files.db*")) == []


def pulled(laptop: Laptop, *, state: str = "stored", owner: str = USER, version: int = 7, **more: Any) -> None:
    """Take an account and an attachment of it from the office."""
    laptop.database.meta.set("user_id", USER)
    values: dict[str, Any] = {
        "name": "a.jpg",
        "account": ACCOUNT,
        "sha256": NAME,
        "size_bytes": len(PHOTO),
        "blob_state": state,
    }
    values |= {"created_at": laptop.database.now(), **more}
    rows = (account_row(ACCOUNT, 5, owner=owner), row("attachment", FILE, version, scope=ACCOUNT, **values))
    laptop.replica.take_page(page(*rows, seq=version))


@pytest.fixture
def shelf(laptop: Laptop, store: FileStore) -> StoreShelf:
    return StoreShelf(laptop.database, store)


def test_file_of_an_own_account_is_wanted_once(laptop: Laptop, store: FileStore, shelf: StoreShelf) -> None:
    pulled(laptop)

    assert shelf.wanted() == [Parcel(NAME, len(PHOTO))]
    store.take_in(io.BytesIO(PHOTO))
    assert shelf.wanted() == []


@pytest.mark.parametrize(
    "more",
    [
        {"state": "none"},
        {"owner": "01900000-0000-7000-8000-0000000000bb"},
        {"size_bytes": 6_000_000},
        {"created_at": "2025-01-01T00:00:00.000Z"},
        {"sha256": "../../etc/passwd"},
    ],
)
def test_file_outside_of_the_policy_waits_to_be_asked_for(
    laptop: Laptop, shelf: StoreShelf, more: dict[str, Any]
) -> None:
    pulled(laptop, **more)

    assert shelf.wanted() == []


def test_file_of_somebody_elses_account_is_wanted_once_it_was_chosen(laptop: Laptop, store: FileStore) -> None:
    pulled(laptop, owner="01900000-0000-7000-8000-0000000000bb")
    chosen = [Policy(own=True), Policy(own=True, others=True)]
    shelf = StoreShelf(laptop.database, store, lambda: chosen[0])
    before = shelf.wanted()

    chosen.pop(0)

    assert (before, shelf.wanted()) == ([], [Parcel(NAME, len(PHOTO))])


def pulled_with_an_older_one(laptop: Laptop) -> Parcel:
    """Take an older attachment from the office besides."""
    older = hashlib.sha256(b"other").hexdigest()
    pulled(laptop)
    made_at = instant_text(laptop.database.moment() - timedelta(days=3))
    values: dict[str, Any] = {"name": "b", "account": ACCOUNT, "sha256": older, "size_bytes": 5}
    values |= {"blob_state": "stored", "created_at": made_at}
    record = new_id(laptop.database.moment())
    laptop.replica.take_page(page(row("attachment", record, 8, scope=ACCOUNT, **values), seq=8))
    return Parcel(older, 5)


def test_older_files_are_wanted_once_the_newest_are_here(
    laptop: Laptop, store: FileStore, shelf: StoreShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.store.files_shelf.AT_ONCE", 1)
    older = pulled_with_an_older_one(laptop)
    first = shelf.wanted()

    store.take_in(io.BytesIO(PHOTO))

    assert (first, shelf.wanted()) == ([Parcel(NAME, len(PHOTO))], [older])
    assert (shelf.standing().here.files, shelf.standing().coming.files) == (1, 1)


def test_no_more_files_are_looked_at_than_are_wanted_at_once(
    laptop: Laptop, shelf: StoreShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.store.files_shelf.AT_ONCE", 1)
    pulled_with_an_older_one(laptop)
    looked_at: list[str] = []

    def look_at(name: str) -> bool:
        looked_at.append(name)
        return is_blob_name(name)

    monkeypatch.setattr(files_rows, "is_blob_name", look_at)

    shelf.wanted()

    assert looked_at == [NAME]


def test_older_files_come_where_the_office_has_not_the_newest(
    laptop: Laptop, shelf: StoreShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.store.files_shelf.AT_ONCE", 1)
    older = pulled_with_an_older_one(laptop)

    shelf.note_refused(NAME)

    assert shelf.wanted() == [older]


def test_file_is_sent_only_after_the_office_has_its_record(laptop: Laptop, store: FileStore, shelf: StoreShelf) -> None:
    store.take_in(io.BytesIO(PHOTO))
    pulled(laptop, state="none", version=0)
    assert shelf.waiting() == []
    pulled(laptop, state="none")

    assert shelf.waiting() == [Parcel(NAME, len(PHOTO))]
    pulled(laptop, version=8)
    assert shelf.waiting() == []


def lose_rows(laptop: Laptop) -> None:
    """Take the rows away as a purge does."""
    with laptop.database.writing() as connection:
        connection.exec_driver_sql("UPDATE gate SET mode = 'bulk', held = 1")
        connection.exec_driver_sql("DELETE FROM attachments")
        connection.exec_driver_sql("UPDATE gate SET mode = 'closed', held = NULL")


def test_bytes_of_what_was_taken_from_this_user_go(laptop: Laptop, store: FileStore, shelf: StoreShelf) -> None:
    pulled(laptop)
    store.begin(Parcel(NAME, len(PHOTO)))
    store.take(NAME, 0, PHOTO)
    store.complete(NAME)
    assert shelf.tidy() == 0

    lose_rows(laptop)

    assert shelf.tidy() == 1
    assert store.whole() == {}


def test_bytes_that_the_office_lacks_outlast_their_row_and_are_still_offered(
    laptop: Laptop, store: FileStore, shelf: StoreShelf
) -> None:
    store.take_in(io.BytesIO(PHOTO))
    pulled(laptop, state="none")
    lose_rows(laptop)

    assert shelf.tidy() == 0
    assert shelf.waiting() == [Parcel(NAME, len(PHOTO))]
    shelf.note_stored(NAME)
    assert shelf.waiting() == []
    assert shelf.tidy() == 1


def test_bytes_of_a_revoked_account_are_offered_until_the_office_took_them_and_not_again(
    laptop: Laptop, store: FileStore, shelf: StoreShelf
) -> None:
    store.take_in(io.BytesIO(PHOTO))
    pulled(laptop, state="none")
    laptop.replica.take_page(page(seq=9, revoked=(Revoked(scope=ACCOUNT, seq=9),)))

    assert shelf.waiting() == [Parcel(NAME, len(PHOTO))]
    shelf.note_stored(NAME)
    assert shelf.waiting() == []
