"""Stages are called as the organisation calls them, and in the user's language while nobody renamed them."""

import pytest

from desktop.system.i18n import Translator
from desktop.ui.bridge.stage_names import stage_key_name, stage_name
from desktop.ui.design.kit import UiKit

VERBAL = {"key": "verbal", "name": "Verbal", "local_name": "口头确认"}


@pytest.fixture
def texts(kit: UiKit) -> Translator:
    return kit.texts


@pytest.mark.parametrize(("language", "said"), [("en", "Verbal"), ("zh_CN", "口头确认"), ("zh_TW", "口頭確認")])
def test_stage_with_its_first_names_is_named_in_the_users_language(texts: Translator, language: str, said: str) -> None:
    texts.set_language(language)

    assert stage_name(texts, VERBAL) == said
    assert stage_key_name(texts, "verbal") == said


@pytest.mark.parametrize(("language", "said"), [("en", "Handshake"), ("zh_TW", "口头确认")])
def test_renamed_stage_keeps_the_organisations_words(texts: Translator, language: str, said: str) -> None:
    texts.set_language(language)

    assert stage_name(texts, {**VERBAL, "name": "Handshake"}) == said


def test_stage_of_its_own_is_called_by_its_name_or_its_key(texts: Translator) -> None:
    assert stage_name(texts, {"key": "trial", "name": "Trial"}) == "Trial"
    assert stage_name(texts, {"key": "trial"}) == "trial"
    assert stage_key_name(texts, "trial") == "trial"


def test_no_stage_has_no_name(texts: Translator) -> None:
    assert stage_name(texts, {}) == ""
