"""Reads what was typed about fields: ``name=Kestrel``, ``tags+=vip``, ``-updated_at``."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from desktop.cli.arguments import UsageError
from desktop.domain.adjustments import ADJUSTABLE, Adjustment
from desktop.domain.listing import Sort
from desktop.services.field_reader import FieldReader
from sync.contract.fields import Field, Value

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)([+-]?=)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Edits:
    """What ``FIELD=VALUE`` arguments amount to: plain values, and changes relative to the present ones."""

    values: dict[str, Value]
    adjustments: dict[str, tuple[Adjustment, ...]]


class EntryReader:
    """Reads arguments about the fields of one record type."""

    def __init__(self, reader: FieldReader, currency: Callable[[str], str]) -> None:
        """``currency`` gives the currency of an amount without one, by the field's name."""
        self._reader = reader
        self._currency = currency

    def edits(self, arguments: Iterable[str], *, relative: bool) -> Edits:
        """Read ``FIELD=VALUE``; with ``relative`` also ``FIELD+=VALUE`` and ``FIELD-=VALUE``.

        Raises:
            AppError: ``UNKNOWN_FIELD``, ``REFERENCE_NOT_FOUND`` or one of the ``VALUE_*`` codes.
            UsageError: An argument has another form.
        """
        values: dict[str, Value] = {}
        adjustments: dict[str, tuple[Adjustment, ...]] = {}
        for each in arguments:
            found = _ASSIGNMENT.fullmatch(each)
            if found is None or (found[2] != "=" and not relative):
                raise UsageError(f"not FIELD=VALUE: {each}")
            name, operator, text = found[1], found[2], found[3]
            field = self._reader.field(name)
            if operator == "=":
                values[name] = self._value(field, text)
            elif field.type not in ADJUSTABLE:
                raise UsageError(f"only tags, numbers and amounts can be added to: {each}")
            else:
                change = Adjustment(self._value(field, text), take_away=operator == "-=")
                adjustments[name] = (*adjustments.get(name, ()), change)
        return Edits(values, adjustments)

    def sorts(self, names: Sequence[str]) -> tuple[Sort, ...]:
        """Read ``FIELD`` and ``-FIELD``.

        Raises:
            AppError: ``UNKNOWN_FIELD``.
        """
        return tuple(Sort(self._reader.field(each.removeprefix("-")).name, each.startswith("-")) for each in names)

    def _value(self, field: Field, text: str) -> Value:
        return self._reader.value(field, text, self._currency)
