"""How large things are and how long they take: sizes add up, a new kind appears by itself."""

from dataclasses import replace

from desktop.domain.holdings import PER_BYTE, Amount, Holdings, Pace, amounts
from desktop.services.on_laptop import REST, kinds_of
from sync.contract.catalogue import Catalogue
from sync.contract.entities import CATALOGUE
from sync.contract.file_classes import Covered, FileClass, covered

MIB = 1_048_576


def test_parts_of_a_complete_database_add_up_to_it() -> None:
    sizes = {"account": 300.0, "activity": 100.0}
    held = Holdings(here={"account": 10, "activity": 90, "tag": 0}, mean_sizes=sizes, database_bytes=12_000)

    found = amounts(held)

    assert {kind: amount.bytes_here for kind, amount in found.items()} == {"account": 3000, "activity": 9000, "tag": 0}
    assert found["account"].is_here


def test_what_is_still_to_come_is_as_large_as_the_office_says() -> None:
    held = Holdings(
        here={"account": 1},
        mean_sizes={"account": 100.0},
        there={"account": 4, "task": 2},
        sizes_there={"account": 400, "task": 50},
        complete=False,
    )

    found = amounts(held)

    one = round(100 * PER_BYTE)
    assert found["account"] == Amount(here=1, there=4, bytes_here=one, bytes_there=4 * one)
    assert found["task"] == Amount(there=2, bytes_there=round(50 * PER_BYTE))


def test_nothing_is_all_here_before_the_office_has_told_how_much_there_is() -> None:
    found = amounts(Holdings(here={"account": 7}, mean_sizes={"account": 100.0}, complete=False))

    assert found["account"] == Amount(here=7, bytes_here=round(700 * PER_BYTE))
    assert not found["account"].is_here


def test_files_are_counted_up_to_a_size_and_an_age() -> None:
    classes = [
        FileClass(size=MIB, age_d=30, own=True, files=3, bytes=300),
        FileClass(size=5 * MIB, age_d=30, own=True, files=1, bytes=4000),
        FileClass(size=MIB, age_d=365, own=True, files=7, bytes=700),
        FileClass(size=MIB, age_d=30, own=False, files=9, bytes=900),
    ]

    assert covered(classes, own=True, size=MIB, age_d=180) == Covered(3, 300)
    assert covered(classes, own=True) == Covered(11, 5000)


def test_new_kind_of_record_appears_by_itself() -> None:
    order = replace(CATALOGUE["task"], name="order", table="orders", family="orders")

    kinds = {kind.family: kind.types for kind in kinds_of(Catalogue([*CATALOGUE, order]))}

    assert kinds["orders"] == ("order",)
    assert list(kinds)[-1] == REST


def test_every_record_type_is_in_exactly_one_kind() -> None:
    named = [name for kind in kinds_of(CATALOGUE) for name in kind.types]

    assert sorted(named) == sorted(record.name for record in CATALOGUE)


def test_time_left_is_said_only_after_a_while_and_follows_the_pace() -> None:
    pace = Pace()

    told = [pace.left_s(at, done, 1000) for at, done in ((0.0, 100), (1.0, 200), (4.0, 500), (8.0, 900))]

    assert told == [None, None, 5.0, 1.0]


def test_time_left_is_counted_anew_after_a_rest() -> None:
    pace = Pace()
    pace.left_s(0.0, 100, 1000)
    pace.forget()

    assert pace.left_s(3600.0, 200, 1000) is None
    assert pace.left_s(3610.0, 600, 1000) == 10.0
