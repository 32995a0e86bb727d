"""Everything in the catalogue and every refusal is called something in every language."""

from dataclasses import replace

import pytest

from desktop.domain.labels import choice_label, field_label, group_label, type_label, types_label, yes_no
from desktop.system.i18n import LANGUAGES, Translator
from desktop.system.paths import resources_folder
from sync.contract.catalogue import custom_field
from sync.contract.entities import CATALOGUE
from sync.contract.errors import Code
from sync.contract.fields import FieldType, RecordType


def words(language: str) -> Translator:
    return Translator(resources_folder() / "i18n", language, strict=True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("record", list(CATALOGUE), ids=lambda one: one.name)
def test_every_type_field_and_choice_has_a_label(language: str, record: RecordType) -> None:
    texts = words(language)

    labels = [type_label(texts, record.name), types_label(texts, record.name)]
    for field in record.fields.values():
        labels.append(field_label(texts, record, field.name))
        labels += [choice_label(texts, record, field, each) for each in field.choices]
    labels += [group_label(texts, record, group) for group in record.groups]

    assert all(labels)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_a_sentence(language: str) -> None:
    texts = words(language)

    assert [code for code in Code if not texts.has(f"errors.{code.value}")] == []


@pytest.mark.parametrize(("language", "expected"), [("en", "Machines"), ("zh_CN", "机器"), ("zh_TW", "Machines")])
def test_custom_field_is_called_what_its_organisation_wrote(language: str, expected: str) -> None:
    field = custom_field({"name": "machines", "type": "number", "label": "Machines", "label_zh_cn": "机器"})
    record = replace(CATALOGUE["account"], custom_fields=(field,))

    assert field_label(words(language), record, "x_machines") == expected


def test_custom_field_without_labels_is_called_by_its_name() -> None:
    record = replace(CATALOGUE["account"], custom_fields=(custom_field({"name": "machines"}),))

    assert field_label(words("en"), record, "x_machines") == "x_machines"


def test_choice_of_a_custom_field_is_shown_as_written() -> None:
    field = custom_field({"name": "size", "type": "choice", "choices": ["XL"]})

    assert choice_label(words("en"), CATALOGUE["account"], field, "XL") == "XL"


def test_boolean_has_words() -> None:
    texts = words("zh_CN")

    assert [yes_no(texts, each) for each in (True, False, None)] == ["是", "否", ""]


def test_stage_is_shown_as_the_organisation_named_it() -> None:
    record = CATALOGUE["opportunity"]

    assert record.fields["stage"].type is FieldType.CHOICE
    assert choice_label(words("en"), record, record.fields["stage"], "demo") == "demo"
