"""What every command of the command line is given, and what several of them share."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.cli.output import Output
from desktop.domain.listing import Clause
from desktop.services.application import Application
from desktop.services.field_reader import FieldReader
from desktop.services.query_reader import Asker, QueryReader
from desktop.system.clock import local_text
from sync.contract.fields import FieldType, RecordType, Value, Values
from sync.contract.values import format_value, plain_value

Document = dict[str, object]

SHORT_ID = 8
"""Characters of an id that tables show; commands take 6 and more."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """One call: the open application, where to write, what was asked."""

    app: Application
    out: Output
    options: argparse.Namespace

    def say(self, key: str, /, **values: object) -> None:
        """Write a sentence for a person, none beside JSON."""
        self.out.say(self.app.texts.t(key, **values))

    def words(self, key: str, /, **values: object) -> str:
        """Give a message."""
        return self.app.texts.t(key, **values)

    def reader(self, record_type: str) -> FieldReader:
        """Read values of a record type.

        Raises:
            AppError: ``UNKNOWN_TYPE``.
        """
        return FieldReader(self.app.reads.catalogue, record_type, self.app.reads, zone=self.app.zone)

    def conditions(self, record_type: str, questions: Sequence[str]) -> tuple[Clause, ...]:
        """Read what ``--where`` asks; of several, all must hold.

        Raises:
            AppError: ``UNKNOWN_TYPE`` or ``QUERY_UNREADABLE``.
        """
        session = self.app.session
        asker = Asker(
            user=session.user, currency=session.currency, now=lambda: self.app.clock.now().astimezone(self.app.zone)
        )
        reader = QueryReader(lambda: self.app.reads.catalogue, self.app.texts, self.app.reads, asker)
        return tuple(asked.clause for each in questions for asked in reader.read(record_type, each))

    def currency_of(self, current: Values) -> "CurrencyOf":
        """Say in which currency an amount without one is meant: the present one, else the organisation's."""
        return CurrencyOf(current, self.app.session.currency)

    def shown(self, record: RecordType, name: str, value: Value, titles: Mapping[str, str]) -> str:
        """Write a value for a table: references by title, instants in local time, choices by key."""
        field = record.fields.get(name)
        if value is None or field is None:
            return "" if value is None else str(value)
        if field.type is FieldType.REFERENCE:
            return titles.get(name) or short(str(value))
        if field.type is FieldType.INSTANT:
            return local_text(str(value), self.app.zone)
        return format_value(field, value)


@dataclass(frozen=True, slots=True)
class CurrencyOf:
    """The currency of amounts that are entered without one."""

    current: Values
    usual: str

    def __call__(self, field: str) -> str:
        """Give it for a field."""
        present = self.current.get(field)
        return str(present[1]) if isinstance(present, list) else self.usual


def document_of(record: RecordType, record_id: str, values: Values) -> Document:
    """Give a record as one flat JSON object with all its fields; empty ones are null, empty tags an empty list."""
    found: Document = {"id": record_id}
    for name, field in record.fields.items():
        value = plain_value(field, values.get(name))
        found[name] = [] if value is None and field.type is FieldType.TAGS else value
    return found


def plain_values(record: RecordType | None, values: Values) -> Document:
    """Give some fields of a record as JSON shows them."""
    fields = record.fields if record is not None else {}
    return {name: plain_value(fields[name], value) if name in fields else value for name, value in values.items()}


def short(record_id: str) -> str:
    """Give the end of an id, by which it may be named."""
    return record_id[-SHORT_ID:]


def record_of(call: Terminal, name: str) -> RecordType | None:
    """Give a record type; ``None`` for one that a newer office sent and this program does not know."""
    return next((each for each in call.app.reads.catalogue if each.name == name), None)
