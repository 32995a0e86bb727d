"""The set of record types, with the organisation's custom fields laid over the built-in ones."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sync.contract.errors import AppError, Code
from sync.contract.fields import Field, FieldType, Merge, RecordType, Values
from sync.contract.upcasting import Upcast, upcast
from sync.contract.wire import Mutation

CUSTOM_PREFIX = "x_"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,37}")


class Catalogue:
    """All record types by name, in a fixed order. Immutable: adding custom fields gives another catalogue.

    ``version`` is the number of this set of declarations; both sides support two versions back.
    """

    def __init__(
        self, records: Iterable[RecordType], *, version: int = 1, upcasts: Mapping[int, Upcast] | None = None
    ) -> None:
        """Take the record types in the order in which a first sync sends them.

        ``upcasts`` read edits of older programs: step N brings what version N recorded to version N + 1.
        """
        self._records = {each.name: each for each in records}
        self.version = version
        self._upcasts = dict(upcasts or {})

    def __iter__(self) -> Iterator[RecordType]:
        """Go through the record types in order."""
        return iter(self._records.values())

    def __contains__(self, name: object) -> bool:
        """Tell whether there is a record type of this name."""
        return name in self._records

    def __getitem__(self, name: str) -> RecordType:
        """Give the record type of this name.

        Raises:
            AppError: ``UNKNOWN_TYPE``.
        """
        try:
            return self._records[name]
        except KeyError:
            raise AppError(Code.UNKNOWN_TYPE, type=name, known=", ".join(self._records)) from None

    def field(self, record_type: str, name: str) -> Field:
        """Give a field of a record type, custom ones included.

        Raises:
            AppError: ``UNKNOWN_TYPE`` or ``UNKNOWN_FIELD``.
        """
        record = self[record_type]
        try:
            return record.fields[name]
        except KeyError:
            known = ", ".join(record.fields)
            raise AppError(Code.UNKNOWN_FIELD, type=record_type, field=name, known=known) from None

    def read(self, mutation: Mutation) -> Mutation:
        """Read an edit as a program of this version would have recorded it."""
        return upcast(mutation, self._upcasts, self.version)

    def with_custom(self, definitions: Iterable[Values]) -> "Catalogue":
        """Lay custom fields over the built-in ones; definitions are wire values of live ``custom_field`` records.

        A definition that names an unknown record type or an illegal field name is passed over: it was refused where
        it was entered, and a laptop must not stop because of it. Of several with one name, made on laptops that did
        not know of each other, the first given counts; give the oldest first.
        """
        first: dict[tuple[str, str], Values] = {}
        for each in definitions:
            name = bare_name(str(each.get("name") or ""))
            if _NAME.fullmatch(name) and each.get("record_type") in self._records:
                first.setdefault((str(each["record_type"]), name), each)
        extra: dict[str, list[Field]] = {}
        for (record_type, _), each in sorted(first.items(), key=lambda one: (one[1].get("position") or 0, one[0])):
            extra.setdefault(record_type, []).append(custom_field(each))
        laid = [_with_fields(one, tuple(extra.get(one.name, ()))) for one in self]
        if all(one is other for one, other in zip(laid, self, strict=True)):
            return self
        return Catalogue(laid, version=self.version, upcasts=self._upcasts)


def _with_fields(record: RecordType, fields: tuple[Field, ...]) -> RecordType:
    # One that stays as it is keeps what was worked out about it.
    return record if record.custom_fields == fields else replace(record, custom_fields=fields)


def custom_field(definition: Values) -> Field:
    """Make the field that a ``custom_field`` record describes; its name gets the prefix ``x_``."""
    kind = FieldType(definition.get("type") or FieldType.TEXT)
    labels = {
        "en": definition.get("label"),
        "zh_CN": definition.get("label_zh_cn"),
        "zh_TW": definition.get("label_zh_tw"),
    }
    return Field(
        name=CUSTOM_PREFIX + bare_name(str(definition["name"])),
        type=kind,
        merge=Merge.SET if kind is FieldType.TAGS else Merge.ASK,
        max_length=2000,
        scale=4 if kind is FieldType.NUMBER else 0,
        choices=tuple(definition.get("choices") or ()),
        searched=bool(definition.get("searched")),
        personal=bool(definition.get("personal")),
        custom=True,
        labels=tuple((language, str(text)) for language, text in labels.items() if text),
    )


def bare_name(name: str) -> str:
    """Give a custom field's name without the prefix, with which it may be written too."""
    return name.removeprefix(CUSTOM_PREFIX)


def check_custom_name(name: str) -> None:
    """Refuse a custom field's name that could not be typed as ``x_NAME``.

    Raises:
        AppError: ``FIELD_NAME_UNFIT``.
    """
    if not _NAME.fullmatch(bare_name(name)):
        raise AppError(Code.FIELD_NAME_UNFIT, value=name)
