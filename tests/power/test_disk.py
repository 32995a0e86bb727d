"""The disk of the power cuts keeps what was synced and nothing else for certain."""

import random
from collections.abc import Sequence

from tests.power.disk import Disk, Image
from tests.power.trace import Call, Kind

TRIES = 200


def crashes(calls: Sequence[Call]) -> list[Image]:
    disk = Disk()
    for call in calls:
        disk.follow(call)
    return [disk.crash(random.Random(seed))[0] for seed in range(TRIES)]


def call(kind: Kind, path: str = "/file", number: int = 0, data: bytes = b"") -> Call:
    return Call(kind, path, number, data)


CREATED = [call(Kind.CREATE), call(Kind.SYNC, "")]


def test_write_that_was_synced_stays() -> None:
    found = crashes([*CREATED, call(Kind.WRITE, data=b"safe"), call(Kind.SYNC)])

    assert found == [{"/file": b"safe"}] * TRIES


def test_name_whose_folder_was_not_synced_may_be_gone() -> None:
    found = crashes([call(Kind.CREATE), call(Kind.WRITE, data=b"safe"), call(Kind.SYNC)])

    assert {} in found
    assert {"/file": b"safe"} in found


def test_write_that_was_not_synced_may_be_there_or_not_or_in_part() -> None:
    found = crashes([*CREATED, call(Kind.WRITE, data=b"a" * 2048), call(Kind.WRITE, number=2048, data=b"b" * 512)])

    contents = {image["/file"] for image in found}
    assert {b"", b"a" * 2048, b"a" * 2048 + b"b" * 512, bytes(2048) + b"b" * 512} <= contents
    assert any(content and b"a" in content and b"\0" in content for content in contents)


def test_rename_comes_to_the_disk_whole_or_not_at_all() -> None:
    new = [call(Kind.CREATE, "/new"), call(Kind.WRITE, "/new", data=b"new"), call(Kind.SYNC, "/new")]
    old = [*CREATED, call(Kind.WRITE, data=b"old"), call(Kind.SYNC)]

    found = crashes([*old, *new, call(Kind.SYNC, ""), Call(Kind.RENAME, "/new", 0, b"/file")])

    assert all(image in ({"/file": b"old", "/new": b"new"}, {"/file": b"new"}) for image in found)


def test_file_in_a_folder_that_is_gone_is_gone_too() -> None:
    below = [call(Kind.CREATE, "/folder/file"), call(Kind.SYNC, "/folder/file"), call(Kind.SYNC, "/folder")]

    found = crashes([call(Kind.FOLDER, "/folder"), *below])

    assert {} in found
    assert {"/folder": None, "/folder/file": b""} in found


def test_disk_that_does_not_sync_promises_nothing() -> None:
    disk = Disk(syncs=False)
    for each in [*CREATED, call(Kind.WRITE, data=b"safe"), call(Kind.SYNC)]:
        disk.follow(each)

    assert {} in [disk.crash(random.Random(seed))[0] for seed in range(TRIES)]
