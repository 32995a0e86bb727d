"""Changes said relative to the present value: ``tags+=x``, ``points-=3``; pure."""

from dataclasses import dataclass

from sync.contract.errors import AppError, Code
from sync.contract.fields import Field, FieldType, Value
from sync.contract.values import format_value

ADJUSTABLE = frozenset({FieldType.TAGS, FieldType.NUMBER, FieldType.MONEY})


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Add ``value`` to a field, or take it away; worked out inside the transaction that writes it."""

    value: Value
    take_away: bool = False

    def applied(self, field: Field, current: Value) -> Value:
        """Give the field's new value.

        Raises:
            AppError: ``VALUE_UNREADABLE`` for fields that cannot be added to, or amounts in different currencies.
        """
        if self.value is None:
            return current
        match field.type:
            case FieldType.TAGS:
                return _tags(current, self.value, take_away=self.take_away)
            case FieldType.NUMBER:
                return (current or 0) + self._signed(self.value)
            case FieldType.MONEY if current is None or current[1] == self.value[1]:
                return [(current[0] if current else 0) + self._signed(self.value[0]), self.value[1]]
            case _:
                expected = current[1] if field.type is FieldType.MONEY else field.type.value
                shown = format_value(field, self.value)
                raise AppError(Code.VALUE_UNREADABLE, field=field.name, value=shown, expected=expected)

    def _signed(self, amount: float) -> float:
        return -amount if self.take_away else amount


def _tags(current: Value, given: Value, *, take_away: bool) -> Value:
    present = set(current or ())
    changed = present - set(given) if take_away else present | set(given)
    return sorted(changed) or None
