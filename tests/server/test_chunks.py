"""First sync by manifest, at the office: everything once, the same for who sees the same, nothing for who does not."""

import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from sync.client.chunk_lines import slabs_of
from sync.contract import chunks as contract
from sync.contract.chunks import ChunkBody, ChunkEntry, Manifest
from sync.contract.entities import CATALOGUE
from sync.contract.errors import AppError, Code
from sync.contract.fields import Role
from sync.server import chunk_build, chunk_plan
from sync.server.chunk_cache import ChunkCache
from sync.server.chunk_names import Place
from sync.server.chunks import Chunks
from sync.server.log import Author
from sync.server.people import move_accounts
from sync.server.schema import TX_LOG
from tests.server.desk import Desk, Laptop


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of a few rows."""
    monkeypatch.setattr(chunk_plan, "_FULL_ROWS", 8)
    monkeypatch.setattr(chunk_plan, "_ENOUGH_ROWS", 4)
    monkeypatch.setattr(chunk_plan, "_CUT_EVERY", 2)
    monkeypatch.setattr(chunk_build, "CHUNK_ROWS", 10)
    monkeypatch.setattr(chunk_build, "_SLAB_ROWS", 3)


def rows_of(body: ChunkBody) -> list[tuple[str, str, str, int]]:
    """Give type, id, scope and version of every row."""
    return [
        (slab.type, *each) for slab in slabs_of(body.data, CATALOGUE) for each in zip(*slab.values[:3], strict=True)
    ]


def fetch(laptop: Laptop, manifest: Manifest) -> dict[str, list[tuple[str, str, str, int]]]:
    """Fetch every chunk of a manifest and what follows in its place; rows by the chunk's name."""
    found: dict[str, list[tuple[str, str, str, int]]] = {}
    for each in manifest.chunks:
        following: ChunkEntry | None = each
        while following is not None:
            body = laptop.office.chunk(following, manifest.cursor)
            found.setdefault(each.name, []).extend(rows_of(body))
            following = body.rest
    return found


def seen(laptop: Laptop) -> list[tuple[str, str, str, int]]:
    """Give the same of what slices bring."""
    found = []
    after: str | None = None
    while True:
        chunk = laptop.office.snapshot(after)
        found += [(chunk.type, row[0], row[1], row[2]) for row in chunk.rows]
        after = chunk.after
        if after is None:
            return sorted(found)


def counted(manifest: Manifest, found: dict[str, list[Any]]) -> list[Any]:
    """Give the rows but for the opening's, which come once more."""
    return sorted(row for each in manifest.chunks if each.rows for row in found[each.name])


def book(desk: Desk, territory: str, accounts: int, *, owner: str | None = None, deals: bool = False) -> list[str]:
    """Make accounts with two contacts each in a territory."""
    place = desk.territory(territory)
    with desk.writing() as writer:
        made = []
        for n in range(accounts):
            values = {"name": f"{territory} {n}", "territory": place, "owner": owner, "points": n}
            account = writer.create("account", values, author=Author(user=owner))
            made.append(account)
            for name in ("王芳", "Li"):
                writer.create("contact", {"name": name, "account": account}, author=Author(user=owner))
            if deals:
                writer.create("opportunity", {"name": "Deal", "account": account}, author=Author(user=owner))
        return made


@pytest.mark.usefixtures("small")
def test_chunks_hold_everything_that_is_seen_exactly_once(desk: Desk) -> None:
    ana = desk.laptop("ana", territories=("North",))
    desk.user("ben", territories=("West",))
    book(desk, "North", 12, owner=ana.user)
    book(desk, "West", 5)
    with desk.writing() as writer:
        writer.delete("contact", writer.find("contact", "name", "Li")[0])

    manifest = ana.office.manifest()

    found = fetch(ana, manifest)
    assert counted(manifest, found) == seen(ana)
    assert len(manifest.chunks) > 4
    assert manifest.rows == len(seen(ana))


@pytest.mark.usefixtures("small")
def test_scope_with_very_many_rows_comes_in_several_chunks(desk: Desk) -> None:
    ana = desk.laptop("ana", territories=("North",))
    (account,) = book(desk, "North", 1)
    with desk.writing() as writer:
        for n in range(47):
            writer.create("contact", {"name": f"C{n}", "account": account}, author=Author(user=ana.user))
    manifest = ana.office.manifest()

    found = fetch(ana, manifest)

    assert counted(manifest, found) == seen(ana)
    assert max(len(rows_of(ana.office.chunk(each, manifest.cursor))) for each in manifest.chunks) == 10


