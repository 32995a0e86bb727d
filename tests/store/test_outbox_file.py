"""The outbox file keeps what was not sent, in step with the database, and gives it back when the database is gone."""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.store import meta
from desktop.store.outbox_file import disk
from desktop.store.outbox_file.entries import Content
from desktop.store.outbox_file.keeping import OutboxFile
from desktop.store.outbox_file.marks import Agreement
from sync.contract.errors import AppError, Code
from sync.contract.wire import Outcome, Receipt
from tests.store.laptops import USER, Laptop, applied, open_database

CANARY = "Zyzzyva7Quagmire"


def kept(laptop: Laptop) -> list[str]:
    """Name the mutations that the file keeps."""
    return list(laptop.database.outbox_file.read().live)


def unsent(laptop: Laptop) -> list[str]:
    return [each.id for each in laptop.outbox()]


def file_of(folder: Path) -> Path:
    return folder / "store" / "data.outbox"


def without_database(folder: Path) -> Laptop:
    """Destroy the database and open a new one in its place; the caller closes it."""
    for each in (folder / "store").glob("data.db*"):
        each.unlink()
    return Laptop(open_database(folder))


def rejected(mutation: str) -> Receipt:
    return Receipt(mutation=mutation, outcome=Outcome.REJECTED, code="not_permitted")


