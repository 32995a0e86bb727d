"""An account that is granted back before it was taken off: what is here stays, only what differs comes."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from desktop.store import kept, scopes
from desktop.store.purging import purge
from sync.contract.errors import AppError
from sync.contract.wire import PullAnswer
from tests.helpers import oracle
from tests.helpers.direct_office import unreachable
from tests.helpers.small_world import Laptop, Person, Template, World


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    people = (Person("ana"), Person("cleo", territories=("South",)))
    return Template(tmp_path_factory.mktemp("granted-back"), people, ("ana", "cleo"))


@pytest.fixture
def world(template: Template) -> Iterator[World]:
    with closing(template.world()) as opened:
        yield opened


@pytest.fixture
def account(world: World) -> str:
    """An account of Ana's with four people."""
    ana = world["ana"]
    made = ana.add("account", name="Acme")
    for name in ("Li", "Wu", "He", "Yu"):
        ana.add("contact", name=name, account=made)
    ana.sync()
    return made


def give(world: World, account: str, to: str) -> None:
    with world.office.log.writing() as writer:
        territory = writer.find("territory", "name", "South" if to == "cleo" else "North")[0]
        writer.patch("account", account, {"territory": territory, "owner": writer.find("user", "login", to)[0]})


def contact(world: World, name: str) -> str:
    with world.office.log.writing() as writer:
        return writer.find("contact", "name", name)[0]


def work_of_the_office(world: World) -> None:
    """Let the log grow by what everybody sees."""
    for name in ("CR-40", "CR-41", "CR-42"):
        with world.office.log.writing() as writer:
            writer.create("product", {"name": name})


def work_of_cleo(world: World, account: str) -> None:
    """Change one of the people, delete one, move one away, and add one."""
    cleo = world["cleo"]
    cleo.sync()
    cleo.set("contact", contact(world, "Li"), phone="7")
    cleo.delete("contact", contact(world, "Wu"))
    cleo.set("contact", contact(world, "He"), account=cleo.add("account", name="South"))
    cleo.add("contact", name="Mo", account=account)
    cleo.sync()


def pages_of(laptop: Laptop) -> list[PullAnswer]:
    """Note what a laptop pulls from now on."""
    pages: list[PullAnswer] = []
    pull = laptop.office.pull

    def noting(cursor: str, limit: int, kept: str = "", *, echoes: bool = False) -> PullAnswer:
        pages.append(pull(cursor, limit, kept, echoes=echoes))
        return pages[-1]

    laptop.office.pull = noting  # type: ignore[method-assign]
    return pages


def came(pages: list[PullAnswer]) -> list[str]:
    return sorted(str(row.fields["name"]) for page in pages for row in page.rows if row.type in {"account", "contact"})


def people(laptop: Laptop) -> list[str]:
    rows = (values for (kind, _), values in oracle.laptop_rows(laptop) if kind == "contact" and not values["deleted"])
    return sorted(str(each["name"]) for each in rows)


def check(world: World) -> None:
    for _ in range(2):
        for each in world.laptops:
            each.sync()
    oracle.check(world)


def frozen_and_full(world: World, account: str) -> None:
    """Let Ana hear of the loss while an edit of hers cannot go, so that the account stays."""
    ana = world["ana"]

    def edit_and_lose(name: str) -> None:
        if name == "pull":
            ana.office.before = lambda one: unreachable(one) if one == "push" else None
            ana.set("account", account, phone="2")

    ana.office.before = edit_and_lose
    with pytest.raises(AppError):
        ana.sync()
    ana.office.before = lambda _: None


@pytest.mark.parametrize("heard", [False, True], ids=["not heard of", "frozen"])
def test_only_what_differs_comes_with_an_account_that_is_granted_back(
    world: World, account: str, *, heard: bool
) -> None:
    ana = world["ana"]
    give(world, account, "cleo")
    if heard:
        frozen_and_full(world, account)
    work_of_cleo(world, account)
    give(world, account, "ana")
    pages = pages_of(ana)

    ana.sync()

    assert came(pages) == ["Acme", "Li", "Mo", "Wu"]
    assert [each.scope for page in pages for each in page.granted if each.since] == [account]
    assert people(ana) == ["Li", "Mo", "Yu"]
    assert ana.sync().repaired == 0
    check(world)


def test_account_that_was_taken_off_comes_whole(world: World, account: str) -> None:
    ana = world["ana"]
    give(world, account, "cleo")
    ana.sync()
    give(world, account, "ana")
    pages = pages_of(ana)

    ana.sync()

    assert came(pages) == ["Acme", "He", "Li", "Wu", "Yu"]
    check(world)


