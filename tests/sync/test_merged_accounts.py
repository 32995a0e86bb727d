"""Two accounts turn out to be one customer: what hangs on either is found at the one that is kept, on every laptop."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from desktop.commands.imports import Imported
from desktop.commands.merging import MergeRecords, UnmergeRecord
from desktop.commands.undo import Undo
from desktop.domain.choosing import Choice
from desktop.domain.listing import Condition, Listing, Test
from desktop.services.imports import Importer
from desktop.system.i18n import Translator
from sync.client.ports import Taken
from sync.contract.errors import AppError, Code
from sync.contract.fields import Role
from sync.contract.wire import Outcome, PullAnswer, PushRequest
from sync.server.compacting import Rules, compact
from tests.helpers import oracle
from tests.helpers.at_rest import rest, sync
from tests.helpers.small_world import Laptop, Person, Template, World


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("merged"), (Person("ana"), Person("ben")), ("ana", "ben"))


@pytest.fixture
def world(template: Template) -> Iterator[World]:
    with closing(template.world()) as opened:
        yield opened


@pytest.fixture
def pair(world: World) -> tuple[str, str]:
    """Two accounts in the North that are one customer, each with a contact; everybody has them."""
    ana = world["ana"]
    keep, drop = ana.add("account", name="Acme Ltd", phone="1"), ana.add("account", name="ACME Limited", email="a@b.cn")
    for each, name in ((keep, "Kim"), (drop, "Dan")):
        ana.add("contact", name=name, account=each)
    sync(world, "ana", "ben")
    return keep, drop


def merge(laptop: Laptop, keep: str, drop: str) -> None:
    laptop.run(MergeRecords("account", keep, drop))


def shown(laptop: Laptop) -> list[str]:
    """Name the customers that lists show."""
    return names(laptop, "account", ())


def names(laptop: Laptop, record_type: str, where: Sequence[Condition]) -> list[str]:
    ids = laptop.reads.ids(Listing(record_type, tuple(where)))
    return sorted(str(each["name"]) for each in laptop.reads.rows(record_type, ids))


def people_of(laptop: Laptop, account: str) -> list[str]:
    return names(laptop, "contact", [Condition("account", Test.EQ, account)])


def merged_into(laptop: Laptop, account: str) -> str | None:
    """Tell what an account itself says, whatever stands for it."""
    return dict(oracle.laptop_rows(laptop))["account", account].get("merged_into")


# ------------------------------------------------------------------------------------------ one laptop


def test_merged_account_is_found_by_its_id_and_number_as_the_one_that_is_kept(
    world: World, pair: tuple[str, str]
) -> None:
    ana, (keep, drop) = world["ana"], pair
    ana.add("activity", kind="note", account=drop, subject="Talked")
    ana.add("opportunity", name="Ovens", account=drop, amount=[100, "CNY"], status="open")
    ana.add("opportunity", name="Pans", account=keep, amount=[50, "CNY"], status="open")

    merge(ana, keep, drop)

    assert shown(ana) == ["Acme Ltd"]
    assert [each.id for each in ana.reads.search("ACME Limited") if each.type == "account"] == []
    view = ana.reads.record("account", drop)
    assert view is not None
    assert (view.id, view.title, view.merged) == (keep, "Acme Ltd", (drop,))
    assert ana.reads.resolve_id("account", drop[-8:]) == keep
    assert people_of(ana, keep) == people_of(ana, drop) == ["Dan", "Kim"]
    assert [each["subject"] for each in ana.reads.timeline(keep)] == ["Talked"]
    assert ana.reads.accounts_overview([keep])[keep].open_value == {"CNY": 150}
    totals = ana.reads.totals(Listing("opportunity"), group_by="account", amount="amount")
    assert [(each.key, each.title, dict(each.sums)) for each in totals] == [(keep, "Acme Ltd", {"CNY": 150})]
    deal = ana.reads.ids(Listing("opportunity", (Condition("name", Test.EQ, "Ovens"),)))
    assert ana.reads.rows("opportunity", deal)[0]["titles"]["account"] == "Acme Ltd"


def test_what_is_written_to_a_merged_account_here_goes_to_the_one_that_is_kept(
    world: World, pair: tuple[str, str]
) -> None:
    ana, (keep, drop) = world["ana"], pair
    merge(ana, keep, drop)

    ana.set("account", drop, phone="2")
    made = ana.add("contact", name="New", account=drop)
    visit = ana.add("activity", kind="visit", account=drop, at="2026-03-01T09:00:00.000Z")

    assert (ana.get("account", keep) or {})["phone"] == "2"
    assert (ana.get("contact", made) or {})["account"] == keep
    assert (ana.get("activity", visit) or {})["account"] == keep
    assert (ana.get("account", keep) or {})["last_visit_at"] == "2026-03-01T09:00:00.000Z"


@pytest.fixture
def named_pair(world: World, pair: tuple[str, str]) -> tuple[str, str]:
    """The two accounts, which another system calls 10 and 11, after they were merged."""
    ana = world["ana"]
    for each, number in zip(pair, ("10", "11"), strict=True):
        ana.set("account", each, external_source="ERP", external_id=number)
    merge(ana, *pair)
    return pair


ERP = "external_source,external_id,name,phone,email\nERP,10,Acme Ltd,1,\nERP,11,ACME Limited,,a@b.cn\n"


def take_in(laptop: Laptop, folder: Path, text: str, record_type: str = "account") -> Imported:
    """Import a file."""
    file = folder / "erp.csv"
    file.write_text(text, encoding="utf-8")
    texts = Translator(Path(__file__).parents[2] / "resources" / "i18n", "en")
    importer = Importer(reads=laptop.reads, bus=laptop.bus, words=texts, zone=UTC, role=Role.REP, currency="EUR")
    report = importer.take_in(file, record_type)
    assert [(each.line, each.error.code) for each in report.refused] == []
    return report.imported


def test_import_of_a_merged_account_finds_the_one_that_is_kept(
    world: World, named_pair: tuple[str, str], tmp_path: Path
) -> None:
    ana, (keep, drop) = world["ana"], named_pair
    assert take_in(ana, tmp_path, ERP).unchanged == [keep, keep]

    found = take_in(ana, tmp_path, ERP.replace("Limited,,a@b.cn", "Limited,7,new@b.cn"))

    assert (found.created, found.changed) == ([], [keep])
    kept = ana.get("account", keep) or {}
    assert (kept["name"], kept["phone"], kept["email"]) == ("Acme Ltd", "1", "new@b.cn")
    assert (kept["external_id"], dict(oracle.laptop_rows(ana))["account", drop]["external_id"]) == ("10", "11")
    rest(world)


def test_import_of_what_names_a_merged_account_finds_the_one_that_is_kept(
    world: World, named_pair: tuple[str, str], tmp_path: Path
) -> None:
    ana, (keep, drop) = world["ana"], named_pair

    found = take_in(ana, tmp_path, f"name,account\nEve,11\nPia,{drop}\n", "contact")

    assert [(ana.get("contact", each) or {})["account"] for each in found.created] == [keep, keep]


def test_import_of_an_account_that_was_parted_again_finds_itself(
    world: World, named_pair: tuple[str, str], tmp_path: Path
) -> None:
    ana, (keep, drop) = world["ana"], named_pair
    ana.run(UnmergeRecord("account", drop))

    assert take_in(ana, tmp_path, ERP).unchanged == [keep, drop]


@pytest.mark.parametrize("way", ["undo", "unmerge", "unmerge the kept one"])
def test_parting_gives_back_both_as_they_were(world: World, pair: tuple[str, str], way: str) -> None:
    ana, ben, (keep, drop) = world["ana"], world["ben"], pair
    before = ana.get("account", keep), ana.get("account", drop)
    merge(ana, keep, drop)
    sync(world, "ana", "ben")
    assert shown(ben) == ["Acme Ltd"]

    ana.run(Undo() if way == "undo" else UnmergeRecord("account", drop if way == "unmerge" else keep))
    sync(world, "ana", "ben")

    for each in (ana, ben):
        assert shown(each) == ["ACME Limited", "Acme Ltd"]
        assert (people_of(each, keep), people_of(each, drop)) == (["Kim"], ["Dan"])
    stamps = {"updated_at", "updated_by"}
    after = ana.get("account", keep), ana.get("account", drop)
    for old, new in zip(before, after, strict=True):
        assert {**(old or {}), **dict.fromkeys(stamps)} == {**(new or {}), **dict.fromkeys(stamps)}


def test_what_cannot_be_merged_or_parted_is_refused_with_a_reason(world: World, pair: tuple[str, str]) -> None:
    ana, (keep, drop) = world["ana"], pair
    wrong = (
        (MergeRecords("account", keep, keep), Code.SAME_RECORD),
        (MergeRecords("task", keep, drop), Code.UNKNOWN_FIELD),
        (UnmergeRecord("account", keep), Code.NOT_MERGED),
    )
    for command, code in wrong:
        with pytest.raises(AppError) as refused:
            ana.run(command)
        assert refused.value.code is code
    merge(ana, keep, drop)
    assert not ana.bus.run(MergeRecords("account", drop, keep)).changes.records


# ------------------------------------------------------------------------------------------ two laptops


def test_what_a_colleague_hangs_on_the_merged_account_meanwhile_is_found_at_the_kept_one(
    world: World, pair: tuple[str, str]
) -> None:
    ana, ben, (keep, drop) = world["ana"], world["ben"], pair
    merge(ana, keep, drop)
    ana.sync()

    ben.add("contact", name="Zoe", account=drop)
    ben.add("opportunity", name="Ovens", account=drop)
    ben.add("activity", kind="note", account=drop, subject="Talked")
    sync(world, "ben", "ana", "ben")

    for each in (ana, ben):
        assert people_of(each, keep) == ["Dan", "Kim", "Zoe"]
        assert names(each, "opportunity", [Condition("account", Test.EQ, keep)]) == ["Ovens"]
        assert [one["subject"] for one in each.reads.timeline(keep)] == ["Talked"]
        assert each.reads.attention() == []
    rest(world)


def test_unseen_edit_of_the_merged_account_is_asked_about_at_the_kept_one(world: World, pair: tuple[str, str]) -> None:
    ana, ben, (keep, drop) = world["ana"], world["ben"], pair
    merge(ana, keep, drop)
    ana.sync()

    ben.set("account", drop, phone="9", email="new@b.cn", tags=["vip"])
    sync(world, "ben", "ana", "ben")

    for each in (ana, ben):
        asked = {one.field: (one.current, one.proposed, one.proposed_by) for one in each.questions(keep)}
        assert asked == {
            "phone": ({"phone": "1"}, {"phone": "9"}, ben.user),
            "email": ({"email": None}, {"email": "new@b.cn"}, ben.user),
        }
        # Tags are joined, so nobody need be asked about them.
        assert (each.get("account", keep) or {})["tags"] == ["vip"]
    ben.choose(next(one.id for one in ben.questions(keep) if one.field == "phone"), Choice.MINE)
    sync(world, "ben", "ana")
    assert (ana.get("account", keep) or {})["phone"] == "9"
    ana.run(UnmergeRecord("account", drop))
    assert (ana.get("account", drop) or {})["phone"] == "9"
    rest(world)


def test_question_from_before_the_merge_can_still_be_answered(world: World, pair: tuple[str, str]) -> None:
    ana, ben, (keep, drop) = world["ana"], world["ben"], pair
    ana.set("account", drop, email="ana@b.cn")
    ben.set("account", drop, email="ben@b.cn")
    sync(world, "ana", "ben", "ana")
    merge(ana, keep, drop)
    sync(world, "ana", "ben")

    (question,) = ben.questions(drop)
    view = ben.reads.record("account", keep)
    assert view is not None
    assert [each.id for each in view.conflicts] == [question.id]
    ben.choose(question.id, Choice.MINE)
    sync(world, "ben", "ana")

    assert {each.field: each.proposed for each in ana.questions(keep)} == {"email": {"email": "ben@b.cn"}}


@pytest.mark.parametrize("first", ["ana", "ben"])
def test_two_that_merge_each_into_the_other_end_as_the_first_said_everywhere(
    world: World, pair: tuple[str, str], first: str
) -> None:
    ana, ben, (one, other) = world["ana"], world["ben"], pair
    merge(ana, one, other)
    merge(ben, other, one)
    keep, drop = (one, other) if first == "ana" else (other, one)
    second = "ben" if first == "ana" else "ana"

    sync(world, first, second, first, second)

    for each in (ana, ben):
        assert merged_into(each, drop) == keep
        assert merged_into(each, keep) is None
        assert people_of(each, keep) == people_of(each, drop) == ["Dan", "Kim"]
        assert len(shown(each)) == 1
        assert each.questions() == []
    rest(world)


def test_ring_of_three_merges_is_a_chain_at_the_office_and_everywhere(world: World, pair: tuple[str, str]) -> None:
    ana, ben, (one, two) = world["ana"], world["ben"], pair
    three = ana.add("account", name="Acme")
    sync(world, "ana", "ben")
    merge(ana, two, one)
    merge(ben, three, two)
    merge(ben, one, three)

    sync(world, "ana", "ben", "ana")

    for each in (ana, ben):
        assert [merged_into(each, account) for account in (one, two, three)] == [two, three, None]
        assert shown(each) == ["Acme"]
        assert people_of(each, one) == people_of(each, three) == ["Dan", "Kim"]
    # The middle of a chain comes back with what was merged into it before.
    ana.run(UnmergeRecord("account", two))
    sync(world, "ana", "ben")
    assert shown(ben) == ["ACME Limited", "Acme"]
    assert people_of(ben, two) == ["Dan", "Kim"]
    assert people_of(ben, three) == []
    rest(world)


def test_merge_that_would_close_a_ring_knowingly_changes_nothing(world: World, pair: tuple[str, str]) -> None:
    ana, ben, (one, two) = world["ana"], world["ben"], pair
    three = ana.add("account", name="Acme")
    merge(ana, one, three)
    merge(ana, two, one)
    sync(world, "ana", "ben")
    ben.set("account", one, city="Here")
    (edit,) = ben.replica.outbox(max_mutations=10, max_bytes=1_000_000)
    # As a program might that knows nothing of rings.
    forged = replace(edit, record=one, fields={"merged_into": three})

    answer = ben.office.push(PushRequest(client_id=ben.database.meta.client_id, mutations=[forged]))

    assert [each.outcome for each in answer.receipts] == [Outcome.NOOP]
    ana.sync()
    assert [merged_into(ana, account) for account in (one, two, three)] == [two, None, one]
    assert shown(ana) == ["ACME Limited"]


def test_one_account_merged_into_two_others_is_asked_about(world: World, pair: tuple[str, str]) -> None:
    ana, ben, (one, drop) = world["ana"], world["ben"], pair
    other = ana.add("account", name="Apex")
    sync(world, "ana", "ben")
    merge(ana, one, drop)
    merge(ben, other, drop)

    sync(world, "ana", "ben", "ana")

    assert merged_into(ana, drop) == merged_into(ben, drop) == one
    (question,) = ben.questions(drop)
    assert question.asked
    ben.choose(question.id, Choice.MINE)
    sync(world, "ben", "ana")
    assert merged_into(ana, drop) == other
    assert people_of(ana, other) == ["Dan"]


def test_unsent_merge_against_the_opposite_one_that_was_pulled_hides_neither(
    world: World, pair: tuple[str, str]
) -> None:
    ana, ben, (one, other) = world["ana"], world["ben"], pair
    merge(ana, one, other)
    ana.sync()

    def merge_once(name: str) -> None:
        if name == "pull":
            ben.office.before = lambda _: None
            merge(ben, other, one)

    ben.office.before = merge_once
    standing: list[list[str]] = []
    take = ben.replica.take_page

    def look_after(page: PullAnswer) -> Taken:
        taken = take(page)
        standing.append(shown(ben))
        return taken

    ben.replica.take_page = look_after  # type: ignore[method-assign]
    ben.sync()

    assert standing[0] == ["ACME Limited", "Acme Ltd"]
    sync(world, "ben", "ana")
    assert shown(ana) == shown(ben) == ["Acme Ltd"]
    rest(world)


# ------------------------------------------------------------------------------------------ deleted


def test_kept_account_deleted_by_somebody_who_had_not_seen_the_merge_stays(world: World, pair: tuple[str, str]) -> None:
    ana, ben, (keep, drop) = world["ana"], world["ben"], pair
    merge(ana, keep, drop)
    ana.sync()
    ben.delete("account", keep)

    sync(world, "ben", "ana", "ben")

    assert shown(ana) == shown(ben) == ["Acme Ltd"]
    assert [each.field for each in ben.questions(keep) if each.asked] == ["deleted"]
    rest(world)


def test_merge_into_an_account_deleted_unseen_brings_it_back_and_asks(world: World, pair: tuple[str, str]) -> None:
    ana, ben, (keep, drop) = world["ana"], world["ben"], pair
    ben.delete("account", keep)
    ben.sync()
    merge(ana, keep, drop)

    sync(world, "ana", "ben")

    assert shown(ana) == shown(ben) == ["Acme Ltd"]
    assert people_of(ben, keep) == ["Dan", "Kim"]
    assert [each.field for each in ben.questions(keep) if each.asked] == ["deleted"]


def test_deleting_the_kept_account_takes_everything_along_and_restoring_brings_it_back(
    world: World, pair: tuple[str, str]
) -> None:
    ana, ben, (keep, drop) = world["ana"], world["ben"], pair
    merge(ana, keep, drop)
    sync(world, "ana", "ben")

    ben.delete("account", drop)
    sync(world, "ben", "ana")
    assert shown(ana) == shown(ben) == []
    assert names(ana, "contact", ()) == names(ben, "contact", ()) == []
    compact(world.office.log, Rules())
    ana.restore("account", keep)
    sync(world, "ana", "ben")

    for each in (ana, ben):
        assert shown(each) == ["Acme Ltd"]
        assert people_of(each, keep) == ["Dan", "Kim"]
    rest(world)


def test_first_sync_shows_a_merged_account_as_all_others_do(world: World, pair: tuple[str, str]) -> None:
    ana, ben, (keep, drop) = world["ana"], world["ben"], pair
    merge(ana, keep, drop)
    ana.sync()

    ben.replica.restart_snapshot()
    ben.sync()

    assert shown(ben) == ["Acme Ltd"]
    assert people_of(ben, keep) == ["Dan", "Kim"]
    assert ben.reads.counts()["account"] == 1


def test_merge_and_its_opposite_have_their_receipts(world: World, pair: tuple[str, str]) -> None:
    ana, ben, (one, other) = world["ana"], world["ben"], pair
    merge(ana, one, other)
    merge(ben, other, one)
    sync(world, "ana", "ben")

    outcomes = [each.outcome for each in ben.reads.history("account", one) if "merged_into" in each.fields]
    assert outcomes == [Outcome.NOOP]
    assert ben.reads.attention() == []
