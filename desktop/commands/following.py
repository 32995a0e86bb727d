"""What every new or changed record brings with it, whichever command makes it: owner, territory, last visit."""

from collections.abc import Iterator
from contextlib import contextmanager

from desktop.commands.bus import Work
from desktop.domain.listing import Condition, Test
from desktop.domain.ownership import first_territory, owned_fields
from desktop.domain.visits import Touch, is_later, touches
from sync.contract.catalogue import bare_name
from sync.contract.errors import AppError, Code
from sync.contract.fields import RecordType, Value, Values

_TITLE_LENGTH = 60


def create(work: Work, record_type: str, values: Values, *, record_id: str | None = None) -> str:
    """Add a record with all that follows from it, and give its id: a new one unless ``record_id`` says which.

    Raises:
        AppError: as ``UnitOfWork.create``.
    """
    record = work.catalogue[record_type]
    given = dict(values)
    if record_type == "activity":
        given.setdefault("at", work.now)
    if record_type == "custom_field":
        _check_new_field(work, given)
    given = work.through_aliases(record_type, given)
    given |= owned_fields(record, given, user=work.actor, territory=_territory(work, record_type))
    with _about(record_type):
        made = work.create(record_type, given, record_id=record_id)
    _follow(work, record_type, given)
    return made


def change(work: Work, record_type: str, record_id: str, changes: Values) -> None:
    """Change a record with all that follows from it.

    Raises:
        AppError: as ``UnitOfWork.change``.
    """
    if record_type == "custom_field":
        _check_same_field(work, record_id, changes)
    with _about(record_type):
        work.change(record_type, record_id, changes)
    if record_type == "activity" and changes.keys() & {"kind", "at", "account", "contact"}:
        _follow(work, record_type, work.get(record_type, record_id) or {})


def found(work: Work, record_type: str, record_id: str) -> dict[str, Value]:
    """Read a record that must be there.

    Raises:
        AppError: ``UNKNOWN_TYPE`` or ``RECORD_NOT_FOUND``.
    """
    record = work.catalogue[record_type]
    values = work.get(record.name, record_id)
    if values is None:
        raise AppError(Code.RECORD_NOT_FOUND, type=record_type, id=record_id)
    return values


def check_external_id(work: Work, record_type: str, changes: Values, current: Values | None = None) -> None:
    """Refuse an external id that another record of the type has from the same source.

    ``current`` is the record that the changes are for, absent for a new one.

    Raises:
        AppError: ``EXTERNAL_ID_TAKEN``.
    """
    before = current or {}
    after = {**before, **changes}
    wanted = after.get("external_id")
    if not wanted or all(after.get(name) == before.get(name) for name in ("external_id", "external_source")):
        return
    for each in work.select(record_type, [Condition("external_id", Test.EQ, wanted)]):
        same = each["external_id"] == wanted and (each.get("external_source") or "") == (
            after.get("external_source") or ""
        )
        if same and each["id"] != after.get("id"):
            title = title_of(work.catalogue[record_type], each)
            raise AppError(Code.EXTERNAL_ID_TAKEN, type=record_type, value=wanted, title=title, id=each["id"])


def title_of(record: RecordType, values: Values) -> str:
    """Name a record for a toast: its title, else how its text begins, else the end of its id."""
    words = [str(values[name]) for name in record.title if values.get(name) and not record.fields[name].target]
    title = " ".join(words) or str(values.get("body") or values.get("reason") or "")
    first_line = title.strip().partition("\n")[0]
    if len(first_line) > _TITLE_LENGTH:
        return first_line[: _TITLE_LENGTH - 1] + "…"
    return first_line or "…" + str(values.get("id", ""))[-6:]


def _check_new_field(work: Work, values: Values) -> None:
    """Refuse a second custom field of one name: values of the first would be read as what they are not."""
    if not values.get("record_type"):
        return
    name = bare_name(str(values.get("name") or ""))
    same = work.select("custom_field", [Condition("record_type", Test.EQ, values.get("record_type"))])
    if name in {bare_name(str(each.get("name"))) for each in same}:
        raise AppError(Code.FIELD_NAME_TAKEN, value=name)


def _check_same_field(work: Work, record_id: str, changes: Values) -> None:
    """Refuse to make another field of a custom field, for which values may be stored already."""
    current = found(work, "custom_field", record_id)
    for name in ("record_type", "name", "type"):
        if name in changes and changes[name] != current.get(name):
            raise AppError(Code.FIELD_FIXED, type="custom_field", field=name)


@contextmanager
def _about(record_type: str) -> Iterator[None]:
    """Let a refused value say whose field it was for, so that the field can be called by its label."""
    try:
        yield
    except AppError as refused:
        refused.data.setdefault("type", record_type)
        raise


def _territory(work: Work, record_type: str) -> str | None:
    if record_type != "account":
        return None
    return first_territory(work.select("assignment", [Condition("user", Test.EQ, work.actor)]))


def _follow(work: Work, record_type: str, values: Values) -> None:
    for touch in touches(values) if record_type == "activity" else ():
        _move_forward(work, touch)


def _move_forward(work: Work, touch: Touch) -> None:
    known = work.get(touch.type, touch.id)
    if known is None or known["hidden"] or not is_later(touch.at, known.get(touch.field)):
        return
    try:
        work.change(touch.type, touch.id, {touch.field: touch.at})
    except AppError as refused:
        # The person may belong to an account that is no longer ours; the activity is ours all the same.
        if refused.code is not Code.RECORD_READ_ONLY:
            raise
