"""The message catalogues: three languages say the same, none lacks what the code asks for, nothing is unused."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from string import Formatter

import pytest

from desktop.system.i18n import LANGUAGES, Message, Plural, flatten_messages
from tests.architecture.sources import PRODUCT, ROOT, Source, all_sources, called_name

_FOLDER = ROOT / "resources" / "i18n"

# Keys that the code puts together at run time from parts this test cannot see, each with where.
_PUT_TOGETHER: dict[str, str] = {
    "when.": "desktop/system/formats.py names months and weekdays by number",
}

# Words that the voice of the product does without (docs/terminology.md says what stands for them).
_UNSPOKEN = re.compile(
    r"\b(?:conflicts?|sync errors?|dirty|merged?|queued?|push(?:ed)?|pull(?:ed)?|commit(?:ted)?|resolved?"
    r"|record lock|please|sorry|oops|successful(?:ly)?|are you sure|loading)\b|!",
    re.IGNORECASE,
)
_UNSPOKEN_CHINESE = re.compile("成功|失败|失敗|抱歉|对不起|對不起|紀錄|！")

# Areas that no screen shows: the command line uses the names of its commands.
_NOT_ON_SCREENS = ("cli.", "server.")


@cache
def _messages(language: str) -> dict[str, Message]:
    found: dict[str, Message] = {}
    for file in sorted((_FOLDER / language).glob("*.toml")):
        found |= flatten_messages(tomllib.loads(file.read_text(encoding="utf-8")), file.stem)
    return found


def _forms(message: Message) -> tuple[str, ...]:
    return (message.one, message.other) if isinstance(message, Plural) else (message,)


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _all_placeholders(message: Message) -> set[str]:
    return set().union(*(_placeholders(form) for form in _forms(message)))


def _asked_for(source: Source) -> Iterator[tuple[ast.Call, ast.expr]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and called_name(node) == "t" and node.args:
            yield node, node.args[0]


def _beginning(text: ast.JoinedStr) -> str:
    first = text.values[0] if text.values else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def test_catalogues_exist_for_every_language() -> None:
    assert {folder.name for folder in _FOLDER.iterdir() if folder.is_dir()} == set(LANGUAGES)


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_language_has_the_same_keys_as_english(language: str) -> None:
    english, other = _messages("en").keys(), _messages(language).keys()

    assert not english ^ other


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_language_has_the_same_placeholders_as_english(language: str) -> None:
    english, other = _messages("en"), _messages(language)

    different = [
        key for key in english.keys() & other.keys() if _all_placeholders(english[key]) != _all_placeholders(other[key])
    ]

    assert not different


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholder_is_a_plain_name(language: str) -> None:
    odd = [
        key
        for key, message in _messages(language).items()
        if not all(name.isidentifier() for name in _all_placeholders(message))
    ]

    assert not odd


@pytest.mark.parametrize("language", LANGUAGES)
def test_message_is_not_empty(language: str) -> None:
    empty = [key for key, message in _messages(language).items() if not all(map(str.strip, _forms(message)))]

    assert not empty


@pytest.mark.parametrize("language", LANGUAGES)
def test_message_keeps_to_the_voice(language: str) -> None:
    unspoken = _UNSPOKEN if language == "en" else _UNSPOKEN_CHINESE

    spoken = {
        key: match[0]
        for key, message in _messages(language).items()
        if not key.startswith(_NOT_ON_SCREENS)
        for form in _forms(message)
        if (match := unspoken.search(form))
    }

    assert not spoken


def test_message_asked_for_exists() -> None:
    missing = [
        f"{source.at(call)} {key.value}"
        for source in all_sources(PRODUCT)
        for call, key in _asked_for(source)
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value not in _messages("en")
    ]

    assert not missing


def test_message_is_used() -> None:
    constants: set[str] = set()
    beginnings: set[str] = set(_PUT_TOGETHER)
    for source in all_sources(PRODUCT):
        nodes = list(ast.walk(source.tree))
        constants |= {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
        beginnings |= {_beginning(n) for n in nodes if isinstance(n, ast.JoinedStr)}
    areas = {f"{key.partition('.')[0]}." for key in _messages("en")}
    prefixes = tuple(text for text in beginnings if any(text.startswith(area) for area in areas))

    unused = sorted(key for key in _messages("en") if key not in constants and not key.startswith(prefixes))

    assert not unused
