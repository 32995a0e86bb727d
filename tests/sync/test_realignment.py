"""An account changes hands while somebody works on it: every edit arrives somewhere, what was lost leaves the laptop.

The points at which it may be taken away are those of Couchbase's revocation scenarios: before an edit, after it, while
it is handed in, after that and before the answer, between two pages; and granted back before or after the laptop was
cleaned.
"""

from collections.abc import Iterator
from contextlib import closing
from functools import partial

import pytest
from sqlalchemy import select

from desktop.commands.attention import Discard
from desktop.domain.choosing import Choice
from desktop.store.connections import raw
from desktop.store.purging import purge
from desktop.store.queries.ledger import ledger
from desktop.store.search.words import SHORT
from desktop.store.tables import frozen_scope, journal
from sync.client.cancel import CancelledError, CancelToken
from sync.client.ports import Taken
from sync.contract.errors import AppError, Code
from sync.contract.fields import Role
from sync.contract.wire import Outcome
from tests.helpers import oracle
from tests.helpers.at_rest import sync
from tests.helpers.direct_office import unreachable
from tests.helpers.small_world import Laptop, Person, Template, World

SECRET = "Quicksilver"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    people = (Person("ana"), Person("cleo", territories=("South",)), Person("mia", Role.MANAGER, ("North", "South")))
    return Template(tmp_path_factory.mktemp("realignment"), people, ("ana", "ana-2", "cleo"))


@pytest.fixture
def world(template: Template) -> Iterator[World]:
    with closing(template.world()) as opened:
        yield opened


@pytest.fixture
def account(world: World) -> str:
    """An account in the North with a contact and a visit, in whose texts stands a word that stands nowhere else."""
    ana = world["ana"]
    made = ana.add("account", name=f"{SECRET} Ltd", phone="1", points=5)
    ana.add("contact", name=f"Li {SECRET}", account=made)
    ana.add("activity", kind="note", account=made, body=f"About {SECRET}")
    sync(world, "ana", "ana-2", "cleo")
    return made


def check(world: World) -> None:
    """Check everything that must hold when all laptops have come to rest."""
    for _ in range(2):
        sync(world, *(each.name for each in world.laptops))
    oracle.check(world)


def give(world: World, account: str, to: str) -> None:
    """Give an account to somebody in the territory where that person works."""
    with world.office.log.writing() as writer:
        territory = writer.find("territory", "name", "South" if to == "cleo" else "North")[0]
        owner = writer.find("user", "login", to)[0]
        writer.patch("account", account, {"territory": territory, "owner": owner})


def traces(laptop: Laptop, word: str = SECRET) -> list[str]:
    """Name every table of a laptop in which a word stands, the search index among them."""
    found = []
    with laptop.database.reading() as connection:
        driver = raw(connection)
        listed = driver.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        )
        for (table,) in listed.fetchall():
            # The index holds of a word only what its entry before does not have: the end, after its beginnings.
            wanted = word.lower()[SHORT:] if table.startswith("search_") else word.lower()
            for row in driver.execute(f'SELECT * FROM "{table}"'):
                texts = [each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each) for each in row]
                if any(wanted in text.lower() for text in texts):
                    found.append(table)
                    break
    rows = laptop.database.outbox_file.read().rows()
    return found + (["the outbox file"] if any(word in str(row) for row in rows) else [])


def is_clean(laptop: Laptop) -> bool:
    """Tell whether nothing of what was lost is here, and the account of own changes balances."""
    with laptop.database.reading() as connection:
        frozen = connection.scalars(select(frozen_scope.c.scope)).all()
        balances = ledger(connection).balances
    return not traces(laptop) and not frozen and balances


def asked_of(laptop: Laptop) -> dict[str, object]:
    """Give what this laptop's user is asked about: the proposed value by field."""
    return {view.field: view.proposed.get(view.field) for view in laptop.reads.conflicts() if view.asked}


def test_account_lost_without_edits_leaves_the_laptop(world: World, account: str) -> None:
    ana = world["ana"]
    assert set(traces(ana)) >= {"accounts", "contacts", "activities", "journal", "search_text_data"}
    give(world, account, "cleo")

    ana.sync()

    assert is_clean(ana)
    assert ana.reads.record("account", account) is None
    assert ana.reads.search(SECRET) == []
    world["cleo"].sync()
    assert world["cleo"].get("account", account) is not None
    check(world)


