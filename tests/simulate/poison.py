"""A defect of the office's program that one value brings out: such an edit breaks it, and no other one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sync.contract import rules
from sync.server import applying
from tests.simulate.acts import POISON
from tests.simulate.patching import patched


@contextmanager
def poisonable() -> Iterator[None]:
    """Let the office break on the poisonous value."""
    check_fields = rules.check_fields

    def breaking(record: Any, fields: Any, **rest: Any) -> Any:
        if POISON in str(fields.get("website")):
            raise ZeroDivisionError(POISON)
        return check_fields(record, fields, **rest)

    with patched(applying, "check_fields", breaking):
        yield
