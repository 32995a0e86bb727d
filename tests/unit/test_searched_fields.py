"""Which texts of a record are found: all that a person writes."""

from sync.contract.entities import CATALOGUE
from sync.contract.fields import Field, FieldType, RecordType

_TEXTS = frozenset({FieldType.TEXT, FieldType.PHONE, FieldType.EMAIL, FieldType.URL, FieldType.ADDRESS, FieldType.TAGS})

ON_NO_SCREEN = frozenset({"external_id", "external_source"})
"""Keys of other programs."""

OF_THE_PROGRAM = frozenset(
    {"conflict", "custom_field", "stage", "saved_view", "team_view", "assignment", "share", "organisation"}
)
"""What the program is set up with, and questions: they stand in lists of their own."""

OF_THE_ATTACHMENT = {"record_type", "record", "media_type", "sha256"}
"""Written by the program when a file is attached."""


def texts(record: RecordType) -> set[Field]:
    return {each for each in record.fields.values() if each.type in _TEXTS and not each.choices_from}


def test_every_text_that_a_person_writes_is_searched() -> None:
    found = {
        record.name: {each.name for each in texts(record) if not each.searched} - ON_NO_SCREEN
        for record in CATALOGUE
        if record.name not in OF_THE_PROGRAM
    }

    assert {name: fields for name, fields in found.items() if fields} == {"attachment": OF_THE_ATTACHMENT}


def test_bodies_of_notes_are_searched() -> None:
    assert CATALOGUE["activity"].fields["body"].searched