def test_revocation_before_an_edit_is_known_and_the_edit_is_refused_on_the_laptop(world: World, account: str) -> None:
    ana = world["ana"]
    ana.set("account", account, phone="2")
    give(world, account, "cleo")

    def edit_once(name: str) -> None:
        if name == "pull":
            ana.office.before = lambda _: None
            ana.set("account", account, email="a@b.cn")

    ana.office.before = edit_once
    ana.sync()

    with pytest.raises(AppError) as refused:
        ana.set("account", account, phone="3")
    assert refused.value.code is Code.RECORD_NOT_FOUND
    world["cleo"].sync()
    assert asked_of(world["cleo"]) == {"phone": "2", "email": "a@b.cn"}
    assert is_clean(ana)


def test_revocation_after_an_edit_hands_it_to_the_new_owner(world: World, account: str) -> None:
    ana, cleo = world["ana"], world["cleo"]
    ana.set("account", account, phone="2")
    give(world, account, "cleo")

    report = ana.sync()
    cleo.sync()

    assert dict(report.handed) == {"cleo": 1}
    assert (report.attention, ana.reads.attention()) == (0, [])
    assert asked_of(cleo) == {"phone": "2"}
    assert is_clean(ana)
    check(world)


def test_revocation_during_the_push_is_found_out_by_the_office(world: World, account: str) -> None:
    ana, cleo = world["ana"], world["cleo"]
    ana.set("account", account, phone="2")
    ana.office.before = lambda name: give(world, account, "cleo") if name == "push" else None

    ana.sync()
    cleo.sync()

    assert asked_of(cleo) == {"phone": "2"}
    assert is_clean(ana)


def test_revocation_after_the_push_and_before_its_answer_leaves_the_edit_where_it_is(
    world: World, account: str
) -> None:
    ana, cleo = world["ana"], world["cleo"]
    ana.set("account", account, phone="2")

    def lose(name: str) -> None:
        if name == "push":
            give(world, account, "cleo")
            unreachable(name)

    ana.office.after = lose
    with pytest.raises(AppError):
        ana.sync()
    ana.office.after = lambda _: None
    ana.sync()
    cleo.sync()

    assert (cleo.get("account", account) or {})["phone"] == "2"
    assert asked_of(cleo) == {}
    assert is_clean(ana)


def test_account_stays_frozen_until_the_edit_made_between_two_pages_has_its_answer(world: World, account: str) -> None:
    ana, cleo = world["ana"], world["cleo"]
    give(world, account, "cleo")
    pulls: list[str] = []

    def edit_and_lose(name: str) -> None:
        if name == "pull":
            pulls.append(name)
            if len(pulls) == 1:
                ana.set("account", account, phone="2")
        if name == "push":
            unreachable(name)

    ana.office.before = edit_and_lose
    with pytest.raises(AppError):
        ana.sync()
    view = ana.reads.record("account", account)
    list(purge(ana.database))
    still = ana.get("account", account)
    ana.office.before = lambda _: None
    ana.sync()
    cleo.sync()

    assert view is not None
    assert view.frozen
    assert still is not None
    assert still["phone"] == "2"
    assert asked_of(cleo) == {"phone": "2"}
    assert is_clean(ana)


def test_account_granted_back_before_it_was_cleaned_away_is_simply_writable(world: World, account: str) -> None:
    ana = world["ana"]
    give(world, account, "cleo")
    pulls: list[str] = []

    def edit_and_lose(name: str) -> None:
        pulls.append(name)
        if name == "pull" and pulls.count("pull") == 1:
            ana.set("account", account, phone="2")
        if name == "push":
            unreachable(name)

    ana.office.before = edit_and_lose
    with pytest.raises(AppError):
        ana.sync()
    ana.office.before = lambda _: None
    give(world, account, "ana")

    ana.sync()
    ana.set("account", account, email="a@b.cn")
    ana.sync()

    assert (ana.get("account", account) or {})["phone"] == "2"
    view = ana.reads.record("account", account)
    assert view is not None
    assert not view.frozen
    assert [each.title for each in ana.reads.search(SECRET)]
    check(world)


