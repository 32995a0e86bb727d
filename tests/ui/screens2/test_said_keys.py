"""A key that a sentence names is the one that its action has now, whatever key it came with."""

import re
import tomllib
from collections.abc import Iterable
from string import Formatter

import pytest

from desktop.system.i18n import LANGUAGES, Plural, flatten_messages
from desktop.system.paths import resources_folder
from desktop.system.settings import KEYS
from desktop.ui.bridge import routes
from desktop.ui.customer.view import CustomerPage
from desktop.ui.help.guide import STEPS
from desktop.ui.help.view import ANSWERS, PAGES, HelpPage
from desktop.ui.settings.view import SettingsPage
from desktop.ui.shell.actions import EVERYWHERE
from tests.ui.screens2.seat import Seat
from tests.ui.screens2.test_help import tour, words

_NAMED = re.compile(
    r"(?<![A-Za-z0-9{])(?:(?:Ctrl|Alt|Shift)\+\S+|F\d{1,2}|[B-HJ-Z](?![\w'’.-]))|[←→]|[按鍵键] ?[\[\]/?]|空格|空白鍵"
)
"""A key in the words of a sentence: one letter alone, one with a modifier, a function key, an arrow, a sign."""

_FIXED = {"H", "J", "K", "L", "X"}
"""Keys of boards and of lists, which are no actions."""

_OF_WINDOW = {"shell", "window"}
"""What the actions begin with that work everywhere."""

_NO_SENTENCES = {
    "customer.history.from_to",
    "shell.keys.space",
    "records.choices.account.tier.b",
    "records.choices.account.tier.c",
}
"""An arrow between two values, the name of a key, and names of grades."""


def sentences(language: str) -> dict[str, str]:
    folder = resources_folder() / "i18n" / language
    found: dict[str, str] = {}
    for path in folder.glob("*.toml"):
        for key, message in flatten_messages(tomllib.loads(path.read_text("utf-8")), path.stem).items():
            found[key] = f"{message.one} {message.other}" if isinstance(message, Plural) else message
    return found


def named(seat: Seat, key: str) -> set[str]:
    """List the actions whose keys a message names."""
    found = {name for _, name, _, _ in Formatter().parse(sentences(seat.workplace.kit.texts.language)[key]) if name}
    return {name.replace("_", ".", 1) for name in found}


def give_others(seat: Seat, keys: Iterable[str]) -> None:
    """Give every action that these messages name another key; no page was open yet."""
    actions = sorted(set().union(*(named(seat, key) for key in keys)))
    pages = {action: action.partition(".")[0] for action in actions}
    chosen = {
        action: {"key": f"F{number}", "page": EVERYWHERE if pages[action] in _OF_WINDOW else pages[action]}
        for number, action in enumerate(actions, start=13)
    }
    seat.laptop.app.settings.set(KEYS, chosen)


def lacking(seat: Seat, key: str, said: str) -> set[str]:
    """List the actions whose present keys the text of a message does not name."""
    chosen = seat.laptop.app.settings.get(KEYS)
    return {action for action in named(seat, key) if not re.search(rf"\b{chosen[action]['key']}\b", said)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_names_a_key_by_itself(language: str) -> None:
    told = {key: text for key, text in sentences(language).items() if key not in _NO_SENTENCES}
    found = {key: set(_NAMED.findall(text)) - _FIXED for key, text in told.items()}

    assert {key: keys for key, keys in found.items() if keys} == {}


def test_help_names_the_keys_that_actions_have_now(seat: Seat) -> None:
    answers = [f"help.answer.{name}.text" for name in ANSWERS]
    give_others(seat, [*answers, *(f"help.page.{name}.text" for name in PAGES)])
    wrong: dict[str, set[str]] = {}
    for name in sorted(PAGES):
        said = words(seat.go(routes.HELP, HelpPage, page=name))
        wrong[name] = set().union(*(lacking(seat, key, said) for key in (*answers, f"help.page.{name}.text")))

    assert {name: actions for name, actions in wrong.items() if actions} == {}


def test_guided_tour_names_the_keys_that_actions_have_now(seat: Seat) -> None:
    guide = tour(seat)
    give_others(seat, [f"help.step.{step.name}.text" for step in STEPS])
    seat.until(lambda: "F" in guide.text.text())
    wrong: dict[str, set[str]] = {}
    for step in STEPS:
        wrong[step.name] = lacking(seat, f"help.step.{step.name}.text", guide.text.text())
        guide.go_on()

    assert {name: actions for name, actions in wrong.items() if actions} == {}


def test_help_about_a_page_that_was_not_open_yet_names_its_present_keys(seat: Seat) -> None:
    seat.laptop.app.settings.set(KEYS, {"customers.filter": {"key": "Z", "page": routes.CUSTOMERS}})

    said = words(seat.go(routes.HELP, HelpPage, page=routes.CUSTOMERS))

    assert "Z adds a filter, S sorts" in said


def test_key_that_went_to_another_action_is_named_no_more(seat: Seat) -> None:
    seat.go(routes.SETTINGS, SettingsPage)
    seat.laptop.app.settings.set(KEYS, {"customers.sort": {"key": "F", "page": routes.CUSTOMERS}})

    said = words(seat.go(routes.HELP, HelpPage, page=routes.CUSTOMERS))

    assert "(no key) adds a filter, F sorts" in said


def test_empty_tab_names_the_key_that_adds_to_it(seat: Seat) -> None:
    page = seat.go(routes.CUSTOMER, CustomerPage, id=seat.laptop.undisputed()[0])
    hints = [page.main.no_deals, page.main.no_tasks]
    before = [each.text for each in hints]

    chosen = {f"customer.{name}": {"key": key, "page": routes.CUSTOMER} for name, key in (("new", "Y"), ("task", "Z"))}
    seat.laptop.app.settings.set(KEYS, chosen)

    assert before == ["Press N to add the first one.", "Press T to add one."]
    seat.until(lambda: [each.text for each in hints] == ["Press Y to add the first one.", "Press Z to add one."])