def test_chunk_ends_before_it_has_too_many_bytes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunk_build, "_BYTES", 100_000)
    monkeypatch.setattr(chunk_build, "_SLAB_BYTES", 30_000)
    ana = desk.laptop("ana", territories=("North",))
    accounts = book(desk, "North", 10)
    with desk.writing() as writer:
        for each in accounts:
            writer.patch("account", each, {"description": "长" * 8_000})
    manifest = ana.office.manifest()

    found = fetch(ana, manifest)

    assert counted(manifest, found) == seen(ana)
    assert any(ana.office.chunk(each, manifest.cursor).rest for each in manifest.chunks)


@pytest.mark.usefixtures("small")
def test_shared_records_come_first_then_own_customers_with_open_deals_then_what_is_mostly_own(desk: Desk) -> None:
    ana = desk.laptop("ana", territories=("North", "East"))
    ben = desk.user("ben", territories=("North",))
    book(desk, "East", 4, owner=ben)
    hot = book(desk, "North", 2, owner=ana.user, deals=True)
    book(desk, "North", 3, owner=ana.user)
    manifest = ana.office.manifest()

    found = fetch(ana, manifest)

    order = [found[each.name] for each in manifest.chunks]
    assert {row[2] for row in order[0]} == {"*"}
    assert [(row[0], row[2]) for row in order[1]] == [
        *(("account", each) for each in sorted(hot)),
        *(("opportunity", each) for each in sorted(hot)),
    ]
    assert [Place.read(each.place).group for each in manifest.chunks[2:4]] == [desk.territory("North")] * 2


@pytest.mark.usefixtures("small")
def test_users_of_the_same_accounts_get_the_same_chunks_and_the_second_none_built(desk: Desk, tmp_path: Path) -> None:
    ana = desk.laptop("ana", territories=("North",))
    ben = desk.laptop("ben", territories=("North",))
    boss = desk.laptop("boss", role=Role.MANAGER, territories=("North", "West"))
    book(desk, "North", 12)
    book(desk, "West", 6)
    kept = Chunks(desk.log, ChunkCache(tmp_path))
    names = {}
    for each in (ana, ben, boss):
        manifest = each.office.manifest()
        names[each.login] = {one.name for one in manifest.chunks if Place.read(one.place).kind == "a"}
        for one in manifest.chunks:
            kept.chunk(each.token, one.name, one.place, manifest.cursor)
        files = {file.name for file in tmp_path.glob("??/*")}
        assert names[each.login] <= files

    assert names["ana"] == names["ben"] != set()
    assert names["ana"] < names["boss"]


@pytest.mark.usefixtures("small")
def test_name_is_no_right_to_a_chunk(desk: Desk, tmp_path: Path) -> None:
    ana = desk.laptop("ana", territories=("North",))
    ben = desk.laptop("ben", territories=("West",))
    book(desk, "North", 6)
    manifest = ana.office.manifest()
    kept = Chunks(desk.log, ChunkCache(tmp_path))
    for each in manifest.chunks:
        kept.chunk(ana.token, each.name, each.place, manifest.cursor)
    others = [each for each in manifest.chunks if Place.read(each.place).kind == "a"]

    refused = []
    for each in others:
        with pytest.raises(AppError) as error:
            kept.chunk(ben.token, each.name, each.place, manifest.cursor)
        refused.append(error.value.code)

    assert refused == [Code.SNAPSHOT_EXPIRED] * len(others) != []


@pytest.mark.usefixtures("small")
def test_chunk_with_one_account_that_is_seen_no_more_is_not_given(desk: Desk, tmp_path: Path) -> None:
    ana = desk.laptop("ana", territories=("North",))
    # The ids of one millisecond are in no order of their own.
    accounts = sorted(book(desk, "North", 2))
    manifest = ana.office.manifest()
    kept = Chunks(desk.log, ChunkCache(tmp_path))
    (mine,) = [each for each in manifest.chunks if accounts[0] in Place.read(each.place).first]
    kept.chunk(ana.token, mine.name, mine.place, manifest.cursor)
    move_accounts(desk.log, accounts[:1], "West")

    with pytest.raises(AppError) as refused:
        kept.chunk(ana.token, mine.name, mine.place, manifest.cursor)

    assert refused.value.code is Code.SNAPSHOT_EXPIRED


@pytest.mark.usefixtures("small")
def test_chunk_of_which_rows_have_changed_has_another_name_and_the_others_keep_theirs(desk: Desk) -> None:
    ana = desk.laptop("ana", territories=("North",))
    accounts = book(desk, "North", 12)
    before = ana.office.manifest()
    with desk.writing() as writer:
        writer.patch("account", accounts[0], {"phone": "1"})

    after = ana.office.manifest()

    changed = [each for each in before.chunks if each.name not in {one.name for one in after.chunks}]
    assert len(changed) == 1
    with pytest.raises(AppError) as refused:
        ana.office.chunk(changed[0], before.cursor)
    assert refused.value.code is Code.CHUNK_CHANGED
    assert refused.value.data["name"] in {each.name for each in after.chunks}


