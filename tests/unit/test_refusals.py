"""Every refusal that the program raises brings what its sentence needs, in every language."""

import ast
from collections.abc import Iterator
from string import Formatter

import pytest

from desktop.services.refusals import refusal
from desktop.system.i18n import LANGUAGES, Translator
from desktop.system.paths import resources_folder
from sync.contract.errors import AppError, Code
from tests.architecture.sources import Source, all_sources, called_name, dotted_name

# Refusals of the server reach a person only over the wire, where another version may have made them: ``refusal``
# fills what they lack. Those made on the laptop must bring everything.
_LAPTOP = ("desktop", "sync")
_OTHERS = ("sync/server/", "sync/client/transport.py")


def words(language: str) -> Translator:
    return Translator(resources_folder() / "i18n", language, strict=True)


def _placeholders(code: Code) -> set[str]:
    import tomllib

    sentences = tomllib.loads((resources_folder() / "i18n" / "en" / "errors.toml").read_text(encoding="utf-8"))
    return {name for _, name, _, _ in Formatter().parse(sentences[code.value]) if name}


def _raised(source: Source) -> Iterator[tuple[ast.Call, Code]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and called_name(node) == "AppError" and node.args:
            name = dotted_name(node.args[0])
            if name.startswith("Code."):
                yield node, Code[name.removeprefix("Code.")]


def _given(call: ast.Call) -> set[str] | None:
    names = {keyword.arg for keyword in call.keywords}
    return None if None in names else {name for name in names if name}


def test_refusal_raised_on_the_laptop_fills_its_sentence() -> None:
    # The type is known to whoever reads or writes a record and added there (FieldReader, the bus).
    added_later = {"type"}

    lacking = [
        f"{source.at(call)} {code.value} lacks {sorted(missing)}"
        for source in all_sources(_LAPTOP)
        if not source.path.startswith(_OTHERS)
        for call, code in _raised(source)
        if (given := _given(call)) is not None and (missing := _placeholders(code) - given - added_later)
    ]

    assert not lacking


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", Code)
def test_refusal_without_its_data_is_a_whole_sentence_all_the_same(language: str, code: Code) -> None:
    sentence = refusal(words(language), AppError(code))

    assert sentence
    assert "{" not in sentence


def test_refusal_of_another_version_names_the_record_by_its_old_word() -> None:
    error = AppError(Code.RECORD_NOT_FOUND, type="account", record="0192")

    assert "0192" in refusal(words("en"), error)
