"""Actions as data: what is active where, and keys that cannot be given twice."""

import pytest

from desktop.ui.shell.actions import Action, ActionRegistry, DuplicateActionError, DuplicateKeyError
from desktop.ui.shell.own_keys import OwnKeys


def _action(name: str, shortcut: str = "", page: str = "", also: tuple[str, ...] = ()) -> Action:
    return Action(name, f"shell.{name}", lambda: None, shortcut=shortcut, page=page, also=also)


def test_same_key_twice_on_a_page_is_refused() -> None:
    registry = ActionRegistry()
    registry.add(_action("call", "C", "customers"))

    with pytest.raises(DuplicateKeyError, match=r"C belongs to call and to copy"):
        registry.add(_action("copy", "C", "customers"))


def test_key_of_everywhere_cannot_be_taken_by_a_page() -> None:
    registry = ActionRegistry()
    registry.add(_action("find", "Ctrl+K"))

    with pytest.raises(DuplicateKeyError, match=r"Ctrl\+K"):
        registry.add(_action("keep", "ctrl+k", "customers"))


def test_second_key_of_an_action_counts_as_well() -> None:
    registry = ActionRegistry()
    registry.add(_action("edit", "E", "customers", also=("F2",)))

    with pytest.raises(DuplicateKeyError, match="F2"):
        registry.add(_action("rename", "F2", "customers"))


def test_two_pages_may_use_the_same_key() -> None:
    registry = ActionRegistry()
    registry.add(_action("new_customer", "N", "customers"))
    registry.add(_action("new_task", "N", "tasks"))

    found = registry.find("N", "tasks")

    assert found is not None
    assert found.id == "new_task"


def test_same_id_twice_is_refused() -> None:
    registry = ActionRegistry()
    registry.add(_action("find"))

    with pytest.raises(DuplicateActionError, match="find"):
        registry.add(_action("find", "Ctrl+F"))


def test_actions_of_the_page_come_before_those_of_everywhere() -> None:
    registry = ActionRegistry()
    registry.add_all([_action("find"), _action("call", page="customers"), _action("done", page="tasks")])

    assert [action.id for action in registry.active("customers")] == ["call", "find"]


def test_removed_page_gives_its_keys_back() -> None:
    registry = ActionRegistry()
    registry.add(_action("call", "C", "customers"))

    registry.remove_page("customers")
    registry.add(_action("copy", "C", "customers"))

    assert [action.id for action in registry.active("customers")] == ["copy"]


def test_of_two_chosen_entries_with_one_key_in_the_file_the_first_wins() -> None:
    chosen = {
        "keep": {"key": "Ctrl+J", "page": ""},
        "call": {"key": "ctrl+j", "page": "customers"},
        "done": {"key": "D", "page": "tasks"},
        "copy": {"key": "D", "page": "customers"},
    }
    registry = ActionRegistry(OwnKeys(lambda: chosen).apply)

    registry.add_all([_action("keep", "K"), _action("call", "C", "customers")])
    registry.add_all([_action("done", "X", "tasks"), _action("copy", "Y", "customers")])

    assert [(each.id, each.shortcut) for each in registry.active("customers")] == [
        ("call", "C"),
        ("copy", "D"),
        ("keep", "Ctrl+J"),
    ]
