"""Files at the office: only through a visible attachment, whole or not at all, once on the disk."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.contract.blobs import MAX_BLOB_BYTES, BlobAnswer, BlobRequest, BlobState
from sync.contract.errors import AppError, Code
from sync.contract.file_classes import FileClass
from sync.contract.wire import Outcome
from sync.server.blobs import Blobs
from sync.server.blobs_disk import BlobDisk
from sync.server.blobs_sweep import ABANDONED, GRACE, sweep
from sync.server.check import check
from tests.server.desk import Desk, Laptop
from tests.server.turned_clock import TurnedClock

PHOTO = bytes(range(256)) * 40
NAME = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture
def disk(tmp_path: Path) -> BlobDisk:
    return BlobDisk(tmp_path / "files")


@pytest.fixture
def blobs(desk: Desk, disk: BlobDisk) -> Blobs:
    return Blobs(desk.log, disk)


@pytest.fixture
def clock(desk: Desk) -> Iterator[TurnedClock]:
    turned = TurnedClock(desk.log.clock)
    usual, desk.log.clock = desk.log.clock, turned
    yield turned
    desk.log.clock = usual


def attach(laptop: Laptop, account: str, content: bytes = PHOTO) -> str:
    """Hand in an attachment of an account; gives its id."""
    name = hashlib.sha256(content).hexdigest()
    made = laptop.create("attachment", name="photo.jpg", account=account, sha256=name, size_bytes=len(content))
    assert {each.outcome for each in laptop.sync()} == {Outcome.APPLIED}
    return made


def begin(blobs: Blobs, laptop: Laptop, content: bytes = PHOTO) -> BlobAnswer:
    name = hashlib.sha256(content).hexdigest()
    return blobs.begin(laptop.token, BlobRequest(sha256=name, size=len(content)))


def send(blobs: Blobs, laptop: Laptop, content: bytes, *, offset: int = 0, name: str = NAME) -> BlobAnswer:
    """Send one piece, as the endpoint does."""
    upload = blobs.upload_of(laptop.token, name)
    blobs.check_offset(upload, offset)
    blobs.disk.write(name, laptop.client_id, offset, content)
    return blobs.end_piece(upload)


def hand_in(blobs: Blobs, laptop: Laptop) -> None:
    begin(blobs, laptop)
    assert send(blobs, laptop, PHOTO).state is BlobState.STORED


def code_of(call: object, *arguments: object) -> Code:
    with pytest.raises(AppError) as refused:
        call(*arguments)  # type: ignore[operator]
    return refused.value.code


def state(laptop: Laptop, record: str) -> str:
    return str(laptop.value("attachment", record, "blob_state"))


def test_attachment_says_stored_only_after_its_bytes_have_come(desk: Desk, blobs: Blobs, ana: Laptop) -> None:
    record = attach(ana, desk.account(owner=ana.user))

    assert begin(blobs, ana).offset == 0
    assert send(blobs, ana, PHOTO[:1000]).offset == 1000
    ana.pull()
    assert state(ana, record) == "none"
    assert send(blobs, ana, PHOTO[1000:], offset=1000).state is BlobState.STORED
    ana.pull()

    assert state(ana, record) == "stored"
    assert b"".join(blobs.disk.read(NAME, 0, len(PHOTO))) == PHOTO
    assert check(desk.log, blobs.disk._folder).damage == []  # noqa: SLF001 - the folder of this test


def test_bytes_come_from_who_asked_a_colleague_to_add_the_file_once_that_is_done(
    desk: Desk, blobs: Blobs, ana: Laptop
) -> None:
    cleo = desk.laptop("cleo", territories=("South",))
    account = desk.account(owner=ana.user)
    ana.pull()
    values: dict[str, Any] = {"name": "photo.jpg", "account": account, "sha256": NAME, "size_bytes": len(PHOTO)}
    record = ana.create("attachment", **values)
    south = desk.territory("South")
    with desk.writing() as writer:
        writer.patch("account", account, {"territory": south, "owner": cleo.user})
    assert {each.outcome for each in ana.sync()} == {Outcome.LATE}
    too_early = code_of(begin, blobs, ana)
    cleo.pull()
    cleo.create("attachment", record_id=record, **values)
    cleo.sync()

    hand_in(blobs, ana)
    cleo.pull()

    assert too_early is Code.RECORD_NOT_FOUND
    assert state(cleo, record) == "stored"


def test_laptop_cannot_say_that_the_office_has_the_bytes(desk: Desk, ana: Laptop) -> None:
    account = desk.account(owner=ana.user)
    record = ana.create("attachment", name="a", account=account, sha256=NAME, size_bytes=1, blob_state="stored")
    ana.patch("attachment", record, blob_state="stored")
    ana.sync()

    assert desk.values("attachment", record)["blob_state"] == "none"


def test_file_without_a_visible_attachment_is_not_taken(blobs: Blobs, desk: Desk, ana: Laptop) -> None:
    cleo = desk.laptop("cleo", territories=("South",))
    attach(ana, desk.account(owner=ana.user))

    assert code_of(begin, blobs, cleo) is Code.RECORD_NOT_FOUND
    assert code_of(begin, blobs, ana, b"something else") is Code.RECORD_NOT_FOUND


def test_author_may_send_bytes_after_losing_the_account(blobs: Blobs, desk: Desk, ana: Laptop) -> None:
    account = desk.account(owner=ana.user)
    cleo = desk.laptop("cleo", territories=("South",))
    record = attach(ana, account)
    with desk.writing() as writer:
        writer.patch("account", account, {"owner": cleo.user})

    hand_in(blobs, ana)

    assert desk.values("attachment", record)["blob_state"] == "stored"
    assert code_of(blobs.fetchable, ana.token, NAME) is Code.NOT_FOUND
    assert blobs.fetchable(cleo.token, NAME) == len(PHOTO)


def test_revoked_colleague_cannot_fetch_any_more(blobs: Blobs, desk: Desk, ana: Laptop) -> None:
    account = desk.account(owner=ana.user)
    ben = desk.laptop("ben")
    with desk.writing() as writer:
        share = writer.create("share", {"account": account, "user": ben.user})
    attach(ana, account)
    hand_in(blobs, ana)
    assert blobs.fetchable(ben.token, NAME) == len(PHOTO)

    with desk.writing() as writer:
        writer.delete("share", share)

    assert code_of(blobs.fetchable, ben.token, NAME) is Code.NOT_FOUND


def test_knowing_the_name_of_bytes_is_no_way_to_get_them(blobs: Blobs, desk: Desk, ana: Laptop) -> None:
    attach(ana, desk.account(owner=ana.user))
    hand_in(blobs, ana)
    cleo = desk.laptop("cleo", territories=("South",))
    forged = attach(cleo, desk.account("Mine", owner=cleo.user))

    assert begin(blobs, cleo).state is BlobState.NONE
    assert code_of(blobs.fetchable, cleo.token, NAME) is Code.NOT_FOUND
    other = attach(cleo, desk.account("Other", owner=cleo.user), b"own bytes")
    name = hashlib.sha256(b"own bytes").hexdigest()
    begin(blobs, cleo, b"own bytes")
    send(blobs, cleo, b"own bytes", name=name)
    cleo.pull()
    assert state(cleo, other) == "stored"
    cleo.patch("attachment", other, sha256=NAME, size_bytes=len(PHOTO))
    cleo.sync()

    assert state(cleo, other) == state(cleo, forged) == "none"
    assert code_of(blobs.fetchable, cleo.token, NAME) is Code.NOT_FOUND


def test_same_file_of_two_laptops_is_stored_once(blobs: Blobs, desk: Desk, ana: Laptop, ben: Laptop) -> None:
    account = desk.account(owner=ana.user, territory=desk.territory("North"))
    first = attach(ana, account)
    hand_in(blobs, ana)
    second = attach(ben, account)

    assert begin(blobs, ben).state is BlobState.STORED
    ben.pull()

    assert state(ben, first) == state(ben, second) == "stored"
    assert list(blobs.disk.names()) == [NAME]


def test_same_file_from_where_nobody_sees_the_other_is_stored_once(blobs: Blobs, desk: Desk, ana: Laptop) -> None:
    attach(ana, desk.account(owner=ana.user))
    cleo = desk.laptop("cleo", territories=("South",))
    attach(cleo, desk.account("Mine", owner=cleo.user))

    hand_in(blobs, ana)
    hand_in(blobs, cleo)

    assert list(blobs.disk.names()) == [NAME]
    assert blobs.fetchable(cleo.token, NAME) == len(PHOTO)


def test_wrong_bytes_are_refused_and_forgotten(blobs: Blobs, desk: Desk, ana: Laptop) -> None:
    record = attach(ana, desk.account(owner=ana.user))
    begin(blobs, ana)

    assert code_of(send, blobs, ana, b"x" * len(PHOTO)) is Code.FILE_DAMAGED

    assert begin(blobs, ana).offset == 0
    assert desk.values("attachment", record)["blob_state"] == "none"
    assert list(blobs.disk.names()) == []


def test_piece_at_a_wrong_place_is_told_the_right_one(blobs: Blobs, desk: Desk, ana: Laptop) -> None:
    attach(ana, desk.account(owner=ana.user))
    begin(blobs, ana)
    send(blobs, ana, PHOTO[:100])

    with pytest.raises(AppError) as refused:
        send(blobs, ana, PHOTO[50:], offset=50)

    assert (refused.value.code, refused.value.data["offset"]) == (Code.FILE_OFFSET, 100)
    assert blobs.standing(ana.token, NAME).offset == 100


def test_file_that_was_cut_goes_on_where_it_was_after_a_restart(blobs: Blobs, desk: Desk, ana: Laptop) -> None:
    attach(ana, desk.account(owner=ana.user))
    begin(blobs, ana)
    send(blobs, ana, PHOTO[:5000])

    again = Blobs(desk.log, blobs.disk)

    assert begin(again, ana).offset == 5000
    assert send(again, ana, PHOTO[5000:], offset=5000).state is BlobState.STORED


def test_server_killed_between_file_and_row_takes_the_file_again(
    blobs: Blobs, desk: Desk, ana: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = attach(ana, desk.account(owner=ana.user))
    begin(blobs, ana)
    kept = blobs.disk.adopt

    def killed(sha256: str, client: str) -> None:
        kept(sha256, client)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(blobs.disk, "adopt", killed)
        with pytest.raises(KeyboardInterrupt):
            send(blobs, ana, PHOTO)

    assert desk.values("attachment", record)["blob_state"] == "none"
    hand_in(blobs, ana)
    assert desk.values("attachment", record)["blob_state"] == "stored"


def test_deletion_of_an_own_file_that_has_just_arrived_asks_nobody(blobs: Blobs, desk: Desk, ana: Laptop) -> None:
    record = attach(ana, desk.account(owner=ana.user))
    hand_in(blobs, ana)

    ana.delete("attachment", record)

    assert ana.push_one().outcome is Outcome.APPLIED


def test_bytes_stay_for_the_grace_after_the_last_attachment_went(
    blobs: Blobs, desk: Desk, ana: Laptop, clock: TurnedClock
) -> None:
    record = attach(ana, desk.account(owner=ana.user))
    hand_in(blobs, ana)
    ana.sync()
    ana.delete("attachment", record)
    ana.sync()

    sweep(blobs)
    clock.forward(GRACE - timedelta(hours=1))
    assert sweep(blobs).files == 0
    ana.restore("attachment", record)
    ana.sync()
    assert blobs.fetchable(ana.token, NAME) == len(PHOTO)
    ana.delete("attachment", record)
    ana.sync()
    sweep(blobs)
    sweep(blobs)
    clock.forward(GRACE + timedelta(hours=1))

    assert sweep(blobs).files == 1
    assert list(blobs.disk.names()) == []
    assert desk.values("attachment", record)["blob_state"] == "none"


def test_part_that_nobody_goes_on_with_is_removed(blobs: Blobs, desk: Desk, ana: Laptop, clock: TurnedClock) -> None:
    attach(ana, desk.account(owner=ana.user))
    begin(blobs, ana)
    send(blobs, ana, PHOTO[:10])

    clock.forward(ABANDONED + timedelta(minutes=1))

    assert sweep(blobs).parts == 1
    assert begin(blobs, ana).offset == 0


def test_laptop_that_sends_too_much_waits(desk: Desk, disk: BlobDisk, ana: Laptop) -> None:
    blobs = Blobs(desk.log, disk, quota_bytes=len(PHOTO) + 5)
    account = desk.account(owner=ana.user)
    attach(ana, account)
    attach(ana, account, b"six by")
    begin(blobs, ana)

    assert code_of(begin, blobs, ana, b"six by") is Code.FILE_QUOTA


def test_file_beyond_the_limit_is_refused_before_a_byte_is_sent(blobs: Blobs, ana: Laptop) -> None:
    asked = BlobRequest(sha256=NAME, size=MAX_BLOB_BYTES + 1)

    assert code_of(blobs.begin, ana.token, asked) is Code.FILE_TOO_LARGE


def test_empty_file_is_stored(blobs: Blobs, desk: Desk, ana: Laptop) -> None:
    record = attach(ana, desk.account(owner=ana.user), b"")

    assert begin(blobs, ana, b"").state is BlobState.STORED
    assert desk.values("attachment", record)["blob_state"] == "stored"


def test_check_finds_bytes_that_changed_and_bytes_that_are_gone(
    blobs: Blobs, desk: Desk, ana: Laptop, tmp_path: Path
) -> None:
    attach(ana, desk.account(owner=ana.user))
    hand_in(blobs, ana)
    file = tmp_path / "files" / NAME[:2] / NAME
    assert check(desk.log, tmp_path / "files").damage == []

    file.write_bytes(b"x" + PHOTO[1:])
    (changed,) = check(desk.log, tmp_path / "files").damage
    file.unlink()
    (gone,) = check(desk.log, tmp_path / "files").damage

    assert "not those of its name" in changed
    assert "not there" in gone
    assert code_of(blobs.fetchable, ana.token, NAME) is Code.NOT_FOUND


def test_files_are_counted_by_class_once_however_many_name_them(
    desk: Desk, blobs: Blobs, ana: Laptop, ben: Laptop, clock: TurnedClock
) -> None:
    account = desk.account(owner=ana.user, territory=desk.territory("North"))
    attach(ana, account)
    attach(ana, account)
    unsent = b"not at the office"
    attach(ana, account, unsent)
    hand_in(blobs, ana)
    told = ana.counts()
    clock.forward(timedelta(days=100))
    later = ben.counts()

    small = {"size": 1_048_576, "files": 1, "bytes": len(PHOTO)}
    assert told.files == [FileClass(age_d=30, own=True, **small)]
    assert later.files == [FileClass(age_d=180, own=False, **small)]
    assert told.counts["attachment"] == 3
    assert told.bytes["attachment"] > 3 * len(NAME)