def test_office_that_was_set_back_gives_other_names_to_the_same_positions(desk: Desk, ana: Laptop) -> None:
    before = ana.office.manifest()
    with desk.log.storage.writing() as connection:
        # As after other transactions with just as many rows: every version is the same, no row has to be.
        connection.execute(update(TX_LOG).values(chain=b"another history".ljust(32)))

    after = ana.office.manifest()

    assert {each.name for each in before.chunks}.isdisjoint(each.name for each in after.chunks)


@pytest.mark.usefixtures("small")
def test_new_account_changes_no_more_than_two_chunks(desk: Desk) -> None:
    ana = desk.laptop("ana", territories=("North",))
    book(desk, "North", 30)
    before = {each.name for each in ana.office.manifest().chunks}
    book(desk, "North", 1)

    after = {each.name for each in ana.office.manifest().chunks}

    assert len(after - before) <= 2
    assert len(before & after) >= len(before) - 2


def test_manifest_of_another_history_is_refused(desk: Desk, ana: Laptop) -> None:
    manifest = ana.office.manifest()

    with pytest.raises(AppError) as refused:
        ana.office.chunk(manifest.chunks[0], manifest.cursor[:-4] + "AAAA")

    assert refused.value.code in {Code.CURSOR_DIVERGED, Code.MESSAGE_UNREADABLE}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("x", ""),
        ("a" * 64, ""),
        ("a" * 64, "x"),
        ("../" * 21 + "a", ""),
        ("a" * 64, Place("q", "", "", "", "").text()),
    ],
)
def test_chunk_that_no_manifest_names_is_refused(desk: Desk, ana: Laptop, name: str, place: str) -> None:
    cursor = ana.office.manifest().cursor

    with pytest.raises(AppError) as refused:
        ana.office.chunk(ChunkEntry(name=name, place=place, rows=1), cursor)

    assert refused.value.code is Code.MESSAGE_UNREADABLE


def test_damaged_file_of_the_cache_is_built_anew(desk: Desk, ana: Laptop, tmp_path: Path) -> None:
    kept = Chunks(desk.log, ChunkCache(tmp_path))
    manifest = ana.office.manifest()
    entry = manifest.chunks[0]
    whole = kept.chunk(ana.token, entry.name, entry.place, manifest.cursor)
    (file,) = tmp_path.glob("??/*")
    data = bytearray(file.read_bytes())
    data[-10] ^= 1
    file.write_bytes(data)

    again = kept.chunk(ana.token, entry.name, entry.place, manifest.cursor)

    assert again == whole
    assert contract.etag_of(again.data) == again.etag


class TestCache:
    NAMES = tuple(letter * 64 for letter in "abcdef")

    def test_what_is_too_much_goes_the_oldest_first(self, tmp_path: Path) -> None:
        cache = ChunkCache(tmp_path, most_bytes=10**9)
        for age, name in enumerate(reversed(self.NAMES)):
            cache.keep(name, bytes(1000), None)
            os.utime(tmp_path / name[:2] / name, (10**9 + age, 10**9 + age))
        small = ChunkCache(tmp_path, most_bytes=3_500, kept_s=10**12)

        small.tidy()

        assert [name for name in self.NAMES if small.find(name)] == ["a" * 64, "b" * 64]

    def test_what_was_not_asked_for_lately_goes(self, tmp_path: Path) -> None:
        cache = ChunkCache(tmp_path, kept_s=3600)
        for name in self.NAMES[:2]:
            cache.keep(name, b"x", None)
        os.utime(tmp_path / "aa" / self.NAMES[0], (10**9, 10**9))

        cache.tidy()

        assert [bool(cache.find(name)) for name in self.NAMES[:2]] == [False, True]

    def test_folder_that_takes_nothing_keeps_nobody_from_syncing(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        cache = ChunkCache(tmp_path / "file")

        kept = cache.keep(self.NAMES[0], b"x", None)

        assert (kept.data, cache.find(self.NAMES[0])) == (b"x", None)

    def test_without_room_nothing_is_written(self, tmp_path: Path) -> None:
        ChunkCache(tmp_path / "none", most_bytes=0).keep(self.NAMES[0], b"x", None)

        assert not (tmp_path / "none").exists()

    def test_files_are_for_the_office_alone(self, tmp_path: Path) -> None:
        ChunkCache(tmp_path / "kept").keep(self.NAMES[0], b"x", None)

        (file,) = (tmp_path / "kept").glob("??/*")
        assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)

    def test_what_follows_is_kept_with_it(self, tmp_path: Path) -> None:
        rest = ChunkEntry(name=self.NAMES[1], place="p", rows=7)
        cache = ChunkCache(tmp_path)

        kept = cache.keep(self.NAMES[0], b"x", rest)

        assert cache.find(self.NAMES[0]) == kept
        assert contract.read_rest(contract.rest_header(rest)) == rest