def test_account_granted_back_after_it_was_cleaned_away_comes_whole(world: World, account: str) -> None:
    ana = world["ana"]
    ana.set("account", account, phone="2")
    give(world, account, "cleo")
    ana.sync()
    assert is_clean(ana)
    give(world, account, "ana")

    ana.sync()

    assert ana.get("account", account) is not None
    assert {each.type for each in ana.reads.search(SECRET)} >= {"account", "contact"}
    assert asked_of(world["cleo"]) == {}
    check(world)


def test_edits_of_a_long_time_offline_all_reach_the_new_owner(world: World, account: str) -> None:
    ana, cleo = world["ana"], world["cleo"]
    for number in range(30):
        ana.set("account", account, phone=str(number))
    made = ana.add("contact", name="Wang", account=account)
    ana.set("contact", made, mobile="138")
    ana.add("task", title="Mine alone")
    give(world, account, "cleo")
    for number in range(20):
        cleo.sync()
        cleo.set("account", account, website=f"https://{number}.cn")
        cleo.sync()

    report = ana.sync()
    cleo.sync()

    assert dict(report.handed) == {"cleo": 32}
    assert asked_of(cleo)["phone"] == "29"
    (created,) = [view for view in cleo.reads.conflicts() if view.field == "created"]
    assert (created.title, created.proposed["mobile"]) == ("Wang", "138")
    assert is_clean(ana)
    check(world)


def test_both_laptops_of_the_author_hand_over_what_they_hold(world: World, account: str) -> None:
    ana, second, cleo = world["ana"], world["ana-2"], world["cleo"]
    ana.set("account", account, phone="2")
    second.set("account", account, email="a@b.cn")
    give(world, account, "cleo")

    sync(world, "ana", "ana-2", "cleo")

    assert asked_of(cleo) == {"phone": "2", "email": "a@b.cn"}
    assert is_clean(ana)
    assert is_clean(second)
    check(world)


@pytest.mark.parametrize("choice", [Choice.PROPOSED, Choice.CURRENT])
def test_new_owner_takes_a_late_edit_up_or_leaves_it(world: World, account: str, choice: Choice) -> None:
    ana, cleo = world["ana"], world["cleo"]
    ana.set("account", account, phone="2")
    give(world, account, "cleo")
    sync(world, "ana", "cleo")
    (view,) = cleo.reads.conflicts()

    cleo.choose(view.id, choice)
    cleo.sync()

    assert (cleo.get("account", account) or {})["phone"] == ("2" if choice is Choice.PROPOSED else "1")
    assert cleo.reads.conflicts() == []
    check(world)


def test_late_points_are_added_to_what_the_account_has_by_then(world: World, account: str) -> None:
    ana, cleo = world["ana"], world["cleo"]
    ana.set("account", account, points=7)
    give(world, account, "cleo")
    sync(world, "ana", "cleo")
    cleo.set("account", account, points=15)
    cleo.sync()
    (view,) = cleo.reads.conflicts()

    cleo.choose(view.id, Choice.PROPOSED)
    cleo.sync()

    assert (cleo.get("account", account) or {})["points"] == 17
    check(world)


def test_late_new_record_is_made_when_the_new_owner_takes_it_up_and_undo_takes_it_back(
    world: World, account: str
) -> None:
    ana, cleo = world["ana"], world["cleo"]
    made = ana.add("contact", name="Wang", account=account)
    give(world, account, "cleo")
    sync(world, "ana", "cleo")
    (view,) = cleo.reads.conflicts()

    cleo.choose(view.id, Choice.PROPOSED)
    was_made = cleo.get("contact", made)
    cleo.undo()
    after_undo = cleo.get("contact", made), [each.id for each in cleo.reads.conflicts()]
    cleo.choose(view.id, Choice.PROPOSED)
    cleo.sync()

    assert was_made is not None
    assert (was_made["name"], was_made["owner"]) == ("Wang", ana.user)
    assert after_undo == (None, [view.id])
    assert (cleo.get("contact", made) or {})["name"] == "Wang"
    check(world)


