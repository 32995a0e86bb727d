"""What record types, fields and choices are called in the user's language; pure.

Built-in words come from the ``records`` catalogue; custom fields bring their own labels and choices as data.
"""

from typing import Protocol

from sync.contract.fields import COMMON_FIELDS, Field, FieldType, RecordType, Value

_COMMON = frozenset({"id", "deleted"} | {each.name for each in COMMON_FIELDS})


class Words(Protocol):
    """The part of the translator that labels need."""

    @property
    def language(self) -> str:
        """The language in force."""
        ...

    def has(self, key: str) -> bool:
        """Tell whether there is such a message."""
        ...

    def t(self, key: str, /, **values: object) -> str:
        """Give a message."""
        ...


def type_label(words: Words, record_type: str) -> str:
    """Name one record of a type: "Customer", "客户"."""
    return words.t(f"records.type.{record_type}")


def types_label(words: Words, record_type: str) -> str:
    """Name all records of a type: "Customers"."""
    return words.t(f"records.types.{record_type}")


def field_label(words: Words, record: RecordType, name: str) -> str:
    """Name a field, ``id`` and ``deleted`` included; a custom one as its organisation wrote it, else by its name."""
    field = record.fields.get(name)
    if field is not None and field.custom:
        labels = dict(field.labels)
        return labels.get(words.language) or labels.get("en") or next(iter(labels.values()), name)
    owner = "common" if name in _COMMON else record.name
    return words.t(f"records.{owner}.{name}")


def group_label(words: Words, record: RecordType, group: str) -> str:
    """Name a merge group by its first field: the address group is "Address"."""
    members = record.groups.get(group)
    return field_label(words, record, members[0].name if members else group)


def choice_label(words: Words, record: RecordType, field: Field, value: Value) -> str:
    """Name a choice by its key; choices of custom fields and of the organisation's own lists are shown as written."""
    if value is None:
        return ""
    key = f"records.choices.{record.name}.{field.name}.{value}"
    built_in = field.type is FieldType.CHOICE and value in field.choices and not field.custom
    return words.t(key) if built_in else str(value)


def yes_no(words: Words, value: Value) -> str:
    """Write a boolean: "Yes", "No", nothing where it is unknown."""
    if value is None:
        return ""
    return words.t("records.yes_no.yes") if value else words.t("records.yes_no.no")