def test_account_that_is_half_taken_off_comes_whole(
    world: World, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = world["ana"]
    give(world, account, "cleo")
    monkeypatch.setattr("desktop.store.purging._TOGETHER", 2)
    monkeypatch.setattr("desktop.store.purging._noted", _killed)
    with pytest.raises(KeyboardInterrupt):
        ana.sync()
    monkeypatch.undo()
    with ana.database.reading() as connection:
        assert kept.told(connection).scopes.keys() == {account}
    purge_first_part(ana, monkeypatch)
    give(world, account, "ana")
    pages = pages_of(ana)

    ana.sync()

    assert came(pages) == ["Acme", "He", "Li", "Wu", "Yu"]
    check(world)


def purge_first_part(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take two records off, and be killed before the next two."""
    calls: list[int] = []

    def once(*_arguments: object) -> None:
        calls.append(1)
        if len(calls) > 1:
            raise KeyboardInterrupt

    monkeypatch.setattr("desktop.store.purging._TOGETHER", 2)
    monkeypatch.setattr("desktop.store.purging._noted", once)
    with pytest.raises(KeyboardInterrupt):
        list(purge(laptop.database))
    monkeypatch.undo()


def _killed(*_arguments: object) -> None:
    raise KeyboardInterrupt


def test_lost_lines_from_before_the_loss_was_heard_of_come_too(world: World, account: str) -> None:
    """From the revocation on the office tells nothing of an account, while the laptop reads on and hears of it."""
    ana = world["ana"]
    with world.office.log.writing() as writer:
        writer.patch("contact", writer.find("contact", "name", "Li")[0], {"phone": "5"})
    work_of_the_office(world)
    give(world, account, "cleo")
    ana.office.pull_limit = 1
    pages: list[str] = []

    def cut(name: str) -> None:
        if name == "pull":
            pages.append(name)
            if len(pages) > 1:
                unreachable(name)

    ana.office.before = cut
    with pytest.raises(AppError):
        ana.sync()
    ana.office.before = lambda _: None
    give(world, account, "ana")

    ana.sync()

    assert [each["phone"] for (kind, _), each in oracle.laptop_rows(ana) if each.get("name") == "Li"] == ["5"]
    assert ana.sync().repaired == 0
    check(world)


@pytest.mark.parametrize("how", ["patch", "delete"])
def test_stamps_of_an_edit_that_came_late_do_not_outlive_it(world: World, account: str, how: str) -> None:
    """The record has not changed since, so no page brings it: what the laptop had guessed must go with the receipt."""
    ana, li = world["ana"], contact(world, "Li")
    give(world, account, "cleo")
    if how == "patch":
        ana.set("contact", li, phone="2")
        ana.set("contact", li, department="Purchasing")
    else:
        ana.delete("contact", li)
    ana.office.before = lambda name: give(world, account, "ana") if name == "pull" else None
    pages = pages_of(ana)

    ana.sync()

    ana.office.before = lambda _: None
    assert [each.scope for page in pages for each in page.granted if each.since] == [account]
    assert came(pages) == ["Acme"]
    check(world)


def test_account_that_was_only_half_told_before_it_was_lost_again_comes_whole(world: World, account: str) -> None:
    ana = world["ana"]
    give(world, account, "cleo")
    ana.sync()
    give(world, account, "ana")
    ana.office.pull_limit = 1
    pages = pages_of(ana)
    stop_when(ana, lambda: bool(pages))
    give(world, account, "cleo")
    work_of_the_office(world)
    stop_when(ana, lambda: account in frozen(ana))
    ana.office.pull_limit = 1000
    give(world, account, "ana")
    del pages[:]

    report = ana.sync()

    assert came(pages) == ["Acme", "He", "Li", "Wu", "Yu"]
    assert report.repaired == 0
    check(world)


def test_account_that_was_granted_and_lost_between_two_syncs_was_never_here_and_comes_whole(
    world: World, account: str
) -> None:
    cleo = world["cleo"]
    cleo.sync()
    give(world, account, "cleo")
    give(world, account, "ana")
    work_of_the_office(world)
    cleo.office.pull_limit = 1
    stop_when(cleo, lambda: account in frozen(cleo))
    cleo.office.pull_limit = 1000
    give(world, account, "cleo")
    pages = pages_of(cleo)

    report = cleo.sync()

    assert came(pages) == ["Acme", "He", "Li", "Wu", "Yu"]
    assert report.repaired == 0
    check(world)


def frozen(laptop: Laptop) -> set[str]:
    with laptop.database.reading() as connection:
        return set(scopes.frozen_scopes(connection))


def stop_when(laptop: Laptop, reached: Callable[[], bool]) -> None:
    """Sync until a page has come that leads there; then the network is gone."""
    laptop.office.before = lambda name: unreachable(name) if name == "pull" and reached() else None
    with pytest.raises(AppError):
        laptop.sync()
    laptop.office.before = lambda _: None