def test_late_delete_is_done_when_the_new_owner_agrees(world: World, account: str) -> None:
    ana, cleo = world["ana"], world["cleo"]
    contact = next(each.id for each in ana.reads.search(f"Li {SECRET}") if each.type == "contact")
    ana.delete("contact", contact)
    give(world, account, "cleo")
    sync(world, "ana", "cleo")
    before = cleo.get("contact", contact)
    (view,) = cleo.reads.conflicts()

    cleo.choose(view.id, Choice.PROPOSED)
    sync(world, "cleo")

    assert before is not None
    assert cleo.get("contact", contact) is None
    check(world)


def test_record_that_moved_out_of_sight_leaves_the_laptop_too(world: World, account: str) -> None:
    ana, cleo = world["ana"], world["cleo"]
    far = cleo.add("account", name="Far")
    cleo.sync()
    contact = next(each.id for each in ana.reads.search(f"Li {SECRET}") if each.type == "contact")
    with world.office.log.writing() as writer:
        writer.patch("contact", contact, {"account": far})

    ana.sync()

    assert "contacts" not in traces(ana)
    assert ana.get("account", account) is not None
    check(world)


def test_what_was_not_accepted_keeps_what_its_author_wrote_until_that_is_dealt_with(world: World, account: str) -> None:
    ana = world["ana"]
    with world.office.log.writing() as writer:
        stage = writer.create("stage", {"key": "gone", "name": "Gone", "position": 99, "status": "open"})
    ana.sync()
    ana.add("opportunity", name=f"{SECRET} deal", account=account, stage="gone")
    with world.office.log.writing() as writer:
        writer.delete("stage", stage)
        writer.patch("user", ana.user, {"role": "marketing"})
    ana.set("account", account, territory=None)
    refused = ana.sync()
    give(world, account, "cleo")
    ana.sync()
    waiting = ana.reads.attention()
    for each in waiting:
        ana.run(Discard(each.id))

    ana.sync()

    assert refused.attention == len(waiting)
    assert is_clean(ana)


def test_own_changes_that_were_cleaned_away_stay_in_the_account_and_cannot_be_taken_back(
    world: World, account: str
) -> None:
    ana = world["ana"]
    give(world, account, "cleo")

    ana.sync()

    with ana.database.reading() as connection:
        own = connection.execute(select(journal).where(journal.c.origin == "local")).all()
        figures = ledger(connection)
    assert {(each.purged, each.new, each.outcome) for each in own} == {(1, "{}", Outcome.APPLIED)}
    assert (figures.recorded, figures.balances) == (len(own), True)
    assert ana.reads.undoable() is None


def test_cleaning_cancelled_after_any_transaction_goes_on_with_the_next_sync(world: World, account: str) -> None:
    ana, ends = world["ana"], 0
    give(world, account, "cleo")
    real = ana.replica.purge

    def stopping(cancel: CancelToken) -> Iterator[Taken]:
        for taken in real():
            cancel.set()
            yield taken

    while ends < 100:
        cancel = CancelToken()
        ana.replica.purge = partial(stopping, cancel)  # type: ignore[method-assign]
        try:
            ana.sync(cancel=cancel)
        except CancelledError:
            ends += 1
        else:
            break

    assert 2 < ends < 100
    assert is_clean(ana)
    check(world)


def test_cleaning_killed_after_any_transaction_goes_on_with_the_next_sync(world: World, account: str) -> None:
    ana = world["ana"]
    give(world, account, "cleo")
    real, kills = ana.database.writing_patiently, 0

    class KilledError(Exception):
        pass

    def killed_after(allowed: int) -> None:
        left = [allowed]

        def writing() -> object:
            if not left[0]:
                raise KilledError
            left[0] -= 1
            return real()

        ana.database.writing_patiently = writing  # type: ignore[method-assign, assignment]

    for allowed in range(12):
        killed_after(allowed)
        try:
            ana.sync()
        except KilledError:
            kills += 1
            ana.reopen()
            real = ana.database.writing_patiently
        else:
            break

    ana.reopen()
    ana.sync()
    assert kills > 2
    assert is_clean(ana)
    check(world)