def test_a_save_is_in_the_file_when_it_returns(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    laptop.change("account", account, phone="1")
    laptop.delete("account", account)

    assert kept(laptop) == unsent(laptop)
    assert len(kept(laptop)) == 3


def test_nothing_of_a_save_lies_in_the_file_in_clear(laptop: Laptop) -> None:
    laptop.add("account", {"name": CANARY, "description": "x" * 3000})

    content = laptop.database.outbox_file.path.read_bytes()

    assert CANARY.encode() not in content
    assert b"account" not in content
    assert b"xxxx" not in content
    assert USER.encode() not in content


def test_the_file_is_for_its_owner_only(laptop: Laptop) -> None:
    laptop.add("account", {"name": "Acme"})

    assert laptop.database.outbox_file.path.stat().st_mode & 0o077 == 0


def test_an_entry_comes_back_as_it_was(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        laptop = Laptop(database)
        with laptop.unit(label="commands.set_fields", label_values={"title": "上海"}, grouped=True) as work:
            account = work.create("account", {"name": "上海", "tags": ["a", "b"], "points": 4})
            work.create("contact", {"name": "王芳", "account": account})
        laptop.change("account", account, points=7, phone="1")
        expected = laptop.outbox()
        told = laptop.table("SELECT id, label, label_values, at, actor, kind, undoable FROM command ORDER BY id")
        shown = laptop.shown("account", account).values

    again = without_database(tmp_path)

    assert again.outbox() == expected
    assert again.table("SELECT id, label, label_values, at, actor, kind, undoable FROM command ORDER BY id") == told
    assert {**again.shown("account", account).values, "updated_at": ""} == {**shown, "updated_at": ""}
    assert [each.id for each in again.search("上海")] == [account]
    again.database.close()


def test_an_edit_of_a_record_that_is_gone_waits_for_it(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        laptop = Laptop(database)
        account = laptop.add("account", {"name": "Acme"})
        laptop.sent(5)
        laptop.change("account", account, phone="1")
        expected = laptop.outbox()

    again = without_database(tmp_path)

    assert again.outbox() == expected
    assert again.record("account", account) is None
    again.database.close()


def test_a_receipt_takes_an_entry_out(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    laptop.change("account", account, phone="1")
    first, second = laptop.outbox()

    laptop.replica.take_receipts([applied(first, 3)])

    assert kept(laptop) == [second.id]


def test_a_refused_entry_stays_until_it_is_dealt_with_and_comes_back_with_undo(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    laptop.sent(3)
    laptop.change("account", account, phone="1")
    refused = laptop.outbox()[0].id
    laptop.replica.take_receipts([rejected(refused)])
    waiting = kept(laptop)

    with laptop.unit() as work:
        work.settle_attention(refused)
        act = work.command_id
    dealt_with = kept(laptop)
    with laptop.unit() as work:
        work.reopen_attention(act)

    assert (waiting, dealt_with, kept(laptop)) == ([refused], [], [refused])


def test_a_quiet_start_does_not_touch_the_file(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        Laptop(database).add("account", {"name": "Acme"})
    before = file_of(tmp_path).stat()

    open_database(tmp_path).close()

    after = file_of(tmp_path).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_lost_file_is_made_again_from_the_database(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        laptop = Laptop(database)
        laptop.add("account", {"name": "Acme"})
        expected = unsent(laptop)
    file_of(tmp_path).unlink()

    with open_database(tmp_path) as database:
        assert kept(Laptop(database)) == expected


def test_a_file_that_lost_its_end_is_mended_from_the_database(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        laptop = Laptop(database)
        account = laptop.add("account", {"name": "Acme"})
        laptop.change("account", account, phone="1")
        expected = unsent(laptop)
    disk.cut(file_of(tmp_path), file_of(tmp_path).stat().st_size - 9)

    with open_database(tmp_path) as database:
        assert kept(Laptop(database)) == expected


def test_a_file_that_lost_its_end_while_the_program_runs_is_mended_by_the_next_save(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    laptop.change("account", account, phone="1")
    disk.cut(laptop.database.outbox_file.path, 20)

    laptop.change("account", account, phone="2")

    found = laptop.database.outbox_file.read()
    assert (list(found.live), found.gaps, found.cut) == (unsent(laptop), 0, False)


@pytest.mark.allow_logs(r"the outbox file was kept as")
def test_a_thorough_look_finds_and_mends_damage_inside(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    laptop.change("account", account, phone="1")
    path = laptop.database.outbox_file.path
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    found = laptop.database.outbox_file.agree(laptop.database, thoroughly=True)

    assert found.gaps == 1
    assert kept(laptop) == unsent(laptop)
    assert laptop.database.outbox_file.agree(laptop.database, thoroughly=True) == Agreement()
    assert path.with_name("data.outbox.aside-1").read_bytes() == content


def test_an_older_copy_of_the_database_takes_its_later_edits_from_the_file(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        laptop = Laptop(database)
        account = laptop.add("account", {"name": "Acme"})
    older = (tmp_path / "store" / "data.db").read_bytes()
    with open_database(tmp_path) as database:
        laptop = Laptop(database)
        laptop.change("account", account, phone="1", points=3)
        laptop.change("account", account, phone="2")
        expected = laptop.outbox()
        under = laptop.table("SELECT * FROM agreed ORDER BY field")
        shown = laptop.shown("account", account)
    (tmp_path / "store" / "data.db").write_bytes(older)

    with open_database(tmp_path) as database:
        laptop = Laptop(database)
        assert laptop.outbox() == expected
        assert laptop.shown("account", account) == shown
        assert shown.values["phone"] == "2"
        assert laptop.table("SELECT * FROM agreed ORDER BY field") == under


@pytest.mark.allow_logs("the outbox file was kept as")
@pytest.mark.parametrize("lost", [(0,), (1,), (2,), (3,), (0, 1), (1, 2), (0, 3), (0, 1, 2)])
def test_a_save_of_which_a_power_cut_left_some_pieces_is_as_if_it_had_not_been(
    tmp_path: Path, lost: tuple[int, ...]
) -> None:
    outbox, database = file_of(tmp_path), tmp_path / "store" / "data.db"
    with open_database(tmp_path) as opened:
        account = Laptop(opened).add("account", {"name": "Acme"})
    older = database.read_bytes()
    with open_database(tmp_path) as opened:
        laptop, before = Laptop(opened), outbox.stat().st_size
        expected = laptop.outbox()
        with laptop.unit(grouped=True) as work:
            for name in ("Wang", "Li", "Zhang"):
                work.create("contact", {"name": name, "account": account})
        content = bytearray(outbox.read_bytes())
        frames = [each for each in opened.outbox_file._cipher.read(bytes(content)).frames if each.start >= before]  # noqa: SLF001 - where the frames lie
    for number in lost:
        content[frames[number].start : frames[number].end] = bytes(frames[number].end - frames[number].start)
    outbox.write_bytes(content)
    database.write_bytes(older)

    with open_database(tmp_path) as opened:
        laptop = Laptop(opened)
        assert len(frames) == 4
        assert laptop.outbox() == expected
        assert laptop.ids("contact") == []
        laptop.add("account", {"name": "Next"})
        assert [each.n for each in laptop.outbox()] == [1, 2]


def test_two_programs_write_one_after_the_other(tmp_path: Path) -> None:
    with open_database(tmp_path) as one, open_database(tmp_path) as other:
        first, second = Laptop(one), Laptop(other)
        account = first.add("account", {"name": "Acme"})
        second.change("account", account, phone="1")
        first.change("account", account, phone="2")
        second.sent(9)
        first.change("account", account, phone="3")

        found = one.outbox_file.read()

        assert (list(found.live), found.gaps, found.cut) == (unsent(second), 0, False)


@pytest.mark.allow_logs(r"the outbox file was kept as")
def test_another_users_edits_are_kept_aside_and_not_sent(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        database.meta.set(meta.USER_ID, "somebody")
        laptop = Laptop(database)
        laptop.add("account", {"name": "Acme"})
    before = file_of(tmp_path).read_bytes()
    (tmp_path / "other").mkdir()
    with open_database(tmp_path / "other") as database:
        database.meta.set(meta.USER_ID, "somebody else")
    shutil.copyfile(tmp_path / "other" / "store" / "data.db", tmp_path / "store" / "data.db")

    with open_database(tmp_path) as database:
        assert unsent(Laptop(database)) == kept(Laptop(database)) == []
    assert file_of(tmp_path).with_name("data.outbox.aside-1").read_bytes() == before


def test_a_database_that_forgot_whose_it_is_is_not_used(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        database.meta.set(meta.USER_ID, USER)
        Laptop(database).add("account", {"name": "Acme"})
    (tmp_path / "store" / "data.db").unlink()

    with pytest.raises(AppError) as refused:
        open_database(tmp_path)

    assert refused.value.code is Code.DATABASE_UNUSABLE


def test_the_file_gets_shorter_when_most_of_it_was_sent(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    for number in range(60):
        laptop.change("account", account, description=f"{number} " + "x" * 500)
    large = laptop.database.outbox_file.path.stat().st_size

    laptop.replica.take_receipts([applied(each, 5 + index) for index, each in enumerate(laptop.outbox()[:50])])

    found = laptop.database.outbox_file.read()
    assert laptop.database.outbox_file.path.stat().st_size < large / 2
    assert (list(found.live), found.gaps) == (unsent(laptop), 0)


def test_a_file_does_not_grow_over_many_days(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    sizes = []
    for day in range(12):
        for number in range(10):
            laptop.change("account", account, description=f"{day} {number} " + "x" * 400)
        laptop.sent(100 * (day + 1))
        sizes.append(laptop.database.outbox_file.path.stat().st_size)

    assert max(sizes) < 40_000


def _full(*_arguments: Any) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_save_on_a_full_disk_is_refused_and_leaves_nothing_half(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = laptop.add("account", {"name": "Acme"})
    before = laptop.database.outbox_file.path.read_bytes()
    written = os.write

    def some(descriptor: int, content: bytes) -> int:
        monkeypatch.setattr(os, "write", _full)
        return written(descriptor, content[:30])

    monkeypatch.setattr(os, "write", some)
    with pytest.raises(AppError) as refused:
        laptop.change("account", account, phone="1")
    monkeypatch.undo()

    assert refused.value.code is Code.DISK_FULL
    assert laptop.database.outbox_file.path.read_bytes() == before
    assert "phone" not in laptop.shown("account", account).values
    laptop.change("account", account, phone="2")
    assert kept(laptop) == unsent(laptop)


def test_save_whose_sync_fails_is_refused_and_leaves_nothing_half(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = laptop.add("account", {"name": "Acme"})
    before = laptop.database.outbox_file.path.read_bytes()
    monkeypatch.setattr(disk, "_sync", _full)

    with pytest.raises(AppError):
        laptop.change("account", account, phone="1")

    monkeypatch.undo()
    assert laptop.database.outbox_file.path.read_bytes() == before
    assert "phone" not in laptop.shown("account", account).values


def test_save_refused_after_the_file_was_written_is_taken_out_of_it(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    before = laptop.database.outbox_file.path.read_bytes()
    # A value that no commit lets pass: the gate is left open.
    with laptop.database.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TEMP TRIGGER refuse BEFORE UPDATE ON gate WHEN NEW.mode = 'closed' "
            "BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )

    with pytest.raises(Exception, match="refused"):
        laptop.change("account", account, phone="1")

    assert laptop.database.outbox_file.path.read_bytes() == before
    assert "phone" not in laptop.shown("account", account).values
    with laptop.database.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER refuse")
    laptop.change("account", account, phone="2")
    assert kept(laptop) == unsent(laptop)


@pytest.mark.allow_logs(r"the outbox file was not brought in step")
def test_a_full_disk_does_not_keep_the_database_from_opening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_database(tmp_path) as database:
        account = Laptop(database).add("account", {"name": "Acme"})
    file_of(tmp_path).unlink()
    monkeypatch.setattr(os, "write", _full)

    with open_database(tmp_path) as database:
        monkeypatch.undo()
        laptop = Laptop(database)
        assert laptop.shown("account", account).values["name"] == "Acme"
        laptop.change("account", account, phone="1")
        assert sorted(kept(laptop)) == sorted(unsent(laptop))


def _bits(content: bytes, places: Callable[[int], range]) -> list[bytes]:
    found = []
    for place in places(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1 << place % 8
        found.append(bytes(changed))
    return found


@pytest.fixture
def written(laptop: Laptop) -> tuple[bytes, list[str], list[int]]:
    """A file with five saves: its bytes, its mutations, and where its frames end."""
    account = laptop.add("account", {"name": "Acme"})
    for number in range(4):
        laptop.change("account", account, phone=str(number))
    outbox = laptop.database.outbox_file
    content = outbox.path.read_bytes()
    ends = [each.end for each in outbox._cipher.read(content).frames]  # noqa: SLF001 - where the frames lie
    return content, list(outbox.read().live), ends


def _reading(laptop: Laptop, content: bytes) -> Content:
    laptop.database.outbox_file.path.write_bytes(content)
    return laptop.database.outbox_file.read()


def test_a_flipped_bit_costs_one_frame_and_is_told(laptop: Laptop, written: tuple[bytes, list[str], list[int]]) -> None:
    content, mutations, _ = written

    for changed in _bits(content, lambda size: range(0, size, 23)):
        found = _reading(laptop, changed)
        assert len(found.live) >= len(mutations) - 1
        assert set(found.live) <= set(mutations)
        assert found.gaps == 1 or found.cut


def test_a_cut_leaves_everything_before_it_and_is_told_within_a_save(
    laptop: Laptop, written: tuple[bytes, list[str], list[int]]
) -> None:
    content, mutations, ends = written

    for size in sorted({*range(0, len(content), 37), *ends, *(end - 1 for end in ends)}):
        found = _reading(laptop, content[:size])
        whole = [end for end in ends if end <= size]
        # Frames: whose it is, then an act and its entry for each save.
        assert list(found.live) == mutations[: max(0, len(whole) - 1) // 2]
        assert found.gaps == 0
        assert found.cut == (size not in {0, *ends} or (len(whole) % 2 == 0 and size > 0))


def test_frames_in_another_order_or_left_out_are_told(
    laptop: Laptop, written: tuple[bytes, list[str], list[int]]
) -> None:
    content, mutations, ends = written
    frames = [content[start:end] for start, end in zip([0, *ends], ends, strict=False)]

    swapped = _reading(laptop, b"".join([*frames[:2], frames[4], frames[3], frames[2], *frames[5:]]))
    left_out = _reading(laptop, b"".join([*frames[:3], *frames[4:]]))
    begins_later = _reading(laptop, b"".join(frames[1:]))

    assert (sorted(swapped.live), swapped.gaps > 0) == (sorted(mutations), True)
    assert (sorted(left_out.live), left_out.gaps > 0) == (sorted(mutations), True)
    assert (sorted(begins_later.live), begins_later.gaps > 0) == (sorted(mutations), True)


def test_a_hole_in_the_middle_costs_only_what_was_in_it(
    laptop: Laptop, written: tuple[bytes, list[str], list[int]]
) -> None:
    content, mutations, ends = written
    hole = bytes(ends[6] - ends[3])

    found = _reading(laptop, content[: ends[3]] + hole + content[ends[6] :])

    assert set(found.live) < set(mutations)
    assert (len(found.live), found.gaps) == (len(mutations) - 2, 1)


def test_another_key_reads_nothing(laptop: Laptop, written: tuple[bytes, list[str], list[int]]) -> None:
    assert written[1]
    assert OutboxFile(laptop.database.file, bytes(32)).read().frames == 0
