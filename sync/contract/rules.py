"""Rules that laptop and office both apply: what a record must hold, who may write it, what follows from what."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sync.contract.catalogue import check_custom_name
from sync.contract.entities import CATALOGUE
from sync.contract.errors import AppError, Code
from sync.contract.fields import Field, RecordType, Role, Scope, Value, Values
from sync.contract.values import check_value

SHARED_SCOPE = "*"
"""Scope of records that everybody sees."""

USER_SCOPE_PREFIX = "u:"
"""Scope of records without an account: this prefix and the owner's id."""


def scope_of(record: RecordType, record_id: str, values: Values) -> str:
    """Name the scope in which a record is granted: an account's id, a user's own, or the shared one.

    Raises:
        AppError: ``VALUE_REQUIRED`` when a record has neither account nor owner, or inherits and has no scope given.
    """
    match record.scope:
        case Scope.SHARED:
            return SHARED_SCOPE
        case Scope.ACCOUNT_ROOT:
            return record_id
        case Scope.ACCOUNT if values.get("account"):
            return str(values["account"])
        case Scope.ACCOUNT if values.get("owner"):
            return USER_SCOPE_PREFIX + str(values["owner"])
        case _:
            raise AppError(Code.VALUE_REQUIRED, field="owner")


def check_fields(record: RecordType, values: Values, *, role: Role | None = None) -> dict[str, Value]:
    """Check names, permission and values of the fields of an edit; gives the values in normal form.

    ``role`` is the author's; ``None`` is the mechanism itself, which may also write the stamps.

    Raises:
        AppError: ``UNKNOWN_FIELD``, ``FIELD_READ_ONLY``, ``NOT_PERMITTED`` or one of the ``VALUE_*`` codes.
    """
    if role is not None and not may_write(record, role):
        raise AppError(Code.NOT_PERMITTED, type=record.name, role=role.value)
    checked: dict[str, Value] = {}
    for name, value in values.items():
        field = record.fields.get(name)
        if field is None:
            known = ", ".join(record.fields)
            raise AppError(Code.UNKNOWN_FIELD, type=record.name, field=name, known=known)
        if role is not None and role not in field.write:
            raise AppError(Code.FIELD_READ_ONLY, type=record.name, field=name)
        checked[name] = check_value(field, value)
        if field.required and checked[name] is None:
            raise AppError(Code.VALUE_REQUIRED, type=record.name, field=name)
    if record.doubles:
        checked = record.doubled(checked)
    if record.name == "custom_field":
        _check_custom_field(checked)
    return checked


def check_new(record: RecordType, values: Values, *, role: Role | None = None) -> dict[str, Value]:
    """Check a new record: ``check_fields``, then defaults for what is absent, then what is required.

    Raises:
        AppError: as ``check_fields``.
    """
    checked = check_fields(record, values, role=role)
    for field in record.fields.values():
        if checked.get(field.name) is None and field.default is not None:
            checked[field.name] = field.default
        if field.required and checked.get(field.name) is None:
            raise AppError(Code.VALUE_REQUIRED, type=record.name, field=field.name)
    return checked


def may_write(record: RecordType, role: Role) -> bool:
    """Tell whether users of this role may create, change and delete such records at all."""
    return role in record.write


def writable_fields(record: RecordType, role: Role) -> tuple[Field, ...]:
    """List the fields that a user of this role may change."""
    return tuple(field for field in record.fields.values() if role in field.write)


def consequences(record: RecordType, current: Values, changes: Values, stages: Iterable[Values], *, now: str) -> Values:
    """Work out what else follows from an edit, as further changes of the same record.

    ``current`` is the record before the edit (empty for a new one), ``stages`` are the live ``stage`` records, ``now``
    is an instant. Fields that the edit itself sets are never overruled. Applied on the laptop before the write; the
    server takes the result as it comes.

    Raises:
        AppError: ``VALUE_NOT_A_CHOICE`` for an unknown stage.
    """
    follow = _CONSEQUENCES.get(record.name)
    if follow is None:
        return {}
    found = follow(current, changes, tuple(stages), now)
    return {name: value for name, value in found.items() if name not in changes and current.get(name) != value}


def check_stage(changes: Values, stages: Iterable[Values]) -> None:
    """Refuse an opportunity's stage that the organisation does not have.

    Raises:
        AppError: ``VALUE_NOT_A_CHOICE``.
    """
    key = changes.get("stage")
    known = [str(each["key"]) for each in stages]
    if key is not None and known and key not in known:
        raise AppError(Code.VALUE_NOT_A_CHOICE, field="stage", value=key, known=", ".join(known))


def _check_custom_field(values: Values) -> None:
    if values.get("name"):
        check_custom_name(str(values["name"]))
    known = [each.name for each in CATALOGUE]
    if values.get("record_type") and values["record_type"] not in known:
        data = {"field": "record_type", "value": values["record_type"], "known": ", ".join(known)}
        raise AppError(Code.VALUE_NOT_A_CHOICE, **data)


def _opportunity(current: Values, changes: Values, stages: tuple[Values, ...], now: str) -> dict[str, Value]:
    check_stage(changes, stages)
    by_key = {each["key"]: each for each in stages}
    found: dict[str, Value] = {}
    stage, status = changes.get("stage"), changes.get("status")
    if not current and stage is None:
        wanted = status or "open"
        stage = next((each["key"] for each in _ordered(stages) if each.get("status") == wanted), None)
        found["stage"] = stage
    elif status is not None and stage is None and status != current.get("status"):
        stage = next((each["key"] for each in _ordered(stages) if each.get("status") == status), None)
        if stage is not None:
            found["stage"] = stage
    if stage in by_key:
        status = status or by_key[stage].get("status") or "open"
        found["status"] = status
    if stage is not None and stage != current.get("stage"):
        found["stage_since"] = now
    if status in {"won", "lost"} and status != current.get("status"):
        found["closed_on"] = now[:10]
    elif status == "open" and current.get("status") in {"won", "lost"}:
        found["closed_on"] = None
    return found


def _task(_current: Values, changes: Values, _stages: tuple[Values, ...], now: str) -> dict[str, Value]:
    if "done" not in changes:
        return {}
    return {"done_at": now if changes["done"] else None}


def _ordered(stages: tuple[Values, ...]) -> list[Values]:
    return sorted(stages, key=lambda each: (each.get("position") or 0, str(each.get("key"))))


_Follow = Callable[[Values, Values, tuple[Values, ...], str], Mapping[str, Any]]

_CONSEQUENCES: dict[str, _Follow] = {"opportunity": _opportunity, "task": _task}
