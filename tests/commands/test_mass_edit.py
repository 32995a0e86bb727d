"""One edit of many records: counted first, made as one act, taken back as one."""

import pytest

from desktop.commands.mass_edit import Edited, EditMany, count_edit
from desktop.commands.undo import Undo
from sync.contract.errors import AppError, Code
from tests.commands.laptop import Laptop


@pytest.fixture
def five(laptop: Laptop) -> list[str]:
    made = [laptop.add("account", name=f"Customer {number}", city="深圳" if number else "东莞") for number in range(4)]
    gone = laptop.add("account", name="Gone", city="香港")
    with laptop.by_hand(laptop.user) as work:
        work.delete("account", gone)
    return [*made, gone]


def cities(laptop: Laptop, ids: list[str]) -> list[object]:
    return [laptop.value("account", each, "city") for each in ids]


def test_count_says_what_would_change_stay_and_cannot_and_writes_nothing(laptop: Laptop, five: list[str]) -> None:
    before = cities(laptop, five)

    counted = count_edit(laptop.bus, EditMany("account", five, {"city": "东莞"}))

    assert counted == Edited(changed=3, same=1, cannot={Code.RECORD_DELETED: 1})
    assert cities(laptop, five) == before
    assert laptop.published == []


def test_edit_comes_to_what_was_counted_and_leaves_what_cannot_be_changed(laptop: Laptop, five: list[str]) -> None:
    command = EditMany("account", five, {"city": "东莞", "tier": "a"})
    counted = count_edit(laptop.bus, command)

    done = laptop.run(command)

    assert done.result == counted == Edited(changed=4, same=0, cannot={Code.RECORD_DELETED: 1})
    assert cities(laptop, five) == ["东莞"] * 4 + ["香港"]
    assert command.label_values["count"] == 4


def test_edit_is_taken_back_as_one_act(laptop: Laptop, five: list[str]) -> None:
    before = cities(laptop, five)
    laptop.run(EditMany("account", five, {"city": "东莞"}))

    laptop.run(Undo())

    assert cities(laptop, five) == before


def test_value_that_no_record_can_have_refuses_the_whole_edit(laptop: Laptop, five: list[str]) -> None:
    before = cities(laptop, five)

    with pytest.raises(AppError) as refused:
        laptop.run(EditMany("account", five, {"city": "广州", "tier": "z"}))

    assert refused.value.code is Code.VALUE_NOT_A_CHOICE
    assert cities(laptop, five) == before


def test_edit_that_changes_nothing_is_no_act(laptop: Laptop, five: list[str]) -> None:
    laptop.run(EditMany("account", five[1:4], {"city": "深圳"}))

    assert laptop.reads.undoable() is None
